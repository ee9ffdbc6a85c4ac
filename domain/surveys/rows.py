"""A response as rows that SQL can count without knowing XPath."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.surveys.form import Kind
from domain.surveys.response import Entry, Response

NUMERIC = frozenset({"int", "decimal"})


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at a path.

    `value` is the kept text, None where there is none. `number` is set for numeric questions and
    for calculations that came to a number. `codes` are the chosen ones of a relevant
    select-multiple, None for everything else.
    """

    path: str
    node: str
    value: str | None
    number: float | None
    relevant: bool
    codes: tuple[str, ...] | None


def rows(response: Response) -> Iterator[Row]:
    """A row for each question that is asked and for each value that stands somewhere.

    Groups, notes and blank values that nobody is asked for have none.
    """
    for entry in response.entries():
        asked = entry.question is not None and entry.question.asked
        if (asked and entry.relevant) or entry.kept:
            yield _row(response, entry)


def _row(response: Response, entry: Entry) -> Row:
    kind = entry.question.kind if entry.question else None
    codes = None
    if kind in (Kind.CHOICES, Kind.RANK):
        codes = tuple(dict.fromkeys(entry.value.split()))
    bind = response.form.binds.get(entry.plain)
    numeric = bind is not None and (bind.datatype in NUMERIC or bind.calculate is not None)
    return Row(
        path=entry.path,
        node=entry.plain,
        value=entry.kept or None,
        number=_number(entry.kept) if numeric else None,
        relevant=entry.relevant,
        codes=codes,
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
