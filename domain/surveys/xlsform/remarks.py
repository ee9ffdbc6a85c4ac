"""What is allowed but will not go well in a chat: worth a word before publishing."""

import re
from collections.abc import Iterable, Iterator, Mapping

from domain.surveys.defaults import ANY_TIME, default_text
from domain.surveys.form import Form
from domain.surveys.media import ENDINGS, media_type
from domain.surveys.message import N_, Message, plural
from domain.surveys.xlsform.columns import (
    MEDIA,
    Column,
    choice_cells,
    choice_column,
    column,
    known_columns,
)
from domain.surveys.xlsform.outline import Outline
from domain.surveys.xlsform.problems import Problem
from domain.surveys.xlsform.spelling import suggestion
from domain.surveys.xlsform.workbook import Workbook
from domain.surveys.xpath.lint import lint

#: about as much as a button shows on a phone
BUTTON = 30
#: missing translations of one language that are named one by one
MANY = 10

WRONG_DEFAULT = N_(
    "The default “%(default)s” does not fit the type %(type)s: the question begins blank, in ODK"
    " Collect, too."
)
WRITE_DEFAULT = N_("A date is written 2026-03-31, a number 12.5.")
NO_LIST_NAME = N_("This choice has no list name.")
NAME_LIST = N_("Write the list that it belongs to into the column “list_name”.")
NO_TRANSLATION = N_("“%(name)s” has no label in %(language)s.")
NO_TRANSLATIONS = plural(
    "%(n)s row has no label in %(language)s.", "%(n)s rows have no label in %(language)s."
)
LONG_CHOICES = N_(
    "Labels of the list “%(list)s” are longer than a button; they will stand in the text, and "
    "the buttons carry numbers."
)
LONG_LISTS = N_(
    "Labels of these lists are longer than a button; they will stand in the text, and the buttons"
    " carry numbers: %(lists)s."
)
UNKNOWN_COLUMN = N_("XLSForm has no column “%(column)s”; it is not used.")
SAME_LABEL = N_("Two choices of the list “%(list)s” read “%(label)s”: nobody can tell them apart.")
NO_SUCH_CODE = N_("The list “%(list)s” has no choice “%(code)s”, so this is never so.")
NO_MEDIA = N_("The file “%(file)s” is missing; this is shown without it.")
BAD_MEDIA = N_(
    "The file “%(file)s” cannot be shown: it is no picture, sound or video of a known kind, or has"
    " more than 10 MB."
)
SEND_MEDIA = N_(
    "Send it after the form as a file, or send the form and all its files as one archive (.zip)."
)
NO_FILE = N_("The file “%(file)s” is missing; its list is empty.")


