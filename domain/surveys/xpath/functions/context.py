"""Functions that are lazy, or that look at where they stand."""

from typing import TYPE_CHECKING

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathError, XPathTypeError
from domain.surveys.xpath.functions.registry import Branch, special
from domain.surveys.xpath.numbers import java_int
from domain.surveys.xpath.paths import Evaluator, ancestry
from domain.surveys.xpath.syntax import Call, Literal, Path, Syntax, simple_names
from domain.surveys.xpath.values import Value, node_value, to_boolean, to_number

if TYPE_CHECKING:
    from domain.surveys.xpath.compiler import Compiler


@special("if", 3)
def if_(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    condition = compiler.scalar(call.arguments[0])
    positive, negative = branch(call.arguments[1]), branch(call.arguments[2])

    def choose(node: Node, position: int, size: int, environment: Environment) -> Value:
        if to_boolean(condition(node, position, size, environment)):
            return positive(node, position, size, environment)
        return negative(node, position, size, environment)

    return choose


@special("coalesce", 1, None, collect=(2, 2))
def coalesce(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    """The first argument that is neither blank nor NaN, else the last."""
    *first, last = map(compiler.scalar, call.arguments)

    def first_known(node: Node, position: int, size: int, environment: Environment) -> Value:
        for argument in first:
            value = argument(node, position, size, environment)
            if value not in ("", None) and value == value:
                return value
        return last(node, position, size, environment)

    return first_known


@special("once", 1)
def once(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    """The value that the question already has, else the argument's."""
    argument = compiler.scalar(call.arguments[0])

    def keep(node: Node, position: int, size: int, environment: Environment) -> Value:
        value = node_value(node, environment)
        return argument(node, position, size, environment) if value == "" else value

    return keep


@special("position", 0, 1)
def position(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    """Of the context, in a predicate or among its namesakes; or of the first node of a path."""
    if not call.arguments:
        return lambda node, position, size, environment: float(position or node.index)
    nodes = compiler.nodes(call.arguments[0])

    def position_of(node: Node, position: int, size: int, environment: Environment) -> Value:
        found = nodes(node, position, size, environment)
        return float(found[0].index) if found else 0.0

    return position_of


@special("last", 0, collect=None)
def last(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    return lambda node, position, size, environment: float(size or 1)


@special("current", 0, gives_nodes=True)
def current(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    return lambda node, position, size, environment: [environment.current or node]


@special("instance", 1, gives_nodes=True)
def instance(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    """The root of a secondary instance."""
    argument = call.arguments[0]
    if not isinstance(argument, Literal) or not isinstance(argument.value, str):
        raise XPathError(N_("instance() takes a name in quotes"), argument.position)
    name = argument.value

    def root_of(node: Node, position: int, size: int, environment: Environment) -> Value:
        root = environment.instances.get(name)
        if root is None:
            raise XPathTypeError(N_("there is no instance %(name)s"), name=name)
        return [root]

    return root_of


@special("depend", 1, None)
def depend(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    """Its first argument; the others only say what the expression depends on."""
    return branch(call.arguments[0])


@special("indexed-repeat", 3, 11, gives_nodes=True)
def indexed_repeat(compiler: "Compiler", call: Call, branch: Branch) -> Evaluator:
    """`indexed-repeat(path, repeat, index, …)`: the node of that path in those instances."""
    if len(call.arguments) % 2 == 0:
        raise XPathError(
            N_("indexed-repeat() takes a path, then repeats and indexes"), call.position
        )
    target = _simple_path(call.arguments[0])
    repeats = [_simple_path(argument) for argument in call.arguments[1::2]]
    indexes = [compiler.scalar(argument) for argument in call.arguments[2::2]]

    def find(node: Node, position: int, size: int, environment: Environment) -> Value:
        names, places = _location(target, node)
        for repeat, index in zip(repeats, indexes, strict=True):
            group, _ = _location(repeat, node)
            if len(group) >= len(names) or names[: len(group)] != group:
                raise XPathTypeError(
                    N_("%(repeat)s is not around %(path)s in indexed-repeat()"),
                    repeat="/" + "/".join(group),
                    path="/" + "/".join(names),
                )
            number = java_int(to_number(index(node, position, size, environment)))
            places[len(group) - 1] = max(number, 1)
        found, proposal = _at(names, places, environment), environment.proposal
        if proposal is not None and found and names == [one.name for one in ancestry(node)[::-1]]:
            # JavaRosa makes the other instance's node its context, and takes it for the question
            return [Node(names[-1], text=proposal.text, datatype=proposal.datatype)]
        return found

    return find


def _simple_path(tree: Syntax) -> tuple[bool, int, tuple[str, ...]]:
    """Whether absolute, levels up, names down."""
    names = simple_names(tree) if isinstance(tree, Path) else None
    if not isinstance(tree, Path) or names is None:
        raise XPathError(N_("indexed-repeat() takes plain paths"), tree.position)
    return tree.absolute, *names


def _location(
    path: tuple[bool, int, tuple[str, ...]], context: Node
) -> tuple[list[str], list[int | None]]:
    """A path as absolute names and, where the context binds them, their places."""
    absolute, levels, below = path
    line = ancestry(context)[::-1]
    if not absolute:
        line = line[: len(line) - levels]
        names = [node.name for node in line] + list(below)
    else:
        names = list(below)
        agreed = 0
        while agreed < min(len(names), len(line)) and line[agreed].name == names[agreed]:
            agreed += 1
        line = line[:agreed]
    places: list[int | None] = [node.index for node in line]
    return names, places + [None] * (len(names) - len(line))


def _at(names: list[str], places: list[int | None], environment: Environment) -> list[Node]:
    nodes = [environment.root] if environment.root.name == names[0] else []
    for name, place in zip(names[1:], places[1:], strict=True):
        namesakes = [node.by_name.get(name, []) for node in nodes]
        environment.spend(len(namesakes) + 1)
        if place is None:
            nodes = [child for children in namesakes for child in children]
        else:
            nodes = [children[place - 1] for children in namesakes if len(children) >= place]
    return [node for node in nodes if node.relevant]
