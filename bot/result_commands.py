"""`lanka survey results …`: what came out of a survey, on the command line.

The operator sees everything here: small groups are hidden in what is shown or sent to others, not
in these commands.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.settings import database_url
from bot.survey_commands import AsJson
from dialogs.exports import FORMATS, GRAPHS, SUFFIXES, export
from dialogs.exports.tables import Choices
from dialogs.i18n import LANGUAGES, Translator
from dialogs.results import rounds
from dialogs.results.reader import Reader
from domain.surveys.results.chain import chain
from domain.surveys.results.codebook import Variable
from domain.surveys.results.figures import Figures
from domain.surveys.results.rounds import changes
from storage import forms, results, schema
from storage.database import Database, open_database
from storage.forms import Forms
from storage.results import Study

T = TypeVar("T")

FormId = Annotated[str, typer.Argument(metavar="FORM", help="The form id of a published survey.")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="QUESTION", help="Also by the answers to this question."),
]

Round = Annotated[
    str | None,
    typer.Option("--round", metavar="FORM", help="Beside an earlier round: another form's id."),
]


def show_results(
    form: FormId, by: By = None, earlier: Round = None, as_json: AsJson = False
) -> None:
    """Count a survey's answers: every question and calculation, all groups however small."""
    if earlier is not None:
        if by is not None:
            raise typer.BadParameter("--by and --round cannot be combined")
        _show_rounds(form, earlier, as_json=as_json)
        return

    async def work(db: Database, study: Study) -> tuple[Figures, dict[str, Figures] | None]:
        variables = study.codebook.variables
        if by is None:
            return await results.figures(db, study.population, variables), None
        question = groupable(study, by)
        return await results.figures_by(db, study.population, variables, question)

    total, groups = with_study(form, work)
    if as_json:
        shape: dict[str, object] = {"form_id": form, **total.as_json()}
        if groups is not None:
            shape["groups"] = {
                code: {"form_id": form, **group.as_json()} for code, group in groups.items()
            }
        typer.echo(json.dumps(shape, ensure_ascii=False, indent=2))
        return
    console = Console()
    _print(console, f"{form}: {total.responses} responses", total)
    for code, group in (groups or {}).items():
        _print(console, f"{by} = {code}: {group.responses} responses", group)


def _show_rounds(form: str, earlier: str, *, as_json: bool) -> None:
    async def work(db: Database, study: Study) -> tuple[Figures, Figures]:
        return await rounds.both(db, await _round(db, earlier), study)

    before, after = with_study(form, work)
    found = changes(before, after)
    if as_json:
        shape: dict[str, object] = {"form_id": form, **after.as_json()}
        shape["round"] = {
            "form_id": earlier,
            "responses": before.responses,
            "changes": {name: change.as_json() for name, change in found.items()},
        }
        typer.echo(json.dumps(shape, ensure_ascii=False, indent=2))
        return
    table = Table(
        "question", "n", "code", "before", "after", "points",
        title=f"{earlier} ({before.responses}) → {form} ({after.responses})",
    )  # fmt: skip
    for name, change in found.items():
        n = f"{change.before.answered} → {change.after.answered}"
        for code, (old, new) in change.shares.items():
            points = f"{change.points[code]:+.1f}"
            table.add_row(escape(name), n, escape(code), f"{old:.0%}", f"{new:.0%}", points)
        if change.mean is not None:
            means = [
                f"{one.mean:.4g}" for one in (change.before, change.after) if one.mean is not None
            ]
            table.add_row(escape(name), n, "mean", *means, f"{change.mean:+.4g}")
    Console().print(table)


async def _round(db: Database, form_id: str) -> Study:
    survey = await forms.by_form_id(db, form_id)
    if survey is None:
        raise typer.BadParameter(f"--round: no form {form_id} is published")
    return await results.study(db, Forms(db), survey)


