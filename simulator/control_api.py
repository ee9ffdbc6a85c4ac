"""What tests steer by: faults, the journal of calls, the clock. JSON under /sim."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, fields

from aiohttp import web

from simulator.clock import Clock, Waypoint
from simulator.faults import Fault, Faults
from simulator.journal import Journal
from simulator.people_api import body_of, number_in, refuse
from simulator.store import Store

Waypoints = Callable[[], Awaitable[Sequence[Waypoint]]]


class ControlApi:
    """The handlers of this module's addresses."""

    def __init__(
        self, faults: Faults, journal: Journal, clock: Clock, store: Store, waypoints: Waypoints
    ) -> None:
        self._faults = faults
        self._journal = journal
        self._clock = clock
        self._store = store
        self._waypoints = waypoints

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sim/faults", self.faults),
            web.post("/sim/faults", self.add_fault),
            web.delete("/sim/faults", self.clear_faults),
            web.get("/sim/calls", self.calls),
            web.get("/sim/clock", self.time),
            web.post("/sim/clock", self.advance),
        ]

    async def faults(self, _: web.Request) -> web.Response:
        return web.json_response(self._faults.shown())

    async def add_fault(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        unknown = body.keys() - {field.name for field in fields(Fault)}
        if unknown:
            refuse(web.HTTPBadRequest, f"unknown: {', '.join(sorted(unknown))}")
        fault = Fault(
            method=str(body.get("method", "*")),
            kind=str(body.get("kind", "")),
            times=int(number_in(body, "times", 1)),
            seconds=number_in(body, "seconds", 1),
            retry_after=int(number_in(body, "retry_after", 1)),
        )
        try:
            self._faults.add(fault)
        except ValueError as error:
            refuse(web.HTTPBadRequest, str(error))
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return await self.faults(request)

    async def calls(self, request: web.Request) -> web.Response:
        after = int(number_in(request.query, "after", 0))
        return web.json_response(self._journal.after(after))

    async def time(self, _: web.Request) -> web.Response:
        """Now, by how much it was moved, and the moments that are worth skipping to."""
        waypoints = await self._waypoints()
        return web.json_response(
            {
                "now": self._clock.now(),
                "offset": self._clock.offset,
                "waypoints": [asdict(one) for one in waypoints],
            }
        )

    async def advance(self, request: web.Request) -> web.Response:
        """Move `advance` seconds forward, or to the moment `to`; never back."""
        body = await body_of(request)
        seconds = number_in(body, "advance", 0)
        if "to" in body:
            seconds = number_in(body, "to", 0) - self._clock.now()
        if seconds < 0:
            refuse(web.HTTPBadRequest, "the clock goes forward only")
        self._clock.advance(seconds)
        self._store.put("clock", "clock", {"offset": self._clock.offset})
        return await self.time(request)
