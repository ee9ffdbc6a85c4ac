"""What the program answers over HTTP: is it alive, is it ready, how does it go; and webhooks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiogram.exceptions import TelegramAPIError
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.compose import Program
from bot.metrics import REGISTRY, read_database
from bot.webhook import BIGGEST
from storage import schema
from storage.away import AwayError

log = structlog.get_logger()


@asynccontextmanager
async def serve(
    program: Program, routes: list[web.RouteDef], stop: asyncio.Event
) -> AsyncIterator[None]:
    """Answer at the settings' address while the block runs; not at all where none is set."""
    settings = program.settings
    if settings.http_port is None:
        yield
        return
    pages = web.Application(client_max_size=BIGGEST)
    pages.add_routes([*routes, *_pages(program, stop)])
    runner = web.AppRunner(pages, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, settings.http_host, settings.http_port).start()
    log.info("answering over HTTP", host=settings.http_host, port=settings.http_port)
    try:
        yield
    finally:
        await runner.cleanup()


def _pages(program: Program, stop: asyncio.Event) -> list[web.RouteDef]:
    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_: web.Request) -> web.Response:
        troubles = await _troubles(program, stop)
        if troubles:
            return web.Response(status=503, text="".join(f"{one}\n" for one in troubles))
        return web.Response(text="ready\n")

    async def metrics(_: web.Request) -> web.Response:
        await read_database(program.app.db, program.app.now())
        body = await asyncio.to_thread(generate_latest, REGISTRY)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", metrics)]


async def _troubles(program: Program, stop: asyncio.Event) -> list[str]:
    """Why no updates should be sent here now."""
    if stop.is_set():
        return ["stopping"]
    troubles = []
    try:
        if not await schema.is_current(program.app.db):
            troubles.append("the schema is not the newest")
    except AwayError:
        troubles.append("the database is away")
    try:
        await program.bot.get_me(request_timeout=5)
    except TelegramAPIError:
        troubles.append("Telegram is out of reach")
    return troubles
