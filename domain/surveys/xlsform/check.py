"""Checking a workbook: everything that an organiser should know before publishing it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.surveys.defaults import ANY_TIME
from domain.surveys.form import Form, Kind
from domain.surveys.message import N_, Message
from domain.surveys.response import Response
from domain.surveys.xform import Fault, FormError, compile_form
from domain.surveys.xlsform.columns import choice_cells
from domain.surveys.xlsform.convert import convert
from domain.surveys.xlsform.expressions import BREAK_CYCLE, CYCLE, syntax_hint, unread_logic
from domain.surveys.xlsform.outline import Outline, outline, settings_of
from domain.surveys.xlsform.prechecks import precheck
from domain.surveys.xlsform.problems import Problem, UnreadableError, WorkbookError
from domain.surveys.xlsform.remarks import column_remarks, logic, remarks
from domain.surveys.xlsform.workbook import Workbook, open_workbook

FAILS = N_(
    "ODK Collect cannot open the form: “%(expression)s” fails at its very beginning, while all is"
    " blank. The reason: %(reason)s."
)
MEND_VALUES = N_("Check what stands in the brackets: a list, a path, a date, the type.")
HALF_LIST = N_(
    "The list “%(list)s” has no “%(column)s” in its first row, so ODK Collect cannot open the"
    " form."
)
LABEL_IT = N_("Write what people will read into the column “label”.")
NAME_COLUMNS = N_("Name the columns of the file with the parameters value=COLUMN label=COLUMN.")
NO_ROWS = N_("The sheet “survey” has no questions below its headers.")


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A question that a chat cannot put; it is left out."""

    row: int | None
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was understood of a workbook, and what is wrong with it.

    `questions` counts what is put to a person. `form` and `xform` are there when the form is valid
    (`ok`), which one with unsupported questions can be, too.
    """

    form_id: str
    title: str
    version: str
    languages: tuple[str, ...] = ()
    questions: int = 0
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    form: Form | None = None
    xform: str = ""

    @property
    def ok(self) -> bool:
        """Whether the form can be published."""
        return not self.errors

    def as_json(self) -> dict[str, object]:
        """The shape of `lanka survey check --json`."""
        return {
            "ok": self.ok,
            "form_id": self.form_id,
            "title": self.title,
            "version": self.version,
            "languages": list(self.languages),
            "questions": self.questions,
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
            "unsupported": [
                {"row": one.row, "type": one.type, "name": one.name} for one in self.unsupported
            ],
        }


def check_workbook(data: bytes, name: str, files: Mapping[str, bytes] | None = None) -> Report:
    """Check a file called `name` and, where it is valid, compile its form.

    `files` are attachments by name (CSV lists). Takes up to seconds for a large workbook: call it
    in a worker.
    """
    try:
        workbook = open_workbook(data, name)
    except UnreadableError as error:
        return Report("", "", "", errors=(error.problem,))
    lines = outline(workbook)
    found = [*workbook.duplicates]
    names = [name.lower() for name in workbook.definition.sheet_names or ()]
    if workbook.sheets["survey"]:
        found += precheck(workbook, lines)
    elif "survey" in names:
        found.append(Problem(Message(NO_ROWS), "survey", 2))
    conversion = convert(workbook)
    if not conversion.xform:  # else the compiled form says it
        found += unread_logic(lines)
    errors = [*found, *_unknown_to(found, conversion.errors)]
    form: Form | None = None
    if conversion.xform:
        try:
            form = compile_form(conversion.xform, files)
        except FormError as error:
            errors += [_of_fault(fault, lines) for fault in error.faults]
    if form is None:
        return _failed(workbook, errors, (*conversion.warnings, *column_remarks(workbook)))
    errors += _cycles(form, lines)
    errors += [problem for problem, is_error in logic(form, lines) if is_error]
    if not errors:
        errors += [*_half_lists(form, workbook, lines), *_tried(form, lines)]
    return Report(
        form_id=form.form_id,
        title=form.title,
        version=form.version,
        languages=form.languages,
        questions=sum(question.asked for question in form.questions),
        errors=tuple(errors),
        warnings=(*conversion.warnings, *remarks(form, workbook, lines, files or {})),
        unsupported=tuple(_unsupported(form, lines)),
        form=None if errors else form,
        xform="" if errors else conversion.xform,
    )


def read_workbook(data: bytes, name: str, files: Mapping[str, bytes] | None = None) -> Report:
    """The report of a valid form; raises WorkbookError for any other."""
    report = check_workbook(data, name, files)
    if not report.ok:
        raise WorkbookError(report.errors)
    return report


def _unknown_to(ours: list[Problem], theirs: tuple[Problem, ...]) -> list[Problem]:
    """pyxform's errors, without those that we have found and worded ourselves.

    It stops at its first one, so one without a row is ours in other words if we have any.
    """
    rows = {(problem.sheet, problem.row) for problem in ours}
    return [
        problem
        for problem in theirs
        if not ours or (problem.row is not None and (problem.sheet, problem.row) not in rows)
    ]


def _of_fault(fault: Fault, lines: Outline) -> Problem:
    row = lines.row(fault.path)
    if row is None:
        return Problem(fault.message)
    line = lines.by_path.get(fault.path)
    source = line.cells.get(fault.column, "") if line is not None else ""
    hint = syntax_hint(source) if source else None
    return Problem(fault.message, "survey", row, fault.column or None, hint)


def _failed(workbook: Workbook, errors: list[Problem], warnings: tuple[Problem, ...]) -> Report:
    settings = settings_of(workbook)
    form_id = settings.get("form_id") or settings.get("id_string") or ""
    return Report(
        form_id=form_id,
        title=settings.get("form_title") or settings.get("title") or form_id,
        version=settings.get("version", ""),
        errors=tuple(errors),
        warnings=warnings,
    )


def _cycles(form: Form, lines: Outline) -> Iterator[Problem]:
    for cycle in form.cycles:
        names = [path.rpartition("/")[2] for path in cycle]
        message = Message(CYCLE, {"names": " → ".join([*names, names[0]])})
        row = lines.row(cycle[0])
        line = lines.by_path.get(cycle[0])
        where = "calculation" if line is not None and "calculation" in line.cells else "relevant"
        yield Problem(message, "survey", row, where, Message(BREAK_CYCLE))


def _half_lists(form: Form, workbook: Workbook, lines: Outline) -> Iterator[Problem]:
    """Lists whose first item has no label, or no name: JavaRosa looks for both there."""
    first: dict[str, int] = {}
    for row in workbook.sheets["choices"]:
        first.setdefault(choice_cells(row.cells).get("list_name", ""), row.number)
    told: set[tuple[str, str]] = set()
    for question in form.questions:
        itemset = question.itemset
        items = form.instances.get(itemset.instance) if itemset is not None else None
        if itemset is None or items is None or not items.children:
            continue
        for column in (itemset.value, itemset.label):
            name = itemset.instance
            if items.children[0].child(column) is not None or (name, column) in told:
                continue
            told.add((name, column))
            message = Message(HALF_LIST, {"list": name, "column": column})
            if name in first:
                yield Problem(message, "choices", first[name], column, Message(LABEL_IT))
            else:
                row_number = lines.row(question.path)
                yield Problem(message, "survey", row_number, "parameters", Message(NAME_COLUMNS))


def _tried(form: Form, lines: Outline) -> Iterator[Problem]:
    """What fails as soon as the form is opened."""
    for failure in Response(form, now=ANY_TIME).failures():
        params = {"expression": failure.source.strip(), "reason": failure.reason}
        message = Message(FAILS, params)
        line = lines.by_path.get(failure.path)
        if failure.path.endswith("/meta/instanceName"):
            yield Problem(message, "settings", 2, "instance_name", Message(MEND_VALUES))
        else:
            counts = line is None and failure.path.endswith("_count")
            column = "repeat_count" if counts else failure.column
            row = lines.row(failure.path)
            yield Problem(message, "survey", row, column, Message(MEND_VALUES))


def _unsupported(form: Form, lines: Outline) -> Iterator[Unsupported]:
    paths = {question.path for question in form.questions if question.kind is Kind.UNSUPPORTED}
    for line in lines.lines:
        if line.unsupported or line.path in paths:
            yield Unsupported(line.number, line.type.name, line.name)
