"""Forms of the tests: the fixtures compiled once, and small ones written in place."""

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.surveys.form import Form
from domain.surveys.response import Response
from domain.surveys.xlsform import Report, check_workbook

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "forms"
VALUE_CHAIN = ROOT / "content" / "surveys" / "value_chain.xlsx"
NOW = datetime(2026, 3, 12, 9, 30, tzinfo=ZoneInfo("Europe/Kyiv"))


@cache
def report(path: Path) -> Report:
    """The report of a workbook, with the CSV files beside it."""
    files = {file.name: file.read_bytes() for file in path.parent.glob("*.csv")}
    return check_workbook(path.read_bytes(), path.name, files)


def compiled(path: Path) -> Form:
    """The form of a workbook; fails where it has errors."""
    form = report(path).form
    assert form is not None, report(path).errors
    return form


def fixture(name: str) -> Form:
    """The form of a fixture."""
    return compiled(FIXTURES / f"{name}.md")


@cache
def survey(rows: str, choices: str = "") -> Form:
    """A form written in place: a table of the survey sheet, and one of the choices sheet."""
    checked = check_workbook(workbook(rows, choices), "small.md")
    assert checked.form is not None, checked.errors
    return checked.form


def workbook(rows: str, choices: str = "") -> bytes:
    """A Markdown workbook of two tables, whose first lines are the headers."""
    sheets = [("survey", rows), ("choices", choices)]
    lines: list[str] = []
    for name, table in sheets:
        if table.strip():
            lines.append(f"| {name} |")
            lines += [f"| | {line.strip()} |" for line in table.strip().splitlines()]
    return "\n".join(lines).encode()


def response(form: Form, answers: dict[str, str] | None = None) -> Response:
    """A response in which answers (by path) were taken one after another."""
    made = Response(form, now=NOW)
    for path, value in (answers or {}).items():
        refusal = made.accept(path, value)
        assert refusal is None, (path, value, str(refusal))
    return made
