"""Judges of the bot's calls that we did not write: `teremok`, and `lo-bot-api-emulator`.

Both know the Bot API from its documentation, neither knows the simulator.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot, methods
from aiogram.methods import TelegramMethod
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator  # type: ignore[import-untyped]
from teremok.validation import ApiRuleViolation, validate_method

from tests.dialogs.limits import TG_TIME, button_faults
from tests.serving import serving

NESTED = (
    "reply_markup",
    "commands",
    "entities",
    "link_preview_options",
    "reply_parameters",
    "media",
)
BOT = Bot("42:oracle")


def method_of(call: dict[str, Any]) -> TelegramMethod[Any]:
    """A call of the simulator's journal as aiogram's model, which reads it strictly."""
    name = call["method"]
    made = getattr(methods, name[0].upper() + name[1:])
    params = {
        key: json.loads(value) if key in NESTED else value for key, value in call["params"].items()
    }
    for words in ("text", "caption"):
        if words in params:
            params[words] = TG_TIME.sub("", params[words])
    method = made.model_validate(params)
    assert isinstance(method, TelegramMethod)
    return method


def faults(calls: Iterable[dict[str, Any]]) -> list[str]:
    """What is wrong with calls: refused by the simulator, by teremok, or beyond the limits of a
    keyboard (which teremok does not count)."""
    found = []
    for call in calls:
        if not call["ok"]:
            found.append(f"{call['n']} {call['method']}: {call['description']}")
        method = method_of(call)
        try:
            validate_method(BOT, method)
        except ApiRuleViolation as error:
            found.append(f"{call['n']} {call['method']}: {error.description}")
        markup = getattr(method, "reply_markup", None)
        rows = [
            [(button.text, button.callback_data or "") for button in row]
            for row in getattr(markup, "inline_keyboard", ())
        ]
        found += [f"{call['n']} {call['method']}: {fault}" for fault in button_faults(rows)]
    return found


# What the emulator (0.3.6) does not model, taken out before it judges. It answers any of these
# with 400 or 501, so that the list cannot grow unseen: the tests ask that nothing is refused.
UNMODELLED_METHODS = frozenset({"setMyDescription", "setMyShortDescription"})
UNMODELLED_FIELDS = frozenset({"link_preview_options"})


@dataclass
class Said:
    """A message as the emulator took it: sent, or edited to."""

    message_id: int
    text: str
    buttons: dict[str, str]  # callback data by label


@dataclass
class Emulator(LoBotApiEmulator):  # type: ignore[misc]
    """The emulator, which also remembers what was said and wakes whoever waits for it.

    It has no people: `write` and `press` put a person's updates into its queue.
    """

    token: str
    url: str = ""
    said: list[Said] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    answered: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        if method in UNMODELLED_METHODS:
            self.left_out.add(method)
            return True
        for name in UNMODELLED_FIELDS & fields.keys():
            self.left_out.add(name)
            del fields[name]
        result = super().validate(method, fields, uploads)
        if method in ("sendMessage", "editMessageText"):
            rows = result.get("reply_markup", {}).get("inline_keyboard", [])
            buttons = {b["text"]: b["callback_data"] for row in rows for b in row}
            self.said.append(Said(result["message_id"], result["text"], buttons))
        return result

    async def handle(self, request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await super().handle(request)
        if request.match_info["method"] == "answerCallbackQuery":
            self.answered += 1
        async with self.heard:
            self.heard.notify_all()
        return answer

    @property
    def refused(self) -> list[dict[str, Any]]:
        """The calls that it did not take: their methods, names of fields, and statuses."""
        return [call for call in self.requests if call["status"] != 200]

    async def write(self, text: str, person: dict[str, Any]) -> Said:
        """A person writes; the bot's next message."""
        message = {
            "message_id": 10_000 + len(self.said),
            "date": 1,
            "chat": {"id": person["id"], "type": "private", "first_name": person["first_name"]},
            "from": person,
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return await self._tell({"message": message})

    async def press(self, label: str, person: dict[str, Any]) -> Said:
        """A person presses a button of the newest message; what the bot then says, once it has
        answered the press, too."""
        newest, answered = self.said[-1], self.answered
        message = {
            "message_id": newest.message_id,
            "date": 1,
            "chat": {"id": person["id"], "type": "private", "first_name": person["first_name"]},
            "text": newest.text,
        }
        query = {
            "id": str(len(self.requests)),
            "from": person,
            "chat_instance": "1",
            "data": newest.buttons[label],
            "message": message,
        }
        said = await self._tell({"callback_query": query})
        await self._until(lambda: self.answered > answered)
        return said

    async def _tell(self, update: dict[str, Any]) -> Said:
        before = len(self.said)
        await self.enqueue_update(update, token=self.token)
        await self._until(lambda: len(self.said) > before)
        return self.said[-1]

    async def _until(self, there: Any) -> None:
        async with asyncio.timeout(10), self.heard:
            await self.heard.wait_for(there)


@asynccontextmanager
async def emulator(token: str) -> AsyncIterator[Emulator]:
    """The emulator on a free port of loopback."""
    made = Emulator(token)
    async with serving(made.app()) as made.url:
        yield made
