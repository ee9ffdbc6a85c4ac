"""A bot's token is part of every URL that the libraries call: it must not reach the log."""

import io
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiohttp import web
from telegram.error import InvalidToken
from telegram.ext import ApplicationBuilder

from bot.logs import configure_logs
from bot.session import LankaSession
from tests.serving import serving

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = TOKEN.partition(":")[2]


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """Other tests find the log as it was."""
    yield
    configure_logs("WARNING")


def listen() -> io.StringIO:
    """Turn the program's log to its most talkative, and take what it writes."""
    configure_logs("DEBUG")
    [handler] = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    log = io.StringIO()
    handler.setStream(log)
    return log


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """A server that is no Bot API: it redirects aiogram for ever, and knows no other path."""

    async def again(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(request.path)

    app = web.Application()
    app.router.add_route("*", "/loop/{path:.*}", again)
    async with serving(app) as url:
        yield url


async def test_a_failure_of_aiogram_with_its_traceback(server: str) -> None:
    log = listen()
    session = LankaSession(api=TelegramAPIServer.from_base(f"{server}/loop"))
    async with Bot(TOKEN, session=session) as bot:
        with pytest.raises(TelegramNetworkError) as caught:
            await bot.get_me()
    assert TOKEN in str(caught.value), "the library does put it there"
    structlog.get_logger().error("call failed", exc_info=caught.value)
    logging.getLogger("aiogram.dispatcher").error(
        "Failed - %s", caught.value, exc_info=caught.value
    )
    logged = log.getvalue()
    assert "TooManyRedirects" in logged
    assert "Traceback" in logged
    assert "/bot<token>/getMe" in logged
    assert SECRET not in logged


async def test_a_failure_of_python_telegram_bot_with_its_traceback(server: str) -> None:
    log = listen()
    application = ApplicationBuilder().token(TOKEN).base_url(f"{server}/bot").updater(None).build()
    logging.getLogger("httpx").setLevel(logging.INFO)  # as if somebody took the muzzle off
    with pytest.raises(InvalidToken) as caught:
        await application.initialize()
    await application.bot.shutdown()  # it failed after it had opened its connections
    assert TOKEN in str(caught.value), "the library does put it there"
    structlog.get_logger().error("no start", exc_info=caught.value)
    logging.getLogger("telegram.ext").error("no start", exc_info=caught.value)
    logged = log.getvalue()
    assert "InvalidToken" in logged
    assert "/bot<token>/getMe" in logged, "httpx's own line is there, redacted"
    assert SECRET not in logged


def test_httpx_does_not_write_each_call() -> None:
    log = listen()
    logging.getLogger("httpx").info("HTTP Request: POST https://example.org/bot%s/getMe", TOKEN)
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    "value",
    [
        TOKEN,
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        pytest.param({"url": f"https://api.telegram.org/bot{TOKEN}/getMe"}),
        pytest.param([TOKEN]),
        pytest.param(ValueError(TOKEN)),
    ],
    ids=["text", "url", "mapping", "list", "exception"],
)
def test_values_of_any_kind(value: object) -> None:
    log = listen()
    structlog.get_logger().warning("event", value=value)
    logged = log.getvalue()
    assert "<token>" in logged
    assert SECRET not in logged


def test_what_only_resembles_a_token_stays() -> None:
    log = listen()
    structlog.get_logger().warning("event", at="2026-11-24T08:00:00", update="123456789:short")
    logged = log.getvalue()
    assert "2026-11-24T08:00:00" in logged
    assert "123456789:short" in logged
