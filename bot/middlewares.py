"""What happens around every update: who is it, and is the text what it seems."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update, User
from aiogram_dialog.utils import REPLY_CALLBACK_SYMBOLS

from dialogs.context import Actor, App
from dialogs.i18n import Translator, guess_language
from domain.people.person import Person
from storage import people
from storage.live import Borrowed

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
INVISIBLE = "".join(REPLY_CALLBACK_SYMBOLS)


class MeetPerson(BaseMiddleware):
    """Puts the person who acts into the update's data, before anything else looks at it."""

    def __init__(self, app: App, owners: Collection[int]) -> None:
        self._app = app
        self._owners = owners

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        if user is None or user.is_bot:
            return None
        person: Person | None = data.pop("known", None)
        if person is None or person.telegram_id != user.id:
            language = guess_language(user.language_code)
            person = await people.meet(
                self._app.db, user.id, language, self._owners, self._app.now()
            )
        data["app"] = self._app
        data["actor"] = Actor(person, Translator(person.language, person.time_zone))
        data["live"] = live = Borrowed(self._app.live)
        handled = await handler(event, data)
        live.give_back()  # not what an update used that failed
        return handled


class StripInvisible(BaseMiddleware):
    """Removes the invisible characters that aiogram-dialog would read as a press.

    It decodes trailing soft hyphens and the like of any message as callback data (for reply
    keyboards, which Lanka does not use): a pasted answer could vanish, and a press be forged.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Update) and event.message and event.message.text:
            text = event.message.text.rstrip(INVISIBLE)
            if text != event.message.text:
                message = event.message.model_copy(update={"text": text})
                event = event.model_copy(update={"message": message})
        return await handler(event, data)
