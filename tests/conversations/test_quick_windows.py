"""Windows that one person opens within a second."""

import random

import aiohttp
import pytest
from aiogram_dialog.api.entities import stack

from dialogs.intents import name_windows_apart
from tests.conversations.conftest import OLENA, Welcome


def test_names_of_the_same_second_are_apart() -> None:
    name_windows_apart()
    names = {stack.id_to_str(stack.new_int_id()) for _ in range(5_000)}
    assert len(names) == 5_000
    assert max(map(len, names)) <= 6


async def test_the_way_back_does_not_depend_on_the_second(
    http: aiohttp.ClientSession, welcome: Welcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the library's own names, the language window opened here would replace the menu."""
    monkeypatch.setattr(random, "randint", lambda low, high: low)
    chat = await welcome(OLENA, "en", "hospital")
    menu = chat.card.buttons
    for _ in range(3):
        await chat.press("🌐 Language")
        assert chat.card.buttons != menu
        await chat.press("‹ Back")
        assert chat.card.buttons == menu
