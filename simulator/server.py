"""The simulator as a server: the Bot API, the chat page and what steers both."""

import asyncio
import ipaddress
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from simulator.bot_api import BotApi
from simulator.clock import Clock, Waypoint
from simulator.control_api import ControlApi, Waypoints
from simulator.faults import Faults
from simulator.flood import FloodControl, Limits
from simulator.journal import Journal
from simulator.people_actions import PeopleActions
from simulator.people_api import PeopleApi
from simulator.store import Store
from simulator.webhook import Couriers
from simulator.world import World

PAGE = Path(__file__).parent / "page"
MAX_REQUEST_BYTES = 52 * 2**20
STORE_NAME = "telegram.sqlite3"

log = logging.getLogger(__name__)


class Simulator:
    """Telegram on loopback; use it as an async context manager.

    `data_dir` keeps the world over a restart (without it, it lives in memory); `port` 0 takes
    a free one, see `url`; `clock` gives unix seconds. `waypoints` says which moments the page can
    skip to; what the clock was moved by is kept with the world. Anybody who reaches the simulator
    can act as everybody: a host that is not this machine raises ValueError, unless it is `exposed`
    on purpose, which is warned of.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: Limits = Limits(),  # noqa: B008  frozen
        clock: Callable[[], float] = time.time,
        waypoints: Waypoints | None = None,
        *,
        exposed: bool = False,
    ) -> None:
        if not _is_loopback(host):
            if not exposed:
                raise ValueError(f"the simulator listens on loopback only, not on {host}")
            log.warning("whoever reaches %s can read every chat and act as everybody", host)
        self._data_dir = data_dir
        self._host = host
        self._exposed = not _is_loopback(host)
        self._port = port
        self._limits = limits
        self._time = clock
        self._waypoints = waypoints or _nowhere

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opened:
            store = Store(self._data_dir / STORE_NAME if self._data_dir else None)
            opened.callback(store.close)
            moved = next(store.load("clock"), {"offset": 0.0})
            self.clock = Clock(self._time, moved["offset"])
            self.world = World(store, self.clock)
            self.faults = Faults()
            self.journal = Journal()
            flood = FloodControl(self._limits, self.clock)
            bot_api = BotApi(self.world, flood, self.faults, self.journal)
            control = ControlApi(self.faults, self.journal, self.clock, store, self._waypoints)
            application = self._application(bot_api, control)
            self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
            await self._runner.setup()
            opened.push_async_callback(self._runner.cleanup)
            await web.TCPSite(self._runner, self._host, self._port).start()
            couriers = asyncio.create_task(Couriers(self.world, bot_api.perform).run())
            opened.push_async_callback(_cancel, couriers)
            opened.callback(self.clock.stop)
            self._opened = opened.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._opened.aclose()

    @property
    def url(self) -> str:
        """Without a slash at the end: what `TELEGRAM_API_URL` is set to."""
        host, port = self._runner.addresses[0][:2]
        if ipaddress.ip_address(host).is_unspecified:  # every address: this machine's is one
            host = "::1" if ":" in host else "127.0.0.1"
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def _application(self, bot_api: BotApi, control: ControlApi) -> web.Application:
        application = web.Application(
            client_max_size=MAX_REQUEST_BYTES, middlewares=[_own_pages_only(exposed=self._exposed)]
        )
        application.add_routes(bot_api.routes())
        application.add_routes(PeopleApi(self.world).routes())
        application.add_routes(PeopleActions(self.world).routes())
        application.add_routes(control.routes())
        application.add_routes([web.get("/", _index), web.static("/page", PAGE)])
        return application


async def _nowhere() -> Sequence[Waypoint]:
    return ()


def _own_pages_only(*, exposed: bool) -> Middleware:
    """Keep other web sites out: a browser says where a request comes from, and by which name
    (a name that is not this machine's is a rebound one, unless it is `exposed` to others)."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        host = urlsplit(f"//{request.host}").hostname or ""
        rebound = not (exposed or _is_loopback(host))
        if rebound or (origin and urlsplit(origin).netloc != request.host):
            raise web.HTTPForbidden(text="only pages of the simulator itself may call it")
        return await handler(request)

    return check


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
