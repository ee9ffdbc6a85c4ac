"""`lanka inbox`: what could not be handled, and trying it again."""

import asyncio
import json
from typing import Annotated

import typer

from bot.settings import database_url
from storage import aside
from storage.aside import Dead
from storage.database import open_database

app = typer.Typer(help="Updates from Telegram that could not be handled.", no_args_is_help=True)


@app.command("list")
def list_dead(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the updates that were put aside, oldest first. What people wrote is not shown."""
    found = asyncio.run(_dead())
    if as_json:
        rows = [
            {
                "id": one.id,
                "update_id": one.update_id,
                "attempts": one.attempts,
                "takeovers": one.takeovers,
                "error": one.error,
                "received_at": one.received_at.isoformat(),
            }
            for one in found
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for one in found:
        typer.echo(f"{one.id}  {one.received_at:%Y-%m-%d %H:%M} UTC  {one.error}")
    if not found:
        typer.echo("nothing was put aside")


@app.command()
def replay(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers from the list.")] = None,
) -> None:
    """Let updates be tried again by the program that runs; without numbers, all of them."""
    typer.echo(f"{asyncio.run(_replay(ids))} to be tried again")


async def _dead() -> list[Dead]:
    async with open_database(database_url()) as db:
        return await aside.dead(db)


async def _replay(ids: list[int] | None) -> int:
    async with open_database(database_url()) as db:
        chosen = ids or [one.id for one in await aside.dead(db)]
        return await aside.replay(db, chosen)
