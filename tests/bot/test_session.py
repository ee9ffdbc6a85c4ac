"""Lanka's session says to the Bot API what aiogram's says, and hears what aiogram's hears."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot, exceptions, methods, types
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.methods import TelegramMethod
from aiohttp import FormData, web
from aiohttp.payload import BytesPayload

from bot.session import LankaSession
from tests.serving import serving

TOKEN = "42:of-no-bot"
DEFAULTS = {
    "none": DefaultBotProperties(),
    "html": DefaultBotProperties(parse_mode=ParseMode.HTML, protect_content=True),
    "all": DefaultBotProperties(
        parse_mode="HTML",
        disable_notification=False,
        allow_sending_without_reply=True,
        link_preview_is_disabled=True,
        show_caption_above_media=True,
    ),
}
FILE = types.BufferedInputFile(b"%PDF", "Звіт.pdf")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEYBOARD = types.InlineKeyboardMarkup(
    inline_keyboard=[
        [types.InlineKeyboardButton(text="Так ✓", callback_data="a\x1db", style="success")],
        [types.InlineKeyboardButton(text="", url="https://example.org/?a=1&b=«2»")],
        [types.InlineKeyboardButton(text="App", web_app=types.WebAppInfo(url="https://a.org"))],
    ]
)
EDIT = methods.EditMessageText(chat_id=5, message_id=7, text="x", reply_markup=KEYBOARD)
COPY = methods.CopyMessage(chat_id=5, from_chat_id=6, message_id=7, video_start_timestamp=12)
CALLS: list[TelegramMethod[Any]] = [
    methods.GetMe(),
    methods.GetUpdates(offset=0, limit=100, timeout=30, allowed_updates=["message", "poll"]),
    methods.GetUpdates(allowed_updates=[]),
    methods.SetWebhook(url="", drop_pending_updates=False, allowed_updates=["message"]),
    methods.SendMessage(chat_id=5, text="Доброго дня\n<b>Олено</b>", reply_markup=KEYBOARD),
    methods.SendMessage(chat_id="@lanka", text="😀\ud83d", parse_mode=None),
    methods.SendMessage(
        chat_id=5,
        text="quoted",
        parse_mode=ParseMode.MARKDOWN_V2,
        link_preview_options=types.LinkPreviewOptions(url="https://example.org"),
        reply_parameters=types.ReplyParameters(message_id=3, quote="this"),
        reply_markup=types.ForceReply(selective=True),
    ),
    methods.SendMessage(
        chat_id=5,
        text="when",
        entities=[
            types.MessageEntity(type="bold", offset=0, length=1),
            types.MessageEntity(type="date_time", offset=0, length=4, unix_time=1764000000),
            types.MessageEntity(
                type="text_mention",
                offset=0,
                length=4,
                user=types.User(id=5, is_bot=False, first_name="О", from_tomorrow={"a": None}),
            ),
        ],
        reply_markup=types.ReplyKeyboardRemove(),
    ),
    methods.SendMessage(
        chat_id=5,
        text="of a later Bot API",
        n=2.5,
        unheard_of={"a": [1, None], "b": NOON},
        dated=types.ChatMemberBanned(user=types.User.model_construct(id=5), until_date=NOON),
    ),
    methods.SendMessage(
        chat_id=5,
        text="?",
        reply_markup=types.ReplyKeyboardMarkup(
            keyboard=[[types.KeyboardButton(text="☎", request_contact=True)]], is_persistent=False
        ),
    ),
    EDIT,
    methods.EditMessageReplyMarkup(chat_id=5, message_id=7),
    methods.EditMessageReplyMarkup(inline_message_id="a", reply_markup=KEYBOARD),
    methods.AnswerCallbackQuery(callback_query_id="9", text="Збережено", show_alert=False),
    methods.AnswerInlineQuery(
        inline_query_id="9",
        cache_time=0,
        results=[
            types.InlineQueryResultArticle(
                id="1",
                title="Грант",
                input_message_content=types.InputTextMessageContent(message_text="<i>x</i>"),
                reply_markup=KEYBOARD,
            ),
            types.InlineQueryResultCachedPhoto(id="2", photo_file_id="AgAC"),
        ],
    ),
    methods.SetMyCommands(
        commands=[types.BotCommand(command="start", description="Почати")],
        scope=types.BotCommandScopeChat(chat_id=5),
        language_code="uk",
    ),
    methods.SendPhoto(chat_id=5, photo="AgAC", caption="з підписом"),
    methods.SendDocument(chat_id=5, document="BQAC", disable_content_type_detection=True),
    methods.SendLocation(chat_id=5, latitude=50.45, longitude=-1.0),
    methods.SendMediaGroup(
        chat_id=5,
        media=[
            types.InputMediaPhoto(media="AgAC", caption="a"),
            types.InputMediaVideo(
                media="BAAC", start_timestamp=NOON, show_caption_above_media=True
            ),
        ],
    ),
    methods.SendPaidMedia(
        chat_id=5,
        star_count=1,
        media=[types.InputPaidMediaVideo(media="BAAC", start_timestamp=NOON)],
    ),
    methods.EditMessageMedia(
        chat_id=5,
        message_id=7,
        media=types.InputMediaDocument(media="BQAC"),
        reply_markup=KEYBOARD,
    ),
    methods.SendPoll(
        chat_id=5,
        question="?",
        options=[types.InputPollOption(text="a"), "b"],
        is_anonymous=False,
        close_date=NOON,
    ),
    methods.BanChatMember(chat_id=5, user_id=6, until_date=NOON),
    methods.RestrictChatMember(
        chat_id=5, user_id=6, permissions=types.ChatPermissions(can_send_messages=False)
    ),
    COPY,
]


@pytest.fixture
def lanka() -> LankaSession:
    return LankaSession()


def in_aiograms_way(bot: Bot, method: TelegramMethod[Any]) -> dict[str, Any]:
    """What aiogram says, each part as the Bot API understands it."""
    prepared = {
        key: bot.session.prepare_value(value, bot, {}, _dumps_json=False)
        for key, value in method.model_dump(warnings=False).items()
    }
    return {key: value for key, value in prepared.items() if value is not None and value != ""}


def said(bot: Bot, method: TelegramMethod[Any]) -> Any:
    body = LankaSession.build_form_data(bot.session, bot, method)  # type: ignore[arg-type]
    assert isinstance(body, BytesPayload)
    assert body.content_type == "application/json"
    return json.loads(body._value)


@pytest.mark.parametrize("defaults", DEFAULTS.values(), ids=DEFAULTS)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: type(call).__name__)
def test_a_call_says_what_aiogram_says(
    lanka: LankaSession, call: TelegramMethod[Any], defaults: DefaultBotProperties
) -> None:
    bot = Bot(TOKEN, session=lanka, default=defaults)
    assert said(bot, call) == json.loads(json.dumps(in_aiograms_way(bot, call)))


def test_how_long_from_now_becomes_a_moment(lanka: LankaSession) -> None:
    bot = Bot(TOKEN, session=lanka)
    for call in (
        methods.BanChatMember(chat_id=5, user_id=6, until_date=timedelta(days=2)),
        methods.SendPoll(chat_id=5, question="?", options=[], close_date=timedelta(hours=1)),
    ):
        before, now, after = (
            in_aiograms_way(bot, call),
            said(bot, call),
            in_aiograms_way(bot, call),
        )
        [key] = [key for key in now if key.endswith("_date")]
        assert int(before.pop(key)) <= int(now.pop(key)) <= int(after.pop(key))
        assert now == before == after


@pytest.mark.parametrize(
    "call",
    [
        methods.SendDocument(chat_id=5, document=FILE),
        methods.SetWebhook(url="https://example.org", certificate=FILE),
        methods.EditMessageMedia(chat_id=5, media=types.InputMediaDocument(media=FILE)),
        methods.SendMediaGroup(
            chat_id=5,
            media=[
                types.InputMediaVideo(media="BAAC", start_timestamp=NOON),
                types.InputMediaVideo(media="BAAC", thumbnail=FILE, start_timestamp=NOON),
            ],
        ),
    ],
    ids=lambda call: type(call).__name__,
)
def test_a_file_goes_in_a_form(lanka: LankaSession, call: TelegramMethod[Any]) -> None:
    form = lanka.build_form_data(Bot(TOKEN, session=lanka), call)
    assert isinstance(form, FormData)
    assert form.is_multipart


OLENA = {"id": 5, "is_bot": False, "first_name": "Олена", "language_code": "uk", "new": None}
CHAT = {"id": 5, "type": "private", "first_name": "Олена", "new": {"a": [1.5, None]}}
MESSAGE = {
    "message_id": 7,
    "from": OLENA,
    "chat": CHAT,
    "date": 1764000000,
    "edit_date": 1764000001,
    "text": "Доброго\u00a0дня 😀",
    "entities": [
        {"type": "bold", "offset": 0, "length": 7},
        {"type": "date_time", "offset": 0, "length": 7, "unix_time": 1764000000},
    ],
    "forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1764000000},
    "reply_markup": {"inline_keyboard": [[{"text": "Так", "callback_data": "a\x1db"}]]},
    "brand_new": {"since": 1764000000},
}
MEMBER = {"status": "restricted", "user": OLENA, "until_date": 0, "is_member": True}
MEMBER |= {
    name: False
    for name in types.ChatMemberRestricted.model_fields
    if name.startswith("can_") or name == "is_member"
}
GONE = {"chat": CHAT, "message_id": 7, "date": 0}
PRESS = {"id": "9", "from": OLENA, "chat_instance": "-5", "data": "a\x1db"}
UPDATES = [
    {"update_id": 1, "message": MESSAGE | {"pinned_message": GONE}},
    {"update_id": 2, "callback_query": PRESS | {"message": MESSAGE}},
    {"update_id": 3, "callback_query": PRESS | {"message": GONE}},
    {
        "update_id": 4,
        "my_chat_member": {
            "chat": CHAT,
            "from": OLENA,
            "date": 1764000000,
            "old_chat_member": {"status": "kicked", "user": OLENA, "until_date": 1764000000},
            "new_chat_member": MEMBER,
        },
    },
    {"update_id": 5, "tomorrows_update": {"id": "5"}},
    {
        "update_id": 6,
        "message": MESSAGE | {"location": {"latitude": 50, "longitude": 30.5}, "text": "\ud83d"},
    },
]
ANSWERS: dict[str, tuple[TelegramMethod[Any], Any]] = {
    "edited": (EDIT, MESSAGE),
    "edited inline": (EDIT, True),
    "edited, as numbers in texts": (EDIT, MESSAGE | {"date": "1764000000", "message_id": "7"}),
    "answered": (methods.AnswerCallbackQuery(callback_query_id="9"), True),
    "me": (methods.GetMe(), OLENA),
    "updates": (methods.GetUpdates(), UPDATES),
    "updates, all sound": (methods.GetUpdates(), UPDATES[:5]),
    "no updates": (methods.GetUpdates(), []),
    "an album": (methods.SendMediaGroup(chat_id=5, media=[]), [MESSAGE, MESSAGE]),
    "copied": (COPY, {"message_id": 8}),
    "a member": (methods.GetChatMember(chat_id=5, user_id=5), MEMBER),
    "a number": (methods.GetChatMemberCount(chat_id=5), 5),
    "a link": (methods.ExportChatInviteLink(chat_id=5), "https://t.me/+a"),
    "nothing": (methods.GetMe(), None),
}


@pytest.mark.parametrize(("call", "result"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_what_aiogram_makes_of_it(
    lanka: LankaSession, call: TelegramMethod[Any], result: Any
) -> None:
    bot = Bot(TOKEN, session=lanka)
    content = json.dumps({"ok": True, "result": result, "parameters": {}})
    ours = lanka.check_response(bot, call, 200, content).result
    theirs = AiohttpSession.check_response(lanka, bot, call, 200, content).result
    assert ours == theirs
    assert type(ours) is type(theirs)
    assert repr(ours) == repr(theirs), "with the types of everything in it"
    if isinstance(ours, types.Message):
        assert ours.bot is bot
        assert ours.chat.bot is bot


def refusal(code: int, description: str, **parameters: int) -> web.Response:
    given = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return web.json_response(given, status=code)


REFUSALS: dict[str, tuple[web.Response, type[Exception]]] = {
    name: (refusal(code, description, **parameters), error)
    for name, code, description, parameters, error in [
        ("wait", 429, "Too Many Requests", {"retry_after": 7}, exceptions.TelegramRetryAfter),
        ("moved", 400, "upgraded", {"migrate_to_chat_id": -1}, exceptions.TelegramMigrateToChat),
        ("wrong", 400, "Bad Request: too long", {}, exceptions.TelegramBadRequest),
        ("stranger", 401, "Unauthorized", {}, exceptions.TelegramUnauthorizedError),
        ("blocked", 403, "Forbidden: blocked", {}, exceptions.TelegramForbiddenError),
        ("absent", 404, "Not Found", {}, exceptions.TelegramNotFound),
        ("twice", 409, "Conflict", {}, exceptions.TelegramConflictError),
        ("large", 413, "Too Large", {}, exceptions.TelegramEntityTooLarge),
        ("teapot", 418, "A teapot", {}, exceptions.TelegramAPIError),
        ("ill", 500, "Internal", {}, exceptions.TelegramServerError),
        ("restart", 502, "restart", {}, exceptions.RestartingTelegram),
        ("not ok", 200, "but not ok", {}, exceptions.TelegramAPIError),
    ]
} | {
    "page": (web.Response(text="<h1>Bad Gateway</h1>", status=502), exceptions.ClientDecodeError),
    "noise": (web.Response(text="{"), exceptions.ClientDecodeError),
    "empty": (web.Response(), exceptions.ClientDecodeError),
    "other": (web.json_response({"ok": True, "result": {"id": 5}}), exceptions.ClientDecodeError),
    "list": (web.json_response([]), exceptions.ClientDecodeError),
}


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """Refuses as the chat's name says; resets the connection, or keeps still, where it says so."""

    async def respond(request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] == "sendDocument":
            form = await request.post()
            [file] = [part for part in form.values() if isinstance(part, web.FileField)]
            return web.json_response({"ok": True, "result": MESSAGE | {"text": file.filename}})
        as_json = request.content_type == "application/json"
        call = await (request.json() if as_json else request.post())
        if call["chat_id"] == "reset":
            assert request.transport is not None
            request.transport.abort()
        if call["chat_id"] in ("reset", "still"):
            await over.wait()
        if call["chat_id"] in REFUSALS:
            answer = REFUSALS[call["chat_id"]][0]
            return web.Response(body=answer.body, status=answer.status, headers=answer.headers)
        return web.json_response({"ok": True, "result": 5})

    over = asyncio.Event()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", respond)
    async with serving(app) as url:
        yield url
        over.set()


