"""What is allowed but will not go well in a chat: worth a word before publishing."""

from collections.abc import Iterable, Iterator, Mapping

from domain.surveys.form import Form
from domain.surveys.message import N_, Message, plural
from domain.surveys.xlsform.columns import Column, choice_column
from domain.surveys.xlsform.outline import Outline
from domain.surveys.xlsform.problems import Problem
from domain.surveys.xlsform.workbook import Workbook
from domain.surveys.xpath.lint import lint

#: about as much as a button shows on a phone
BUTTON = 30
#: missing translations of one language that are named one by one
MANY = 10

NO_TRANSLATION = N_("“%(name)s” has no label in %(language)s.")
NO_TRANSLATIONS = plural(
    "%(n)s row has no label in %(language)s.", "%(n)s rows have no label in %(language)s."
)
LONG_CHOICES = N_(
    "Labels of the list “%(list)s” are longer than a button; they will stand in the text, and "
    "the buttons carry numbers."
)
NO_FILE = N_("The file “%(file)s” is missing; its list is empty.")


def remarks(
    form: Form, workbook: Workbook, lines: Outline, files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Warnings of ours, beside pyxform's."""
    for problem, is_error in logic(form, lines):
        if not is_error:
            yield problem
    yield from _together("survey", _untranslated_questions(form, lines))
    yield from _together("choices", _untranslated_choices(form, workbook))
    yield from _long_choices(workbook)
    for file in form.files:
        if file not in files:
            yield Problem(Message(NO_FILE, {"file": file}))


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
    for line in lines.lines:
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
    for list_name, row_number in long.items():
        yield Problem(Message(LONG_CHOICES, {"list": list_name}), "choices", row_number, "label")
