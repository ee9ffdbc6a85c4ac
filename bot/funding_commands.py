"""`lanka funding`: articles checked, and who may apply for what."""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from pydantic import ValidationError

from bot.settings import ROOT, Settings, for_a_command
from domain.funding.corrections import write
from domain.funding.eligibility import Judgement, Profile, judge_all
from domain.funding.library import THESAURUS, load, load_thesaurus
from domain.funding.search import dictionary
from domain.funding.survey import FILE as SURVEY
from domain.funding.survey import read_survey
from storage.library import open_shelf

app = typer.Typer(help="Articles about EU funding and support.", no_args_is_help=True)

CONTENT = ROOT / "content" / "funding"
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lang = Literal["uk", "en"]
VERDICTS = ("eligible", "conditional", "not_eligible")


def prepared() -> Settings:
    """The settings of a command; the dictionaries are kept where CACHE_DIR says."""
    settings = for_a_command()
    dictionary.keep_in(settings.cache_dir)
    return settings


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder with the articles.")] = CONTENT,
) -> None:
    """Check every article, search.yaml and survey.yaml: file, field, and what is wrong; then
    exits with 1."""
    prepared()
    library = load(folder)
    faults = [*library.faults, *load_thesaurus(folder)[1], *read_survey(folder)[1]]
    for fault in faults:
        typer.echo(str(fault))
    broken = len({fault.file for fault in faults})
    typer.echo(f"{len(library.articles)} articles are right, {broken} files are not")
    if faults or not library.articles:
        raise typer.Exit(1)


@app.command()
def dump(
    folder: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the files.", file_okay=False)
    ] = Path("data/funding"),
) -> None:
    """Write the articles out as files, with what organisers corrected in the chat."""
    shelf = asyncio.run(open_shelf(prepared().database_url))
    changed = {one.article for one in shelf.corrections}
    folder.mkdir(parents=True, exist_ok=True)
    for article in shelf.articles.values():
        file, kept = f"{article.id}.md", CONTENT / f"{article.id}.md"
        # A file without corrections stays as its author laid it out.
        text = write(article) if article.id in changed else kept.read_text(encoding="utf-8")
        (folder / file).write_text(text, encoding="utf-8")
    for fault in load(CONTENT).faults:
        typer.echo(f"left out: {fault}", err=True)
    for file in (THESAURUS, SURVEY):
        if (CONTENT / file).is_file():
            (folder / file).write_bytes((CONTENT / file).read_bytes())
    corrected = len(changed & shelf.articles.keys())
    typer.echo(f"{len(shelf.articles)} articles in {folder}, {corrected} with corrections")


@app.command()
def match(
    profile: Annotated[
        str, typer.Option(help="JSON file with a profile; - is standard input.")
    ] = "",
    batch: Annotated[
        Path | None, typer.Option(help='File with a {"profile": …} a line.', dir_okay=False)
    ] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the reasons.")] = "en",
    json_: Json = False,
) -> None:
    """Tell what an organisation is eligible for, on which conditions, what not, and why."""
    if bool(profile) == (batch is not None):
        raise typer.BadParameter("give either --profile or --batch")
    articles = load(CONTENT).articles.values()
    if batch is not None:
        for number, line in enumerate(batch.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                asked = _profile(_json(line, f"line {number}").get("profile"), f"line {number}")
                typer.echo(
                    json.dumps(_found(judge_all(articles, asked), lang), ensure_ascii=False)
                )
        return
    text = sys.stdin.read() if profile == "-" else Path(profile).read_text(encoding="utf-8")
    found = _found(judge_all(articles, _profile(_json(text, profile), profile)), lang)
    if json_:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for line in _lines(found):
            typer.echo(line)


def _found(judgements: list[Judgement], lang: str) -> dict[str, list[dict[str, Any]]]:
    from dialogs.eligibility.sheet import said
    from dialogs.i18n import Translator

    tr = Translator(lang)
    return {
        verdict: [
            {"id": one.id, "reasons": [said(reason, tr) for reason in one.reasons]}
            for one in judgements
            if one.verdict == verdict
        ]
        for verdict in VERDICTS
    }


def _lines(found: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    for verdict, entries in found.items():
        yield f"{verdict.replace('_', ' ')}:"
        for entry in entries:
            yield f"  {entry['id']}: {'; '.join(entry['reasons'])}"


def _json(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        _refuse(f"{where}: not JSON: {error}")
    if not isinstance(found, dict):
        _refuse(f"{where}: expects an object")
    return dict(found)


def _profile(given: object, where: str) -> Profile:
    try:
        return Profile.model_validate(given)
    except ValidationError as error:
        for one in error.errors():
            name = ".".join(map(str, one["loc"])) or "profile"
            known = "there is no such field" if one["type"] == "extra_forbidden" else one["msg"]
            typer.echo(f"{where}: {name}: {known}", err=True)
        raise typer.Exit(2) from None


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
