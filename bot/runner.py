"""Runs the program's parts side by side, from a signal to a quiet end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from importlib import import_module

import structlog
from aiogram.exceptions import TelegramUnauthorizedError

from bot.broadcasting import keep_broadcasts_moving
from bot.budget import Budget
from bot.clock import Clock, utc_now
from bot.collector import calm_collector
from bot.compose import Program, compose
from bot.heartbeat import Part, heartbeat_file, keep_beating
from bot.intake import answer
from bot.logs import configure_logs
from bot.nightly import keep_tidy
from bot.publishing import publish_content
from bot.reach import patiently
from bot.seats import keep_seats_moving
from bot.settings import Settings, SettingsError
from dialogs.context import App

SOON = ("markdown_it", "icalendar")  # for a survey's questions and a registration's calendar

log = structlog.get_logger()


async def run_until_signal(settings: Settings) -> None:
    """Run the bot and the notifier until SIGTERM or SIGINT."""
    configure_logs(settings.log_level)
    await run_program(settings, stop_on_signals())


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def run_program(
    settings: Settings,
    stop: asyncio.Event,
    now: Clock = utc_now,
    told: Callable[[Program], None] = lambda _: None,
) -> None:
    """Publish what content holds, then answer and notify until `stop` is set.

    `told` gets the program once it is put together.
    """
    async with compose(settings, now) as program:
        told(program)
        await publish_content(program.app.db, program.app.now())
        calm_collector()
        if await _reached(program, stop):
            await run_parts(program, stop)
    log.info("stopped")


async def run_notifier_alone(settings: Settings) -> None:
    """Send what is due, and answer nobody, until SIGTERM or SIGINT: `lanka notifier`."""
    configure_logs(settings.log_level)
    stop = stop_on_signals()
    async with compose(settings) as program:
        calm_collector()
        if await _reached(program, stop):
            await notify(program, stop)
    log.info("stopped")


async def notify(program: Program, stop: asyncio.Event) -> None:
    """Send what is due, with a heartbeat of its own, until `stop` is set."""
    alive = heartbeat_file(program.settings.database_url, Part.NOTIFIER)
    async with asyncio.TaskGroup() as parts:
        parts.create_task(send(program, stop), name="notifier")
        parts.create_task(keep_beating(program.app.db, alive, stop), name="heartbeat")


async def send(program: Program, stop: asyncio.Event) -> None:
    """The half of python-telegram-bot, which is loaded beside what goes on."""
    run_notifier = await asyncio.to_thread(_load_notifier)
    await run_notifier(program.settings, program.app, program.budget, stop)


def _load_notifier() -> Callable[[Settings, App, Budget, asyncio.Event], Awaitable[None]]:
    from bot.notifier import run_notifier

    return run_notifier


async def _reached(program: Program, stop: asyncio.Event) -> bool:
    try:
        return await patiently(program.bot.me, stop)
    except TelegramUnauthorizedError:
        raise SettingsError(
            "BOT_TOKEN: Telegram does not know this token; copy it from BotFather again"
        ) from None


async def run_parts(program: Program, stop: asyncio.Event) -> None:
    """Both halves on one token: aiogram answers, python-telegram-bot sends what is due.

    The latter only where NOTIFIER does not say that it runs apart, as `lanka notifier`. All but
    the heartbeat begins when updates can come: together it takes longer than the whole way there.
    """
    async with asyncio.TaskGroup() as parts:

        def begin() -> None:
            program.app.studio.warm()
            parts.create_task(get_ready(program.app), name="articles")
            if program.settings.notifier == "inside":
                parts.create_task(send(program, stop), name="notifier")
            parts.create_task(keep_seats_moving(program.app, stop), name="waiting lists")
            days = program.settings.retention_days
            parts.create_task(keep_tidy(program.app, days, stop), name="retention")
            parts.create_task(keep_broadcasts_moving(program, stop), name="broadcasts")

        parts.create_task(answer(program, stop, begin), name="bot")
        alive = heartbeat_file(program.settings.database_url)
        parts.create_task(keep_beating(program.app.db, alive, stop), name="heartbeat")


async def get_ready(app: App) -> None:
    """Load what somebody will ask for soon, so that nobody waits for it: a second, once."""
    for module in SOON:
        await asyncio.to_thread(import_module, module)
    await app.funding.assistant()
    calm_collector()  # the index holds more objects than the whole program
