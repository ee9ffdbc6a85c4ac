"""`lanka funding ask` and `gaps`: the assistant on the command line, with the chat's own code."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from bot.funding_commands import prepared
from domain.funding.assistant import Answer, Assistant
from domain.funding.search.intent import guess_language

Question = Annotated[str | None, typer.Argument(help="The question, in Ukrainian or English.")]
Lang = Annotated[
    str | None,
    typer.Option(help="The reader's language, uk or en; else the question's own."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Batch = Annotated[
    Path | None,
    typer.Option(
        help="JSON lines, each an object with q and (optionally) lang; one answer a line.",
        exists=True,
        dir_okay=False,
        allow_dash=True,
    ),
]


def ask(
    text: Question = None, lang: Lang = None, as_json: AsJson = False, batch: Batch = None
) -> None:
    """Answer a question about EU funding from the articles; says so where it does not know."""
    if (text is None) == (batch is None):
        raise typer.BadParameter("give either a question or --batch FILE")
    _check_language(lang, "--lang")
    assistant = asyncio.run(_assistant())
    if batch is not None:
        for question, language in _questions(batch):
            answer = assistant.ask(question, language or lang or guess_language(question))
            typer.echo(json.dumps(answer.as_json(), ensure_ascii=False))
        return
    question = text or ""
    answer = assistant.ask(question, lang or guess_language(question))
    if as_json:
        typer.echo(json.dumps(answer.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(answer)


def gaps(as_json: AsJson = False) -> None:
    """List what people asked and the assistant could not answer, like beside like."""
    from domain.funding.gaps import Gap
    from domain.funding.gaps import gaps as group
    from storage import asking, schema
    from storage.database import open_database

    async def work() -> list[Gap]:
        async with open_database(prepared().database_url) as database:
            await schema.upgrade(database)
            return group(await asking.unanswered(database))

    found = asyncio.run(work())
    if as_json:
        typer.echo(json.dumps([_gap(gap) for gap in found], ensure_ascii=False, indent=2))
        return
    console = Console()
    if not found:
        console.print("Nothing was asked that the assistant could not answer.")
    for gap in found:
        first, *others = gap.questions
        last = f"{gap.last:%Y-%m-%d}"
        console.print(f"[bold]{gap.times} ×[/bold] {escape(first.text)} [dim]({last})[/dim]")
        for other in others:
            console.print(f"     {escape(other.text)}", highlight=False)


def _gap(gap: Any) -> dict[str, Any]:
    return {
        "times": gap.times,
        "last": gap.last.isoformat(),
        "questions": [
            {"q": one.text, "lang": one.language, "times": one.times} for one in gap.questions
        ],
    }


def add_to(app: typer.Typer) -> None:
    """Put the commands under `lanka funding`."""
    app.command()(ask)
    app.command()(gaps)


async def _assistant() -> Assistant:
    """The articles as the chat has them: files, and what organisers changed, where there is a
    database."""
    from storage.library import open_shelf

    return (await open_shelf(prepared().database_url)).assistant


def _questions(batch: Path) -> Iterator[tuple[str, str | None]]:
    text = sys.stdin.read() if str(batch) == "-" else batch.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        where = f"{batch}, line {number}"
        try:
            asked = json.loads(line)
        except ValueError as error:
            raise typer.BadParameter(f"{where}: not JSON: {error}") from error
        if not isinstance(asked, dict) or not isinstance(asked.get("q"), str):
            raise typer.BadParameter(f'{where}: expected {{"q": "…", "lang": "uk"}}')
        language = asked.get("lang")
        _check_language(language, where)
        yield asked["q"], language


def _check_language(language: object, where: str) -> None:
    if language not in (None, "uk", "en"):
        raise typer.BadParameter(f"{where}: the language is uk or en, not {language}")


def _print(answer: Answer) -> None:
    console = Console()
    if answer.kind == "greeting":
        console.print("Hello! Ask about EU funding, in Ukrainian or English.")
        return
    if not answer.answered:
        console.print("I do not know. An organiser can answer in the chat: “Ask a person”.")
        return
    for result in answer.results:
        console.print(f"[bold]{escape(result.title)}[/bold]  [dim]{result.id}[/dim]")
        console.print(escape(result.passage), highlight=False)
        console.print(f"[dim]{result.section}, as of {result.as_of}: {result.url}[/dim]\n")
