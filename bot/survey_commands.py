"""`lanka survey …`: forms on the command line, with the same code as in the chat."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.surveys.walk import Walk, walk
from domain.surveys.xlsform import Problem, Report
from domain.surveys.xlsform.worker import check_apart

app = typer.Typer(help="Survey forms: XLSForm workbooks.", no_args_is_help=True)

#: where the clock of a form stands unless --now says otherwise
ZONE = ZoneInfo("Europe/Kyiv")

Workbook = Annotated[
    Path,
    typer.Argument(help="An XLSForm: .xlsx, .xls, .csv or .md.", exists=True, dir_okay=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@app.command()
def check(file: Workbook, as_json: AsJson = False) -> None:
    """Check a form; the exit code is 1 where it is not valid."""
    report = report_of(file)
    if as_json:
        print_json(report.as_json())
    else:
        print_report(report)
    raise typer.Exit(0 if report.ok else 1)


@app.command("walk")
def walk_form(
    file: Workbook,
    answers: Annotated[
        Path,
        typer.Option(
            help="JSON: answers by question name; a repeat's as a list of objects.",
            exists=True,
            dir_okay=False,
        ),
    ],
    as_json: AsJson = False,
    now: Annotated[
        str | None, typer.Option(help="ISO date and time at which the form's clock stands.")
    ] = None,
) -> None:
    """Play a form with given answers, as the chat would; the exit code is 1 for a broken form."""
    given = _answers(answers)
    moment = _moment(now)
    report = report_of(file)
    if report.form is None:
        _print_problems(Console(stderr=True), "errors", report.errors)
        raise typer.Exit(1)
    done = walk(report.form, given, now=moment)
    if as_json:
        print_json(done.as_json())
    else:
        _print_walk(done)


class Beside(Mapping[str, bytes]):
    """The files in a form's folder by name: lists that it refers to."""

    def __init__(self, form: Path) -> None:
        self._folder = form.parent

    def __getitem__(self, name: str) -> bytes:
        path = self._folder / Path(name).name
        if not path.is_file():
            raise KeyError(name)
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self._folder.iterdir() if path.is_file())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def report_of(file: Path) -> Report:
    """The report of a form, checked as the chat does it: apart, within limits."""
    return asyncio.run(check_apart(file.read_bytes(), file.name, Beside(file)))


def _answers(file: Path) -> Mapping[str, object]:
    try:
        given = json.loads(file.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{file} is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise typer.BadParameter(f"{file} must hold an object: answers by question name")
    return given


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(ZONE)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"--now {text}: {error}") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZONE)


def print_json(value: object) -> None:
    """Print a value for scripts."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_report(report: Report) -> None:
    """Print a report for people."""
    console = Console()
    verdict = "valid" if report.ok else "not valid"
    console.print(f"{escape(report.title or '(no title)')}: {verdict}")
    console.print(
        f"form id {escape(report.form_id or '–')}, version {escape(report.version or '–')}, "
        f"languages {escape(', '.join(report.languages) or '–')}, questions {report.questions}"
    )
    _print_problems(console, "errors", report.errors)
    _print_problems(console, "warnings", report.warnings)
    if report.unsupported:
        table = Table("row", "type", "name", title="left out in a chat")
        for one in report.unsupported:
            table.add_row(str(one.row or ""), escape(one.type), escape(one.name))
        console.print(table)


def _print_problems(console: Console, title: str, problems: tuple[Problem, ...]) -> None:
    if not problems:
        return
    table = Table("sheet", "row", "column", "message", title=title)
    for problem in problems:
        row = "" if problem.row is None else str(problem.row)
        cells = (problem.sheet or "", row, problem.column or "", str(problem.message))
        table.add_row(*map(escape, cells))
    console.print(table)


def _print_walk(done: Walk) -> None:
    console = Console()
    table = Table("question", "value", title="asked")
    for path in done.asked:
        table.add_row(escape(path), escape(done.response.kept(path)))
    console.print(table)
    for one in done.refused:
        console.print(
            f"refused {escape(one.path)} = {escape(one.value)}: {escape(str(one.message))}"
        )
    console.print("complete" if done.response.complete else "not complete")
