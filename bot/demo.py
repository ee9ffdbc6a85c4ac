"""The demonstration: bot, notifier and simulator in one process, on this machine alone."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.compose import Program
from bot.logs import configure_logs
from bot.runner import run_program, stop_on_signals
from bot.settings import load_settings
from bot.waypoints import waypoints
from simulator.clock import Waypoint
from simulator.server import Simulator

ORGANISER = 1003  # Sofía, whom the simulator introduces as the organiser


async def run_demo(port: int, data: Path) -> None:
    """Serve the page at `port` (0: any free one) and answer there until stopped."""
    configure_logs("WARNING")
    stop = stop_on_signals()
    token = demo_token(data)
    programs: list[Program] = []

    async def where() -> list[Waypoint]:
        return await waypoints(programs[0].app) if programs else []

    folder = data / "telegram"
    async with Simulator(data_dir=folder, port=port, waypoints=where) as simulator:

        def now() -> datetime:  # the page can skip ahead, and the bot lives by the same clock
            return datetime.fromtimestamp(simulator.clock.now(), UTC)

        settings = load_settings(
            bot_token=token,
            telegram_api_url=simulator.url,
            database_url=f"sqlite+aiosqlite:///{data / 'lanka.sqlite3'}",
            owner_ids=frozenset({ORGANISER}),
        )
        typer.echo(f"Lanka: open {simulator.url} in a browser. Ctrl-C stops it.")
        await run_program(settings, stop, now, programs.append)


async def run_simulator(port: int, data: Path, host: str, *, exposed: bool) -> None:
    """Serve the Bot API and the page at `port` until stopped; ValueError: see `Simulator`."""
    configure_logs("INFO")
    stop = stop_on_signals()
    async with Simulator(data, host, port, exposed=exposed) as simulator:
        typer.echo(f"Bot API and chat page: {simulator.url}")
        await stop.wait()


def demo_token(data: Path) -> str:
    """The demo bot's token, the same at every start, so that its chats stay its own."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / "token"
    if not file.exists():
        file.write_text(f"1000001:{secrets.token_urlsafe(26)}")
    return file.read_text()
