"""aiogram's models behave as before once they are made in less time."""

import copy
import pickle
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.context_controller import BotContextController
from aiogram.methods import EditMessageText
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update, User

from bot import models

USER: dict[str, Any] = {"id": 5, "is_bot": False, "first_name": "О"}
CHAT = {"id": 5, "type": "private", "first_name": "О"}
MESSAGE = {"message_id": 3, "date": 0, "chat": CHAT, "from": USER, "text": "лист"}
RAW = {
    "update_id": 1,
    "callback_query": {
        "id": "7",
        "from": USER,
        "chat_instance": "1",
        "data": "x",
        "message": MESSAGE,
    },
}


@pytest.fixture(autouse=True)
def quick() -> None:
    models.quicken_models()


def test_every_part_of_an_update_knows_its_bot() -> None:
    bot = Bot("42:TEST")
    update = Update.model_validate(RAW, context={"bot": bot})
    query = update.callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    parts: list[BotContextController] = [
        *(update, query, query.from_user, query.message, query.message.chat)
    ]
    assert all(part.bot is bot for part in parts)
    assert query.message.edit_text("y")._bot is bot


def test_who_has_no_bot_gets_one_and_keeps_it() -> None:
    bot = Bot("42:TEST")
    user = User(**USER)
    assert user.bot is None
    assert user.as_(bot).bot is bot
    assert user.model_copy(update={"first_name": "Я"}).bot is bot
    assert copy.copy(user).bot is bot
    assert User(**USER) == User(**USER)
    assert pickle.loads(pickle.dumps(User(**USER))) == User(**USER)  # noqa: S301 - our own
    assert User.model_construct(**USER).bot is None


def test_a_method_and_its_keyboard_are_as_they_were() -> None:
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Так", callback_data="y")]]
    )
    method = EditMessageText(chat_id=5, message_id=3, text="x", reply_markup=keyboard)
    assert method.reply_markup == keyboard
    assert method.model_copy(deep=True) == method
    assert keyboard.bot is None


def test_nearly_all_models_are_quick_and_those_with_more_to_do_are_left_alone() -> None:
    quick = [
        model
        for model in models._models(BotContextController)
        if model.model_post_init is models._remember_bot
    ]
    assert {Update, Message, User, EditMessageText, InlineKeyboardButton} <= set(quick)
    assert len(quick) > 400

    class Careful(User):
        seen: bool = False

        def model_post_init(self, context: object, /) -> None:
            super().model_post_init(context)
            self.__dict__["seen"] = True

    Careful.__module__ = "aiogram.careful"
    models.quicken_models()
    assert Careful(**USER).seen
    assert Careful.model_post_init is not models._remember_bot
