"""Turns a syntax tree into Python closures.

A closure takes the context node, its position and the number of nodes (in a predicate, else 0) and
the environment. Every tree can be compiled in two ways: as a *value*, which may be a node-set, or
as a *scalar*, where a node-set of several nodes is an error. Most paths are wanted as scalars, and
that way needs no list.
"""

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathError, XPathTypeError
from domain.surveys.xpath.functions.library import FUNCTIONS
from domain.surveys.xpath.functions.registry import Function, Special
from domain.surveys.xpath.operators import chain
from domain.surveys.xpath.paths import (
    CompiledStep,
    Evaluator,
    Lookup,
    NodesEvaluator,
    Predicate,
    ScalarEvaluator,
    bind,
    climb,
    descend,
    descend_value,
    in_order,
    select,
    unpacking,
    walk,
    walk_absolute,
    walk_instance,
)
from domain.surveys.xpath.syntax import (
    Call,
    Filter,
    Literal,
    Negation,
    Operation,
    Path,
    Step,
    Syntax,
    is_instance_call,
    lookup_sides,
    simple_names,
    work,
)
from domain.surveys.xpath.values import Scalar, Value, node_value, to_number

#: operators and calls that take as long as looking at a node
_WORK_A_STEP = 2


class Compiler:
    """Compiles the trees of one expression; special functions compile their arguments with it."""

    def value(self, tree: Syntax) -> Evaluator:
        """The closure for a value that may be a node-set."""
        if isinstance(tree, Path):
            return self._path(tree)
        if isinstance(tree, Filter):
            return self._filter(tree)
        if isinstance(tree, Operation) and tree.operators[0] == "|":
            return self._union(tree)
        if isinstance(tree, Call):
            function = _lookup(tree)
            if isinstance(function, Special):
                return function.compile(self, tree, self.value)
            if function.gives_nodes:
                return function.bind([self.value(argument) for argument in tree.arguments])
        return self.scalar(tree)

    def scalar(self, tree: Syntax) -> ScalarEvaluator:
        """The closure for a single value."""
        if isinstance(tree, Path):
            return self._path_value(tree)
        if isinstance(tree, Literal):
            return _constant(tree.value)
        if isinstance(tree, Call):
            return self._call(tree)
        if isinstance(tree, Negation):
            return _negate(self.scalar(tree.operand))
        if isinstance(tree, Operation) and tree.operators[0] != "|":
            return chain(
                [self.scalar(operand) for operand in tree.operands],
                tree.operators,
                [
                    operand.value if isinstance(operand, Literal) else None
                    for operand in tree.operands
                ],
            )
        return unpacking(self.value(tree))

    def nodes(self, tree: Syntax) -> NodesEvaluator:
        """The closure for what must be a node-set."""
        evaluator = self.value(tree)

        def nodes(node: Node, position: int, size: int, environment: Environment) -> list[Node]:
            found = evaluator(node, position, size, environment)
            if not isinstance(found, list):
                raise XPathTypeError(N_("a path is needed where a single value stands"))
            return found

        return nodes

    # -- paths

    def _path_value(self, path: Path) -> ScalarEvaluator:
        names = simple_names(path)
        if names is None:
            return unpacking(self._path(path))
        levels, below = names
        if path.absolute:
            return _absolute_value(below)
        if path.origin is not None:
            return _current_value(levels, below)
        return _relative_value(levels, below)

    def _path(self, path: Path) -> Evaluator:
        names = simple_names(path)
        if names is not None:
            levels, below = names
            if path.absolute:
                return _absolute_nodes(below)
            if path.origin is not None:
                return _current_nodes(levels, below)
            return _relative_nodes(levels, below)
        steps = [self._step(step) for step in path.steps]
        if path.absolute:
            if not steps:
                return lambda node, position, size, environment: [environment.root]
            return lambda node, position, size, environment: walk_absolute(
                steps, node, environment
            )
        if path.origin is None:
            return lambda node, position, size, environment: walk([node], steps, environment)
        origin = self.nodes(path.origin)
        if is_instance_call(path.origin) and steps and steps[0].plain_child:
            steps[1:] = [self._row_step(step) for step in path.steps[1:]]
            return lambda node, position, size, environment: walk_instance(
                origin(node, position, size, environment)[0], steps, node, environment
            )
        return lambda node, position, size, environment: walk(
            origin(node, position, size, environment), steps, environment
        )

    def _step(self, step: Step, lookup: Lookup | None = None) -> CompiledStep:
        return CompiledStep(step.axis, step.test, self._predicates(step.predicates), lookup)

    def _row_step(self, step: Step) -> CompiledStep:
        """A step in a secondary instance: its first predicate may be a lookup."""
        sides = lookup_sides(step.predicates[0]) if step.predicates else None
        if sides is None:
            return self._step(step)
        return self._step(step, Lookup(self.scalar(sides[0]), self.scalar(sides[1])))

    def _predicates(self, trees: list[Syntax]) -> list[Predicate]:
        return [Predicate(self.value(tree), 1 + work(tree) // _WORK_A_STEP) for tree in trees]

    def _filter(self, tree: Filter) -> Evaluator:
        operand = self.nodes(tree.operand)
        predicates = self._predicates(tree.predicates)
        return lambda node, position, size, environment: select(
            operand(node, position, size, environment), predicates, environment
        )

    def _union(self, tree: Operation) -> Evaluator:
        operands = [self.nodes(operand) for operand in tree.operands]

        def union(node: Node, position: int, size: int, environment: Environment) -> Value:
            nodes: list[Node] = []
            for operand in operands:
                nodes.extend(operand(node, position, size, environment))
            return in_order(nodes, environment)

        return union

    # -- calls

    def _call(self, call: Call) -> ScalarEvaluator:
        function = _lookup(call)
        if isinstance(function, Special):
            evaluator = function.compile(self, call, self.scalar)
        elif function.of_context and not call.arguments:
            evaluator = function.bind([self.scalar(Path(False, None, [], call.position))])
        elif function.nodes:
            evaluator = function.bind([self.value(argument) for argument in call.arguments])
        else:
            evaluator = function.bind([self.scalar(argument) for argument in call.arguments])
        # what never gives a node-set needs no unpacking
        return unpacking(evaluator) if function.gives_nodes else evaluator  # type: ignore[return-value]


def _lookup(call: Call) -> Function | Special:
    function = FUNCTIONS.get(call.name)
    if function is None:
        raise XPathError(N_("there is no function %(name)s()"), call.position, name=call.name)
    function.check(call)
    return function


def _absolute_nodes(names: tuple[str, ...]) -> Evaluator:
    def absolute(node: Node, position: int, size: int, environment: Environment) -> Value:
        return descend(*bind(names, node, environment), environment)

    return absolute


def _absolute_value(names: tuple[str, ...]) -> ScalarEvaluator:
    below = names[1:]

    def absolute(node: Node, position: int, size: int, environment: Environment) -> Scalar:
        if node.scope is None:
            return descend_value(environment.root, below, environment)
        return descend_value(*bind(names, node, environment), environment)

    return absolute


def _relative_nodes(levels: int, names: tuple[str, ...]) -> Evaluator:
    def relative(node: Node, position: int, size: int, environment: Environment) -> Value:
        return descend(climb(node, levels), names, environment)

    return relative


def _relative_value(levels: int, names: tuple[str, ...]) -> ScalarEvaluator:
    if not levels and not names:
        return lambda node, position, size, environment: node_value(node, environment)

    def relative(node: Node, position: int, size: int, environment: Environment) -> Scalar:
        return descend_value(climb(node, levels), names, environment)

    return relative


def _current_nodes(levels: int, names: tuple[str, ...]) -> Evaluator:
    def current(node: Node, position: int, size: int, environment: Environment) -> Value:
        return descend(climb(environment.current or node, levels), names, environment)

    return current


def _current_value(levels: int, names: tuple[str, ...]) -> ScalarEvaluator:
    def current(node: Node, position: int, size: int, environment: Environment) -> Scalar:
        return descend_value(climb(environment.current or node, levels), names, environment)

    return current


def _constant(value: str | float) -> ScalarEvaluator:
    return lambda node, position, size, environment: value


def _negate(operand: ScalarEvaluator) -> ScalarEvaluator:
    return lambda node, position, size, environment: (
        -to_number(operand(node, position, size, environment))
    )