async def failure(bot: Bot, chat: str) -> Exception:
    with pytest.raises((exceptions.TelegramAPIError, exceptions.ClientDecodeError)) as caught:
        await bot.get_chat_member_count(chat)
    return caught.value


async def test_a_refusal_is_the_error_that_aiogram_raises(server: str) -> None:
    api = TelegramAPIServer.from_base(server)
    async with (
        Bot(TOKEN, session=LankaSession(api=api)) as ours,
        Bot(TOKEN, session=AiohttpSession(api=api)) as theirs,
    ):
        for name, (_, kind) in REFUSALS.items():
            error, expected = await failure(ours, name), await failure(theirs, name)
            assert type(error) is type(expected) is kind, name
            assert str(error) == str(expected)
            if isinstance(error, exceptions.TelegramRetryAfter):
                assert error.retry_after == 7


async def test_what_gets_no_answer_is_an_error_of_the_network(server: str) -> None:
    session = LankaSession(api=TelegramAPIServer.from_base(server))
    async with Bot(TOKEN, session=session) as bot:
        assert type(await failure(bot, "reset")) is exceptions.TelegramNetworkError
        session.timeout = 0.05
        late = await failure(bot, "still")
        assert type(late) is exceptions.TelegramNetworkError
        assert "timeout" in str(late)
        session.timeout = 60
        await session.close()
        assert await bot.get_chat_member_count("again") == 5, "a session that was closed opens"


async def test_a_file_arrives(server: str) -> None:
    session = LankaSession(api=TelegramAPIServer.from_base(server))
    async with Bot(TOKEN, session=session) as bot:
        assert (await bot.send_document(5, FILE)).text == FILE.filename
