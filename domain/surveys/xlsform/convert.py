"""pyxform, with its errors and its crashes turned into problems."""

from dataclasses import dataclass, fields

from domain.surveys.message import N_, Message
from domain.surveys.xlsform.outline import ROOT
from domain.surveys.xlsform.problems import Problem
from domain.surveys.xlsform.relayed import relay
from domain.surveys.xlsform.workbook import Workbook

CRASHED = N_("The form could not be converted: %(reason)s")


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
        errors = tuple(relay(str(error)))
    except RecursionError:
        errors = (Problem(Message(CRASHED, {"reason": "it is nested too deeply"})),)
    except Exception as error:  # noqa: BLE001 - pyxform crashes on inputs that it did not foresee
        reason = f"{type(error).__name__}: {error}"
        errors = (Problem(Message(CRASHED, {"reason": reason})),)
    said = tuple(problem for warning in warnings for problem in relay(warning))
    return Conversion(xform, errors, said)
