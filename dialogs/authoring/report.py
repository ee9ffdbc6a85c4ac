"""A report as it is kept with a window, and as it reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.i18n import Html, Translator, escape
from domain.surveys.form import Group
from domain.surveys.message import Message
from domain.surveys.xlsform import Problem, Report

DRAFT = "version"
LISTED = 8  # problems on one page of the card
KEPT = 300  # problems that are kept at all
PER_MINUTE = 4.0  # questions that a person answers in a minute by chat, most of them one tap

Packed = dict[str, Any]


def pack(report: Report, name: str, version: int | None) -> Packed:
    """A report as JSON for the dialog; `version` is the row id of the draft, if it is valid."""
    form = report.form
    errors = [(one, True) for one in report.errors]
    warnings = [(one, False) for one in report.warnings]
    return {
        DRAFT: version,
        "name": name,
        "title": report.title or report.form_id or name,
        "form_id": report.form_id,
        "form_version": report.version,
        "languages": list(report.languages),
        "questions": report.questions,
        "sections": sum(isinstance(child, Group) for child in form.children) if form else 0,
        "minutes": max(1, round(report.questions / PER_MINUTE)),
        "errors": len(report.errors),
        "unsupported": [[one.row, one.type, one.name] for one in report.unsupported],
        "problems": [_packed(one, is_error) for one, is_error in [*errors, *warnings][:KEPT]],
    }


def _packed(problem: Problem, is_error: bool) -> Packed:
    return {
        "error": is_error,
        "place": [problem.sheet, problem.row, problem.column],
        "message": _message(problem.message),
        "hint": problem.hint and _message(problem.hint),
    }


def _message(message: Message) -> Packed:
    params = {
        name: _message(value) if isinstance(value, Message) else value
        for name, value in message.params.items()
    }
    return {"id": message.msgid, "params": params, "plural": message.plural, "n": message.n}


def _unpacked(packed: Packed) -> Message:
    params = {
        name: _unpacked(value) if isinstance(value, dict) else value
        for name, value in packed["params"].items()
    }
    msgid = packed["id"]
    return Message(msgid, params, packed["plural"], packed["n"])


def place_of(place: Sequence[Any], tr: Translator) -> str:
    """Where something is, as Excel shows it: “survey”, row 3, column “label”."""
    sheet, row, column = place
    parts = [
        tr("sheet “%(sheet)s”", sheet=sheet) if sheet else "",
        tr("row %(row)s", row=row) if row else "",
        tr("column “%(column)s”", column=column) if column else "",
    ]
    return ", ".join(part for part in parts if part)


def problem_html(problem: Mapping[str, Any], tr: Translator) -> Html:
    """A problem as a paragraph of the card."""
    sign = "❌" if problem["error"] else "⚠️"
    place = place_of(problem["place"], tr)
    lines = [f"{sign} {escape(_cut(tr.message(_unpacked(problem['message']))))}"]
    if problem["hint"]:
        lines.append(f"<i>{escape(tr.message(_unpacked(problem['hint'])))}</i>")
    if place:
        lines[0] = f"{sign} <b>{escape(place)}</b>\n{lines[0][len(sign) + 1 :]}"
    return Html("\n".join(lines))


def written_out(problems: Sequence[Mapping[str, Any]], tr: Translator) -> str:
    """All problems as a text file."""
    lines = []
    for number, problem in enumerate(problems, start=1):
        kind = tr("Error") if problem["error"] else tr("Warning")
        place = place_of(problem["place"], tr)
        head = f"{number}. {kind}{f' ({place})' if place else ''}"
        lines.append(f"{head}: {tr.message(_unpacked(problem['message']))}")
        if problem["hint"]:
            lines.append(f"   → {tr.message(_unpacked(problem['hint']))}")
    return "\n".join(lines) + "\n"


def _cut(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
