"""How updates come in: brought or fetched, too many, unreadable, and while something is broken."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from bot import flood
from bot.compose import Program
from bot.flood import Admission, FloodGate
from bot.lane import lane_of
from bot.webhook import BIGGEST, SECRET_HEADER, path_of, secret_token
from simulator.server import Simulator
from storage import aside
from tests.conversations.harness import Chat, Clock, calls, running_bot

OLENA, ANDRII = 1001, 1002
HELLO = {
    "update_id": 900,
    "message": {
        "message_id": 1,
        "date": 1_780_000_000,
        "chat": {"id": OLENA, "type": "private", "first_name": "Olena"},
        "from": {"id": OLENA, "is_bot": False, "first_name": "Olena", "language_code": "uk"},
        "text": "/start",
    },
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
async def webhook(
    simulator: Simulator, ready_url: str
) -> AsyncIterator[tuple[Program, aiohttp.ClientSession]]:
    """The bot where updates are brought to it, and a client of its address."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    more: dict[str, Any] = {"webhook_url": url, "http_port": port}
    async with (
        running_bot(simulator, ready_url, Clock(), **more) as program,
        aiohttp.ClientSession(url) as client,
    ):
        await ready(client)
        yield program, client


async def ready(client: aiohttp.ClientSession) -> None:
    """Wait until the program listens."""
    async with asyncio.timeout(10):
        while True:
            try:
                async with client.get("/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.02)  # it is about to listen: nothing tells when


async def bring(client: aiohttp.ClientSession, secret: bytes, body: Any, **headers: str) -> int:
    """Bring an update as Telegram does; the status of the answer."""
    given = {SECRET_HEADER: secret_token(secret)} | headers
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with client.post(path_of(secret), data=io.BytesIO(content), headers=given) as answer:
        return answer.status


async def test_what_is_brought_is_answered_like_what_is_fetched(
    webhook: tuple[Program, aiohttp.ClientSession], http: aiohttp.ClientSession
) -> None:
    chat = await Chat.open(http, OLENA)
    await chat.start()
    assert "🇺🇦 Українська" in chat.card.buttons
    await chat.press("🇺🇦 Українська")
    assert "✅ Погоджуюся" in chat.card.buttons


async def test_only_telegram_brings_updates(
    webhook: tuple[Program, aiohttp.ClientSession], http: aiohttp.ClientSession
) -> None:
    program, client = webhook
    secret = program.app.secret
    for wrong in ("", "x", secret_token(secret)[:-1], "п’ять"):
        raw = {SECRET_HEADER: wrong.encode().decode("latin-1")}
        assert await bring(client, secret, HELLO, **raw) == 401
    async with client.post("/telegram/guessed", json=HELLO) as answer:
        assert answer.status == 404
    assert await bring(client, secret, b"{") == 400
    assert await bring(client, secret, b"[" * 100_000) == 400
    assert await bring(client, secret, {"update_id": "1"}) == 400
    assert await bring(client, secret, b" " * (BIGGEST + 1)) == 413
    chat = await Chat.open(http, OLENA)
    seq = (await chat.start()).seq
    assert await bring(client, secret, HELLO) == 200
    await chat.until_answered(seq)
    made = len(await calls(http))
    assert await bring(client, secret, HELLO) == 200  # again: nothing new
    seq = chat.seq
    assert await bring(client, secret, HELLO | {"update_id": 901}) == 200
    await chat.until_answered(seq)
    assert len(await calls(http)) - made <= 3


async def test_the_pages_tell_how_the_program_does(
    webhook: tuple[Program, aiohttp.ClientSession], http: aiohttp.ClientSession
) -> None:
    _, client = webhook
    chat = await Chat.open(http, OLENA)
    await chat.start()
    async with client.get("/readyz") as answer:
        assert (answer.status, await answer.text()) == (200, "ready\n")
    async with client.get("/metrics") as answer:
        figures = await answer.text()
    assert 'lanka_updates_total{kind="message",outcome="done"}' in figures
    assert 'lanka_inbox_updates{state="done"} 1.0' in figures
    assert "lanka_outbox_oldest_due_seconds" in figures
    assert "lanka_workers 1.0" in figures
    await http.post("/sim/faults", json={"method": "getMe", "kind": "500", "times": 1})
    async with client.get("/readyz") as answer:
        assert answer.status == 503
        assert "Telegram is out of reach" in await answer.text()


async def test_an_update_that_cannot_be_read_stands_in_nobodys_way(
    webhook: tuple[Program, aiohttp.ClientSession], http: aiohttp.ClientSession
) -> None:
    program, client = webhook
    broken = {"update_id": 7, "message": {"chat": {"id": OLENA, "type": "private"}, "date": "x"}}
    assert await bring(client, program.app.secret, broken) == 200
    chat = await Chat.open(http, OLENA)
    await chat.start()
    assert chat.card.buttons
    [dead] = await aside.dead(program.app.db)
    assert dead.update_id == 7
    assert "ValidationError" in (dead.error or "")


@pytest.mark.parametrize("failures", [1, 2])
async def test_a_fault_that_passes_is_never_seen(
    failures: int, simulator: Simulator, http: aiohttp.ClientSession, ready_url: str
) -> None:
    async with running_bot(simulator, ready_url, Clock()) as program:
        handled = program.dispatcher.handle
        left = failures

        async def fail_first(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left >= 0:
                raise RuntimeError("a fault that passes")
            return await handled(*args, **kwargs)

        program.dispatcher.handle = fail_first  # type: ignore[method-assign]
        chat = await Chat.open(http, OLENA)
        await chat.start()
        assert len(chat.cards) == 1
        assert await aside.dead(program.app.db) == []


async def test_a_fault_that_stays_is_put_aside_and_can_be_tried_again(
    simulator: Simulator, http: aiohttp.ClientSession, ready_url: str
) -> None:
    async with running_bot(simulator, ready_url, Clock()) as program:
        db = program.app.db
        await db.write(lambda tx: tx.execute(text("ALTER TABLE people RENAME TO mislaid")))
        chat, other = await Chat.open(http, OLENA), await Chat.open(http, ANDRII)
        await chat.post("start")
        await other.start()
        assert "/start" in other.text
        assert not other.card.buttons
        if program.lanes._busy:  # they are told before their updates are put aside
            await asyncio.wait(program.lanes._busy.values())
        await db.write(lambda tx: tx.execute(text("ALTER TABLE mislaid RENAME TO people")))
        dead = await aside.dead(db)
        assert {one.attempts for one in dead} == {3}
        assert all("Olena" not in (one.error or "") for one in dead)
        seq = (await chat.look()).seq
        await aside.replay(db, [one.id for one in dead])
        await program.lanes._look_after_the_orphaned()
        await chat.until_answered(seq)
        assert "🇺🇦 Українська" in chat.card.buttons


async def test_somebody_who_floods_is_paused_and_told_once_and_others_notice_nothing(
    simulator: Simulator, http: aiohttp.ClientSession, ready_url: str
) -> None:
    async with running_bot(
        simulator, ready_url, Clock(), flood_burst=5, flood_rate=0.001
    ) as program:
        flooder, other = await Chat.open(http, OLENA), await Chat.open(http, ANDRII)
        for n in range(40):
            await flooder.post("text", text=f"{n}")
        await other.start()
        assert "🇺🇦 Українська" in other.card.buttons
        await asyncio.wait(list(program.lanes._busy.values()))
        await flooder.look()
        told = [
            card
            for card in flooder.cards
            if "half minute" in card.text or "пів хвилини" in card.text
        ]
        assert len(told) == 1
        counts = await program.app.db.read(lambda c: c.scalar(text("SELECT count(*) FROM inbox")))
        assert counts == 6


def test_a_pause_ends_and_the_allowance_grows_again() -> None:
    now = 0.0
    gate = FloodGate(burst=2, rate=1.0, clock=lambda: now)
    assert [gate.admit(1) for _ in range(4)] == [
        Admission.IN,
        Admission.IN,
        Admission.PAUSE_BEGINS,
        Admission.PAUSED,
    ]
    assert gate.admit(2) is Admission.IN
    now = flood.PAUSE - 0.1
    assert gate.admit(1) is Admission.PAUSED
    now = flood.PAUSE + 0.1
    assert gate.admit(1) is Admission.IN


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"message": None},
        {"message": {"chat": 5}},
        {"message": {"chat": {"id": "1", "type": "private"}}},
        {"message": {"chat": {"id": -100, "type": "group"}}},
        {"callback_query": {"message": None}},
        {"inline_query": {"from": None}},
        {"channel_post": {"chat": {"id": 1, "type": "private"}}},
    ],
)
def test_what_is_no_conversation_has_no_lane(update: dict[str, Any]) -> None:
    assert lane_of(update) is None
