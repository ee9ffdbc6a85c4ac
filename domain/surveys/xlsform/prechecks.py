"""The usual mistakes of a workbook, all at once.

pyxform stops at its first error, so an organiser would mend a form ten times. What is found here
is what pyxform, or Collect after it, refuses; pyxform still has the last word on the rest.
"""

import re
from collections.abc import Iterator

from domain.surveys.message import N_, Message
from domain.surveys.xlsform.columns import REFERRING, choice_cells, known_types
from domain.surveys.xlsform.outline import Line, Outline, settings_of
from domain.surveys.xlsform.problems import Problem
from domain.surveys.xlsform.relayed import HEADER_ROW, NO_COLUMN
from domain.surveys.xlsform.spelling import suggestion
from domain.surveys.xlsform.workbook import Workbook

NO_TYPE = N_("This row has no type.")
UNKNOWN_TYPE = N_("There is no question type “%(type)s”.")
NO_NAME = N_("This row has no name.")
BAD_NAME = N_(
    "“%(name)s” cannot be a name: it must begin with a letter or “_” and have only letters, "
    "digits, “_”, “-” and “.”."
)
SAME_NAME = N_("The name “%(name)s” stands in row %(row)s already.")
NO_LABEL = N_("The question “%(name)s” has neither label nor hint.")
NO_LIST = N_("The choices sheet has no list “%(list)s”.")
NO_QUESTION = N_("There is no question “%(name)s”.")
NO_CALCULATION = N_("“%(name)s” has no calculation.")
OTHER_AND_FILTER = N_("or_other and a choice filter do not go together.")
NO_CHOICE_NAME = N_("A choice of the list “%(list)s” has no name.")
SAME_CHOICE = N_("The list “%(list)s” has the choice “%(name)s” in row %(row)s already.")
SPACE_IN_CHOICE = N_(
    "The choice “%(name)s” has a space in its name, which a question with several answers "
    "cannot take."
)

NO_LIST_AFTER = N_("After “%(type)s” the name of a list of choices is missing.")
NO_FILE_ENDING = N_("The list “%(list)s” must be a file: its name ends in .csv, .xml or .geojson.")
ADD_LIST = N_("Add it there: list_name, name and label in each row.")
CHECK_NAME = N_("The names stand in the column “name” of the sheet “survey”.")

#: how to mend what is wrong
HINTS = {
    NO_TYPE: N_("Write one, such as text or select_one LIST, or clear the row."),
    UNKNOWN_TYPE: N_("Types are text, integer, decimal, date, select_one LIST and others."),
    NO_NAME: N_("Write a short one in Latin letters into the column “name”."),
    BAD_NAME: N_("Write it in Latin letters without spaces, for example org_name."),
    SAME_NAME: N_("Give one of the two another name."),
    NO_LABEL: N_("Write what to ask into the column “label”."),
    NO_CALCULATION: N_("Write the formula into the column “calculation”."),
    OTHER_AND_FILTER: N_("Take one of them out."),
    NO_LIST_AFTER: N_("Write select_one LIST, with a list_name of the sheet “choices”."),
    NO_CHOICE_NAME: N_("Write a short code in Latin letters into the column “name”."),
    SAME_CHOICE: N_("Give one of the two another name, or remove it."),
    SPACE_IN_CHOICE: N_("Write “_” instead of the space."),
}
SELECTS = frozenset({"select_one", "select_multiple", "select one", "select multiple", "rank"})
CONTROLS = frozenset({"begin_group", "end_group", "begin_repeat", "end_repeat"})

_NAME = re.compile(r"[^\W\d][\w.\-]*")
_REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^}]*?)\s*\}")
_YES = frozenset({"yes", "true", "true()"})


def precheck(workbook: Workbook, outline: Outline) -> list[Problem]:
    """All the usual mistakes, in the order of the sheets and their rows."""
    if not any(line.type.name for line in outline.lines):
        message = Message(NO_COLUMN, {"sheet": "survey", "column": "type"})
        return [Problem(message, "survey", 1, "type", Message(HEADER_ROW))]
    lists = _lists(workbook)
    found = [*outline.problems, *_survey(outline, lists), *_references(outline)]
    found.sort(key=lambda problem: problem.row or 0)
    multiple = {
        line.type.list_name for line in outline.lines if line.type.name == "select_multiple"
    }
    duplicates = settings_of(workbook).get("allow_choice_duplicates", "").lower() in _YES
    return [*found, *_choices(workbook, multiple, duplicates=duplicates)]


