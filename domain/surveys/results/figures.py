"""Figures from what the database counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.surveys.results.codebook import Variable


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one variable: in responses, or in instances of the repeat around it.

    `asked` is to how many the question was put, `answered` how many of these have an answer;
    for a calculation both are how many have a value. `values` are how often each value (or code)
    stands, `numbers` how often each number does. `respondents` is in how many responses it was
    answered, where that is not `answered`: inside a repeat.
    """

    asked: int = 0
    answered: int = 0
    values: Mapping[str, int] | None = None
    numbers: Mapping[float, int] | None = None
    respondents: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """The figures of one variable; `numbers` are how often each number stands; `respondents`
    is how many different responses answered, which decides whether it may be shown.

    `shares` are of `answered`, which is the denominator to print beside them; where nobody
    answered they are 0. `mean` and `median` are None where there is no number.
    """

    variable: Variable
    asked: int
    answered: int
    counts: Mapping[str, int]
    mean: float | None
    median: float | None
    numbers: Mapping[float, int]
    respondents: int

    @property
    def shares(self) -> dict[str, float]:
        """The share of each code among those who answered, from 0 to 1."""
        return {code: self.share(code) for code in self.counts}

    def share(self, *codes: str) -> float:
        """The share of those who chose one of these codes; of a select-multiple ask for one."""
        if not self.answered:
            return 0.0
        return sum(self.counts.get(code, 0) for code in codes) / self.answered

    def as_json(self) -> dict[str, object]:
        """The shape of `lanka survey results --json` for a question."""
        return {
            "type": self.variable.type,
            "asked": self.asked,
            "answered": self.answered,
            "counts": dict(self.counts),
            "shares": self.shares,
            "mean": self.mean,
            "median": self.median,
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a form, or of one group of its responses. `responses` is how many count."""

    responses: int
    questions: Mapping[str, Figure]

    def as_json(self) -> dict[str, object]:
        """The shape of `lanka survey results --json`, without the form's id."""
        return {
            "responses": self.responses,
            "questions": {name: figure.as_json() for name, figure in self.questions.items()},
        }


def figure(variable: Variable, tally: Tally, codes: Iterable[str] = ()) -> Figure:
    """The figures of a variable. All codes of its list are there, and `codes`, also with 0."""
    counts: dict[str, int] = {}
    if variable.countable:
        found = tally.values or {}
        counts = dict.fromkeys([*variable.codes, *codes], 0)
        counts.update({value: found[value] for value in sorted(found, key=in_order)})
    numbers = tally.numbers or {}
    return Figure(
        variable,
        tally.asked,
        tally.answered,
        counts,
        mean_of(numbers),
        median_of(numbers),
        numbers,
        tally.answered if tally.respondents is None else tally.respondents,
    )


def in_order(value: str) -> tuple[int, float, str]:
    """A key that sorts numbers by size, before all other values."""
    try:
        return 0, float(value), value
    except ValueError:
        return 1, 0.0, value


def mean_of(numbers: Mapping[float, int]) -> float | None:
    """The arithmetic mean of numbers given by how often each stands."""
    count = sum(numbers.values())
    return sum(number * n for number, n in numbers.items()) / count if count else None


def median_of(numbers: Mapping[float, int]) -> float | None:
    """The middle number; the mean of the two middle ones where their count is even."""
    count = sum(numbers.values())
    if not count:
        return None
    middle: list[float] = []
    passed = 0
    for number in sorted(numbers):
        passed += numbers[number]
        if not middle and passed > (count - 1) // 2:
            middle.append(number)
        if passed > count // 2:
            middle.append(number)
            break
    return sum(middle) / 2
