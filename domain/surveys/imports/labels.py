"""Exports that hold labels in place of names and codes, and what a spreadsheet makes of values.

KoboToolbox exports labels in any language of the form; Excel saves a CSV file with the dates and
decimal commas of its country.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product

from domain.surveys.form import Element, Form, Kind, Question, Text
from domain.surveys.reading.dates import read_date, read_moment
from domain.surveys.reading.numbers import read_number
from domain.surveys.reading.options import folded
from domain.surveys.results.codebook import choices_of

#: choices of a list up to which each is looked for in the headers
MOST_SPLIT = 300
_OUTPUT, _ANY = re.compile(r"\$\{[^}]*\}|<output[^>]*/>"), "…"
_WRITTEN = re.compile(r"[+-]?[0-9][0-9 \u00a0\u202f'’]*(?:[.,][0-9]+)?")
_MOMENT = re.compile(
    r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?:,?\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
)
#: what stands between labels, and what `folded` takes from their ends
_BETWEEN = ' ,;.!?«»"“”()'
_ANY_DAY = date(2000, 1, 1)  # years are told in full


def header(text: str) -> str:
    """A header as `questions_by_label` and `choices_by_label` know it."""
    return "/".join(folded(part) for part in _OUTPUT.sub(_ANY, text).split("/"))


def questions_by_label(form: Form, paths: Iterable[str]) -> dict[str, str]:
    """Paths by the labels that are a header of theirs, alone or after those of the groups around;
    a label that stands twice means nothing."""
    found: dict[str, set[str]] = {}
    for path in paths:
        for words in _headers(form, path):
            found.setdefault(words, set()).add(path)
    return {words: min(meant) for words, meant in found.items() if len(meant) == 1}


def choices_by_label(form: Form, questions: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Path and code by the header of a single choice: `questions` are those by their header."""
    found: dict[str, tuple[str, str]] = {}
    for words, path in questions.items():
        question = form.by_path.get(path)
        if isinstance(question, Question) and question.kind is Kind.CHOICES:
            known = list(choices_of(form, question))
            for code, text in known if len(known) <= MOST_SPLIT else ():
                for label in (code, *_said(text)):
                    found.setdefault(header(f"{words}/{label}"), (path, code))
    return found


def _headers(form: Form, path: str) -> Iterator[str]:
    """The labels (or name) of a question, and those after the labels (or names) of the groups
    around."""
    element = form.by_path.get(path)
    parts = path.split("/")
    labels = [parts[-1], *(_said(element.label) if isinstance(element, Question) else ())]
    around = ["/".join(parts[:end]) for end in range(3, len(parts))]
    names = [[one.rpartition("/")[2], *_said(_label(form.by_path.get(one)))] for one in around]
    for label in labels:
        yield header(label)
        for start in range(len(names)):
            for groups in product(*names[start:]):
                yield header("/".join((*groups, label)))


def _label(element: Element | None) -> Text | None:
    return None if element is None else element.label


def _said(text: Text | None) -> Iterator[str]:
    """A text in each language."""
    for parts in () if text is None else text.variants.values():
        words = "".join(part if isinstance(part, str) else _ANY for part in parts)
        if words.strip():
            yield words


class Spelling:
    """Values as a form writes them, in place of those of a file."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._lists: dict[str, tuple[frozenset[str], Mapping[str, str]]] = {}

    def of(self, path: str, value: str) -> str:
        """A value as the form writes it; as it is where it is so already, or nothing we know."""
        question = self._form.by_path.get(path)
        match question.kind if isinstance(question, Question) else None:
            case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE as kind if _is_written(value):
                return read_number(value, whole=kind is Kind.INTEGER) or value
            case Kind.DATE if _MOMENT.fullmatch(value):
                day = read_date(value.split()[0].rstrip(","), _ANY_DAY)
                return value if day is None else day.isoformat()
            case Kind.DATETIME if _MOMENT.fullmatch(value):
                moment = read_moment(value, _ANY_DAY)
                return value if moment is None else moment.isoformat()
            case Kind.CHOICE:
                codes, labels = self._choices(path)
                return value if value in codes else labels.get(folded(value), value)
            case Kind.CHOICES | Kind.RANK:
                return self._codes(path, value)
        return value

    def _codes(self, path: str, value: str) -> str:
        """Codes in place of labels that stand one after the other, the longest that fits first."""
        codes, labels = self._choices(path)
        if codes.issuperset(value.split()):
            return value
        found: list[str] = []
        rest, longest = folded(value), sorted(labels, key=len, reverse=True)
        while rest:
            label = next((one for one in longest if _begins(rest, one)), None)
            if label is None:
                return value
            found.append(labels[label])
            rest = rest[len(label) :].lstrip(_BETWEEN)
        return " ".join(dict.fromkeys(found))

    def _choices(self, path: str) -> tuple[frozenset[str], Mapping[str, str]]:
        """The codes of a question, and its codes by the labels that mean one."""
        if path not in self._lists:
            question = self._form.by_path[path]
            assert isinstance(question, Question)  # noqa: S101 - for the type checker
            known = list(choices_of(self._form, question))
            found: dict[str, set[str]] = {}
            for code, text in known:
                for label in _said(text):
                    found.setdefault(folded(label), set()).add(code)
            one = {label: min(meant) for label, meant in found.items() if len(meant) == 1}
            self._lists[path] = frozenset(code for code, _ in known), one
        return self._lists[path]


def _is_written(value: str) -> bool:
    """Whether a number is one to people, but none to a form: “1 234,5”."""
    return bool(_WRITTEN.fullmatch(value)) and not value.lstrip("+-").replace(".", "", 1).isdigit()


def _begins(text: str, label: str) -> bool:
    return bool(label) and text.startswith(label) and not text[len(label) :][:1].isalnum()
