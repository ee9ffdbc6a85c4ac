"""sendMessage and its kin without files; forwarding and copying."""

from simulator.chats import Message
from simulator.errors import Json, bad_request
from simulator.formatting import caption_text, message_text
from simulator.methods.call import Call

CHAT_ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice",
        "upload_voice", "upload_document", "choose_sticker", "find_location",
        "record_video_note", "upload_video_note",
    }
)  # fmt: skip


def send_message(call: Call) -> Json:
    params = call.params
    text = message_text(params.text("text"), params.text("parse_mode"), params.text("entities"))
    return call.send_one(call.fields(text, "text") | preview_options(call))


def preview_options(call: Call) -> Json:
    """link_preview_options, which a message shows back."""
    options = call.params.object("link_preview_options")
    if options is None and call.params.flag("disable_web_page_preview"):
        options = {"is_disabled": True}
    shown = {key: value for key, value in (options or {}).items() if value is not None}
    return {"link_preview_options": shown} if shown else {}


def send_location(call: Call) -> Json:
    latitude, longitude = call.params.decimal("latitude"), call.params.decimal("longitude")
    if latitude is None or not -90 <= latitude <= 90:
        raise bad_request("wrong latitude specified" if latitude else "latitude is empty")
    if longitude is None or not -180 <= longitude <= 180:
        raise bad_request("wrong longitude specified" if longitude else "longitude is empty")
    return call.send_one({"location": {"latitude": latitude, "longitude": longitude}})


def send_venue(call: Call) -> Json:
    latitude, longitude = call.params.decimal("latitude"), call.params.decimal("longitude")
    title, address = call.params.text("title"), call.params.text("address")
    if latitude is None or longitude is None:
        raise bad_request("latitude is empty")
    if not title or not address:
        raise bad_request("venue title must be non-empty")
    location = {"latitude": latitude, "longitude": longitude}
    venue = {"location": location, "title": title, "address": address}
    return call.send_one({"location": location, "venue": venue})


def send_contact(call: Call) -> Json:
    phone, name = call.params.text("phone_number"), call.params.text("first_name")
    if not phone:
        raise bad_request("phone number is empty")
    if not name:
        raise bad_request("first name is empty")
    contact = {"phone_number": phone, "first_name": name}
    if last_name := call.params.text("last_name"):
        contact["last_name"] = last_name
    return call.send_one({"contact": contact})


def send_chat_action(call: Call) -> bool:
    action = call.params.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.writable_chat().act(action)
    return True


def content_of(message: Message) -> Json:
    """What a copy has of a message: everything but who, where, when and buttons."""
    own = {
        "message_id", "from", "chat", "date", "edit_date", "reply_markup", "reply_to_message",
        "has_protected_content", "media_group_id",
    }  # fmt: skip
    return {key: value for key, value in message.body.items() if key not in own}


def copy_message(call: Call) -> Json:
    params = call.params
    source = call.message(call.known_chat("from_chat_id"), "copy")
    content = content_of(source)
    content.pop("forward_origin", None)
    if "caption" in params.values:
        caption = caption_text(
            params.text("caption"), params.text("parse_mode"), params.text("caption_entities")
        )
        content = {k: content[k] for k in content if k not in {"caption", "caption_entities"}}
        content |= call.fields(caption, "caption")
    return {"message_id": call.send_one(content)["message_id"]}


def forward_message(call: Call) -> Json:
    source = call.message(call.known_chat("from_chat_id"), "forward")
    if source.body.get("has_protected_content"):
        raise bad_request("message can't be forwarded")
    origin = {"forward_origin": forward_origin(source)}
    return call.send(call.writable_chat(), content_of(source) | origin)[0]


def forward_origin(message: Message) -> Json:
    """Where a forwarded message comes from: as before, if it was itself forwarded."""
    origin: Json = message.body.get("forward_origin") or {
        "type": "user",
        "sender_user": message.body["from"],
        "date": message.body["date"],
    }
    return origin


def get_chat(call: Call) -> Json:
    chat = call.known_chat()
    pinned = {"pinned_message": chat.messages[chat.pinned].body} if chat.pinned else {}
    gifts = dict.fromkeys(
        (
            "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )  # fmt: skip
    return {
        **chat.person.chat(),
        "accent_color_id": chat.person.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
        **pinned,
    }
