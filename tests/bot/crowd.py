"""Fifty people who answer a survey and register for an event, while the bot lives or dies."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
from sqlalchemy import func, select

from domain.events.definition import Definition
from domain.events.event import Mode
from storage import events, forms, models, organisations, people
from storage.database import Database
from tests.conversations.harness import Card, Chat
from tests.storage.published import workbook_of

TOKEN = "4300:crash-tests-only-0123456789"
SEATS = 30
ROWS = """
| type | name | label::English (en) | required |
| select_one kind | kind | What are you? | yes |
| text | name | What is your ward called? | yes |
| integer | beds | How many beds are there? | yes |
| select_one kind | next | And the one next door? | yes |
| text | need | What do you need most? | yes |
| integer | staff | How many people work there? | yes |
"""
CHOICES = """
| list_name | name | label::English (en) |
| kind | hospital | Hospital |
| kind | clinic | Clinic |
| kind | lab | Laboratory |
"""
# What is asked, which button answers it (else the answer is typed), and what is stored. Who types
# a second time because nobody answered may do so just after the next question came; so what is
# typed must answer no other question, and a small number would choose among its choices.
PLAN: dict[str, tuple[str, str | None, Callable[[int], str]]] = {
    "What are you?": ("kind", "Hospital", lambda n: "hospital"),
    "What is your ward called?": ("name", None, lambda n: f"Ward {n}"),
    "How many beds are there?": ("beds", None, lambda n: str(n + 100)),
    "And the one next door?": ("next", "Laboratory", lambda n: "lab"),
    "What do you need most?": ("need", None, lambda n: f"Need {n}"),
    "How many people work there?": ("staff", None, lambda n: str(n + 7)),
}
STEPS = len(PLAN) + 5  # of each person: two links, begin, submit, register
ONWARD = ("📨 Submit", "▶", "✅ All correct", "Register: 🏛 Onsite")


class Bots:
    """A bot that can be killed and started again."""

    def __init__(self, server: Process) -> None:
        self._server = server
        self._child: int | None = None

    async def start(self) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(b"\n")
        self._child = int(await self._server.stdout.readline())

    def kill(self) -> None:
        """As a power cut does."""
        assert self._child is not None
        os.kill(self._child, signal.SIGKILL)

    def stop(self) -> None:
        """As an operator does."""
        assert self._child is not None
        os.kill(self._child, signal.SIGTERM)


@asynccontextmanager
async def bots(telegram: str, database_url: str, *mode: str, **more: str) -> AsyncIterator[Bots]:
    """Bots on one token and one database, one at a time."""
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.bot_server",
        *mode,
        stdin=PIPE,
        stdout=PIPE,
        env=os.environ
        | {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram,
            "DATABASE_URL": database_url,
            "LOG_LEVEL": "ERROR",
            "FLOOD_BURST": "0",
            **more,
        },
    )
    running = Bots(server)
    await running.start()
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):  # the test has killed it already
            running.kill()
        server.kill()
        await server.wait()


@dataclass
class Crowd:
    """People whose organisations are known.

    `lost` counts what the bot never answered, or with something that leads nowhere.
    """

    http: aiohttp.ClientSession
    patience: float
    people: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    steps: int = 0
    lost: list[str] = field(default_factory=list)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def gather(self, db: Database, size: int, questions: int = len(PLAN)) -> None:
        """Publish the survey, of so many questions, and the event, and introduce the people."""
        async with self.http.get(f"/bot{TOKEN}/getMe"):
            pass  # the simulator knows a bot once it has spoken
        now = datetime.now(UTC)
        rows = "\n".join(ROWS.strip().splitlines()[: questions + 1])
        form, book = workbook_of(rows, CHOICES)
        await forms.publish(db, form, book, now)
        [survey] = [one for one in await forms.surveys(db) if one.form_id == form.form_id]
        wanted = Definition(
            slug="session",
            title={"en": "Session"},
            zone="Europe/Kyiv",
            starts_at=now + timedelta(days=20),
            ends_at=now + timedelta(days=20, hours=2),
            capacity={Mode.ONSITE: SEATS},
            publish=True,
        )
        event = await events.save(db, wanted, now)
        self.links = [f"s{survey.token}", f"e{event.token}"]
        for n in range(size):
            body = {"first_name": f"Person {n}", "language_code": "en"}
            async with self.http.post("/sim/people", json=body) as answer:
                telegram_id = (await answer.json())["id"]
            person = await people.meet(db, telegram_id, "en", (), now)
            await people.give_consent(db, person.id, "en", f"Person {n}", None, now)
            profile = {"name": f"Hospital {n}", "type": "hospital"}
            await organisations.make(db, person.id, None, profile, now)
            self.people.append(telegram_id)

    async def act(self) -> None:
        """Everybody answers the survey and registers, all at once."""
        async with asyncio.TaskGroup() as crowd:
            for number, person in enumerate(self.people):
                crowd.create_task(self._one(number, person))

    async def until_steps(self, steps: int) -> None:
        """Wait until the crowd has made so many steps."""
        async with self.moved:
            await self.moved.wait_for(lambda: self.steps >= steps)

    async def until_lost(self) -> None:
        """Wait until something was not answered."""
        async with self.moved:
            await self.moved.wait_for(lambda: self.lost)

    async def _one(self, number: int, person: int) -> None:
        chat = await Chat.open(self.http, person)
        for link, ends in zip(self.links, ("receipt", "place"), strict=True):
            await self._say(chat, "start", payload=link)
            while not self._is_over(chat, ends):
                if ends == "place" and self._is_over(chat, "receipt"):
                    await self._wait_behind(chat, link)
                else:
                    await self._step(number, chat, link)

    @staticmethod
    def _is_over(chat: Chat, ends: str) -> bool:
        if not chat.cards:
            return False
        text = chat.text
        if ends == "receipt":
            return "Thank you" in text or "LK-" in text
        return "✅ Registered" in text or "place in the queue" in text

    async def _wait_behind(self, chat: Chat, link: str) -> None:
        """A process died after it had shown the receipt and before it was done with the press: it
        is shown once more, and what was asked for since comes behind it."""
        try:
            await chat.until_answered(chat.seq, self.patience)
        except TimeoutError:
            await self._moved(chat, "got a receipt again and nothing behind it")
            await self._say(chat, "start", payload=link)

    async def _step(self, number: int, chat: Chat, link: str) -> None:
        if not chat.cards or "What would you like to do?" in chat.text:
            await self._say(chat, "start", payload=link)  # nothing is open: what they came for
            return
        card = chat.card
        for question, (_, button, value) in PLAN.items():
            if question in card.text and not any(b in ONWARD for b in card.buttons):
                if button is None:
                    await self._say(chat, "text", text=value(number))
                else:
                    await self._press(chat, card, button)
                return
        for button in ONWARD:
            if any(button in text for text in card.buttons):
                await self._press(chat, card, button)
                return
        async with self.moved:
            self.lost.append(f"{chat.person} got a card that leads nowhere: {card.text}")
            self.moved.notify_all()
        await self._say(chat, "start", payload=link)

    async def _press(self, chat: Chat, card: Card, button: str) -> None:
        row, col = card.find(button)
        # What they saw is what they press, also where the card has changed meanwhile.
        data = card.rows[row][col]["callback_data"]
        place = {"message_id": card.message_id, "data": data, "stale": True}
        url = f"/sim/chats/{chat.person}/press"
        async with self.http.post(url, json=place | {"wait": self.patience}) as answer:
            if answer.status == 404:  # the card was replaced just now
                await chat.look()
                return
            answered = (await answer.json())["answered"]
        await self._moved(chat, "" if answered else f"pressed {button}")

    async def _say(self, chat: Chat, action: str, **body: str) -> None:
        seq = (await chat.look()).seq
        await chat.post(action, **body)
        try:
            await chat.until_answered(seq, self.patience)
        except TimeoutError:
            await self._moved(chat, f"said {action} {body}")
        else:
            await self._moved(chat)

    async def _moved(self, chat: Chat, unanswered: str = "") -> None:
        await chat.look()
        async with self.moved:
            if unanswered:
                self.lost.append(f"{chat.person} {unanswered}")
            else:
                self.steps += 1
            self.moved.notify_all()


async def check(db: Database, size: int, questions: int = len(PLAN)) -> None:
    """Every answer is there, exactly once; every seat is taken by one, and the others wait."""
    answer, event = models.Answer, models.AnswerEvent
    rows = await db.read(
        lambda c: c.execute(
            select(models.Response.state, models.Person.name, answer.path, answer.value)
            .select_from(answer)
            .join(models.Response, models.Response.id == answer.response_id)
            .join(models.Person, models.Person.id == models.Response.person_id)
        )
    )
    stored = {(row.name, row.path.rpartition("/")[2]): (row.state, row.value) for row in rows}

    for n in range(size):
        for name, _, value in list(PLAN.values())[:questions]:
            found = stored.get((f"Person {n}", name))
            assert found == ("submitted", value(n)), f"Person {n}, {name}: {found}"
    given = await db.read(
        lambda c: c.execute(
            select(event.response_id, event.path, func.count().label("n"))
            .where(event.source == "chat")
            .group_by(event.response_id, event.path)
        )
    )
    counts = [row.n for row in given]
    assert counts == [1] * (size * questions), "an answer was given twice"
    states = await db.read(
        lambda c: c.execute(
            select(models.Registration.state, func.count()).group_by(models.Registration.state)
        )
    )
    seats = min(SEATS, size)
    expected = {"confirmed": seats, "waiting": size - seats}
    assert {row[0]: row[1] for row in states} == {k: n for k, n in expected.items() if n}
