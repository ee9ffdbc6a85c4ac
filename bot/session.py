"""aiogram's HTTP session: no waste in each call, and Telegram's pauses heard by everybody."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile, TelegramObject
from aiohttp.payload import BytesPayload
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, to_json

from bot.budget import REPLY, Budget, counts
from storage import delivery
from storage.database import Database

PATIENCE = 3.0  # seconds that a reply waits when Telegram asks for a pause; after
PLAIN = frozenset((str, int, float, bool))  # go as they are; an enum of texts is none of them
DATES = frozenset((datetime, timedelta))


class LankaSession(AiohttpSession):
    """Sends JSON where no file goes along, and keeps the models that answers are parsed into.

    aiogram makes a form of each call, whose parts are JSON, quoted: twice the work.
    It names `Response[Message]` anew for each answer, and pydantic forgets such a model as soon as
    nobody holds it: 87 of 120 calls built theirs again, at 13 ms each.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._models: dict[type[TelegramMethod[Any]], Any] = {}

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """As aiogram's: what went well is parsed in one go, anything else is left to aiogram."""
        model = self._models.get(type(method))
        if model is None:
            model = Response[method.__returning__]  # type: ignore[name-defined]
            self._models[type(method)] = model
        if status_code == HTTPStatus.OK:
            with suppress(ValidationError):
                response: Response[TelegramType] = model.model_validate_json(
                    content, context={"bot": bot}
                )
                if response.ok:
                    return response
        return super().check_response(bot, method, status_code, content)

    def build_form_data(self, bot: Bot, method: TelegramMethod[TelegramType]) -> Any:
        """What aiogram posts as the body: JSON, or a form where files go along."""
        files: dict[str, InputFile] = {}
        given: dict[str, Any] = {}
        for key, value in {**method.__dict__, **(method.__pydantic_extra__ or {})}.items():
            prepared = None if value is None else self._prepared(value, bot, files)
            if prepared is not None and prepared != "":
                given[key] = prepared
        if files:
            return super().build_form_data(bot, method)
        try:
            body = to_json(given)
        except PydanticSerializationError:  # half a character: Telegram says what it thinks of it
            body = self.json_dumps(given).encode()
        return BytesPayload(body, content_type="application/json")

    def _prepared(self, value: Any, bot: Bot, files: dict[str, InputFile]) -> Any:
        """What `prepare_value` makes of a value, without the dict that it makes of each model.

        Most fields of a button are None, and a keyboard is most of a call.
        """
        if type(value) in PLAIN:
            return value
        if type(value) is list:
            items = [self._prepared(item, bot, files) for item in value]
            return [item for item in items if item is not None]
        if not isinstance(value, TelegramObject) or value.__pydantic_extra__:
            return self.prepare_value(value, bot, files, _dumps_json=False)
        given: dict[str, Any] = {}
        for key, field in value.__dict__.items():
            if field is None:
                continue
            if type(field) in DATES:  # the model may make a number of it
                return self.prepare_value(value, bot, files, _dumps_json=False)
            if (prepared := self._prepared(field, bot, files)) is not None:
                given[key] = prepared
        return given


class CountReplies(BaseRequestMiddleware):
    """Counts what aiogram sends in the budget that the notifier shares, and hears refusals.

    A 429 is written down for every process; where it is short, the call is made once more.
    Nothing else is repeated: what timed out may have arrived.
    """

    def __init__(self, budget: Budget, db: Database, now: Callable[[], datetime]) -> None:
        self._budget = budget
        self._db = db
        self._now = now

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat = getattr(method, "chat_id", None)
        counted = isinstance(chat, int) and counts(method.__api_method__)
        if isinstance(chat, int) and counted:
            self._budget.note(chat)
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            self._budget.pause(error.retry_after)
            until = self._now() + timedelta(seconds=error.retry_after)
            await delivery.pause(self._db, bot.id, until)
            if error.retry_after > PATIENCE or method.__api_method__ == "getUpdates":
                raise
        await self._budget.take(chat if isinstance(chat, int) else 0, REPLY)
        return await make_request(bot, method)
