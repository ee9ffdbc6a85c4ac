"""Every answer and every update, read by two libraries that never saw the simulator."""

from typing import Any

import aiogram
import telegram
from aiogram import types as aio_types
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile
from pydantic import BaseModel

from simulator.methods import NAMES
from simulator.server import Simulator
from tests.simulator.clients import PERSON, Api, Hand, Json, picture

HOOK = "http://127.0.0.1:9/never"


async def test_every_method_answers_aiogram(
    simulator: Simulator, hand: Hand, aio: aiogram.Bot
) -> None:
    keyboard = aio_types.InlineKeyboardMarkup(
        inline_keyboard=[[aio_types.InlineKeyboardButton(text="Так", callback_data="yes")]]
    )
    aio.session.middleware(NothingUnread())
    assert (await aio.get_me()).supports_inline_queries
    text = await aio.send_message(
        PERSON,
        "<b>Вітаю</b>",
        parse_mode="HTML",
        reply_markup=keyboard,
        protect_content=False,
        reply_parameters=aio_types.ReplyParameters(message_id=1),
    )
    assert text.reply_to_message is not None
    assert text.html_text == "<b>Вітаю</b>"
    photo = await aio.send_photo(PERSON, BufferedInputFile(picture(), "a.png"), caption="c")
    assert photo.photo is not None
    document = await aio.send_document(PERSON, BufferedInputFile(b"abc", "a.txt"))
    assert document.document is not None
    file = await aio.get_file(document.document.file_id)
    assert file.file_path is not None
    content = await aio.download_file(file.file_path)
    assert content is not None
    assert content.read() == b"abc"
    sounds = BufferedInputFile(b"OggS", "a.ogg")
    await aio.send_voice(PERSON, sounds)
    await aio.send_audio(PERSON, sounds)
    await aio.send_video(PERSON, BufferedInputFile(b"mp4", "a.mp4"))
    await aio.send_sticker(PERSON, BufferedInputFile(b"RIFF", "a.webp"))
    album = await aio.send_media_group(
        PERSON,
        [
            aio_types.InputMediaPhoto(media=photo.photo[-1].file_id, caption="<i>a</i>"),
            aio_types.InputMediaPhoto(media=BufferedInputFile(picture(), "b.png")),
        ],
    )
    assert album[0].media_group_id == album[1].media_group_id is not None
    await aio.send_location(PERSON, 50.45, 30.52)
    await aio.send_venue(PERSON, 50.45, 30.52, "Лікарня", "вул. Січових Стрільців")
    await aio.send_contact(PERSON, "+380441234567", "Приймальня")
    assert await aio.send_chat_action(PERSON, "typing")
    copied = await aio.copy_message(PERSON, PERSON, text.message_id)
    forwarded = await aio.forward_message(PERSON, PERSON, text.message_id)
    assert isinstance(forwarded.forward_origin, aio_types.MessageOriginUser)
    edited = await text.edit_text("Далі", reply_markup=keyboard)
    assert isinstance(edited, aio_types.Message)
    assert edited.edit_date is not None
    await text.edit_reply_markup(reply_markup=None)
    await photo.edit_caption(caption="d")
    media = aio_types.InputMediaDocument(media=document.document.file_id)
    changed = await photo.edit_media(media)
    assert isinstance(changed, aio_types.Message)
    assert (changed.photo, changed.caption) == (None, None)
    assert await aio.pin_chat_message(PERSON, text.message_id)
    assert (await aio.get_chat(PERSON)).pinned_message is not None
    assert await aio.unpin_chat_message(PERSON, message_id=text.message_id)
    assert await aio.unpin_all_chat_messages(PERSON)
    assert await aio.delete_message(PERSON, copied.message_id)
    assert await aio.delete_messages(PERSON, [forwarded.message_id, album[0].message_id])

    await hand.do("press", message_id=text.message_id, data="old", stale=True)
    await hand.do("inline", query="горизонт", wait=0)
    pressed, asked = await aio.get_updates(offset=2)
    assert pressed.callback_query is not None
    assert asked.inline_query is not None
    assert await pressed.callback_query.answer("Добре", show_alert=True)
    results = [
        aio_types.InlineQueryResultArticle(
            id="1",
            title="t",
            input_message_content=aio_types.InputTextMessageContent(message_text="m"),
        )
    ]
    assert await asked.inline_query.answer(list(results))

    command = aio_types.BotCommand(command="start", description="Почати")
    scope = aio_types.BotCommandScopeAllPrivateChats()
    assert await aio.set_my_commands([command], scope=scope, language_code="uk")
    (known,) = await aio.get_my_commands(scope=scope, language_code="uk")
    assert known.description == "Почати"
    assert await aio.delete_my_commands(scope=scope, language_code="uk")
    assert await aio.set_my_name("Ланка")
    assert (await aio.get_my_name()).name == "Ланка"
    assert await aio.set_my_description("Опис", language_code="uk")
    assert (await aio.get_my_description(language_code="uk")).description == "Опис"
    assert await aio.set_my_short_description("Коротко")
    assert (await aio.get_my_short_description()).short_description == "Коротко"
    assert await aio.set_chat_menu_button(menu_button=aio_types.MenuButtonCommands())
    assert isinstance(await aio.get_chat_menu_button(), aio_types.MenuButtonCommands)
    assert await aio.set_webhook(HOOK, allowed_updates=["message"])
    assert (await aio.get_webhook_info()).allowed_updates == ["message"]
    assert await aio.delete_webhook()
    assert await aio.close()
    assert await aio.log_out()
    called = {call["method"] for call in simulator.journal.after(0)}
    assert called == set(NAMES)


