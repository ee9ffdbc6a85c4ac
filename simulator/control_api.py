"""What tests steer by: faults, the journal of calls, the clock. JSON under /sim."""

from dataclasses import fields

from aiohttp import web

from simulator.clock import Clock
from simulator.faults import Fault, Faults
from simulator.journal import Journal
from simulator.people_api import body_of, number_in, refuse


class ControlApi:
    """The handlers of this module's addresses."""

    def __init__(self, faults: Faults, journal: Journal, clock: Clock) -> None:
        self._faults = faults
        self._journal = journal
        self._clock = clock

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
        return web.json_response({"now": self._clock.now()})

    async def advance(self, request: web.Request) -> web.Response:
        self._clock.advance(number_in(await body_of(request), "advance", 0))
        return await self.time(request)
