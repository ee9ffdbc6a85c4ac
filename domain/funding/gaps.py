"""What people asked and the assistant could not answer, with like beside like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.funding.search.words import STOPWORDS, stem

ALIKE = 0.5  # share of words that two questions about the same thing have in common


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without an answer, or with one that did not help; how often, and when last."""

    text: str
    language: str
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions about the same thing, the most frequent first."""

    questions: Sequence[Unanswered]

    @property
    def times(self) -> int:
        return sum(question.times for question in self.questions)

    @property
    def last(self) -> datetime:
        return max(question.last for question in self.questions)


def gaps(questions: Sequence[Unanswered]) -> list[Gap]:
    """Put like beside like; the group that was asked about most often comes first.

    A question joins the first group whose first question shares half of their words with it,
    inflected forms and relatives taken as one.
    """
    groups: list[tuple[frozenset[str], list[Unanswered]]] = []
    for question in sorted(questions, key=lambda one: (-one.times, one.text)):
        bag = _bag(question.text)
        for other, group in groups:
            if bag == other or (bag and len(bag & other) / len(bag | other) >= ALIKE):
                group.append(question)
                break
        else:
            groups.append((bag, [question]))
    made = [Gap(group) for _, group in groups]
    return sorted(made, key=lambda gap: (-gap.times, -gap.last.timestamp()))


def _bag(text: str) -> frozenset[str]:
    from domain.funding.search.index import terms_of  # with numpy, which no start waits for

    return frozenset(stem(term) or term for term in terms_of(text) if term not in STOPWORDS)