async def test_every_method_answers_python_telegram_bot(hand: Hand, ptb: telegram.Bot) -> None:
    keyboard = telegram.InlineKeyboardMarkup.from_button(
        telegram.InlineKeyboardButton("Так", callback_data="yes")
    )
    text = await ptb.send_message(
        PERSON, "<b>Вітаю</b>", parse_mode="HTML", reply_markup=keyboard, reply_to_message_id=1
    )
    assert text.reply_to_message is not None
    assert text.text_html == "<b>Вітаю</b>"
    photo = await ptb.send_photo(PERSON, picture(), caption="c")
    document = await ptb.send_document(PERSON, b"abc", filename="запрошення.ics")
    assert document.document is not None
    assert document.document.file_name == "запрошення.ics"
    file = await document.document.get_file()
    assert await file.download_as_bytearray() == b"abc"
    await ptb.send_voice(PERSON, b"OggS")
    await ptb.send_audio(PERSON, b"OggS")
    await ptb.send_video(PERSON, b"mp4")
    await ptb.send_sticker(PERSON, b"RIFF")
    album = await ptb.send_media_group(
        PERSON,
        [
            telegram.InputMediaPhoto(photo.photo[-1].file_id),
            telegram.InputMediaPhoto(picture(), filename="b.png"),
        ],
        caption="<i>a</i>",
        parse_mode="HTML",
    )
    assert album[0].caption_html == "<i>a</i>"
    await ptb.send_location(PERSON, 50.45, 30.52)
    await ptb.send_venue(PERSON, 50.45, 30.52, "Лікарня", "вул. Січових Стрільців")
    await ptb.send_contact(PERSON, "+380441234567", "Приймальня")
    assert await ptb.send_chat_action(PERSON, "typing")
    copied = await ptb.copy_message(PERSON, PERSON, text.message_id)
    forwarded = await ptb.forward_message(PERSON, PERSON, text.message_id)
    assert isinstance(forwarded.forward_origin, telegram.MessageOriginUser)
    edited = await text.edit_text("Далі", reply_markup=keyboard)
    assert isinstance(edited, telegram.Message)
    await text.edit_reply_markup()
    await photo.edit_caption("d")
    await photo.edit_media(telegram.InputMediaDocument(document.document.file_id))
    assert await ptb.pin_chat_message(PERSON, text.message_id)
    assert (await ptb.get_chat(PERSON)).pinned_message is not None
    assert await ptb.unpin_chat_message(PERSON)
    assert await ptb.unpin_all_chat_messages(PERSON)
    assert await ptb.delete_message(PERSON, copied.message_id)
    assert await ptb.delete_messages(PERSON, [forwarded.message_id])

    await hand.do("press", message_id=text.message_id, data="old", stale=True)
    await hand.do("inline", query="горизонт", wait=0)
    pressed, asked = await ptb.get_updates(offset=2)
    assert pressed.callback_query is not None
    assert asked.inline_query is not None
    assert await pressed.callback_query.answer("Добре")
    result = telegram.InlineQueryResultArticle("1", "t", telegram.InputTextMessageContent("m"))
    assert await asked.inline_query.answer([result])

    assert await ptb.set_my_commands([("start", "Почати")], language_code="en")
    assert (await ptb.get_my_commands(language_code="en"))[0].command == "start"
    assert await ptb.delete_my_commands(language_code="en")
    assert await ptb.set_my_name("Ланка")
    assert (await ptb.get_my_name()).name == "Ланка"
    assert await ptb.set_my_description("Опис")
    assert (await ptb.get_my_description()).description == "Опис"
    assert await ptb.set_my_short_description("Коротко")
    assert (await ptb.get_my_short_description()).short_description == "Коротко"
    assert await ptb.set_chat_menu_button()
    assert isinstance(await ptb.get_chat_menu_button(PERSON), telegram.MenuButton)
    assert await ptb.set_webhook(HOOK)
    assert (await ptb.get_webhook_info()).url == HOOK
    assert await ptb.delete_webhook()


