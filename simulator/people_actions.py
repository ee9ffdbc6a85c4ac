"""What a person does in a chat: write, press, send files, share, edit, block. JSON under /sim.

Each answers with the message that it made, as the page shows messages.
"""

import base64
import json
import re

from aiohttp import web

from simulator.chats import Chat, Message
from simulator.errors import ApiError, Json
from simulator.files import picture_size
from simulator.formatting import MAX_CAPTION, MAX_TEXT, Formatted, formatted, typed_text
from simulator.html_mode import utf16_length
from simulator.methods.media import file_content
from simulator.methods.sending import content_of, forward_origin
from simulator.params import Params
from simulator.people_api import MAX_WAIT_SECONDS, body_of, find_chat, number_in, refuse
from simulator.world import World

EDITABLE_SECONDS = 48 * 3600
UPLOAD_KINDS = frozenset({"photo", "document", "voice", "video", "audio", "sticker"})

TINY_WEBP = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
TINY_OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01\x38\x01\x80\xbb" + bytes(7)


class PeopleActions:
    """The handlers of this module's addresses."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        actions = {
            "text": self.text,
            "start": self.start,
            "press": self.press,
            "upload": self.upload,
            "contact": self.contact,
            "location": self.location,
            "sticker": self.sticker,
            "voice": self.voice,
            "forward": self.forward,
            "edit": self.edit,
            "block": self.block,
            "unblock": self.unblock,
            "inline": self.inline,
        }
        prefix = r"/sim/chats/{person:\d+}"
        return [web.post(f"{prefix}/{name}", handler) for name, handler in actions.items()]

    def _open_chat(self, request: web.Request) -> Chat:
        """The chat, if the person can write there."""
        chat = find_chat(self._world, request)
        if chat.state.blocked:
            refuse(web.HTTPConflict, "the person has blocked the bot")
        return chat

    def _say(self, chat: Chat, content: Json) -> web.Response:
        return web.json_response(self._world.say(chat, content).for_page())

    async def text(self, request: web.Request) -> web.Response:
        """A longer text than 4096 is sent in parts, as Telegram's own programs do."""
        chat, body = self._open_chat(request), await body_of(request)
        reply = self._replied(chat, body)
        *parts, last = _parts(str(body.get("text", "")))
        try:
            text = formatted(last, "", json.dumps(body.get("entities") or []))
        except ApiError as error:
            refuse(web.HTTPBadRequest, error.description)
        if not text.text:
            refuse(web.HTTPBadRequest, "text is empty")
        for part in parts:
            self._world.say(chat, _text_content(typed_text(part)) | reply)
        return self._say(chat, _text_content(text) | reply)

    def _replied(self, chat: Chat, body: Json) -> Json:
        number = body.get("reply_to")
        if not number:
            return {}
        replied = self._message(chat, number).body
        return {"reply_to_message": {k: replied[k] for k in replied if k != "reply_to_message"}}

    def _message(self, chat: Chat, number: object) -> Message:
        message = chat.messages.get(number) if isinstance(number, int) else None
        if message is None:
            refuse(web.HTTPNotFound, "no such message")
        return message

    async def start(self, request: web.Request) -> web.Response:
        """The Start button or a deep link; it also unblocks, as in Telegram."""
        chat, body = find_chat(self._world, request), await body_of(request)
        payload = str(body.get("payload") or "")
        if not re.fullmatch(r"[\w-]{0,64}", payload, re.ASCII):
            refuse(web.HTTPBadRequest, "a payload is up to 64 of A-Z, a-z, 0-9, _ and -")
        if chat.state.blocked:
            self._set_blocked(chat, blocked=False)
        return self._say(chat, _text_content(typed_text(f"/start {payload}")))

    async def press(self, request: web.Request) -> web.Response:
        """Press an inline button, given by row and col or by its data.

        With `wait` (seconds) the answer comes when the bot has answered the callback. Data that
        the message no longer has needs `"stale": true`: a press from before an edit.
        A button that does something else than call back answers with what it does.
        """
        chat, body = self._open_chat(request), await body_of(request)
        message = self._message(chat, body.get("message_id"))
        button = _button(message, body)
        if "callback_data" not in button:
            return web.json_response({"action": button})
        query = self._world.press(chat, message, str(button["callback_data"]))
        seconds = min(number_in(body, "wait", 0), MAX_WAIT_SECONDS)
        answered = await self._world.clock.wait(query.answered, seconds)
        answer = query.answer or {"text": "", "show_alert": False, "url": None}
        return web.json_response({"callback_id": query.id, "answered": answered, **answer})

    async def upload(self, request: web.Request) -> web.Response:
        chat = self._open_chat(request)
        form = await request.post()
        kind, file = str(form.get("kind") or "document"), form.get("file")
        if kind not in UPLOAD_KINDS:
            refuse(web.HTTPBadRequest, f"kind must be one of {', '.join(sorted(UPLOAD_KINDS))}")
        if not isinstance(file, web.FileField):
            refuse(web.HTTPBadRequest, "file is missing")
        data = file.file.read()
        if not data:
            refuse(web.HTTPBadRequest, "the file is empty")
        if kind == "photo" and picture_size(data) is None:
            refuse(web.HTTPBadRequest, "a photo must be a PNG, JPEG, GIF or WebP picture")
        caption = typed_text(str(form.get("caption") or ""))
        if utf16_length(caption.text) > MAX_CAPTION:
            refuse(web.HTTPBadRequest, f"a caption has at most {MAX_CAPTION} characters")
        content = self._file(chat, kind, file.filename, file.content_type, data)
        if caption.text:
            content["caption"] = caption.text
            if caption.entities:
                content["caption_entities"] = caption.entities
        return self._say(chat, content)

    def _file(self, chat: Chat, kind: str, name: str, mime: str, data: bytes) -> Json:
        file = self._world.files.add(chat.bot.id, kind, name, mime, data)
        return file_content(file, Params())

    async def sticker(self, request: web.Request) -> web.Response:
        chat = self._open_chat(request)
        content = self._file(chat, "sticker", "sticker.webp", "image/webp", TINY_WEBP)
        return self._say(chat, content)

    async def voice(self, request: web.Request) -> web.Response:
        chat = self._open_chat(request)
        return self._say(chat, self._file(chat, "voice", "voice.ogg", "audio/ogg", TINY_OGG))

    async def contact(self, request: web.Request) -> web.Response:
        """The person's own number (`"own": true`), or somebody else's."""
        chat, body = self._open_chat(request), await body_of(request)
        person = chat.person
        if body.get("own"):
            contact: Json = {
                "phone_number": person.phone_number,
                "first_name": person.first_name,
                "user_id": person.id,
            }
            if person.last_name:
                contact["last_name"] = person.last_name
        else:
            contact = {key: str(body.get(key) or "") for key in ("phone_number", "first_name")}
            if not all(contact.values()):
                refuse(web.HTTPBadRequest, "phone_number and first_name are needed")
        return self._say(chat, {"contact": contact})

    async def location(self, request: web.Request) -> web.Response:
        chat, body = self._open_chat(request), await body_of(request)
        place = {key: number_in(body, key, 200.0) for key in ("latitude", "longitude")}
        if not (abs(place["latitude"]) <= 90 and abs(place["longitude"]) <= 180):
            refuse(web.HTTPBadRequest, "latitude and longitude are needed")
        return self._say(chat, {"location": place})

    async def forward(self, request: web.Request) -> web.Response:
        """A message of this chat, forwarded into it."""
        chat, body = self._open_chat(request), await body_of(request)
        message = self._message(chat, body.get("message_id"))
        origin = {"forward_origin": forward_origin(message)}
        return self._say(chat, content_of(message) | origin)

    async def edit(self, request: web.Request) -> web.Response:
        """The person's own text, within 48 hours."""
        chat, body = self._open_chat(request), await body_of(request)
        message = self._message(chat, body.get("message_id"))
        content = _text_content(typed_text(str(body.get("text", ""))))
        now = self._world.clock.now()
        if not message.out or "text" not in message.body or not content["text"]:
            refuse(web.HTTPBadRequest, "only one's own text can be edited, to a text")
        if now - message.body["date"] > EDITABLE_SECONDS:
            refuse(web.HTTPBadRequest, "it is too old to be edited")
        kept = {k: v for k, v in message.body.items() if k not in {"text", "entities"}}
        chat.replace(message, kept | content | {"edit_date": int(now)})
        self._world.notify(chat.bot, "edited_message", message.body, f"chat/{chat.person.id}")
        return web.json_response(message.for_page())

    async def block(self, request: web.Request) -> web.Response:
        chat = find_chat(self._world, request)
        if not chat.state.blocked:
            self._set_blocked(chat, blocked=True)
        return web.json_response({"blocked": True})

    async def unblock(self, request: web.Request) -> web.Response:
        chat = find_chat(self._world, request)
        if chat.state.blocked:
            self._set_blocked(chat, blocked=False)
        return web.json_response({"blocked": False})

    def _set_blocked(self, chat: Chat, *, blocked: bool) -> None:
        chat.set_blocked(blocked)
        bot = chat.bot.user()
        member: Json = {"user": bot, "status": "member"}
        kicked: Json = {"user": bot, "status": "kicked", "until_date": 0}
        change = {
            "chat": chat.person.chat(),
            "from": chat.person.user(),
            "date": int(self._world.clock.now()),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        self._world.notify(chat.bot, "my_chat_member", change, f"chat/{chat.person.id}")

    async def inline(self, request: web.Request) -> web.Response:
        """Ask in inline mode; waits up to `wait` seconds (10) for the bot's results."""
        chat, body = find_chat(self._world, request), await body_of(request)
        query = self._world.ask_inline(
            chat, str(body.get("query") or ""), str(body.get("offset") or "")
        )
        seconds = min(number_in(body, "wait", 10), MAX_WAIT_SECONDS)
        answered = await self._world.clock.wait(query.answered, seconds)
        answer = query.answer or {"results": [], "next_offset": ""}
        return web.json_response({"inline_query_id": query.id, "answered": answered, **answer})


def _text_content(shown: Formatted) -> Json:
    return {"text": shown.text} | ({"entities": shown.entities} if shown.entities else {})


def _parts(text: str) -> list[str]:
    """Pieces of at most 4096 UTF-16 units each."""
    parts, part, length = [], "", 0
    for character in text:
        size = utf16_length(character)
        if length + size > MAX_TEXT:
            parts.append(part)
            part, length = "", 0
        part += character
        length += size
    return [*parts, part]


def _button(message: Message, body: Json) -> Json:
    """The button that is pressed."""
    rows: list[list[Json]] = message.body.get("reply_markup", {}).get("inline_keyboard", [])
    data = body.get("data")
    if data is None:
        place = (int(number_in(body, "row", -1)), int(number_in(body, "col", -1)))
        buttons = {(r, c): button for r, row in enumerate(rows) for c, button in enumerate(row)}
        if place not in buttons:
            refuse(web.HTTPNotFound, "no such button")
        return buttons[place]
    for button in (button for row in rows for button in row):
        if button.get("callback_data") == data:
            return button
    if not body.get("stale"):
        refuse(web.HTTPNotFound, "the message has no such button now")
    return {"callback_data": str(data)}
