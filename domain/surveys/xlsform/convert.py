"""pyxform, with its errors and its crashes turned into problems."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from domain.surveys.message import N_, Message, verbatim
from domain.surveys.xlsform.outline import ROOT
from domain.surveys.xlsform.problems import Problem
from domain.surveys.xlsform.workbook import Workbook

CRASHED = N_("The form could not be converted: %(reason)s")

_ROW = re.compile(r"\[row : (\d+)\]\s*")
_PLACE = re.compile(r"On the '(\w+)' sheet, the '(\w+)' value")


@dataclass(frozen=True, slots=True)
class Conversion:
    """What pyxform made of a workbook: the XForm ('' where it failed) and what it said."""

    xform: str
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def convert(workbook: Workbook) -> Conversion:
    """Convert a workbook; never raises for what is in it."""
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
    from pyxform.xls2xform import convert as xls2xform  # type: ignore[import-untyped]

    definition = {  # a dict is what pyxform takes besides files
        field.name: getattr(workbook.definition, field.name)
        for field in fields(workbook.definition)
    }
    warnings: list[str] = []
    errors: tuple[Problem, ...] = ()
    xform = ""
    try:
        xform = xls2xform(definition, warnings, form_name=ROOT).xform
    except PyXFormError as error:
        errors = tuple(_problems(str(error)))
    except RecursionError:
        errors = (Problem(Message(CRASHED, {"reason": "it is nested too deeply"})),)
    except Exception as error:  # noqa: BLE001 - pyxform crashes on inputs that it did not foresee
        reason = f"{type(error).__name__}: {error}"
        errors = (Problem(Message(CRASHED, {"reason": reason})),)
    said = tuple(problem for warning in warnings for problem in _problems(warning))
    return Conversion(xform, errors, said)


def _problems(text: str) -> Iterator[Problem]:
    """pyxform's words, one problem for each row that they name."""
    pieces = _ROW.split(text)
    if pieces[0].strip():
        yield Problem(verbatim(pieces[0].strip()))
    for row, words in zip(pieces[1::2], pieces[2::2], strict=True):
        place = _PLACE.search(words)
        yield Problem(
            verbatim(words.strip()),
            "survey" if place is None else place[1],
            int(row),
            None if place is None else place[2],
        )
