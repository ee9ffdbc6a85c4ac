"""Three processes that share one PostgreSQL, behind a balancer that gives each what comes next."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from aiohttp import web
from sqlalchemy import text

from simulator.server import Simulator
from storage.database import open_database
from tests.bot.crowd import Bots, Crowd, bots, check
from tests.bot.test_intake import free_port, ready

REPLICAS, PEOPLE = 3, 200


@asynccontextmanager
async def balancer(ports: list[int]) -> AsyncIterator[int]:
    """The simplest reverse proxy: each request goes to the next replica that lives. Its port."""
    turn = itertools.cycle(range(len(ports)))
    async with aiohttp.ClientSession() as client:

        async def forward(request: web.Request) -> web.Response:
            headers = {k: v for k, v in request.headers.items() if k.startswith("X-Telegram")}
            body, first = await request.read(), next(turn)
            for port in [*ports[first:], *ports[:first]]:
                url = f"http://127.0.0.1:{port}{request.path}"
                try:
                    async with client.post(url, data=body, headers=headers) as answer:
                        return web.Response(status=answer.status, body=await answer.read())
                except aiohttp.ClientError:
                    continue  # it is dead; another may do
            return web.Response(status=502)

        app = web.Application()
        app.add_routes([web.post("/{path:.*}", forward)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield port
        finally:
            await runner.cleanup()


async def all_ready(ports: list[int]) -> None:
    for port in ports:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            await ready(client)


async def test_order_is_kept_and_nothing_is_doubled(
    simulator: Simulator, http: aiohttp.ClientSession, postgres_url: str
) -> None:
    """Of 200 people, while one of the three is killed in the middle."""
    people, questions = PEOPLE, 2
    crowd = Crowd(http, patience=300)
    ports = [free_port() for _ in range(REPLICAS)]
    async with AsyncExitStack() as opened:
        port = await opened.enter_async_context(balancer(ports))
        url = f"http://127.0.0.1:{port}"
        running: list[Bots] = []
        for own in ports:
            more = {"WEBHOOK_URL": url, "HTTP_PORT": str(own), "NOTIFIER": "apart"}
            server = bots(simulator.url, postgres_url, **more)
            running.append(await opened.enter_async_context(server))
        await all_ready(ports)
        db = await opened.enter_async_context(open_database(postgres_url))
        await crowd.gather(db, people, questions)
        async with asyncio.TaskGroup() as work:
            work.create_task(crowd.act())
            await crowd.until_steps(people * 3)
            running[0].kill()
        print(f"{people} people, {REPLICAS} replicas: {crowd.steps} steps, lost: {crowd.lost}")  # noqa: T201
        assert crowd.lost == []
        await check(db, people, questions)
        workers = await db.read(
            lambda c: c.scalar(
                text("SELECT count(DISTINCT worker) FROM inbox WHERE state = 'done'")
            )
        )
        assert workers == REPLICAS  # each has answered somebody
