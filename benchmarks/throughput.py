"""Updates per second through everything, beside a bare aiogram-dialog bot with the same window.

    python -m benchmarks.throughput [UPDATES] [--postgres]

A loopback Bot API in a process of its own gives each person the next press as soon as the last was
answered; each call to it takes 20 ms, as Telegram's do. Lanka stores every update before it is
acknowledged, knows the person, keeps the dialog state in the database and writes a row for each
press; its peer polls as aiogram does and keeps everything in memory. Both freeze their collector.
"""

import asyncio
import gc
import json
import os
import resource
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections import deque
from pathlib import Path
from statistics import quantiles
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "4200:throughput-benchmark-0123456789"  # noqa: S105 - of the loopback server
LATENCY = 0.02
CROWDS = (32, 128)
ROUNDS = 3
ME = "benchmarks.throughput"


# -- the loopback Bot API


class Telegram:
    """People who press again as soon as they were answered."""

    def __init__(self) -> None:
        self.updates: deque[dict[str, Any]] = deque()
        self.arrived = asyncio.Event()
        self.number = 0
        self.left = 0
        self.pressed: dict[str, float] = {}
        self.waits: list[float] = []
        self.calls = 0
        self.polled = False
        self.begun = self.ended = 0.0

    def queue(self, kind: str, body: dict[str, Any]) -> None:
        self.number += 1
        self.updates.append({"update_id": self.number, kind: body})
        self.arrived.set()

    def begin(self, people: int, presses: int) -> None:
        self.left, self.waits, self.calls = presses, [], 0
        self.begun = time.perf_counter()
        for person in range(1, people + 1):
            self.queue("message", self.message(person, 1) | {"text": "/throughput"})

    def message(self, person: int, number: int) -> dict[str, Any]:
        user = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
        chat = {"id": person, "type": "private", "first_name": "P"}
        return {"message_id": number, "date": int(time.time()), "chat": chat, "from": user}

    def press(self, person: int, markup: dict[str, Any], number: int) -> None:
        if self.left <= 0:
            return
        self.left -= 1
        rows = markup["inline_keyboard"]
        query = f"{person}-{self.left}"
        self.pressed[query] = time.perf_counter()
        message = self.message(person, number)
        body = {"id": query, "from": message["from"], "chat_instance": "1"}
        body |= {"message": message | {"text": "…"}, "data": rows[1][0]["callback_data"]}
        self.queue("callback_query", body)

    async def call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        given: Any = await (request.json() if is_json else request.post())
        if method == "getUpdates":
            return self.answer(await self.poll(int(str(given.get("offset") or 0))))
        if method == "getMe":
            return self.answer(
                {"id": 4200, "is_bot": True, "first_name": "B", "username": "throughput_bot"}
            )
        if not method.startswith(("send", "edit", "answer")):
            return self.answer(True)
        self.calls += 1
        await asyncio.sleep(LATENCY)
        if method == "answerCallbackQuery":
            query = str(given["callback_query_id"])
            self.waits.append(time.perf_counter() - self.pressed.pop(query))
            self.ended = time.perf_counter()
            person = int(query.partition("-")[0])
            self.press(person, self.markups[person], 2)
            return self.answer(True)
        person = int(str(given["chat_id"]))
        if "reply_markup" not in given:  # the keyboard of the window before is taken away
            return self.answer(self.message(person, 2))
        markup = given["reply_markup"]
        self.markups[person] = json.loads(markup) if isinstance(markup, str) else markup
        if method == "sendMessage":
            self.press(person, self.markups[person], 2)
        return self.answer(self.message(person, 2) | {"text": str(given["text"])})

    markups: dict[int, dict[str, Any]] = {}  # noqa: RUF012 - one server in a process

    async def poll(self, offset: int) -> list[dict[str, Any]]:
        self.polled = True
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        if not self.updates:
            self.arrived.clear()
            try:
                await asyncio.wait_for(self.arrived.wait(), 5)
            except TimeoutError:
                return []
        return list(self.updates)[:100]

    @staticmethod
    def answer(result: Any) -> web.Response:
        return web.json_response({"ok": True, "result": result})

    async def start(self, request: web.Request) -> web.Response:
        self.begin(int(request.query["people"]), int(request.query["presses"]))
        return web.json_response({})

    async def forget(self, _: web.Request) -> web.Response:
        self.polled = False
        return web.json_response({})

    async def state(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "polled": self.polled,
                "answered": len(self.waits),
                "seconds": self.ended - self.begun,
                "p50": quantiles(self.waits, n=100)[49] if len(self.waits) > 1 else 0,
                "p99": quantiles(self.waits, n=100)[98] if len(self.waits) > 1 else 0,
                "calls": self.calls,
            }
        )


