"""What a recompute does, in which order, and how much of it a single change needs."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from domain.surveys.xpath import Expression

#: functions whose value moves on by itself, even within a day
_CLOCK = frozenset({"now"})


class Computed(StrEnum):
    """What an expression decides about a node."""

    RELEVANT = "relevant"
    CALCULATE = "calculate"
    COUNT = "count"
    REQUIRED = "required"
    READONLY = "readonly"


@dataclass(frozen=True, slots=True)
class Step:
    """One expression of a recompute, evaluated for every node at a plain path.

    A count is evaluated for every *parent* of the repeat at `path`.
    """

    computed: Computed
    path: str
    expression: Expression

    def stays_in(self, repeat: str) -> bool:
        """Whether it is evaluated in an instance of a repeat, and looks into no other one."""
        where = self.path.rpartition("/")[0] if self.computed is Computed.COUNT else self.path
        if self.expression.wide or not _within(where, repeat):
            return False
        return all(
            _within(_top(relative, self.path), repeat)
            for relative in self.expression.relative_references
        )


#: a step, and the repeat in whose instance alone it is evaluated ('' for everywhere)
Bound = tuple[Step, str]


class Order:
    """The steps of a form, each after those that it depends on.

    `readers` are the places of the steps that look at a path, and under a path with a slash at its
    end of those that look at whatever is below it; `followers` those that look at the result of
    the step at each place; `repeats` the plain paths of all repeats.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        readers: Mapping[str, Set[int]],
        followers: Sequence[Set[int]],
        repeats: Set[str],
    ) -> None:
        self.steps = tuple(steps)
        self._readers = readers
        self._followers = followers
        self._repeats = repeats
        self.counts = tuple(step for step in steps if step.computed is Computed.COUNT)
        #: whether any of the steps follows the clock
        self.by_the_clock = any(not _CLOCK.isdisjoint(one.expression.functions) for one in steps)
        self._own = {step.path: place for place, step in enumerate(steps) if _is_value(step)}
        self._changes: dict[str, tuple[Bound, ...]] = {}
        self._additions: dict[str, tuple[Bound, ...]] = {}
        self._recalculations: dict[tuple[str, bool], frozenset[str]] = {}

    def around(self, path: str) -> Iterator[str]:
        """The repeats that a plain path is or lies in, from the inside out."""
        while path:
            if path in self._repeats:
                yield path
            path = path.rpartition("/")[0]

    def after(self, path: str) -> tuple[Bound, ...]:
        """The steps that a change of the value at a plain path can change, in their order.

        Each with the repeat around that path in whose instance it is to be evaluated, the one
        that holds the changed node.
        """
        known = self._changes.get(path)
        if known is None:
            seeds = {self._own[path]} if path in self._own else set()
            seeds |= self._looking_at(path)
            known = self._changes[path] = self._spread(seeds, next(self.around(path), ""))
        return known

    def after_new(self, repeat: str) -> tuple[Bound, ...]:
        """The steps that a new last instance of a repeat can change, in their order."""
        known = self._additions.get(repeat)
        if known is None:
            seeds = {place for place, step in enumerate(self.steps) if _within(step.path, repeat)}
            seeds |= self._looking_at(repeat, below=True)
            known = self._additions[repeat] = self._spread(seeds, repeat)
        return known

    def recalculated(self, path: str, *, children: bool = False) -> frozenset[str]:
        """The plain paths of what JavaRosa calculates anew when a value at a plain path changes.

        With `children`: when those of what is right below it change. `after` has more of them, for
        it knows nothing of what was there before: it has those of whatever becomes relevant.
        """
        known = self._recalculations.get((path, children))
        if known is None:
            found: set[int] = set()
            waiting = [(path, False)]
            if children:
                read = (one for one in self._readers if one.rpartition("/")[0] == path)
                waiting = [(child, False) for child in read]
            while waiting:
                changed, inside = waiting.pop()
                for place in self._looking_at(changed, below=inside) - found:
                    step = self.steps[place]
                    if step.computed is not Computed.COUNT:
                        found.add(place)
                        waiting.append((step.path, step.computed is Computed.RELEVANT))
            steps = (self.steps[place] for place in found)
            known = frozenset(step.path for step in steps if _is_value(step))
            self._recalculations[path, children] = known
        return known

    def _looking_at(self, path: str, *, below: bool = False) -> set[int]:
        """The places of the steps that look at a plain path, or at what is below it, too.

        A group has no value of its own: who looks at all in it is concerned.
        """
        found: set[int] = set()
        for read, places in self._readers.items() if below else ():
            if _within(read.rstrip("/"), path):
                found |= places
        found |= self._readers.get(path, frozenset())
        around = path
        while around:
            around = around.rpartition("/")[0]
            found |= self._readers.get(f"{around}/", frozenset())
        return found

    def _spread(self, seeds: Set[int], repeat: str) -> tuple[Bound, ...]:
        found = {place: self._fit(place, repeat) for place in seeds}
        waiting = set(found)
        while waiting:
            place = min(waiting)
            waiting.discard(place)
            for follower in self._followers[place]:
                bound = self._fit(follower, found[place])
                known = found.get(follower)
                if known is None or len(bound) < len(known):
                    found[follower] = bound
                    waiting.add(follower)
        return tuple((self.steps[place], found[place]) for place in sorted(found))

    def _fit(self, place: int, repeat: str) -> str:
        """The innermost of a repeat and those around it that a step does not look out of."""
        step = self.steps[place]
        return next((one for one in self.around(repeat) if step.stays_in(one)), "")


def _is_value(step: Step) -> bool:
    return step.computed is Computed.CALCULATE


def _within(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _top(relative: str, context: str) -> str:
    """Where a relative path has climbed to before it goes down."""
    for step in relative.split("/"):
        if step == "..":
            context = context.rpartition("/")[0]
        elif step not in ("", "."):
            break
    return context
