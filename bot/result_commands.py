"""`lanka survey results …`: what came out of a survey, on the command line.

The operator sees everything here: small groups are hidden in what is shown or sent to others, not
in these commands.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.settings import database_url
from bot.survey_commands import AsJson
from domain.surveys.results.codebook import Variable
from domain.surveys.results.figures import Figures
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


def show_results(form: FormId, by: By = None, as_json: AsJson = False) -> None:
    """Count a survey's answers: every question and calculation, all groups however small."""

    async def work(db: Database, study: Study) -> tuple[Figures, dict[str, Figures] | None]:
        variables = study.codebook.variables
        total = await results.figures(db, study.population, variables)
        if by is None:
            return total, None
        question = groupable(study, by)
        return total, await results.figures_by(db, study.population, variables, question)

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


def add_to(app: typer.Typer) -> None:
    """Put the commands beside those for forms, under `lanka survey`."""
    app.command("results")(show_results)


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
