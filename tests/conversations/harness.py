"""The running bot, met as its users meet it: over HTTP, through the simulator's chat."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import aiohttp

from bot.compose import Program, compose
from bot.intake import answer
from bot.publishing import publish_content
from bot.settings import load_settings
from simulator.server import Simulator

TOKEN = "4200:conversation-tests-only-0123456789"
PATIENCE = 10  # seconds; only a test that fails waits so long


@dataclass
class Clock:
    """The clock that the bot runs by; it moves when a test moves it."""

    at: datetime = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **parts: float) -> None:
        self.at += timedelta(**parts)


@asynccontextmanager
async def running_bot(
    simulator: Simulator,
    database_url: str,
    clock: Callable[[], datetime],
    owners: frozenset[int] = frozenset(),
    **more: Any,
) -> AsyncIterator[Program]:
    """The bot, polling the simulator until the block ends; a second one after it is a restart."""
    settings = load_settings(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=simulator.url,
        database_url=database_url,
        owner_ids=owners,
        **{"flood_burst": 0, **more},  # tests press faster than people can
    )
    stop = asyncio.Event()
    async with compose(settings, clock) as program:
        await publish_content(program.app.db, clock())
        await program.bot.me()  # the simulator knows a bot once it has spoken
        polling = asyncio.create_task(answer(program, stop))
        try:
            yield program
        finally:
            stop.set()
            await polling


@dataclass
class Card:
    """A message of the bot as it stands in the chat now."""

    message_id: int
    text: str
    rows: list[list[dict[str, Any]]]

    @property
    def buttons(self) -> list[str]:
        """What the buttons say, row by row."""
        return [button["text"] for row in self.rows for button in row]

    def find(self, label: str) -> tuple[int, int]:
        """Row and column of the one button that says `label`, or else contains it."""
        places = [(r, c) for r, row in enumerate(self.rows) for c in range(len(row))]
        exact = [p for p in places if self.rows[p[0]][p[1]]["text"] == label]
        found = exact or [p for p in places if label in self.rows[p[0]][p[1]]["text"]]
        if len(found) != 1:
            raise AssertionError(f"{label!r} is on {len(found)} buttons of {self.buttons}")
        return found[0]


@dataclass
class Chat:
    """One person's chat with the bot."""

    http: aiohttp.ClientSession
    person: int
    seq: int = 0
    toast: str | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, person: int) -> Self:
        chat = cls(http, person)
        await chat.look()
        return chat

    async def post(self, action: str, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"/sim/chats/{self.person}/{action}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def look(self) -> Self:
        """Read the chat as it is."""
        async with self.http.get(f"/sim/chats/{self.person}") as answer:
            state = await answer.json()
        self.seq, self.messages = state["seq"], state["messages"]
        return self

    @property
    def cards(self) -> list[Card]:
        """The bot's messages, oldest first."""
        return [
            Card(
                message["message_id"],
                message.get("text") or message.get("caption") or "",
                message.get("reply_markup", {}).get("inline_keyboard", []),
            )
            for message in self.messages
            if not message.get("out")
        ]

    @property
    def card(self) -> Card:
        """The bot's newest message."""
        assert self.cards, "the bot has said nothing"
        return self.cards[-1]

    @property
    def text(self) -> str:
        """What the bot's newest message says."""
        return self.card.text

    async def until_answered(self, after: int, patience: float = PATIENCE) -> Self:
        """Wait for a new message of the bot."""

        async def wait() -> None:
            seq = after
            while True:
                url = f"/sim/chats/{self.person}/events"
                async with self.http.get(url, params={"after": seq, "timeout": 5}) as answer:
                    news = await answer.json()
                seq = news["seq"]
                if any(
                    event["type"] == "message" and not event["message"].get("out")
                    for event in news["events"]
                ):
                    return

        await asyncio.wait_for(wait(), patience)
        return await self.look()

    async def say(self, action: str, **body: Any) -> Self:
        """Send something and wait for what the bot says to it."""
        before = self.seq
        await self.post(action, **body)
        return await self.until_answered(before)

    async def start(self, payload: str = "") -> Self:
        return await self.say("start", **({"payload": payload} if payload else {}))

    async def write(self, text: str) -> Self:
        return await self.say("text", text=text)

    async def press(self, label: str) -> Self:
        """Press the button of the newest message, and wait until the press is answered."""
        row, col = self.card.find(label)
        return await self.press_at(self.card.message_id, row, col)

    async def press_at(self, message_id: int, row: int, col: int) -> Self:
        done = await self.post("press", message_id=message_id, row=row, col=col, wait=PATIENCE)
        assert done["answered"], "the bot left the press without an answer"
        self.toast = done.get("text")
        return await self.look()

    async def press_old(self, message_id: int, data: str) -> Self:
        """Press a button that the message no longer has, as from a phone that was offline."""
        done = await self.post(
            "press", message_id=message_id, data=data, stale=True, wait=PATIENCE
        )
        assert done["answered"], "the bot left an old press without an answer"
        self.toast = done.get("text")
        return await self.look()


async def calls(http: aiohttp.ClientSession, after: int = 0) -> list[dict[str, Any]]:
    """The Bot API calls that the bot made, without its polling."""
    async with http.get("/sim/calls", params={"after": after}) as answer:
        journal = await answer.json()
    entries = journal["calls"] if isinstance(journal, dict) else journal
    return [call for call in entries if call["method"].lower() != "getupdates"]
