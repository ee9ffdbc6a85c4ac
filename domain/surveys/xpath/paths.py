"""Walks location paths through instances.

JavaRosa binds an *absolute* path to where it is used: inside /data/link[2], `/data/link/name` is
the name of that second link, as far as the names of path and context agree. A relative path is not
bound beyond its own steps, so `../../link` is all links. What is not relevant is not found.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment, Proposal
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.values import Scalar, Value, node_value, repeated, to_string, unpack

# (context node, its position, how many there are, environment); position 0 is "in no predicate"
Evaluator = Callable[[Node, int, int, Environment], Value]
ScalarEvaluator = Callable[[Node, int, int, Environment], Scalar]
NodesEvaluator = Callable[[Node, int, int, Environment], list[Node]]


def unpacking(evaluator: Evaluator) -> ScalarEvaluator:
    """A closure for the single value of what may be a node-set."""
    return lambda node, position, size, environment: unpack(
        evaluator(node, position, size, environment), environment
    )


class Lookup(NamedTuple):
    """A first predicate `[column = key]` in a secondary instance, its sides compiled apart.

    JavaRosa evaluates the key once, where the whole path stands, and finds rows by an index.
    """

    column: ScalarEvaluator
    key: ScalarEvaluator


class Predicate(NamedTuple):
    """A predicate, and how many steps it takes for each node besides those that it looks at."""

    holds: Evaluator
    weight: int


class CompiledStep:
    """A step ready to be walked: axis, name test and predicates."""

    __slots__ = ("axis", "lookup", "plain_child", "predicates", "test")

    def __init__(
        self,
        axis: str,
        test: str,
        predicates: list[Predicate],
        lookup: Lookup | None = None,
    ) -> None:
        self.lookup = lookup
        self.axis = axis
        self.test = test
        self.predicates = predicates
        self.plain_child = axis == "child" and test != "node()"


#: nodes found by name alone cost a part of what a node costs that a predicate looks at
_NAMESAKES_A_STEP = 8


def descend(node: Node, names: tuple[str, ...], environment: Environment) -> list[Node]:
    """The relevant nodes below a node along names."""
    nodes = [node]
    for name in names:
        if len(nodes) == 1:
            nodes = nodes[0].by_name.get(name, [])
        else:
            nodes = [child for parent in nodes for child in parent.by_name.get(name, ())]
        environment.spend(1 + len(nodes) // _NAMESAKES_A_STEP)
    return [found for found in nodes if found.relevant]


def descend_value(node: Node, names: tuple[str, ...], environment: Environment) -> Scalar:
    """The value of the only node below a node along names; blank where there is none."""
    for place, name in enumerate(names):
        found = node.by_name.get(name)
        if not found:
            return ""
        if len(found) > 1:
            nodes = descend(node, names[place:], environment)
            if len(nodes) > 1:
                raise repeated(nodes)
            return node_value(nodes[0], environment) if nodes else ""
        node = found[0]
    return node_value(node, environment)


def bind(
    names: tuple[str, ...], context: Node, environment: Environment
) -> tuple[Node, tuple[str, ...]]:
    """Where an absolute path of names starts for a context, and the names left to go.

    As in JavaRosa the first name is taken for the root's, whatever it is.
    """
    start = environment.root
    if context.scope is None:
        return start, names[1:]
    agreed = 0
    for node in reversed(ancestry(context)):
        if agreed == len(names) or node.name != names[agreed]:
            break
        start = node
        agreed += 1
    return start, names[max(agreed, 1) :]


def ancestry(node: Node | None) -> list[Node]:
    """The node and its ancestors, the root last."""
    line = []
    while node is not None:
        line.append(node)
        node = node.parent
    return line


def climb(node: Node, levels: int) -> Node:
    """The ancestor that many levels up. Raises XPathTypeError above the root."""
    for _ in range(levels):
        if node.parent is None:
            raise XPathTypeError(N_("the path leads above the root"))
        node = node.parent
    return node


def walk_absolute(
    steps: list[CompiledStep], context: Node, environment: Environment
) -> list[Node]:
    """The relevant nodes at an absolute path with predicates, wildcards or other axes."""
    if not steps[0].plain_child:
        return walk([environment.root], steps, environment)
    line = ancestry(context)[::-1]
    nodes: list[Node] = []
    for place, step in enumerate(steps):
        bound = line[place] if step.plain_child and place < len(line) else None
        if bound is not None and step.test not in (bound.name, "*"):
            bound = None
        if place == 0:
            nodes = select([environment.root], step.predicates, environment)
        elif bound is not None and not step.predicates:
            namesakes = (node.by_name.get(bound.name, []) for node in nodes)
            nodes = [found[bound.index - 1] for found in namesakes if len(found) >= bound.index]
        else:
            nodes = _step(nodes, step, environment)
        if bound is None:
            line = []
    return [node for node in nodes if node.relevant]


def walk_instance(
    root: Node, steps: list[CompiledStep], context: Node, environment: Environment
) -> list[Node]:
    """The nodes at a path into a secondary instance, whose first step is its root."""
    nodes = select([root], steps[0].predicates, environment)
    for step in steps[1:]:
        key: Scalar | None = None
        if step.lookup is not None:
            key = step.lookup.key(context, 0, 0, environment)
        nodes = _step(nodes, step, environment, key if isinstance(key, str) else None)
    return nodes


def walk(nodes: list[Node], steps: list[CompiledStep], environment: Environment) -> list[Node]:
    """The relevant nodes at a path from the given nodes."""
    for step in steps:
        nodes = _step(nodes, step, environment)
    return [node for node in nodes if node.relevant]


def _step(
    nodes: list[Node], step: CompiledStep, environment: Environment, key: str | None = None
) -> list[Node]:
    """The nodes one step on; with a key the first predicate is a lookup of it."""
    found: list[Node] = []
    for node in nodes:
        candidates = _axis(node, step, environment)
        if key is not None and step.lookup is not None:
            environment.spend_rows(len(candidates))
            column = step.lookup.column
            matching = [
                candidate
                for candidate in candidates
                if to_string(column(candidate, 0, 0, environment)) == key
            ]
            found.extend(select(matching, step.predicates, environment, done=1))
        else:
            environment.spend(len(candidates) + 1)
            found.extend(select(candidates, step.predicates, environment))
    return (
        found if step.axis in ("child", "self") or len(nodes) < 2 else in_order(found, environment)
    )


def _axis(node: Node, step: CompiledStep, environment: Environment) -> list[Node]:
    test = step.test
    if step.axis == "child" and test not in ("*", "node()"):
        return node.by_name.get(test, [])
    candidates: list[Node] = []
    for candidate in _AXES[step.axis](node):
        environment.spend(1)
        if test in ("*", "node()", candidate.name):
            candidates.append(candidate)
    return candidates


def select(
    nodes: list[Node], predicates: list[Predicate], environment: Environment, done: int = 0
) -> list[Node]:
    """The nodes for which every predicate is true, after the first `done` ones.

    As in JavaRosa only a boolean counts, so `[2]` selects nothing; and `position()` in the first
    predicate is a node's place among its namesakes.
    """
    for number, predicate in enumerate(predicates[done:] if done else predicates, done):
        size = len(nodes)
        environment.spend(size * predicate.weight)
        if environment.proposal is not None:
            nodes = _proposed(nodes, predicate, number, environment, environment.proposal)
            continue
        nodes = [
            node
            for place, node in enumerate(nodes, 1)
            if predicate.holds(node, place if number else node.index, size, environment) is True
        ]
    return nodes


def _proposed(
    nodes: list[Node],
    predicate: Predicate,
    number: int,
    environment: Environment,
    proposal: Proposal,
) -> list[Node]:
    """The nodes for which a predicate of a constraint is true."""

    def holds(place: int, node: Node) -> bool:
        within = not node.children and node.root() is environment.root
        proposal.move(node if within else None)
        place = place if number else node.index
        return predicate.holds(node, place, len(nodes), environment) is True

    outer = proposal.at
    try:
        return [node for place, node in enumerate(nodes, 1) if holds(place, node)]
    finally:
        proposal.move(outer)


def in_order(nodes: list[Node], environment: Environment) -> list[Node]:
    """The nodes in document order, each once."""
    if len(nodes) < 2:
        return nodes
    order: dict[int, int] = {}
    for node in nodes[0].root().walk():
        order[id(node)] = len(order)
    environment.spend(len(order))
    unique = {id(node): node for node in nodes}.values()
    return sorted(unique, key=lambda node: order.get(id(node), len(order)))


def _siblings(node: Node) -> list[Node]:
    return [] if node.parent is None else node.parent.children


def _following(node: Node) -> Iterator[Node]:
    siblings = iter(_siblings(node))
    for sibling in siblings:
        if sibling is node:
            break
    return siblings


def _preceding(node: Node) -> Iterator[Node]:
    siblings = iter(reversed(_siblings(node)))
    for sibling in siblings:
        if sibling is node:
            break
    return siblings


def _descendants(node: Node) -> Iterator[Node]:
    nodes = node.walk()
    next(nodes)
    return nodes


_AXES: dict[str, Callable[[Node], "Iterator[Node] | list[Node]"]] = {
    "child": lambda node: node.children,
    "self": lambda node: [node],
    "parent": lambda node: [] if node.parent is None else [node.parent],
    "ancestor": lambda node: ancestry(node.parent),
    "ancestor-or-self": ancestry,
    "descendant": _descendants,
    "descendant-or-self": lambda node: node.walk(),
    "following-sibling": _following,
    "preceding-sibling": _preceding,
    "attribute": lambda node: [],
}
