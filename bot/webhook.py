"""Takes updates that Telegram brings, so that any of several processes can take them.

Telegram is answered 200 when an update is stored, and not before; anything else makes it bring the
update again.
"""

import asyncio
import hashlib
import hmac
import json
from functools import partial
from typing import Any

import structlog
from aiohttp import web
from pydantic import HttpUrl

from bot.compose import Program
from bot.lane import LARGEST
from bot.lanes import Lanes
from bot.reach import patiently
from storage.away import AwayError

BIGGEST = 1024 * 1024  # bytes of an update; Telegram's own are far smaller
CONNECTIONS = 40  # that Telegram opens at once
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header

log = structlog.get_logger()


def path_of(secret: bytes) -> str:
    """Where updates are brought to: an address that nobody guesses."""
    return "/telegram/" + hmac.digest(secret, b"webhook path", hashlib.sha256).hex()[:24]


def secret_token(secret: bytes) -> str:
    """What Telegram says to prove that it is Telegram."""
    return hmac.digest(secret, b"webhook secret", hashlib.sha256).hex()


async def ask_for_updates(
    program: Program, url: HttpUrl, allowed: list[str], stop: asyncio.Event
) -> None:
    """Tell Telegram where to bring updates to; every process says the same."""
    call = partial(
        program.bot.set_webhook,
        str(url).rstrip("/") + path_of(program.app.secret),
        allowed_updates=allowed,
        secret_token=secret_token(program.app.secret),
        max_connections=CONNECTIONS,
    )
    if await patiently(call, stop):
        log.info("updates are brought", host=url.host)


def webhook(secret: bytes, lanes: Lanes, stop: asyncio.Event) -> web.RouteDef:
    """The route that takes updates, until `stop` is set."""
    expected = secret_token(secret).encode()

    async def take(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            return web.Response(status=401)
        update = _read(await request.read())
        if update is None:
            return web.Response(status=400)
        if stop.is_set():
            return web.Response(status=503, headers={"Retry-After": "1"})
        await lanes.until_there_is_room()
        try:
            await lanes.take_in([update])
        except AwayError:
            return web.Response(status=503, headers={"Retry-After": "1"})
        return web.Response()

    return web.post(path_of(secret), take)


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    number = found.get("update_id")
    return found if type(number) is int and abs(number) <= LARGEST else None
