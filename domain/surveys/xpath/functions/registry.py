"""The table of functions: name, arity here and in Collect, and how a call becomes a closure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathError
from domain.surveys.xpath.paths import Evaluator, ScalarEvaluator
from domain.surveys.xpath.syntax import Call, Syntax
from domain.surveys.xpath.values import Value

if TYPE_CHECKING:
    from domain.surveys.xpath.compiler import Compiler

Arity = tuple[int, int | None]
Branch = Callable[[Syntax], Evaluator]
Implementation = Callable[..., Any]
_Defined = TypeVar("_Defined", bound=Implementation)
_Compile = TypeVar("_Compile", bound="Callable[[Compiler, Call, Branch], Evaluator]")
_SAME = (-1, None)


@dataclass(frozen=True, slots=True)
class Named:
    """What every function has.

    `arity` is the fewest and most arguments (None: any number), `collect` the same for JavaRosa
    inside ODK Collect; None where it does not know the function.
    """

    name: str
    arity: Arity
    collect: Arity | None

    def check(self, call: Call) -> None:
        """Raise XPathError where a call has too few or too many arguments."""
        if not accepts(self.arity, len(call.arguments)):
            raise XPathError(
                N_("%(name)s() takes %(arity)s arguments, not %(count)s"),
                call.position,
                name=self.name,
                arity=arity_text(self.arity),
                count=len(call.arguments),
            )


@dataclass(frozen=True, slots=True)
class Function(Named):
    """A function of evaluated arguments, called with the environment before them.

    With `nodes` the arguments may be node-sets; else they are single values. With `of_context` the
    argument may be left out and is then the context node.
    """

    implementation: Implementation
    nodes: bool
    gives_nodes: bool
    of_context: bool

    def bind(self, arguments: "list[Evaluator] | list[ScalarEvaluator]") -> Evaluator:
        """The closure of a call."""
        apply = self.implementation
        if not arguments:
            return lambda node, position, size, environment: apply(environment)
        if len(arguments) == 1:
            only = arguments[0]
            return lambda node, position, size, environment: apply(
                environment, only(node, position, size, environment)
            )
        if len(arguments) == 2:
            first, second = arguments
            return lambda node, position, size, environment: apply(
                environment,
                first(node, position, size, environment),
                second(node, position, size, environment),
            )

        def call(node: Node, position: int, size: int, environment: Environment) -> Value:
            values = [argument(node, position, size, environment) for argument in arguments]
            result: Value = apply(environment, *values)
            return result

        return call


@dataclass(frozen=True, slots=True)
class Special(Named):
    """A function that compiles its own call, because it is lazy or looks at the context.

    `compile` gets the compiler, the call and the compiler's method for arguments that are passed
    on as the result (a scalar or a value, as the caller wants it).
    """

    compile: "Callable[[Compiler, Call, Branch], Evaluator]"
    gives_nodes: bool


FUNCTIONS: dict[str, Function | Special] = {}


def accepts(arity: Arity, count: int) -> bool:
    """Whether a number of arguments fits."""
    fewest, most = arity
    return fewest <= count and (most is None or count <= most)


def arity_text(arity: Arity) -> str:
    """'2', '2–3' or '≥ 2'."""
    fewest, most = arity
    if most is None:
        return f"≥ {fewest}"
    return str(fewest) if fewest == most else f"{fewest}–{most}"


def function(
    name: str,
    fewest: int,
    most: int | None = -1,
    *,
    nodes: bool = False,
    gives_nodes: bool = False,
    of_context: bool = False,
    collect: Arity | None = _SAME,
) -> Callable[[_Defined], _Defined]:
    """Register a function; `most` left out is `fewest`, `collect` left out is the same arity."""
    arity = (fewest, fewest if most == -1 else most)

    def register(implementation: _Defined) -> _Defined:
        FUNCTIONS[name] = Function(
            name,
            arity,
            arity if collect is _SAME else collect,
            implementation,
            nodes,
            gives_nodes,
            of_context,
        )
        return implementation

    return register


def special(
    name: str,
    fewest: int,
    most: int | None = -1,
    *,
    gives_nodes: bool = False,
    collect: Arity | None = _SAME,
) -> Callable[[_Compile], _Compile]:
    """Register a function that compiles its own call."""
    arity = (fewest, fewest if most == -1 else most)

    def register(compile_call: _Compile) -> _Compile:
        FUNCTIONS[name] = Special(
            name, arity, arity if collect is _SAME else collect, compile_call, gives_nodes
        )
        return compile_call

    return register
