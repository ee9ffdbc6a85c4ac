"""Starts bots that a test can kill: `python -m tests.bot.bot_server [bare]`.

Each line on standard input forks a child that runs the whole program, as `lanka run` does, and
answers with its process number. The imports, two seconds of a start, are made once. `bare` lets
aiogram poll by itself: what a bot does without an intake of its own.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update

from bot import notifier, runner
from bot.compose import Program
from bot.lane import lane_of
from bot.settings import load_settings
from dialogs.studio import Studio
from domain.surveys import xform
from storage.fsm import Changes, save_changes
from storage.library import Funding

assert xform, notifier  # imported before the forks, as are all parts of the program


async def answer_bare(
    program: Program, stop: asyncio.Event, begun: Callable[[], None] = lambda: None
) -> None:
    """aiogram's own loop: the next request says that all arrived, while handlers still run."""
    dispatcher, db = program.dispatcher, program.app.db
    feed = dispatcher.feed_update

    async def close(changes: Changes) -> None:
        await db.write_directly(lambda tx: save_changes(tx, [changes]))

    async def handle(bot: Bot, update: Update, **_: Any) -> None:
        lane = lane_of(update.model_dump(mode="json", by_alias=True, exclude_none=True))
        assert lane is not None
        await dispatcher.handle(bot, update, lane, close)

    async def feed_update(bot: Bot, update: Update, **kwargs: Any) -> Any:
        return await (feed if "again" in kwargs else handle)(bot, update, **kwargs)

    dispatcher.feed_update = feed_update  # type: ignore[method-assign]
    polling = asyncio.create_task(
        Dispatcher.start_polling(
            dispatcher,
            program.bot,
            allowed_updates=["message", "callback_query"],
            handle_signals=False,
            close_bot_session=False,
        )
    )
    begun()
    await stop.wait()
    polling.cancel()


async def _nothing(_: Funding) -> None: ...


def main() -> None:
    """Fork a bot for every line."""
    if "bare" in sys.argv:
        runner.answer = answer_bare  # type: ignore[attr-defined]
    # No picture is drawn here and nothing is asked about funding: a start is quick without them.
    Studio.warm = lambda self: None  # type: ignore[method-assign]
    Funding.assistant = _nothing  # type: ignore[assignment]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asyncio.run(runner.run_until_signal(load_settings(_env_file=None)))
            os._exit(0)
        print(child, flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main()
