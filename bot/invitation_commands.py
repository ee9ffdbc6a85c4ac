"""`lanka invite …`: invitations of organisations on the command line, by the chat's own rules."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import utc_now
from bot.form_commands import survey_of, with_database
from bot.settings import load_settings
from bot.survey_commands import AsJson, print_json
from dialogs.i18n import LANGUAGES, Translator
from dialogs.inviting.links import made
from dialogs.inviting.sheet import Bad, qr_png, read_list, write_sheet
from storage import events, inviting
from storage.database import Database
from storage.inviting import Invitation, Outcome, Target

app = typer.Typer(help="Personal invitations of organisations.", no_args_is_help=True)

To = Annotated[str, typer.Option("--to", help="survey:FORM_ID or event:SLUG.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Lang = Annotated[str, typer.Option(help="Language of the sheet, uk or en.")]


@app.command("import")
def import_list(
    file: Annotated[
        Path, typer.Argument(help="The list: XLSX or CSV.", exists=True, dir_okay=False)
    ],
    to: To,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for the sheet and the QR codes.")
    ] = Path("invitations"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    lang: Lang = "uk",
    as_json: AsJson = False,
) -> None:
    """Invite the organisations of a list; writes invitations.xlsx and a QR code for each.

    A second time changes nothing. Exit code 1 where rows were left out, 2 for wrong usage.
    """
    tr = _translator(lang)
    good, bad = read_list(file.read_bytes(), file.name, tr)

    async def work(db: Database) -> tuple[Outcome, list[Invitation]]:
        target = await _target(db, to)
        done = await inviting.invite(db, target, good, None, utc_now(), dry=dry_run)
        return done, [] if dry_run else await inviting.of_target(db, target)

    outcome, found = with_database(work)
    if not dry_run and found:
        _write(found, output, tr)
    _report(outcome, bad, None if dry_run else output, as_json)
    raise typer.Exit(1 if bad else 0)


@app.command()
def status(to: To, as_json: AsJson = False) -> None:
    """Say how far each invited organisation has come: sent, opened, begun, finished."""

    async def work(db: Database) -> list[Invitation]:
        return await inviting.of_target(db, await _target(db, to))

    found = with_database(work)
    if as_json:
        print_json(
            [
                {"name": one.name, "edrpou": one.edrpou, "status": one.standing.value}
                for one in found
            ]
        )
        return
    for one in found:
        typer.echo(f"{one.standing.value:9} {one.edrpou or '–':8} {one.name}")


async def _target(db: Database, to: str) -> Target:
    kind, _, name = to.partition(":")
    if kind == "survey":
        return Target(form_id=(await survey_of(db, name)).id)
    event = await events.by_slug(db, name) if kind == "event" else None
    if event is None:
        raise typer.BadParameter(f"--to {to}: give survey:FORM_ID or event:SLUG of one there is")
    return Target(event_id=event.id)


def _translator(lang: str) -> Translator:
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"--lang must be one of {', '.join(LANGUAGES)}")
    return Translator(lang)


def _write(found: list[Invitation], folder: Path, tr: Translator) -> None:
    """The sheet and the pictures; links need the bot's name, which Telegram is asked for."""
    from bot.compose import bot_of, secret_of

    settings = load_settings()

    async def username() -> str:
        async with bot_of(settings) as bot:
            return (await bot.me()).username or ""

    name, secret = asyncio.run(username()), secret_of(settings)
    all_made = [made(one, secret, name, tr) for one in found]
    pictures = folder / "qr"
    pictures.mkdir(parents=True, exist_ok=True)
    (folder / "invitations.xlsx").write_bytes(write_sheet(all_made, tr))
    for one in all_made:
        (pictures / one.picture).write_bytes(qr_png(one.link))


def _report(outcome: Outcome, bad: list[Bad], output: Path | None, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                **asdict(outcome),
                "dry_run": output is None,
                "refused": [{"row": one.row, "why": one.why} for one in bad],
                "output": str(output) if output else None,
            }
        )
        return
    typer.echo(
        f"organisations: {outcome.made} new, {outcome.known} known;"
        f" invitations: {outcome.invited} new, {outcome.already} made before"
    )
    for one in bad:
        typer.echo(f"row {one.row}: {one.why}" if one.row else one.why, err=True)
    if output is not None and outcome.invited + outcome.already:
        typer.echo(f"written: {output}/invitations.xlsx, {output}/qr/")