def remarks(
    form: Form, workbook: Workbook, lines: Outline, files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Warnings of ours, beside pyxform's."""
    for problem, is_error in logic(form, lines):
        if not is_error:
            yield problem
    yield from _lost_defaults(form, lines)
    yield from _together("survey", _untranslated_questions(form, lines))
    yield from _together("choices", _untranslated_choices(form, workbook))
    yield from _stray_choices(workbook)
    yield from _long_choices(workbook)
    yield from column_remarks(workbook)
    yield from _same_labels(workbook)
    yield from _codes_nobody_can_choose(workbook, lines)
    for file in form.files:
        if file not in files:
            yield Problem(Message(NO_FILE, {"file": file}))
    yield from _media(workbook, lines, files)


def _lost_defaults(form: Form, lines: Outline) -> Iterator[Problem]:
    """Literal defaults that their type cannot hold: Collect, too, leaves the question blank."""
    dynamic = {setvalue.path for setvalue in form.setvalues if not setvalue.trigger}
    for line in lines.lines:
        default, bind = line.cells.get("default", ""), form.binds.get(line.path)
        if not default or bind is None or line.path in dynamic:
            continue
        if default_text(default, bind.datatype, ANY_TIME) is None:
            params = {"default": default, "type": line.type.name}
            message = Message(WRONG_DEFAULT, params)
            yield Problem(message, "survey", line.number, "default", Message(WRITE_DEFAULT))


def _media(workbook: Workbook, lines: Outline, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Pictures, sounds and films of labels that are not there, or no such things."""
    for sheet, row, where, cell in _media_cells(workbook, lines):
        file = cell.rpartition("/")[2].strip()
        if not file or "${" in file:
            continue
        known = file.lower().endswith(ENDINGS)
        if known and file not in files:
            yield Problem(
                Message(NO_MEDIA, {"file": file}), sheet, row, where, Message(SEND_MEDIA)
            )
        elif not known or not media_type(file, files[file]):
            yield Problem(Message(BAD_MEDIA, {"file": file}), sheet, row, where)


def _media_cells(workbook: Workbook, lines: Outline) -> Iterator[tuple[str, int, str, str]]:
    for line in lines.lines:
        for name, cell in line.cells.items():
            if name in MEDIA:
                yield "survey", line.number, name, cell
        for (name, language), cell in line.texts.items():
            if name in MEDIA:
                yield "survey", line.number, f"{name}::{language}", cell
    for row in workbook.sheets["choices"]:
        for header, cell in row.cells.items():
            if choice_column(header).name in MEDIA and str(cell).strip():
                yield "choices", row.number, header, str(cell)


def logic(form: Form, lines: Outline) -> Iterator[tuple[Problem, bool]]:
    """What Collect refuses or decides otherwise than its author may think; True for errors."""
    filters = {
        question.path: question.itemset.nodeset
        for question in form.questions
        if question.itemset is not None
    }
    for path, bind in form.binds.items():
        expressions = {
            "relevant": bind.relevant,
            "constraint": bind.constraint,
            "required": bind.required,
            "read_only": bind.readonly,
            "calculation": bind.calculate,
            "choice_filter": filters.get(path),
        }
        for where, expression in expressions.items():
            for finding in () if expression is None else lint(expression.source):
                problem = Problem(finding.message, "survey", lines.row(path), where)
                yield problem, finding.is_error


def _untranslated_questions(form: Form, lines: Outline) -> Iterator[tuple[int, str, str]]:
    """Of what is shown: nobody reads the label of a calculation, or of `start` and its like."""
    shown = (line for line in lines.lines if line.path in form.by_path)
    for line in shown:
        languages = {language for name, language in line.texts if name == "label"}
        for language in _missing(form, languages):
            yield line.number, line.name, language


def _untranslated_choices(form: Form, workbook: Workbook) -> Iterator[tuple[int, str, str]]:
    for row in workbook.sheets["choices"]:
        columns = {choice_column(header): value for header, value in row.cells.items()}
        languages = {found.language for found in columns if found.name == "label"}
        for language in _missing(form, languages):
            yield row.number, columns.get(Column("name"), ""), language


def _missing(form: Form, languages: set[str]) -> list[str]:
    """The form's languages that a labelled row has no label in."""
    if not languages:
        return []
    if "" in languages:
        languages = languages | {form.default_language}
    return [language for language in form.languages if language not in languages]


def _together(sheet: str, missing: Iterable[tuple[int, str, str]]) -> Iterator[Problem]:
    """Missing translations: each, where they are few; else one word for a language."""
    by_language: dict[str, list[tuple[int, str]]] = {}
    for row, name, language in missing:
        by_language.setdefault(language, []).append((row, name))
    for language, rows in by_language.items():
        where = f"label::{language}"
        if len(rows) > MANY:
            message = Message(
                NO_TRANSLATIONS[0], {"language": language}, NO_TRANSLATIONS[1], len(rows)
            )
            yield Problem(message, sheet, rows[0][0], where)
            continue
        for row, name in rows:
            message = Message(NO_TRANSLATION, {"name": name, "language": language})
            yield Problem(message, sheet, row, where)


def _long_choices(workbook: Workbook) -> Iterator[Problem]:
    long: dict[str, int] = {}
    for row in workbook.sheets["choices"]:
        columns = {choice_column(header): value for header, value in row.cells.items()}
        labels = [value for found, value in columns.items() if found.name == "label"]
        if any(len(label) > BUTTON for label in labels):
            long.setdefault(columns.get(Column("list_name"), ""), row.number)
    if len(long) > 1:
        lists = Message(LONG_LISTS, {"lists": ", ".join(long)})
        yield Problem(lists, "choices", min(long.values()), "label")
        return
    for list_name, row_number in long.items():
        yield Problem(Message(LONG_CHOICES, {"list": list_name}), "choices", row_number, "label")


def column_remarks(workbook: Workbook) -> Iterator[Problem]:
    """Columns of the survey sheet that XLSForm does not know, which are mostly misspelt ones."""
    headers = dict.fromkeys(header for row in workbook.sheets["survey"] for header in row.cells)
    known = known_columns()
    for header in headers:
        name = column(header).name
        if name not in known and "::" not in name and not name.startswith(("_", "$", "#")):
            hint = suggestion(name, known)
            if hint is not None:  # columns of one's own are allowed and common
                yield Problem(
                    Message(UNKNOWN_COLUMN, {"column": header}), "survey", 1, header, hint
                )


def _stray_choices(workbook: Workbook) -> Iterator[Problem]:
    """Choices of no list, which nobody is offered."""
    for row in workbook.sheets["choices"]:
        cells = choice_cells(row.cells)
        if cells.get("name") and not cells.get("list_name"):
            hint = Message(NAME_LIST)
            yield Problem(Message(NO_LIST_NAME), "choices", row.number, "list_name", hint)


def _same_labels(workbook: Workbook) -> Iterator[Problem]:
    seen: set[tuple[str, str, str]] = set()
    for row in workbook.sheets["choices"]:
        cells = {choice_column(header): value for header, value in row.cells.items()}
        list_name = cells.get(Column("list_name"), "")
        others = [value for found, value in cells.items() if found.name not in ("label", "name")]
        for found, value in cells.items():
            # a filter may keep apart what reads alike: districts of one name in two oblasts
            if found.name == "label" and value.strip() and len(others) <= 1:
                key = (list_name, found.language, " ".join(value.split()).casefold())
                if key in seen:
                    message = Message(SAME_LABEL, {"list": list_name, "label": value.strip()})
                    yield Problem(message, "choices", row.number, "label")
                    break
                seen.add(key)


def _codes_nobody_can_choose(workbook: Workbook, lines: Outline) -> Iterator[Problem]:
    """Comparisons of a select with a code that its list does not have."""
    codes: dict[str, set[str]] = {}
    for row in workbook.sheets["choices"]:
        cells = {choice_column(header).name: str(value) for header, value in row.cells.items()}
        codes.setdefault(cells.get("list_name", ""), set()).add(cells.get("name", ""))
    lists = {
        line.name: line.type.list_name
        for line in lines.lines
        if line.type.list_name and line.type.list_name in codes and not line.type.file
    }
    others = {line.name for line in lines.lines if line.type.other}
    for line in lines.lines:
        for where in ("relevant", "constraint", "calculation", "choice_filter", "required"):
            for name, code in _compared(line.cells.get(where, "")):
                known = codes[lists[name]] if name in lists else {code}
                if code not in known and not (code == "other" and name in others):
                    message = Message(NO_SUCH_CODE, {"list": lists[name], "code": code})
                    hint = suggestion(code, known)
                    yield Problem(message, "survey", line.number, where, hint)


_COMPARED = re.compile(
    r"""\$\{\s*(\w+)\s*\}\s*!?=\s*(?:'([^']+)'|"([^"]+)")"""
    r"""|selected\(\s*\$\{\s*(\w+)\s*\}\s*,\s*(?:'([^']+)'|"([^"]+)")\s*\)"""
)


def _compared(source: str) -> Iterator[tuple[str, str]]:
    for groups in _COMPARED.findall(source):
        yield groups[0] or groups[3], groups[1] or groups[2] or groups[4] or groups[5]
