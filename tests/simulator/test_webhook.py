"""Webhooks: real delivery, the secret, order within a chat, retries by the simulator's clock."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import SendMessage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from aiohttp.test_utils import TestServer

from simulator.server import Simulator
from simulator.webhook import SECRET_HEADER
from tests.simulator.clients import PERSON, Api, Hand, Json

Got = tuple[Json, str]


class Hook:
    """A bot's web server: takes updates, answers each with the next of `answers`."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[Got] = asyncio.Queue()
        self.answers: list[web.Response] = []

    async def take(self, request: web.Request) -> web.Response:
        await self.got.put((await request.json(), request.headers.get(SECRET_HEADER, "")))
        return self.answers.pop(0) if self.answers else web.Response()

    async def next(self) -> Json:
        async with asyncio.timeout(5):
            return (await self.got.get())[0]

    async def next_text(self) -> str:
        return str((await self.next())["message"]["text"])


@pytest.fixture
async def hook() -> Hook:
    return Hook()


@pytest.fixture
async def url(hook: Hook) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/hook", hook.take)
    async with TestServer(application) as server:
        yield str(server.make_url("/hook"))


async def pending(api: Api) -> int:
    info = (await api("getWebhookInfo"))["result"]
    return int(info["pending_update_count"])


async def test_delivery(api: Api, hand: Hand, hook: Hook, url: str) -> None:
    await hand.do("text", text="earlier")
    answer = await api("setWebhook", url=url, secret_token="s3cret_-")
    assert answer["result"] is True
    update, secret = await asyncio.wait_for(hook.got.get(), 5)
    assert (update["message"]["text"], secret) == ("earlier", "s3cret_-")
    await hand.do("text", text="later")
    assert await hook.next_text() == "later"
    info = (await api("getWebhookInfo"))["result"]
    assert (info["url"], info["max_connections"]) == (url, 40)
    assert "last_error_message" not in info


async def test_a_failed_delivery_holds_its_chat_and_is_repeated(
    simulator: Simulator, api: Api, hand: Hand, hook: Hook, url: str
) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=502)]
    await api("setWebhook", url=url)
    await hand.do("text", text="a")
    await hand.do("text", text="b")
    assert await hook.next_text() == "a"
    await hand.do("inline", query="q", wait=0)
    assert "inline_query" in await hook.next()  # another lane is not held; it takes the 502
    info = (await api("getWebhookInfo"))["result"]
    assert "Wrong response from the webhook: 50" in info["last_error_message"]
    assert info["pending_update_count"] == 3
    simulator.clock.advance(1)
    again = [await hook.next() for _ in range(3)]
    assert [u["message"]["text"] for u in again if "message" in u] == ["a", "b"]


async def test_delays_double_and_retry_after_is_heard(
    simulator: Simulator, api: Api, hand: Hand, hook: Hook, url: str
) -> None:
    busy = {"Retry-After": "100"}
    hook.answers = [
        web.Response(status=500),
        web.Response(status=500),
        web.Response(status=503, headers=busy),
    ]
    await api("setWebhook", url=url)
    await hand.do("text", text="a")
    for pause in (1, 2, 100):
        asleep = simulator.clock.fell_asleep.next()
        assert await hook.next_text() == "a"
        await asleep
        simulator.clock.advance(pause - 0.5)
        assert hook.got.empty()
        simulator.clock.advance(0.5)
    assert await hook.next_text() == "a"


async def test_a_bot_that_is_down(simulator: Simulator, api: Api, hand: Hand, hook: Hook) -> None:
    await api("setWebhook", url="http://127.0.0.1:9/hook")
    await hand.do("text", text="a")
    await simulator.clock.fell_asleep.wait()
    info = (await api("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Connection refused"
    simulator.clock.advance(86_400)
    assert await pending(api) == 0


async def test_changes_of_webhooks(api: Api, hand: Hand, hook: Hook, url: str) -> None:
    await api("setWebhook", url="http://127.0.0.1:9/hook")
    await hand.do("text", text="a")
    await api("setWebhook", url=url)
    assert await hook.next_text() == "a"
    await api("deleteWebhook")
    await hand.do("text", text="b")
    updates = (await api("getUpdates"))["result"]
    assert [u["message"]["text"] for u in updates] == ["b"]
    await api("setWebhook", url=url, drop_pending_updates=True)
    assert await pending(api) == 0
    await api("setWebhook", url="")
    assert (await api("getWebhookInfo"))["result"]["url"] == ""


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "ftp://127.0.0.1"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://eu.example/hook"},
            "bad webhook: the simulator delivers to this machine only",
        ),
        (
            {"url": "http://127.0.0.1:9", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
        ({"url": "http://127.0.0.1:9", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_bad_webhooks(api: Api, params: dict[str, str], words: str) -> None:
    assert (await api("setWebhook", **params))["description"] == f"Bad Request: {words}"


async def test_a_call_in_the_answer(
    simulator: Simulator, api: Api, hand: Hand, hook: Hook, url: str
) -> None:
    call = {"method": "sendMessage", "chat_id": PERSON, "text": "from JSON"}
    hook.answers = [
        web.json_response(call),
        web.json_response({"method": "noSuchMethod"}),
        web.Response(text="{", content_type="application/json"),
    ]
    await api("setWebhook", url=url)
    for text in "abc":
        await hand.do("text", text=text)
        assert await hook.next_text() == text
    await hand.do("text", text="d")
    assert await hook.next_text() == "d"
    assert "from JSON" in [m.get("text") for m in (await hand.sees())["messages"]]


async def test_aiograms_own_webhook_server(simulator: Simulator, api: Api, hand: Hand) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> SendMessage:
        return message.answer(f"{message.text}!")

    session = AiohttpSession()
    async with Bot("42:secret-of-the-first-bot", session=session) as bot:
        application = web.Application()
        handler = SimpleRequestHandler(
            dispatcher, bot, handle_in_background=False, secret_token="s"
        )
        handler.register(application, path="/hook")
        async with TestServer(application) as server:
            await api("setWebhook", url=str(server.make_url("/hook")), secret_token="s")
            seq = (await hand.sees())["seq"]
            await hand.do("text", text="Луна")
            events = (await hand.events(seq + 1, 5))["events"]
    assert events[0]["message"]["text"] == "Луна!"
