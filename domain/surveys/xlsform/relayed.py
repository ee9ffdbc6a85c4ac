"""What pyxform says, in words of ours where we know its sentence, else as a quotation."""

import re
from collections.abc import Iterator

from domain.surveys.message import N_, Message
from domain.surveys.xlsform.problems import Problem

SAYS = N_("pyxform, which converts the form, says: %(text)s")

NO_SHEET = N_("The workbook has no sheet called “survey”.")
NAME_SHEET = N_(
    "Call the sheet with the questions “survey” and the one with the options “choices”."
)
NO_COLUMN = N_("The sheet “%(sheet)s” has no column “%(column)s”.")
HEADER_ROW = N_("The first row of the sheet must hold the headers: type, name, label and others.")
ONE_COLUMN_TWICE = N_("“%(other)s” and “%(column)s” are two names of the same column.")
RESERVED = N_("The name “meta” is reserved; choose another.")
CASE = N_("The name “%(name)s” differs from another only by capital letters.")
TWICE = N_("The name “%(name)s” is used twice in one group.")
REPEAT_TWICE = N_("Another repeat is called “%(name)s”, too.")
REPEAT_ROOT = N_("A repeat cannot be called “%(name)s”, like the form itself.")
BAD_REFERENCE = N_("A reference must look like ${name}: the braces do not match here.")
AMBIGUOUS = N_(
    "“%(name)s” is the name of several questions, so ${%(name)s} could mean any of them."
)
RENAME = N_("Give the questions different names.")
RANGE = N_(
    "The parameter “%(name)s” of this range does not fit: numbers are needed, with a step "
    "above zero that is not larger than the range, for example start=1 end=5 step=1."
)
NO_CHOICE_LABEL = N_("This choice has no label.")
NO_GROUP_LABEL = N_("This %(control)s has no label.")
BOTH_IDS = N_("The settings name form_id and id_string, which are the same; remove one.")
SIMILAR_SHEET = N_("There is no sheet “%(sheet)s”, but one with a similar name: %(found)s.")
NO_LANGUAGE_CODE = N_(
    "Languages without a code are not recognised everywhere: %(languages)s. Write, for example, "
    "Ukrainian (uk)."
)
NO_COLUMN_IN = N_("There is no %(columns)s in %(language)s.")
OTHER_UNTRANSLATED = N_(
    "or_other adds “Other” and its question in English only, which a form in several languages "
    "shows to everybody; Lanka translates them, ODK Collect does not."
)
NO_LONGER = N_("Phones no longer give “%(type)s”; it will stay empty.")
LOOP_LIST = N_("This loop needs the name of a list of choices.")
MISSING_CALCULATION = N_("This calculation has no formula.")
WRITE_FORMULA = N_("Write it into the column “calculation”.")

_V = r"the '(?P<column>[\w:. ]+)' value (?:'(?P<name>.*?)' )?is (?:invalid|problematic)\. "
_C = r"the '(?P<column>[\w:. ]+)' value.*"
_SHEET_OF = r"for sheet: '(?P<sheet>\w+)'.*"
#: pyxform's sentence, ours, and a hint; the sentence gives sheet, column and what is filled in
_KNOWN: tuple[tuple[str, str, str | None], ...] = (
    (r"You must have a sheet named '(?P<sheet>survey)'", NO_SHEET, NAME_SHEET),
    (_SHEET_OF + r"not found: '?(?P<column>[^'.]+)'?", NO_COLUMN, HEADER_ROW),
    (
        _SHEET_OF + r"same column were found: '(?P<other>.*?)', '(?P<column>.*?)'",
        ONE_COLUMN_TWICE,
        None,
    ),
    (
        r"for sheet: '(?P<sheet>\w+)'.*missing header row.*mapping for '(?P<column>.*?)'",
        NO_COLUMN,
        HEADER_ROW,
    ),
    (_V + "The name 'meta' is reserved", RESERVED, None),
    (_V + "The name is a case-insensitive", CASE, None),
    (_V + "Questions, groups, and repeats must be unique", TWICE, None),
    (_V + "Repeat names must unique", REPEAT_TWICE, None),
    (_V + "Repeat names must not be the same", REPEAT_ROOT, None),
    (_V + "Reference variables must start with", BAD_REFERENCE, None),
    (
        r"the '(?P<column>[\w:. ]+)' value.*The name '(?P<name>[^']*)' appears more than once",
        AMBIGUOUS,
        RENAME,
    ),
    (
        r"'(?P<column>parameters)' value.*'range' question type, the parameters? '(?P<name>\w+)'",
        RANGE,
        None,
    ),
    (_V + "Choices should have a label", NO_CHOICE_LABEL, None),
    (r"(?P<control>Group|Repeat|Loop) has no label", NO_GROUP_LABEL, None),
    (r"The form_id and id_string column headers are both", BOTH_IDS, None),
    (
        r"When looking for a sheet named '(?P<sheet>\w+)'.*found: (?P<found>.*?)\.",
        SIMILAR_SHEET,
        None,
    ),
    (
        r"The following language declarations.*codes: (?P<languages>.*?)\. Learn",
        NO_LANGUAGE_CODE,
        None,
    ),
    (r"This form uses or_other and translations", OTHER_UNTRANSLATED, None),
    (r"(?P<type>\w+) is no longer supported on most devices", NO_LONGER, None),
    (r"Repeat loop without list name", LOOP_LIST, None),
    (r"Missing calculation", MISSING_CALCULATION, WRITE_FORMULA),
)
_MISSING_COLUMNS = re.compile(
    r"Language '(.*?)' is missing the (\w+) (?:columns? (.*?)|([\w-]+) column)\.(?:\n|$)"
)
#: pyxform's name of what has no language: nobody translates into it
_NO_LANGUAGE = "default"
#: remarks on what has no meaning in a chat
_IDLE = re.compile(r"Use the max-pixels parameter")
_ROW = re.compile(r"\[row : (\d+)\]\s*")
_SHEET = re.compile(r"On the '(\w+)' sheet,? ")


def relay(text: str) -> Iterator[Problem]:
    """pyxform's words as problems: one for each row, or language, that they name."""
    missing = _MISSING_COLUMNS.findall(text)
    if missing:
        for language, sheet, several, one in missing:
            if language != _NO_LANGUAGE:
                params = {"columns": several or one, "language": language}
                yield Problem(Message(NO_COLUMN_IN, params), sheet, 1)
        return
    pieces = _ROW.split(text)
    if pieces[0].strip():
        yield _problem(pieces[0].strip(), None)
    for row, words in zip(pieces[1::2], pieces[2::2], strict=True):
        if not _IDLE.search(words):
            yield _problem(words.strip(), int(row))


def _problem(words: str, row: int | None) -> Problem:
    place = _SHEET.search(words)
    sheet = place[1] if place is not None else "survey" if row is not None else None
    for pattern, msgid, hint in _KNOWN:
        found = re.search(pattern, words, re.DOTALL)
        if found is not None:
            parts = {name: text or "" for name, text in found.groupdict().items()}
            if "control" in parts:
                parts["control"] = parts["control"].lower()
            column = parts.get("column")
            if row is None and column:
                row = 1
            return Problem(
                Message(msgid, parts) if "%(" in msgid else Message(msgid),
                parts.get("sheet", sheet),
                row,
                column,
                Message(hint) if hint else None,
            )
    column = re.search(r"the '([\w:. ]+)' value", words)
    return Problem(
        Message(SAYS, {"text": words}), sheet, row, None if column is None else column[1]
    )
