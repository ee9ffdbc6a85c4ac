"""`lanka survey publish|list|close|reopen|…`: published forms on the command line."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from bot.clock import utc_now
from bot.importing import Outcome, import_responses
from bot.publishing import prepare
from bot.settings import database_url
from bot.survey_commands import AsJson, Beside, Workbook, print_json, print_report, report_of
from domain.surveys.imports import ExportError
from domain.surveys.versions import Difference, compare
from storage import forms, schema
from storage.database import Database, open_database
from storage.forms import Forms, Survey
from storage.imports import Target

T = TypeVar("T")

FormId = Annotated[str, typer.Argument(metavar="FORM", help="The form id of a published survey.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands under `lanka survey`."""
    app.command("publish")(publish)
    app.command("list")(list_forms)
    app.command("close")(close)
    app.command("reopen")(reopen)
    app.command("paper")(paper)
    app.command("diff")(diff)
    app.command("import-responses")(import_into)


def with_database(work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the database of DATABASE_URL, its schema up to date."""

    async def run() -> T:
        async with open_database(database_url()) as db:
            await schema.upgrade(db)
            return await work(db)

    return asyncio.run(run())


async def survey_of(db: Database, form: str) -> Survey:
    """The published survey with a form id; a usage error where there is none."""
    survey = await forms.by_form_id(db, form)
    if survey is None:
        known = ", ".join(one.form_id for one in await forms.surveys(db)) or "none"
        raise typer.BadParameter(f"no form {form} is published (published: {known})")
    return survey


def publish(
    file: Workbook,
    yes: Annotated[
        bool, typer.Option("--yes", help="Publish also with questions that a chat leaves out.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Publish a form, or its new version. The same file again changes nothing."""
    report, workbook = asyncio.run(prepare(file.read_bytes(), file.name, Beside(file)))
    published = False
    agreed = yes or not report.unsupported
    if report.form is not None and not agreed and sys.stdin.isatty() and not as_json:
        print_report(report)
        agreed = typer.confirm("Publish without the questions that a chat leaves out?")
    if report.form is not None and workbook is not None and agreed:
        form = report.form

        async def work(db: Database) -> bool:
            return await forms.publish(db, form, workbook, utc_now())

        published = with_database(work)
    if as_json:
        print_json({"published": published, **report.as_json()})
    elif report.form is None:
        print_report(report)
    elif not agreed:
        names = ", ".join(one.name for one in report.unsupported)
        typer.echo(f"not published: a chat leaves out {names}; --yes publishes without them")
    else:
        what = "published" if published else "unchanged: this is the current version already"
        typer.echo(f"{report.form_id} {report.version}: {what}")
    raise typer.Exit(0 if report.form is not None and agreed else 1)


def list_forms(as_json: AsJson = False) -> None:
    """List the published forms."""

    async def work(db: Database) -> list[dict[str, Any]]:
        compiled = Forms(db)
        return [await _described(db, compiled, survey) for survey in await forms.surveys(db)]

    rows = with_database(work)
    if as_json:
        print_json(rows)
        return
    table = Table("form", "title", "version", "state", "deadline", "drafts", "submitted")
    for row in rows:
        table.add_row(
            escape(row["form_id"]),
            escape(row["title"]),
            escape(row["version"]),
            row["state"] if row["accepts"] or row["state"] == "closed" else "past its deadline",
            f"{row['closes_at'][:16].replace('T', ' ')} UTC" if row["closes_at"] else "",
            str(row["responses"]["draft"]),
            str(row["responses"]["submitted"]),
        )
    Console().print(table)


async def _described(db: Database, compiled: Forms, survey: Survey) -> dict[str, Any]:
    form = await compiled.get(survey.version_id)
    return {
        "form_id": survey.form_id,
        "title": form.title,
        "version": form.version,
        "languages": list(form.languages),
        "questions": sum(question.asked for question in form.questions),
        "state": "open" if survey.open else "closed",
        "accepts": survey.accepts(utc_now()),
        "closes_at": survey.closes_at and survey.closes_at.isoformat(),
        "one_response_per": survey.scope,
        "audience": survey.audience,
        "payload": f"s{survey.token}",
        "responses": await forms.response_counts(db, survey.id),
    }


def close(form: FormId, as_json: AsJson = False) -> None:
    """Close a form: nobody can answer or change an answer until it is opened again."""

    async def work(db: Database) -> bool:
        return await forms.close(db, (await survey_of(db, form)).id)

    closed = with_database(work)
    if as_json:
        print_json({"form_id": form, "state": "closed", "changed": closed})
    else:
        typer.echo(f"{form}: {'closed' if closed else 'was closed already'}")


def reopen(form: FormId, as_json: AsJson = False) -> None:
    """Let a closed form take answers again. A deadline that is over goes with it."""

    async def work(db: Database) -> bool:
        return await forms.reopen(db, (await survey_of(db, form)).id, utc_now())

    opened = with_database(work)
    if as_json:
        print_json({"form_id": form, "state": "open", "changed": opened})
    else:
        typer.echo(f"{form}: {'open again' if opened else 'was open already'}")


def diff(form: FormId, file: Workbook, as_json: AsJson = False) -> None:
    """Compare a published form with a file: what publishing it would change."""
    report = report_of(file)
    new = report.form
    if new is None:
        print_report(report)
        raise typer.Exit(1)

    async def work(db: Database) -> tuple[list[Difference], int]:
        survey = await survey_of(db, form)
        compiled = await Forms(db).get(survey.version_id)
        counts = await forms.response_counts(db, survey.id)
        return compare(compiled, new), counts["draft"]

    differences, drafts = with_database(work)
    if as_json:
        changes = [one.as_json() for one in differences]
        print_json({"form_id": form, "changes": changes, "open_responses": drafts})
        return
    table = Table("change", "question", "what")
    for one in differences:
        table.add_row(str(one.change), escape(one.path), escape(one.detail))
    Console().print(table if differences else "no differences")
    typer.echo(f"open responses: {drafts}; they stay in the version they were begun in")


def import_into(
    form: FormId,
    file: Annotated[
        Path,
        typer.Argument(
            help="KoboToolbox's XLSX or CSV export, or ODK Central's archive of CSV files.",
            exists=True,
            dir_okay=False,
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would happen; write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import responses from elsewhere; the exit code is 1 where a row was refused."""
    console = Console(stderr=True)

    async def work(db: Database) -> Outcome:
        survey = await survey_of(db, form)
        target = Target(survey.id, survey.version_id, survey.scope)
        compiled = await Forms(db).get(survey.version_id)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("responses")
            return await import_responses(
                db,
                compiled,
                target,
                file.read_bytes(),
                file.name,
                utc_now(),
                dry_run=dry_run,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )

    try:
        outcome = with_database(work)
    except ExportError as error:
        typer.echo(f"{file.name}: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        print_json(outcome.as_json())
    else:
        _print_outcome(outcome)
    raise typer.Exit(1 if outcome.refused else 0)


def _print_outcome(outcome: Outcome) -> None:
    console = Console()
    would = "would be imported" if outcome.dry_run else "imported"
    made = "to make" if outcome.dry_run else "made"
    console.print(
        f"{outcome.form_id}: {outcome.rows} rows, {outcome.imported} {would}, "
        f"{outcome.already} were there already, {outcome.refused_rows} refused, "
        f"{outcome.organisations_made} organisations {made}"
    )
    for name, headers in outcome.unknown.items():
        console.print(
            f"columns of “{escape(name)}” that the form has not: {escape(', '.join(headers))}"
        )
    for title, found in (("refused", outcome.refused), ("worth a look", outcome.notes)):
        if found:
            table = Table("row", "question", "value", "reason", title=title)
            for submission, one in found:
                cells = (str(submission.row), one.path, one.value, str(one.message))
                table.add_row(*map(escape, cells))
            console.print(table)


def paper(
    form: FormId,
    out: Annotated[Path, typer.Option("-o", "--out", help="The PDF to write.", dir_okay=False)],
    lang: Annotated[str, typer.Option(help="uk or en.")] = "uk",
) -> None:
    """All questions of a published form as PDF."""
    from dialogs.i18n import LANGUAGES, Translator
    from dialogs.paper.build import questions_pdf

    if lang not in LANGUAGES:
        raise typer.BadParameter(f"--lang {lang}: {' or '.join(LANGUAGES)} is expected")

    async def work(db: Database) -> bytes:
        survey = await survey_of(db, form)
        compiled = await Forms(db).get(survey.version_id)
        return await asyncio.to_thread(questions_pdf, compiled, Translator(lang), utc_now())

    out.write_bytes(with_database(work))
    typer.echo(f"{out}")
