"""How updates come in, and how the program starts and stops around them."""

import asyncio
from contextlib import suppress
from functools import partial

import structlog

from bot.compose import Program
from bot.reach import AWAY, patiently
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


async def poll(program: Program, stop: asyncio.Event) -> None:
    """Fetch and handle updates until `stop` is set; handlers that run then are awaited."""
    introducing = None
    try:
        await introduce(program)
    except AWAY:  # nobody waits for that: Telegram makes one wait long for a menu set too often
        introducing = asyncio.create_task(patiently(partial(introduce, program), stop))
    dispatcher = program.dispatcher
    polling = asyncio.create_task(
        dispatcher.start_polling(
            program.bot,
            allowed_updates=UPDATES,
            handle_signals=False,
            close_bot_session=False,
        ),
        name="polling",
    )
    stopping = asyncio.create_task(stop.wait(), name="stop")
    log.info("answering", bot=(await program.bot.me()).username)
    try:
        await asyncio.wait([polling, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not polling.done():
            await dispatcher.stop_polling()
        await polling
        await asyncio.gather(*dispatcher._handle_update_tasks)  # noqa: SLF001 - never awaited by aiogram
    finally:
        for task in (stopping, introducing):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
