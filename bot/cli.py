"""`lanka`: every command of the program."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import (
    asking_commands,
    event_commands,
    form_commands,
    funding_commands,
    inbox_commands,
    invitation_commands,
    privacy_commands,
    result_commands,
    survey_commands,
)
from bot.collector import importing
from bot.settings import SettingsError, database_url, load_settings

app = typer.Typer(
    help="Lanka: surveys, funding answers and events by chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables would show the token
)
db = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(event_commands.app, name="event")
app.add_typer(inbox_commands.app, name="inbox")
app.add_typer(invitation_commands.app, name="invite")
app.add_typer(survey_commands.app, name="survey")
app.add_typer(funding_commands.app, name="funding")
asking_commands.add_to(funding_commands.app)
app.command()(privacy_commands.retention)
result_commands.add_to(survey_commands.app)
form_commands.add_to(survey_commands.app)

Port = Annotated[int, typer.Option(help="Port on this machine.", min=0, max=65535)]


@app.command()
def run() -> None:
    """Answer on Telegram (or on the server that TELEGRAM_API_URL names) until stopped."""
    with importing():
        from bot.runner import run_until_signal

    asyncio.run(run_until_signal(load_settings()))


@app.command()
def notifier() -> None:
    """Send what is due and answer nobody: beside `lanka run` with NOTIFIER=apart."""
    with importing():
        from bot.runner import run_notifier_alone

    asyncio.run(run_notifier_alone(load_settings()))


@app.command()
def demo(
    port: Port = 8080,
    data: Annotated[Path, typer.Option(help="Folder that keeps the demo's data.")] = Path(
        "data/demo"
    ),
) -> None:
    """Run everything on this machine, with a page that looks like Telegram; no token needed."""
    from bot.demo import run_demo

    asyncio.run(run_demo(port, data))


@app.command()
def simulator(
    port: Port = 8081,
    data: Annotated[Path, typer.Option(help="Folder that keeps people and chats.")] = Path(
        "data/simulator"
    ),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    *,
    exposed: Annotated[
        bool, typer.Option("--exposed", help="Let other machines in; there are no passwords.")
    ] = False,
) -> None:
    """Serve the Bot API and a chat page on this machine, for any bot."""
    from bot.demo import run_simulator

    try:
        asyncio.run(run_simulator(port, data, host, exposed=exposed))
    except ValueError as error:
        typer.echo(f"{error}; --exposed lets other machines in, without passwords", err=True)
        raise typer.Exit(2) from None


@app.command()
def health(
    *,
    notifier: Annotated[
        bool, typer.Option("--notifier", help="Look at `lanka notifier` instead.")
    ] = False,
) -> None:
    """Tell whether the bot on DATABASE_URL is alive; the exit code is 1 where it is not."""
    from bot.heartbeat import DEAD_AFTER, Part, heartbeat_file, seconds_since_beat

    part = Part.NOTIFIER if notifier else Part.BOT
    seconds = seconds_since_beat(heartbeat_file(database_url(), part))
    if seconds is None:
        typer.echo(f"no {part} runs on this database")
        raise typer.Exit(1)
    typer.echo(f"last beat {seconds:.0f} s ago")
    raise typer.Exit(0 if seconds < DEAD_AFTER else 1)


@db.command()
def upgrade() -> None:
    """Bring the schema of DATABASE_URL up to date."""
    from storage import schema
    from storage.database import open_database

    async def work() -> None:
        async with open_database(database_url()) as database:
            await schema.upgrade(database)

    asyncio.run(work())


@db.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The database to copy.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty database.")],
) -> None:
    """Copy everything from one database to another, all or nothing; stop the bot before.

    Both are named as DATABASE_URL names them.
    """
    from storage.copying import CopyError, copy
    from storage.database import open_database

    async def work() -> None:
        async with open_database(source) as one, open_database(target) as other:
            counts = await copy(one, other, lambda table, n: typer.echo(f"{table}: {n}"))
            typer.echo(f"{sum(counts.values())} rows in {len(counts)} tables, counted in both")

    try:
        asyncio.run(work())
    except (CopyError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def main() -> None:
    """The entry point; a wrong setting is a sentence, not a traceback."""
    try:
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None
