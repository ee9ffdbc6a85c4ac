"""`lanka retention`: what has been kept long enough, shown or let go."""

import asyncio
import json
from typing import Annotated

import typer

from bot.clock import utc_now
from bot.settings import load_settings
from domain.people.retention import Kind


def retention(
    apply: Annotated[
        bool, typer.Option("--apply", help="Let it go; without, only count.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Count what has been kept longer than RETENTION_DAYS says, or let it go."""
    from storage import retention as work
    from storage import schema
    from storage.database import open_database
    from storage.forms import Forms

    settings = load_settings(bot_token="0:unused")  # noqa: S106 - not a secret
    days = settings.retention_days

    async def run() -> dict[Kind, int]:
        async with open_database(settings.database_url) as db:
            await schema.upgrade(db)
            if apply:
                return await work.apply(db, Forms(db), days, utc_now())
            return await work.due(db, days, utc_now())

    found = asyncio.run(run())
    if as_json:
        rows = {kind: {"days": days[kind], "rows": count} for kind, count in found.items()}
        typer.echo(json.dumps({"applied": apply, "kinds": rows}, indent=2))
        return
    for kind, count in found.items():
        kept = f"{days[kind]} days" if days[kind] else "for ever"
        typer.echo(f"{kind}: {count} {'gone' if apply else 'to go'} (kept {kept})")
