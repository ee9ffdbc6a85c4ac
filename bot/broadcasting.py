"""Writes the letters of broadcasts chunk by chunk, and keeps their live cards up to date."""

import asyncio

import structlog
from aiogram.exceptions import TelegramAPIError

from bot.clock import wait_unless
from bot.compose import Program
from dialogs.broadcasts.live import show
from dialogs.i18n import Translator
from storage import broadcasts, people
from storage.away import AwayError
from storage.broadcasts import State

INTERVAL = 3.0  # seconds between edits of a card: a few of the budget's messages
log = structlog.get_logger()


async def step(program: Program) -> None:
    """Write what is to be written now, and edit the cards of broadcasts that move."""
    app = program.app
    for one in await broadcasts.moving(app.db):
        if one.state is State.SENDING:
            more = True
            while more:  # answers to taps come between two chunks: each waits for the writer
                more = await broadcasts.write_on(app.db, one.id, app.now())
        if one.card is None:
            continue
        reader = await people.find(app.db, one.card[0])
        tr = Translator(reader.language, reader.time_zone) if reader else Translator("uk")
        if await show(program.bot, app, one.id, tr, one.card):
            await broadcasts.leave_card(app.db, one)


async def keep_broadcasts_moving(program: Program, stop: asyncio.Event) -> None:
    """`step` again and again until `stop` is set; after a crash it goes on where it was."""
    while not stop.is_set():
        try:
            await step(program)
        except TelegramAPIError as error:
            log.warning("a live card was not edited", error=str(error))
        except AwayError:
            log.warning("broadcasts do not move: the database is away")
        except Exception:
            log.exception("broadcasts do not move")
        await wait_unless(stop, INTERVAL)