def export_responses(
    form: FormId,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    kind: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            help="xlsx, csv (a zip), sav (SPSS), jsonl, graphml, edges (CSV of the partnership"
            " graph) or xml (ODK submissions); else what the file's name says.",
        ),
    ] = None,
    language: Annotated[str, typer.Option("--lang", help="Language of labels: uk or en.")] = "uk",
    labels: Annotated[
        bool, typer.Option("--labels/--codes", help="Labels of choices instead of their codes.")
    ] = False,
    personal: Annotated[
        bool,
        typer.Option("--personal", help="Names, contacts and free texts too; else left blank."),
    ] = False,
) -> None:
    """Write the responses that count to a file, with KoboToolbox's column names."""
    wanted = kind or SUFFIXES.get(output.suffix.lower())
    if wanted not in FORMATS:
        raise typer.BadParameter(f"--format: one of {', '.join(FORMATS)}")
    choices = Choices(reading(language), labels=labels, personal=personal)

    async def work(db: Database, study: Study) -> int:
        if wanted in GRAPHS and not chain(study.codebook).has_links:
            raise typer.BadParameter(f"{form} asks for no partners, so there is no graph")
        return await export(db, study, output, wanted, choices)

    typer.echo(f"{output}: {with_study(form, work)} responses")


def write_report(
    form: FormId,
    output: Annotated[Path, typer.Option("--output", "-o", help="The PDF to write.")],
    language: Annotated[str, typer.Option("--lang", help="uk or en.")] = "uk",
    earlier: Round = None,
) -> None:
    """Typeset the report of a survey; small groups are hidden in it.

    Without --round the newest earlier survey that asks at least half of the same is the round
    before, if there is one.
    """
    from dialogs.report.build import report  # draws and typesets: half a second to import

    tr = Translator(reading(language))

    async def work(db: Database, study: Study) -> bytes:
        reader = Reader.of(study.codebook, tr, datetime.now(UTC))
        if earlier is None:
            return await report(db, study, reader, await rounds.before(db, Forms(db), study))
        return await report(db, study, reader, await _round(db, earlier))

    output.write_bytes(with_study(form, work))
    typer.echo(str(output))


def reading(language: str) -> str:
    """A language that Lanka speaks, or a sentence that says which ones it does."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"--lang: one of {', '.join(LANGUAGES)}")
    return language


def add_to(app: typer.Typer) -> None:
    """Put the commands beside those for forms, under `lanka survey`."""
    app.command("results")(show_results)
    app.command("export")(export_responses)
    app.command("report")(write_report)


def with_study(form: str, work: Callable[[Database, Study], Awaitable[T]]) -> T:
    """Open the database, find the survey, and do something with it."""

    async def run() -> T:
        async with open_database(database_url()) as db:
            await schema.upgrade(db)
            survey = await forms.by_form_id(db, form)
            if survey is None:
                known = ", ".join(one.form_id for one in await forms.surveys(db)) or "none"
                raise typer.BadParameter(f"no form {form} is published (published: {known})")
            return await work(db, await results.study(db, Forms(db), survey))

    return asyncio.run(run())


def groupable(study: Study, name: str) -> Variable:
    """The question to group by, or a sentence that says why not."""
    question = study.codebook.find(name)
    if question is None:
        raise typer.BadParameter(f"{study.survey.form_id} has no question {name}")
    if not question.groups:
        raise typer.BadParameter(f"{name} is of type {question.type}: its answers are no groups")
    return question


def _print(console: Console, title: str, figures: Figures) -> None:
    table = Table("question", "type", "asked", "answered", "counts", "mean", "median", title=title)
    for name, one in figures.questions.items():
        shares = one.shares
        counts = ", ".join(f"{code} {n} ({shares[code]:.0%})" for code, n in one.counts.items())
        numbers = ["" if x is None else f"{x:.4g}" for x in (one.mean, one.median)]
        table.add_row(
            escape(name),
            one.variable.type,
            str(one.asked),
            str(one.answered),
            escape(counts),
            *numbers,
        )
    console.print(table)
