"""Two rounds of a survey side by side.

A round is a form of its own: the workbook published again under another form id. Questions are
the same where they have the same name, whatever else was changed between the rounds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.surveys.results.disclosure import is_small
from domain.surveys.results.figures import Figure, Figures


@dataclass(frozen=True, slots=True)
class Change:
    """A question in both rounds. `shares` are (before, after) by code, of those who answered;
    codes that one round does not have are 0 in it."""

    before: Figure
    after: Figure
    shares: Mapping[str, tuple[float, float]]

    @property
    def points(self) -> dict[str, float]:
        """By how many percentage points each share went up (or down, below 0)."""
        return {code: (new - old) * 100 for code, (old, new) in self.shares.items()}

    @property
    def mean(self) -> float | None:
        """By how much the mean went up; None where a round has none."""
        if self.before.mean is None or self.after.mean is None:
            return None
        return self.after.mean - self.before.mean

    @property
    def tellable(self) -> bool:
        """Whether others may see it: in neither round fewer than five answered, and some did."""
        rounds = (self.before.respondents, self.after.respondents)
        return all(rounds) and not any(is_small(n) for n in rounds)

    def as_json(self) -> dict[str, object]:
        """Both rounds' figures, and what changed."""
        return {
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "points": {code: round(points, 4) for code, points in self.points.items()},
            "mean_change": self.mean,
        }


def changes(before: Figures, after: Figures) -> dict[str, Change]:
    """What both rounds ask, by the question's name, in the order of the later one."""
    return {change.after.variable.name: change for change in _changes(before, after)}


def _changes(before: Figures, after: Figures) -> Iterator[Change]:
    for name, new in after.questions.items():
        old = before.questions.get(name)
        if old is None or old.variable.several != new.variable.several:
            continue
        if not (old.counts and new.counts) and (old.mean is None or new.mean is None):
            continue
        codes = dict.fromkeys([*new.counts, *old.counts])
        yield Change(old, new, {code: (old.share(code), new.share(code)) for code in codes})