async def serve(port: int) -> None:
    """The loopback Bot API at a port, until killed."""
    telegram = Telegram()
    app = web.Application()
    app.router.add_post(f"/bot{TOKEN}/{{method}}", telegram.call)
    app.router.add_get("/start", telegram.start)
    app.router.add_get("/forget", telegram.forget)
    app.router.add_get("/state", telegram.state)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


# -- the two bots


def window() -> Any:
    """A router with one window of five buttons; the first of the second row counts."""
    from aiogram import Router
    from aiogram.filters import Command
    from aiogram.fsm.state import State, StatesGroup
    from aiogram_dialog import Dialog, DialogManager, StartMode, Window
    from aiogram_dialog.widgets.kbd import Button, Column
    from aiogram_dialog.widgets.text import Format

    from storage import people

    class Only(StatesGroup):
        one = State()

    async def count(_: Any, __: Any, manager: DialogManager) -> None:
        manager.dialog_data["n"] = manager.dialog_data.get("n", 0) + 1
        app, actor = manager.middleware_data.get("app"), manager.middleware_data.get("actor")
        if app is not None and actor is not None:  # Lanka writes, too
            await people.set_language(app.db, actor.person.id, "en")

    async def begin(_: Any, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Only.one, mode=StartMode.RESET_STACK)

    buttons = [Button(Format(f"Button {n}"), id=f"b{n}", on_click=count) for n in range(5)]
    router = Router()
    router.message.register(begin, Command("throughput"))
    router.include_router(
        Dialog(Window(Format("{dialog_data}"), Column(*buttons), state=Only.one))
    )
    return router


async def run_bare(url: str) -> None:
    """aiogram-dialog by itself."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
    from aiogram.methods import Response
    from aiogram_dialog import setup_dialogs

    from bot.collector import calm_collector

    class Session(AiohttpSession):
        """aiogram's own, but for what it would build anew for every answer (`bot.session`)."""

        def check_response(self, bot: Any, method: Any, status_code: int, content: str) -> Any:
            if method.__returning__ not in models:
                models[method.__returning__] = Response[method.__returning__]
            return super().check_response(bot, method, status_code, content)

    models: dict[Any, Any] = {}
    dp = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
    dp.include_router(window())
    setup_dialogs(dp)
    async with Bot(TOKEN, session=Session(api=TelegramAPIServer.from_base(url))) as bot:
        calm_collector()
        await dp.start_polling(bot, handle_signals=False)


async def run_lanka(url: str, database_url: str) -> None:
    """Lanka, with the window beside its own."""
    from bot import compose, runner
    from bot.logs import configure_logs
    from bot.settings import load_settings

    made = compose.make_dispatcher

    def with_window(*args: Any) -> Any:
        dispatcher = made(*args)
        own = dispatcher.sub_routers
        dispatcher.include_router(window())
        own.insert(0, own.pop())
        return dispatcher

    compose.make_dispatcher = with_window  # type: ignore[assignment]
    configure_logs("ERROR")
    settings = load_settings(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=url,
        database_url=database_url,
        flood_burst=0,
    )
    await runner.run_program(settings, asyncio.Event())


# -- the comparison


