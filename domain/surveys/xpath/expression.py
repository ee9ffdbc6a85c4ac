"""An expression, ready to be evaluated as often as is needed."""

from functools import lru_cache

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.compiler import Compiler
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.parser import parse
from domain.surveys.xpath.paths import Evaluator
from domain.surveys.xpath.references import LOAD_A_STEP, collect
from domain.surveys.xpath.values import Scalar, Value, to_boolean, to_number, to_string

_CACHED_EXPRESSIONS = 20_000


class Expression:
    """A compiled expression; the same for good, shared between forms and threads.

    - `references`: absolute paths that it may read, without predicates ('/data/org/org_type').
    - `relative_references`: the same for paths from the context node ('../name', '.').
    - `functions`: names of the functions that it calls; `instances`: ids given to `instance()`.
    - `wide`: whether it may look into other instances of the repeats that it stands in.

    A reference that ends in '/*' or '//' stands for everything below that place.
    """

    __slots__ = (
        "_load",
        "_scalar",
        "_tree",
        "_value",
        "functions",
        "instances",
        "references",
        "relative_references",
        "source",
        "wide",
    )

    def __init__(self, source: str) -> None:
        tree = parse(source)
        self._tree = tree
        self._scalar = Compiler().scalar(tree)
        # few expressions are asked for node-sets, so the second way is compiled when it is wanted
        self._value: Evaluator | None = None
        found = collect(tree)
        self.source = source
        #: steps that its operators and calls take once, whatever they look at
        self._load = found.load // LOAD_A_STEP
        self.references = frozenset(found.absolute)
        self.relative_references = frozenset(found.relative)
        self.functions = frozenset(found.functions)
        self.instances = frozenset(found.instances)
        self.wide = found.wide

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, context: Node, environment: Environment) -> Value:
        """The value; a node-set for a path, or for a function that gives one.

        Raises XPathTypeError where JavaRosa throws, EvaluationLimit when the budget is spent.
        """
        outer = environment.current
        environment.current = context
        try:
            if outer is None:
                environment.begin(self._load)
            if self._value is None:
                self._value = Compiler().value(self._tree)
            return self._value(context, 0, 0, environment)
        finally:
            environment.current = outer
            if outer is None:
                environment.end()

    def scalar(self, context: Node, environment: Environment) -> Scalar:
        """The single value: of a node-set that of its only node, blank where it is empty."""
        outer = environment.current
        environment.current = context
        try:
            if outer is None:
                environment.begin(self._load)
            return self._scalar(context, 0, 0, environment)
        finally:
            environment.current = outer
            if outer is None:
                environment.end()

    def boolean(self, context: Node, environment: Environment) -> bool:
        """The truth of the single value: for relevance, constraints, required, read-only."""
        return to_boolean(self.scalar(context, environment))

    def string(self, context: Node, environment: Environment) -> str:
        """The single value as a string: for labels and `<output>`."""
        return to_string(self.scalar(context, environment))

    def number(self, context: Node, environment: Environment) -> float:
        """The single value as a number: for the count of a repeat."""
        return to_number(self.scalar(context, environment))

    def nodes(self, context: Node, environment: Environment) -> list[Node]:
        """The node-set: for choices. Raises XPathTypeError for any other value."""
        value = self.evaluate(context, environment)
        if not isinstance(value, list):
            raise XPathTypeError(N_("%(source)s gives no nodes"), source=self.source)
        return value


@lru_cache(maxsize=_CACHED_EXPRESSIONS)
def compile_expression(source: str) -> Expression:
    """The compiled expression of a source, from a cache where it was compiled before.

    Raises XPathError with the message and the place of the mistake.
    """
    return Expression(source)
