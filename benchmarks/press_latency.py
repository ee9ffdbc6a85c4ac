"""From a press to the edited message, over HTTP on loopback, beside a bare aiogram-dialog bot.

    python benchmarks/press_latency.py [PRESSES]

Both bots poll the same kind of simulator in this process. Lanka's press is a survey answer: it is
checked, stored as an event with its derived rows, and the next card is drawn. The peer's window
has five buttons and memory storage: it only counts, and is what aiogram-dialog itself costs.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.kbd import Button, Column
from aiogram_dialog.widgets.text import Format

from bot.collector import calm_collector
from bot.compose import compose
from bot.intake import answer
from bot.logs import configure_logs
from bot.publishing import publish_content
from bot.session import LankaSession
from bot.settings import load_settings
from simulator.server import Simulator
from storage import organisations, people

TOKEN = "4200:press-latency-benchmark-0123456789"  # noqa: S105 - of the simulator
PERSON = 1001
WARM_UP = 20


class Peer(StatesGroup):
    """The bare bot's one window."""

    only = State()


@asynccontextmanager
async def peer(simulator: Simulator) -> AsyncIterator[None]:
    """A bot of one aiogram-dialog window with five buttons that count."""

    async def count(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
        manager.dialog_data["n"] = manager.dialog_data.get("n", 0) + 1

    async def begin(_: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Peer.only, mode=StartMode.RESET_STACK)

    buttons = [Button(Format(f"Button {n}"), id=f"b{n}", on_click=count) for n in range(5)]
    window = Window(Format("{dialog_data}"), Column(*buttons), state=Peer.only)
    dp = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
    dp.message.register(begin, CommandStart())
    dp.include_router(Dialog(window))
    setup_dialogs(dp)
    server = TelegramAPIServer.from_base(simulator.url)
    async with Bot(TOKEN, session=LankaSession(api=server)) as bot:
        await bot.me()
        polling = asyncio.create_task(
            dp.start_polling(bot, handle_signals=False, close_bot_session=False)
        )
        yield
        await dp.stop_polling()
        await polling


@asynccontextmanager
async def lanka(simulator: Simulator, folder: Path) -> AsyncIterator[None]:
    """Lanka itself, with a person who agreed and whose organisation is known."""
    settings = load_settings(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=simulator.url,
        database_url=f"sqlite+aiosqlite:///{folder / 'lanka.sqlite3'}",
        flood_burst=0,  # nobody presses so fast
    )
    stop = asyncio.Event()
    async with compose(settings) as program:
        db, now = program.app.db, datetime.now(UTC)
        await publish_content(db, now)
        person = await people.meet(db, PERSON, "en", (), now)
        await people.give_consent(db, person.id, "en", "Olena", None, now)
        profile = {"name": "Hospital", "type": "hospital"}
        await organisations.make(db, person.id, None, profile, now)
        await program.bot.me()
        polling = asyncio.create_task(answer(program, stop))
        yield
        stop.set()
        await polling


class Phone:
    """Presses buttons and waits until the press is answered, which comes after the edit."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def start(self) -> None:
        await self._post("start")
        seq = 0
        while not await self.buttons():
            news = {"after": seq, "timeout": 5}
            async with self._http.get(f"/sim/chats/{PERSON}/events", params=news) as answer:
                seq = (await answer.json())["seq"]

    async def buttons(self) -> list[tuple[int, str, str]]:
        async with self._http.get(f"/sim/chats/{PERSON}") as answer:
            chat = await answer.json()
        cards = [message for message in chat["messages"] if not message.get("out")]
        rows = cards[-1]["reply_markup"]["inline_keyboard"] if cards else []
        return [
            (cards[-1]["message_id"], button["text"], button["callback_data"])
            for row in rows
            for button in row
            if "callback_data" in button
        ]

    async def press(self, *labels: str) -> float:
        """Seconds from the press of the first button that has one of the labels to its answer."""
        found = [(m, d) for m, text, d in await self.buttons() if text.startswith(labels)]
        begin = time.perf_counter()
        await self._post("press", message_id=found[0][0], data=found[0][1], wait=10)
        return time.perf_counter() - begin

    async def _post(self, action: str, **body: Any) -> None:
        async with self._http.post(f"/sim/chats/{PERSON}/{action}", json=body) as answer:
            answer.raise_for_status()


async def measure_peer(presses: int) -> list[float]:
    async with (
        Simulator() as simulator,
        aiohttp.ClientSession(simulator.url) as http,
        peer(simulator),
    ):
        phone = Phone(http)
        await phone.start()
        calm_collector()
        return [await phone.press("Button") for _ in range(presses)][WARM_UP:]


async def measure_lanka(presses: int, folder: Path) -> list[float]:
    async with (
        Simulator() as simulator,
        aiohttp.ClientSession(simulator.url) as http,
        lanka(simulator, folder),
    ):
        phone = Phone(http)
        await phone.start()
        for button in ("📋", "▶", "✅", "Skip", "Vinnytsia"):
            await phone.press(button)
        calm_collector()
        taken = []
        # Answer the size, go back, answer again: each answer is stored, each card is drawn.
        for _ in range(presses):
            taken.append(await phone.press("● 10–49", "10–49"))
            await phone.press("‹ Back")
        return taken[WARM_UP:]


def show(name: str, seconds: list[float]) -> float:
    middle, slow = median(seconds) * 1e3, quantiles(seconds, n=20)[-1] * 1e3
    print(f"  {name:<44} {middle:9.2f} ms median {slow:9.2f} ms p95")
    return middle


async def compare(presses: int) -> None:
    """Measure the two one after the other and print them side by side."""
    with tempfile.TemporaryDirectory() as folder:
        ours = await measure_lanka(presses, Path(folder))
    gc.unfreeze()
    theirs = await measure_peer(presses)
    print(f"from a press to the edited message, {presses} presses, everything in one process")
    ratio = show("a survey answer in Lanka", ours) / show("bare aiogram-dialog, memory", theirs)
    print(f"  ratio {ratio:.2f}")


def main(presses: int = 300) -> None:
    """Run the comparison."""
    configure_logs("ERROR")
    asyncio.run(compare(presses))


if __name__ == "__main__":
    main(*[int(argument) for argument in sys.argv[1:]])
