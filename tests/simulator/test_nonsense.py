"""Nonsense in any parameter is refused in Telegram's shape; nothing crashes the simulator."""

import itertools
import json

import aiohttp
import pytest

from simulator.bot_api import BotApi
from simulator.flood import FloodControl, Limits
from simulator.methods import NAMES
from simulator.params import Params
from simulator.server import Simulator
from tests.simulator.clients import PERSON, Api, Hand

GOOD = {
    "chat_id": str(PERSON),
    "from_chat_id": str(PERSON),
    "message_id": "1",
    "text": "a",
    "latitude": "1",
    "longitude": "1",
    "phone_number": "1",
    "first_name": "a",
    "title": "a",
    "address": "a",
    "action": "typing",
}
PARAMETERS = [
    *GOOD,
    *("reply_markup", "entities", "reply_parameters", "link_preview_options", "parse_mode"),
    *("media", "message_ids", "commands", "scope", "menu_button", "results", "caption"),
    *("caption_entities", "photo", "offset", "limit", "allowed_updates", "max_connections"),
    *("callback_query_id", "file_id", "reply_to_message_id", "url", "language_code"),
]
NONSENSE = [
    *("", "x", "null", "-1", "1e9", "²", "99999999999999999999", "true", "{}", "[]", "[null]"),
    *('[{"type":[]}]', '[{"type":"photo","media":1},{"type":"photo"}]', "[[]]", '["a", 1, {}]'),
    *('{"message_id":"x"}', '{"message_id":[]}', '{"type":"chat"}', '{"type":{}}'),
    *('{"inline_keyboard":[[{"text":"a","copy_text":1}]]}', '{"keyboard":[["a"]]}'),
    *('{"force_reply":true,"input_field_placeholder":1}', '{"inline_keyboard":[[null]]}'),
    '[{"type":"text_mention","offset":0,"length":1,"user":1}]',
    '[{"type":"text_mention","offset":0,"length":1,"user":{"id":[]}}]',
    *("http://[", "\ud83d"),
    r'{"inline_keyboard":[[{"text":"\ud83d","callback_data":"\ud83d"}]]}',
    *('[{"command":1,"description":2}]', '{"keyboard":[[{"text":"a","style":[]}]]}'),
]


@pytest.mark.parametrize("method", [name for name in NAMES if name != "getUpdates"])
async def test_nonsense_to_a_method(simulator: Simulator, hand: Hand, method: str) -> None:
    flood = FloodControl(Limits(), simulator.clock)
    api = BotApi(simulator.world, flood, simulator.faults, simulator.journal)
    bot = simulator.world.bots[42]
    for name, value in itertools.product(PARAMETERS, NONSENSE):
        answer, status = await api.perform(bot, method, Params.of({**GOOD, name: value}))
        assert status in {200, 400, 403}, (name, value, answer)
        json.dumps(answer)


@pytest.mark.parametrize(
    "action",
    ["text", "start", "press", "contact", "location", "forward", "edit", "inline"],
)
async def test_nonsense_from_the_page(
    http: aiohttp.ClientSession, api: Api, hand: Hand, action: str
) -> None:
    fields = ("text", "entities", "reply_to", "payload", "message_id", "row", "col", "data")
    more = ("stale", "phone_number", "latitude", "longitude", "query", "offset")
    values: list[object] = [None, "", "x", -1, 1e9, True, [], {}, [{}], {"a": 1}]
    for name, value in itertools.product(fields + more, values):
        body = {"wait": 0, "message_id": 1, "longitude": 1, name: value}
        async with http.post(f"/sim/chats/{PERSON}/{action}", json=body) as response:
            assert response.status in {200, 400, 404}, (name, value)
            assert response.content_type == "application/json"
