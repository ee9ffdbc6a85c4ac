"""How updates come in, and how the program starts and stops around them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog

from bot.compose import Program
from bot.pages import serve
from bot.polling import poll
from bot.reach import patiently
from bot.webhook import ask_for_updates, webhook
from dialogs.commands import commands
from dialogs.i18n import LANGUAGES, Translator

UPDATES = ["message", "callback_query", "my_chat_member", "inline_query"]

log = structlog.get_logger()


async def introduce(program: Program) -> None:
    """Register commands and descriptions with Telegram, in each language and for the others."""
    for language in (None, *LANGUAGES):
        tr = Translator(language or "en")
        await program.bot.set_my_commands(commands(tr), language_code=language)
        await program.bot.set_my_description(
            tr(
                "Lanka asks about Ukraine’s health value chain, tells about EU support for it, and"
                " registers organisations for events. In Ukrainian and in English."
            ),
            language_code=language,
        )
        await program.bot.set_my_short_description(
            tr("Surveys, EU funding and events for Ukraine’s health value chain"),
            language_code=language,
        )


async def answer(
    program: Program, stop: asyncio.Event, begun: Callable[[], None] = lambda: None
) -> None:
    """Take and answer updates until `stop` is set; then end what is in work, within 20 seconds.

    Telegram brings them where a WEBHOOK_URL is set, else they are fetched. `begun` is called when
    they can come: nothing else shall keep the first of them waiting.
    """
    settings, lanes = program.settings, program.lanes
    introducing: list[asyncio.Task[bool]] = []

    def begin() -> None:
        if stop.is_set():
            return
        introducing.append(asyncio.create_task(patiently(partial(introduce, program), stop)))
        begun()

    async with lanes:
        routes = [webhook(program.app.secret, lanes, stop)] if settings.webhook_url else []
        async with serve(program, routes, stop):
            log.info("answering", bot=(await program.bot.me()).username)
            if settings.webhook_url:
                await ask_for_updates(program, settings.webhook_url, UPDATES, stop)
                begin()
                await stop.wait()
            else:
                await poll(program.bot, lanes, UPDATES, stop, begin)
    for task in introducing:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
