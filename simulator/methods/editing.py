"""Edits of the bot's own messages, with the refusals that bots meet most."""

from simulator.chats import Chat, Message
from simulator.errors import Json, bad_request
from simulator.formatting import caption_text, message_text
from simulator.keyboards import inline_markup
from simulator.methods.call import Call
from simulator.methods.media import MEDIA_FIELDS, input_media
from simulator.methods.sending import preview_options

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)


def edit_message_text(call: Call) -> Json:
    params = call.params
    text = message_text(params.text("text"), params.text("parse_mode"), params.text("entities"))
    chat, message = _editable(call)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    changed = call.fields(text, "text") | preview_options(call)
    return _replace(call, chat, message, {"text", "entities", "link_preview_options"}, changed)


def edit_message_caption(call: Call) -> Json:
    params = call.params
    caption = caption_text(
        params.text("caption"), params.text("parse_mode"), params.text("caption_entities")
    )
    chat, message = _editable(call)
    if not MEDIA_FIELDS & message.body.keys():
        raise bad_request("there is no caption in the message to edit")
    changed = call.fields(caption, "caption")
    return _replace(call, chat, message, {"caption", "caption_entities"}, changed)


def edit_message_reply_markup(call: Call) -> Json:
    chat, message = _editable(call)
    return _replace(call, chat, message, set(), {}, dated=False)


def edit_message_media(call: Call) -> Json:
    media = call.params.object("media")
    if media is None:
        raise bad_request("input media is not specified")
    chat, message = _editable(call)
    if "text" not in message.body and not MEDIA_FIELDS & message.body.keys():
        raise bad_request("there is no media in the message to edit")
    gone = {"text", "entities", "caption", "caption_entities", "link_preview_options"}
    return _replace(call, chat, message, gone | MEDIA_FIELDS, input_media(call, media))


def _editable(call: Call) -> tuple[Chat, Message]:
    chat = call.writable_chat()
    message = call.message(chat, "edit")
    if message.out or message.fixed or "forward_origin" in message.body:
        raise bad_request("message can't be edited")
    return chat, message


def _replace(
    call: Call, chat: Chat, message: Message, gone: set[str], changed: Json, *, dated: bool = True
) -> Json:
    """Put `changed` in the place of the fields `gone`; buttons not given again disappear."""
    markup = inline_markup(call.params.text("reply_markup"))
    old = message.body
    body = {key: old[key] for key in old if key not in gone | {"reply_markup"}} | changed
    if markup is not None:
        body["reply_markup"] = markup
    if body == old:
        raise bad_request(NOT_MODIFIED)
    if dated:
        body["edit_date"] = int(call.world.clock.now())
    chat.replace(message, body)
    return body
