"""Keyboards: limits, one action for each button, links that Telegram would open."""

import json
from typing import Any

import pytest
from aiogram.types import InlineKeyboardMarkup

from simulator.errors import ApiError
from simulator.keyboards import inline_markup, reply_markup

CALLBACK = {"text": "a", "callback_data": "a"}


def inline(*rows: list[Any]) -> str:
    return json.dumps({"inline_keyboard": list(rows)})


def button(**fields: Any) -> str:
    return inline([{"text": "a", **fields}])


REFUSED = [
    ("{", "can't parse reply keyboard markup JSON object"),
    ("[]", "object expected as reply markup"),
    ('{"inline_keyboard": 1}', 'Field "inline_keyboard" must be of type Array'),
    ('{"inline_keyboard": [1]}', 'Field "inline_keyboard" must be an Array of Arrays'),
    (inline([1]), "can't parse inline keyboard button: expected an Object"),
    (inline([{"callback_data": "a"}]), 'Field "text" must be of type String'),
    (inline([{"text": " ", "callback_data": "a"}]), "BUTTON_TEXT_INVALID"),
    (button(), "Text buttons are unallowed in the inline keyboard"),
    (button(callback_data="a", url="https://eu.example"), "exactly one action is allowed"),
    (button(callback_data=""), "BUTTON_DATA_INVALID"),
    (button(callback_data="a" * 65), "BUTTON_DATA_INVALID"),
    (button(callback_data="ї" * 33), "BUTTON_DATA_INVALID"),
    (button(callback_data=1), 'Field "callback_data" must be of type String'),
    (button(callback_data="a", style="loud"), "invalid button style specified"),
    (button(url="ftp://eu.example"), "'ftp://eu.example' is invalid: Unsupported URL protocol"),
    (button(url="javascript:alert(1)"), "Unsupported URL protocol"),
    (button(url="http://localhost:80/"), "is invalid: Wrong HTTP URL"),
    (button(url="eu example"), "is invalid: Wrong HTTP URL"),
    (button(url=""), "BUTTON_URL_INVALID"),
    (button(web_app={"url": "http://eu.example"}), "Only HTTPS links are allowed"),
    (button(copy_text={"text": "a" * 257}), "BUTTON_COPY_TEXT_INVALID"),
    (inline([CALLBACK] * 9), "reply markup is too long"),
    (inline(*[[CALLBACK] * 8] * 12, [CALLBACK] * 5), "reply markup is too long"),
    ('{"keyboard": [[{"text": ""}]]}', "keyboard button text must be non-empty"),
    ('{"keyboard": [[1]]}', "KeyboardButton must be a String or an Object"),
    (
        '{"keyboard": [[{"text": "a", "request_contact": true, "request_location": true}]]}',
        "only one request",
    ),
    (
        json.dumps({"force_reply": True, "input_field_placeholder": "a" * 65}),
        "REPLY_MARKUP_PLACEHOLDER_INVALID",
    ),
]


@pytest.mark.parametrize(("markup", "words"), REFUSED)
def test_refused(markup: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        reply_markup(markup)
    assert refusal.value.code == 400
    assert words in refusal.value.description


@pytest.mark.parametrize(
    "fields",
    [
        {"callback_data": "a" * 64},
        {"callback_data": "ї" * 32, "style": "success"},
        {"callback_data": "a", "url": None},
        {"url": "https://eu.example:8080/шлях?a=1#b"},
        {"url": "tg://resolve?domain=lanka_demo_bot"},
        {"url": "t.me/lanka_demo_bot?start=a"},
        {"switch_inline_query": ""},
        {"copy_text": {"text": "4200-1"}},
    ],
)
def test_accepted(fields: dict[str, Any]) -> None:
    markup = reply_markup(button(**fields))
    assert markup is not None
    (row,) = InlineKeyboardMarkup.model_validate(markup).inline_keyboard
    given = {key: value for key, value in fields.items() if value is not None}
    assert row[0].model_dump(exclude_none=True) == {"text": "a", **given}


def test_a_hundred_buttons() -> None:
    markup = reply_markup(inline(*[[CALLBACK] * 8] * 12, [CALLBACK] * 4))
    assert markup is not None
    assert sum(len(row) for row in markup["inline_keyboard"]) == 100


def test_none_and_empty() -> None:
    assert reply_markup("") is None
    assert inline_markup(inline()) is None
    assert inline_markup(inline([])) is None
    keyboard = reply_markup('{"keyboard": [["так"], []]}')
    assert keyboard == {"keyboard": [[{"text": "так"}]]}
