"""Three clients of one simulator: aiogram and python-telegram-bot as bots, and a person."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiogram
import aiohttp
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from simulator.server import Simulator

TOKEN = "42:secret-of-the-first-bot"
PERSON = 1001

Json = dict[str, Any]
Api = Callable[..., Awaitable[Json]]


class Hand:
    """A person at the chat page: what the page would send, and what it would read."""

    def __init__(self, http: aiohttp.ClientSession, person: int = PERSON) -> None:
        self._http = http
        self._prefix = f"/sim/chats/{person}"

    async def do(self, action: str, expect: int = 200, **body: Any) -> Json:
        async with self._http.post(f"{self._prefix}/{action}", json=body) as response:
            assert response.status == expect, await response.text()
            answer: Json = await response.json()
            return answer

    async def upload(self, kind: str, name: str, data: bytes, expect: int = 200) -> Json:
        form = aiohttp.FormData({"kind": kind, "caption": "підпис"}, quote_fields=False)
        form.add_field("file", data, filename=name)
        async with self._http.post(f"{self._prefix}/upload", data=form) as response:
            assert response.status == expect, await response.text()
            answer: Json = await response.json()
            return answer

    async def sees(self) -> Json:
        async with self._http.get(self._prefix) as response:
            answer: Json = await response.json()
            return answer

    async def events(self, after: int = 0, seconds: float = 0) -> Json:
        query = {"after": str(after), "timeout": str(seconds)}
        async with self._http.get(f"{self._prefix}/events", params=query) as response:
            answer: Json = await response.json()
            return answer


@pytest.fixture
async def api(http: aiohttp.ClientSession) -> Api:
    """Call a method with a JSON body; the whole answer, refused or not."""

    async def call(method: str, **params: Any) -> Json:
        async with http.post(f"/bot{TOKEN}/{method}", json=params) as response:
            answer: Json = await response.json()
            assert response.status == (200 if answer["ok"] else answer["error_code"])
            return answer

    await call("getMe")
    return call


@pytest.fixture
async def hand(api: Api, http: aiohttp.ClientSession) -> Hand:
    """Олена, who has started the first bot."""
    hand = Hand(http)
    await hand.do("start")
    await api("getUpdates", offset=-1)
    await api("getUpdates", offset=2)
    return hand


@pytest.fixture
async def aio(simulator: Simulator) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(simulator.url))
    async with aiogram.Bot(TOKEN, session=session) as bot:
        yield bot


@pytest.fixture
async def ptb(simulator: Simulator) -> AsyncIterator[telegram.Bot]:
    base = simulator.url
    bot = telegram.Bot(TOKEN, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot")
    async with bot:
        yield bot


def picture(width: int = 2, height: int = 3) -> bytes:
    """The head of a PNG: all that anybody here reads of one."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + size + b"\x08\x02\x00\x00\x00" + bytes(40)
