"""Commands by scope and language, names and descriptions, the menu button."""

from typing import Any

import aiohttp
import pytest

from simulator.server import Simulator
from tests.simulator.clients import PERSON, Api, Hand

ALL_PRIVATE = {"type": "all_private_chats"}
THIS_CHAT = {"type": "chat", "chat_id": PERSON}


def commands(name: str) -> list[dict[str, str]]:
    return [{"command": name, "description": name}]


async def test_the_narrowest_scope_and_the_persons_language(
    http: aiohttp.ClientSession, api: Api, hand: Hand
) -> None:
    async def menu() -> list[str]:
        return [command["command"] for command in (await hand.sees())["commands"]]

    assert await menu() == []
    steps: list[tuple[str, dict[str, Any]]] = [
        ("default_any", {}),
        ("default_uk", {"language_code": "uk"}),
        ("private_any", {"scope": ALL_PRIVATE}),
        ("private_uk", {"scope": ALL_PRIVATE, "language_code": "uk"}),
        ("chat_any", {"scope": THIS_CHAT}),
    ]
    for name, where in steps:
        assert (await api("setMyCommands", commands=commands(name), **where))["ok"]
        assert await menu() == [name]
        assert (await api("getMyCommands", **where))["result"] == commands(name)
    assert (await hand.events())["events"][-1]["commands"] == commands("chat_any")
    await api("deleteMyCommands", scope=THIS_CHAT)
    assert await menu() == ["private_uk"]
    async with http.patch(f"/sim/people/{PERSON}", json={"language_code": "en"}) as response:
        assert (await response.json())["language_code"] == "en"
    assert await menu() == ["private_any"]
    async with http.get("/sim/bots", params={"language": "uk"}) as response:
        (bot,) = await response.json()
    assert (bot["id"], bot["commands"]) == (42, commands("private_uk"))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "commands are not specified"),
        ({"commands": commands("Почати")}, "BOT_COMMAND_INVALID"),
        ({"commands": commands("a" * 33)}, "BOT_COMMAND_INVALID"),
        (
            {"commands": [{"command": "a", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        ({"commands": commands("a") * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [1]}, "can't parse BotCommand: expected an Object"),
        ({"commands": "{"}, "can't parse BotCommand JSON object"),
        ({"commands": [], "language_code": "ukr"}, "invalid language_code specified"),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
        (
            {"commands": [], "scope": {"type": "world"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
    ],
)
async def test_bad_commands(api: Api, params: dict[str, Any], words: str) -> None:
    answer = await api("setMyCommands", **params)
    assert answer["description"] == f"Bad Request: {words}"


async def test_texts_by_language(simulator: Simulator, api: Api, hand: Hand) -> None:
    await api("setMyDescription", description="For all")
    await api("setMyDescription", description="Для всіх", language_code="uk")
    assert (await hand.sees())["bot"]["description"] == "Для всіх"
    await api("setMyDescription", language_code="uk")
    assert (await hand.sees())["bot"]["description"] == "For all"
    await api("setMyName", name="Lanka", language_code="uk")
    assert (await hand.sees())["bot"]["first_name"] == "Lanka"
    long = await api("setMyDescription", description="x" * 513)
    assert long["description"] == "Bad Request: description is too long"


async def test_menu_button(api: Api, hand: Hand) -> None:
    assert (await api("getChatMenuButton"))["result"] == {"type": "commands"}
    await api("setChatMenuButton", chat_id=PERSON, menu_button={"type": "default"})
    assert (await api("getChatMenuButton", chat_id=PERSON))["result"] == {"type": "default"}
    assert (await api("getChatMenuButton"))["result"] == {"type": "commands"}
    bad = await api("setChatMenuButton", menu_button={"type": "door"})
    assert bad["description"] == "Bad Request: can't parse menu button: unsupported type specified"