def rss(pid: int) -> float:
    """Resident memory of a process, MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def measure(name: str, port: int, updates: int, *arguments: str) -> dict[int, list[Any]]:
    """Start a bot in a process of its own and let the crowds press, several times each."""
    url = f"http://127.0.0.1:{port}"
    server = await spawn("-m", ME, "--serve", str(port))
    bot = await spawn("-m", ME, f"--{name}", url, *arguments)
    found: dict[int, list[Any]] = {people: [] for people in CROWDS}
    try:
        async with aiohttp.ClientSession(url) as http:
            await until(http, lambda state: state["polled"])
            await crowd(http, 32, 500)  # warm
            before = rss(bot.pid)
            for _ in range(ROUNDS):
                for people in CROWDS:
                    found[people].append(await crowd(http, people, updates))
            grown = rss(bot.pid) - before
    finally:
        bot.kill()
        server.kill()
    handled = updates * ROUNDS * len(CROWDS)
    print(f"  {name:<6} memory after {handled:,} more updates: {grown:+.1f} MiB")
    return found


async def crowd(http: aiohttp.ClientSession, people: int, presses: int) -> dict[str, float]:
    async with http.get("/start", params={"people": people, "presses": presses}):
        pass
    state = await until(http, lambda state: state["answered"] >= presses)
    return {
        "rate": presses / state["seconds"],
        "p99": state["p99"] * 1e3,
        "calls": (state["calls"] - people) / presses,
    }


async def until(http: aiohttp.ClientSession, is_so: Any) -> Any:
    while True:
        try:
            async with http.get("/state") as answer:
                state = await answer.json()
            if is_so(state):
                return state
        except aiohttp.ClientConnectorError:
            pass
        await asyncio.sleep(0.05)


async def compare(updates: int, database_url: str, what: str) -> None:
    """Both bots, one after the other, and their figures side by side."""
    print(f"{what}, {updates} presses a round, {LATENCY * 1e3:.0f} ms a call, median of {ROUNDS}")
    bare = await measure("bare", 18081, updates)
    lanka = await measure("lanka", 18082, updates, database_url)
    for people in CROWDS:
        ours, theirs = middle(lanka[people]), middle(bare[people])
        print(
            f"  {people:>4} people  Lanka {ours['rate']:6.0f}/s  bare {theirs['rate']:6.0f}/s"
            f"  ratio {ours['rate'] / theirs['rate']:.2f}   p99 {ours['p99']:.0f} ms"
            f" (bare {theirs['p99']:.0f})   calls a press {ours['calls']:.2f}"
        )


def middle(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {key: sorted(one[key] for one in rounds)[len(rounds) // 2] for key in rounds[0]}


async def start_up() -> None:
    """From the start to the first poll, beside importing aiogram alone."""
    begun = time.perf_counter()
    await (await spawn("-c", "import aiogram")).wait()
    alone, taken = time.perf_counter() - begun, 0.0
    with tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{(port := 18083)}"
        server = await spawn("-m", ME, "--serve", str(port))
        os.environ |= {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/lanka.sqlite3",
            "LOG_LEVEL": "ERROR",
        }
        async with aiohttp.ClientSession(url) as http:
            await until(http, lambda _: True)
            for _ in range(2):  # the second start finds its database there
                begun = time.perf_counter()
                bot = await spawn("-m", "bot", "run")
                await until(http, lambda state: state["polled"])
                taken = time.perf_counter() - begun
                bot.kill()
                await bot.wait()
                async with http.get("/forget"):
                    pass
        server.kill()
    print(
        f"start to first poll {taken:.2f} s, aiogram's import {alone:.2f} s: {taken / alone:.2f}"
    )


async def spawn(*arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, *arguments)


def main() -> None:
    """Run the comparison, or one of its parts in this process."""
    match sys.argv[1:]:
        case ["--serve", port]:
            asyncio.run(serve(int(port)))
        case ["--bare", url]:
            asyncio.run(run_bare(url))
        case ["--lanka", url, database_url]:
            asyncio.run(run_lanka(url, database_url))
        case arguments:
            updates = int(next((one for one in arguments if one.isdigit()), "2000"))
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite+aiosqlite:///{folder}/lanka.sqlite3"
                asyncio.run(compare(updates, url, "SQLite"))
            if "--postgres" in arguments:
                from tests.databases import Postgres

                server = Postgres(durable=True)
                try:
                    asyncio.run(compare(updates, server.create(), "PostgreSQL"))
                finally:
                    server.stop()
            asyncio.run(start_up())
    gc.unfreeze()


if __name__ == "__main__":
    main()
