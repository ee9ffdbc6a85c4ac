"""What the chat page reads: people, bots, a chat and its events, files. JSON under /sim.

What a person does in a chat is in `simulator.people_actions`. A refusal is
`{"error": "..."}` with a 4xx status.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NoReturn
from urllib.parse import quote

from aiohttp import web

from simulator.chats import Chat
from simulator.errors import Json
from simulator.people import Bot, Person, in_language
from simulator.world import World

MAX_WAIT_SECONDS = 60.0


def refuse(kind: type[web.HTTPException], reason: str) -> NoReturn:
    raise kind(text=json.dumps({"error": reason}), content_type="application/json")


async def body_of(request: web.Request) -> Json:
    """The JSON object in a request, an empty one if there is no body."""
    try:
        body = json.loads(await request.read() or b"{}")
    except (json.JSONDecodeError, UnicodeDecodeError):
        refuse(web.HTTPBadRequest, "the body is not JSON")
    if not isinstance(body, dict):
        refuse(web.HTTPBadRequest, "the body is not a JSON object")
    return body


def number_in(source: Mapping[str, Any], name: str, default: float) -> float:
    """A number from a query string or a body; 400 if it is none."""
    try:
        return float(source.get(name, default))
    except (TypeError, ValueError):
        refuse(web.HTTPBadRequest, f"{name} is not a number")


def find_person(world: World, request: web.Request) -> Person:
    person = world.people.get(int(request.match_info["person"]))
    if person is None:
        refuse(web.HTTPNotFound, "no such person")
    return person


def find_bot(world: World, request: web.Request) -> Bot:
    """The bot that `?bot=` names, the first one without it; 404 while there is none."""
    wanted = request.query.get("bot")
    if wanted is None:
        bot = next(iter(world.bots.values()), None)
    else:
        bot = world.bots.get(int(number_in(request.query, "bot", 0)))
    if bot is None:
        refuse(web.HTTPNotFound, "no such bot: it appears with its first call")
    return bot


def find_chat(world: World, request: web.Request) -> Chat:
    return world.chat(find_bot(world, request), find_person(world, request))


class PeopleApi:
    """The handlers of this module's addresses."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sim/people", self.people),
            web.post("/sim/people", self.new_person),
            web.patch(r"/sim/people/{person:\d+}", self.change_person),
            web.get("/sim/bots", self.bots),
            web.get(r"/sim/chats/{person:\d+}", self.chat),
            web.get(r"/sim/chats/{person:\d+}/events", self.events),
            web.get("/sim/files/{file_id}", self.file),
        ]

    async def people(self, _: web.Request) -> web.Response:
        return web.json_response([asdict(person) for person in self._world.people.values()])

    async def new_person(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        first_name = str(body.get("first_name") or "").strip()
        if not first_name:
            refuse(web.HTTPBadRequest, "first_name is empty")
        others = (str(body.get(key) or "") for key in ("last_name", "username", "language_code"))
        return web.json_response(asdict(self._world.new_person(first_name, *others)))

    async def change_person(self, request: web.Request) -> web.Response:
        person = find_person(self._world, request)
        body = await body_of(request)
        for key in ("first_name", "last_name", "username", "language_code"):
            if key in body:
                setattr(person, key, str(body[key] or ""))
        self._world.save_person(person)
        return web.json_response(asdict(person))

    async def bots(self, request: web.Request) -> web.Response:
        language = request.query.get("language", "")
        reader = Person(0, "", language_code=language)
        return web.json_response(
            [
                {
                    "id": bot.id,
                    "username": bot.username,
                    "first_name": in_language(bot.names, language) or bot.first_name,
                    "description": in_language(bot.descriptions, language),
                    "short_description": in_language(bot.short_descriptions, language),
                    "commands": bot.commands_for(reader),
                }
                for bot in self._world.bots.values()
            ]
        )

    async def chat(self, request: web.Request) -> web.Response:
        chat = find_chat(self._world, request)
        bot, language = chat.bot, chat.person.language_code
        messages = [chat.messages[number].for_page() for number in sorted(chat.messages)]
        return web.json_response(
            {
                "seq": chat.state.seq,
                "messages": messages,
                "reply_keyboard": chat.state.reply_keyboard,
                "pinned": chat.pinned,
                "started": chat.state.started,
                "blocked": chat.state.blocked,
                "bot": {
                    **bot.user(),
                    "first_name": in_language(bot.names, language) or bot.first_name,
                    "description": in_language(bot.descriptions, language),
                },
                "commands": bot.commands_for(chat.person),
                "chat_action": chat.action,
            }
        )

    async def events(self, request: web.Request) -> web.Response:
        """What is newer than `after`, waiting up to `timeout` s for it.

        `"reset": true` says that `after` is too old or from another world: read the chat again.
        """
        chat = find_chat(self._world, request)
        after = int(number_in(request.query, "after", 0))
        seconds = min(number_in(request.query, "timeout", 0), MAX_WAIT_SECONDS)
        events = chat.since(after)
        if events == []:
            await self._world.clock.wait(chat.happened.next(), seconds)
            events = chat.since(after)
        answer: Json = {"seq": chat.state.seq, "events": events or []}
        if events is None:
            answer["reset"] = True
        return web.json_response(answer)

    async def file(self, request: web.Request) -> web.Response:
        file = self._world.files.find(request.match_info["file_id"])
        if file is None:
            refuse(web.HTTPNotFound, "no such file")
        headers = {
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        data = self._world.files.content(file)
        return web.Response(body=data, content_type=file.mime, headers=headers)