async def test_every_update_is_read_by_both(
    api: Api, hand: Hand, aio: aiogram.Bot, ptb: telegram.Bot
) -> None:
    sent = await api(
        "sendMessage",
        chat_id=PERSON,
        text="?",
        reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]},
    )
    number = sent["result"]["message_id"]
    text = await hand.do("text", text="так @lanka_team", reply_to=number)
    await hand.do("edit", message_id=text["message_id"], text="ні")
    await hand.do("press", message_id=number, row=0, col=0)
    await hand.do("contact", own=True)
    await hand.do("contact", phone_number="+34931234567", first_name="Marc")
    await hand.do("location", latitude=50.45, longitude=30.52)
    await hand.do("sticker")
    await hand.do("voice")
    await hand.do("forward", message_id=number)
    await hand.do("inline", query="q", wait=0)
    for kind, name in [
        ("photo", "a.png"),
        ("document", "a.pdf"),
        ("video", "a.mp4"),
        ("audio", "a.mp3"),
    ]:
        await hand.upload(kind, name, picture())
    await hand.do("block")
    await hand.do("unblock")
    updates: list[Json] = (await api("getUpdates", offset=2))["result"]
    kinds = [next(key for key in update if key != "update_id") for update in updates]
    assert sorted(set(kinds)) == [
        "callback_query",
        "edited_message",
        "inline_query",
        "message",
        "my_chat_member",
    ]
    assert len(updates) == 16
    for update, kind in zip(updates, kinds, strict=True):
        seen = aio_types.Update.model_validate(update, context={"bot": aio})
        assert seen.event_type == kind
        assert unread(seen) == []
        also_seen = telegram.Update.de_json(update, ptb)
        assert getattr(also_seen, kind) is not None
        assert also_seen.effective_user is not None
        assert also_seen.effective_user.id == PERSON


def unread(value: Any) -> list[str]:
    """Names of fields that aiogram kept without knowing them: the Bot API has no such field."""
    if isinstance(value, list):
        return [name for item in value for name in unread(item)]
    if not isinstance(value, BaseModel):
        return []
    inner = [getattr(value, name) for name in type(value).model_fields]
    return [*(value.model_extra or {}), *unread(inner)]


class NothingUnread(BaseRequestMiddleware):
    """Fails a call whose answer has a field that the Bot API does not have."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: aiogram.Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        answer = await make_request(bot, method)
        assert unread(answer) == []
        return answer
