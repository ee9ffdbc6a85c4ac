"""The order of a recompute: every expression after those whose results it looks at.

Relevance passes down: what is in a group is decided after the group, and whoever looks at a
question looks at the relevance of all groups around it, too.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter

from domain.surveys.form import Bind, Element, Repeat
from domain.surveys.order import Computed, Order, Step
from domain.surveys.xform.references import referenced_paths

Vertex = tuple[Computed, str]

_OWN = (Computed.CALCULATE, Computed.REQUIRED, Computed.READONLY)
_ASKED = frozenset({Computed.REQUIRED, Computed.READONLY})


def recompute_order(
    binds: Mapping[str, Bind], elements: Iterable[Element]
) -> tuple[Order, tuple[tuple[str, ...], ...]]:
    """The order, and the cycles: each the paths that depend on one another in a ring.

    Required and read-only are no steps (they are asked for when a question is), but JavaRosa sees
    cycles through them, too. Steps of a cycle come in some order, so that such a form can still be
    looked at.
    """
    elements = tuple(elements)
    steps = {(step.computed, step.path): step for step in _steps(binds, elements)}
    needs = _Needs(steps, binds.keys() | {element.path for element in elements})
    graph = {vertex: needs.of(step) for vertex, step in steps.items()}
    cycles: list[tuple[str, ...]] = []
    while True:
        try:
            ordered = tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            ring: list[Vertex] = error.args[1]
            graph[ring[1]].discard(ring[0])
            if all(computed is not Computed.COUNT for computed, _ in ring):
                cycles.append(tuple(dict.fromkeys(path for _, path in ring)))
        else:
            vertices = [vertex for vertex in ordered if vertex[0] not in _ASKED]
            repeats = {one.path for one in elements if isinstance(one, Repeat)}
            return _order(vertices, steps, graph, repeats), tuple(cycles)


def _order(
    vertices: list[Vertex],
    steps: Mapping[Vertex, Step],
    graph: Mapping[Vertex, set[Vertex]],
    repeats: set[str],
) -> Order:
    places = {vertex: place for place, vertex in enumerate(vertices)}
    readers: dict[str, set[int]] = {}
    followers: list[set[int]] = [set() for _ in vertices]
    for vertex, place in places.items():
        for path in referenced_paths(steps[vertex].expression, vertex[1]):
            key = f"{path.rstrip('/*')}/" if path.endswith(("/*", "//")) else path
            readers.setdefault(key, set()).add(place)
        for needed in graph[vertex]:
            if needed in places:
                followers[places[needed]].add(place)
    return Order([steps[vertex] for vertex in vertices], readers, followers, repeats)


def _steps(binds: Mapping[str, Bind], elements: Iterable[Element]) -> Iterator[Step]:
    for bind in binds.values():
        if bind.relevant is not None:
            yield Step(Computed.RELEVANT, bind.path, bind.relevant)
        if bind.calculate is not None:
            yield Step(Computed.CALCULATE, bind.path, bind.calculate)
        if bind.required is not None:
            yield Step(Computed.REQUIRED, bind.path, bind.required)
        if bind.readonly is not None:
            yield Step(Computed.READONLY, bind.path, bind.readonly)
    for element in elements:
        if isinstance(element, Repeat) and element.count is not None:
            yield Step(Computed.COUNT, element.path, element.count)


def _place(path: str) -> str:
    """The node that a reference to all below it begins at."""
    return path.rstrip("/*") if path.endswith(("/*", "//")) else path


class _Needs:
    """What must be known before a step: its surroundings, and all that it looks at."""

    def __init__(self, steps: Mapping[Vertex, Step], known: Set[str]) -> None:
        self._steps = steps
        self._known = known
        self._around: dict[str, frozenset[Vertex]] = {"": frozenset()}

    def of(self, step: Step) -> set[Vertex]:
        if step.computed is Computed.RELEVANT:
            needs = set(self._surroundings(step.path.rpartition("/")[0]))
            needs |= {(Computed.COUNT, step.path)} & self._steps.keys()
        else:
            needs = set(self._surroundings(step.path))
            needs.discard((step.computed, step.path))
        for path in referenced_paths(step.expression, step.path):
            place = _place(path)
            if path not in self._known and place not in self._known:
                continue  # a word without quotes is a path to nothing, which depends on nothing
            needs |= self._surroundings(path)
            needs |= {(computed, path) for computed in _OWN} & self._steps.keys()
            if place != path:
                needs |= {one for one in self._steps if one[1].startswith(f"{place}/")}
        return needs

    def _surroundings(self, path: str) -> frozenset[Vertex]:
        """Relevance and counts of a node and of everything around it."""
        known = self._around.get(path)
        if known is None:
            here = {(Computed.RELEVANT, path), (Computed.COUNT, path)} & self._steps.keys()
            known = self._surroundings(path.rpartition("/")[0]) | here
            self._around[path] = known
        return known
