"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>."""

import inspect
import json
from http import HTTPStatus

from aiohttp import web

from simulator.clock import Clock
from simulator.errors import NOT_FOUND, ApiError, Json, too_many_requests
from simulator.faults import Fault, Faults
from simulator.flood import FloodControl
from simulator.journal import Journal
from simulator.methods import METHODS
from simulator.methods.call import Call
from simulator.params import Params, read_params
from simulator.people import Bot
from simulator.world import World


class BotApi:
    """Takes calls of bots to the methods; faults, flood control and the journal are here."""

    def __init__(
        self, world: World, flood: FloodControl, faults: Faults, journal: Journal
    ) -> None:
        self._world = world
        self._flood = flood
        self._faults = faults
        self._journal = journal

    @property
    def _clock(self) -> Clock:
        return self._world.clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/bot{token:[^/]+}/{method}", self.call),
            web.post("/bot{token:[^/]+}/{method}", self.call),
            web.get("/file/bot{token:[^/]+}/{path:.+}", self.download),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._world.bot_of(request.match_info["token"])
            name = METHODS.get(request.match_info["method"].lower(), ("", None))[0]
            if not name:
                raise ApiError(*NOT_FOUND)
            params = await read_params(request)
        except ConnectionResetError:  # the bot died while it was asking: nobody reads an answer
            return web.Response(status=400)
        except ApiError as refusal:
            return _response(refusal.body(), refusal.code)
        except web.HTTPRequestEntityTooLarge:
            too_large = ApiError(413, "Request Entity Too Large")
            return _response(too_large.body(), too_large.code)
        fault = self._faults.take(name)
        if fault is None:
            return _response(*await self.perform(bot, name, params))
        return await self._fail(request, bot, name, params, fault)

    async def perform(self, bot: Bot, name: str, params: Params) -> tuple[Json, int]:
        """Do what a method says; the answer's body and its HTTP status."""
        try:
            if name.lower() not in METHODS:
                raise ApiError(*NOT_FOUND)
            params.check_encoding()
            self._flood.check(bot.id, name, params.text("chat_id"))
            result = METHODS[name.lower()][1](Call(self._world, bot, params))
            if inspect.isawaitable(result):
                result = await result
        except ApiError as refusal:
            self._note(bot, name, params, refusal.code, refusal.description)
            return refusal.body(), refusal.code
        self._note(bot, name, params, 200)
        return {"ok": True, "result": result}, 200

    def _note(
        self, bot: Bot, name: str, params: Params, status: int, description: str = ""
    ) -> None:
        now = self._clock.now()
        self._journal.note(
            bot.id, name, params.shown(), at=now, status=status, description=description
        )

    async def _fail(
        self, request: web.Request, bot: Bot, name: str, params: Params, fault: Fault
    ) -> web.StreamResponse:
        """The call as the fault has it. Dropped and refused ones are in the journal as well."""
        match fault.kind:
            case "delay":
                await self._clock.sleep(fault.seconds)
                return _response(*await self.perform(bot, name, params))
            case "drop_after":
                await self.perform(bot, name, params)
                return _drop(request)
            case "drop_before":
                self._note(bot, name, params, 0, "dropped before")
                return _drop(request)
            case "429":
                flood = too_many_requests(fault.retry_after)
                self._note(bot, name, params, flood.code, flood.description)
                return _response(flood.body(), flood.code)
            case "garbage":
                self._note(bot, name, params, 502, "garbage")
                page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
                return web.Response(status=502, text=page, content_type="text/html")
        code = int(fault.kind)
        refusal = ApiError(code, HTTPStatus(code).phrase)
        self._note(bot, name, params, code, refusal.description)
        return _response(refusal.body(), code)

    async def download(self, request: web.Request) -> web.Response:
        try:
            bot = self._world.bot_of(request.match_info["token"])
        except ApiError as refusal:
            return _response(refusal.body(), refusal.code)
        file = self._world.files.at_path(bot.id, request.match_info["path"])
        if file is None:
            return _response(ApiError(*NOT_FOUND).body(), 404)
        data = self._world.files.content(file)
        return web.Response(body=data, content_type="application/octet-stream")


def _drop(request: web.Request) -> web.Response:
    """Cut the connection; the response given back goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _response(body: Json, status: int) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps(body),
        content_type="application/json",
    )
