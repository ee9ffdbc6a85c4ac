"""What a recompute does, in which order, and how much of it a single change needs."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from domain.surveys.xpath import Expression


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


class Order:
    """The steps of a form, each after those that it depends on.

    `readers` are the places of the steps that look at a path, and under a path with a slash at its
    end of those that look at whatever is below it;
    `followers` those that look at the result of the step at each place.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        readers: Mapping[str, Set[int]],
        followers: Sequence[Set[int]],
    ) -> None:
        self.steps = tuple(steps)
        self._readers = readers
        self._followers = followers
        self._own = {step.path: place for place, step in enumerate(steps) if _is_value(step)}
        self._known: dict[str, tuple[Step, ...]] = {}

    def after(self, path: str) -> tuple[Step, ...]:
        """The steps that a change of the value at a plain path can change, in their order."""
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._find(path)
        return known

    def _find(self, path: str) -> tuple[Step, ...]:
        waiting = {self._own[path]} if path in self._own else set()
        waiting |= self._readers.get(path, frozenset())
        around = path
        while around:  # a group has no value of its own: only who looks at all in it is concerned
            around = around.rpartition("/")[0]
            waiting |= self._readers.get(f"{around}/", frozenset())
        found: set[int] = set()
        while waiting:
            place = waiting.pop()
            found.add(place)
            waiting |= self._followers[place] - found
        return tuple(self.steps[place] for place in sorted(found))


def _is_value(step: Step) -> bool:
    return step.computed is Computed.CALCULATE