def _lists(workbook: Workbook) -> frozenset[str]:
    return frozenset(
        cells["list_name"]
        for row in workbook.sheets["choices"]
        if (cells := choice_cells(row.cells)).get("list_name")
    )


def _survey(outline: Outline, lists: frozenset[str]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for line in outline.lines:
        yield from _type(line, lists)
        if not line.type.name:
            continue
        if line.type.name not in ("audit", "note") and not line.name:
            yield _problem(line, "name", NO_NAME)
        elif line.name and not _NAME.fullmatch(line.name):
            yield _problem(line, "name", BAD_NAME, name=line.name)
        elif line.path in seen:
            yield _problem(line, "name", SAME_NAME, name=line.name, row=seen[line.path])
        elif line.name:
            seen[line.path] = line.number
        yield from _content(line)


def _type(line: Line, lists: frozenset[str]) -> Iterator[Problem]:
    kind = line.type
    if not kind.name:
        if line.name or line.has("label"):
            yield _problem(line, "type", NO_TYPE)
    elif kind.list_name:
        known = kind.file or kind.list_name in lists or "${" in kind.list_name
        if not known:
            meant = suggestion(kind.list_name, lists) or Message(ADD_LIST)
            yield _problem(line, "type", NO_LIST, meant, list=kind.list_name)
        if kind.file and "from" in line.cells.get("type", "") and not _is_file(kind.list_name):
            yield _problem(line, "type", NO_FILE_ENDING, list=kind.list_name)
        if kind.other and line.has("choice_filter"):
            yield _problem(line, "choice_filter", OTHER_AND_FILTER)
    elif kind.name in SELECTS:
        yield _problem(line, "type", NO_LIST_AFTER, type=kind.name)
    elif not kind.edge and kind.name not in known_types():
        hint = suggestion(kind.name, known_types() | SELECTS | CONTROLS)
        yield _problem(line, "type", UNKNOWN_TYPE, hint, type=kind.name)


def _is_file(name: str) -> bool:
    return "${" in name or name.lower().endswith((".csv", ".xml", ".geojson"))


def _content(line: Line) -> Iterator[Problem]:
    kind = line.type.name
    if kind == "calculate":
        if not line.has("calculation", "default"):
            yield _problem(line, "calculation", NO_CALCULATION, name=line.name)
    elif line.shown and not line.has(
        "label", "hint", "guidance_hint", "image", "audio", "video", "calculation", "trigger"
    ):
        yield _problem(line, "label", NO_LABEL, name=line.name)


def _references(outline: Outline) -> Iterator[Problem]:
    """`${name}` of questions that do not exist."""
    names = {line.name for line in outline.lines}
    names |= {f"{line.name}_other" for line in outline.lines if line.type.other}
    names |= {f"{line.name}_count" for line in outline.lines if line.has("repeat_count")}
    for line in outline.lines:
        texts = [(name, text) for name, text in line.cells.items() if name in REFERRING]
        texts += [(name, text) for (name, _), text in line.texts.items()]
        for name, text in dict(texts).items():
            for reference in dict.fromkeys(_REFERENCE.findall(text)):
                if reference not in names:
                    hint = suggestion(reference, names) or Message(CHECK_NAME)
                    yield _problem(line, name, NO_QUESTION, hint, name=reference)


def _choices(workbook: Workbook, multiple: set[str], *, duplicates: bool) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for row in workbook.sheets["choices"]:
        cells = choice_cells(row.cells)
        list_name, name = cells.get("list_name", ""), cells.get("name", "")
        if not list_name:
            continue
        if not name:
            yield _choice(row.number, "name", NO_CHOICE_NAME, list=list_name)
        elif (list_name, name) in seen and not duplicates:
            first = seen[list_name, name]
            yield _choice(row.number, "name", SAME_CHOICE, list=list_name, name=name, row=first)
        elif " " in name and list_name in multiple:
            yield _choice(row.number, "name", SPACE_IN_CHOICE, name=name)
        seen.setdefault((list_name, name), row.number)


def _problem(
    line: Line, where: str, msgid: str, hint: Message | None = None, /, **params: str | int
) -> Problem:
    hint = hint or (Message(HINTS[msgid]) if msgid in HINTS else None)
    return Problem(Message(msgid, params), "survey", line.number, where, hint)


def _choice(number: int, where: str, msgid: str, /, **params: str | int) -> Problem:
    return Problem(Message(msgid, params), "choices", number, where, Message(HINTS[msgid]))
