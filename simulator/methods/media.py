"""Messages with files: what may be sent as what, albums, downloads."""

import secrets

from simulator.errors import Json, bad_request
from simulator.files import File
from simulator.formatting import caption_text
from simulator.methods.call import Call
from simulator.params import Params, Upload

MEDIA_FIELDS = frozenset({"photo", "document", "video", "audio", "voice", "animation"})
MAX_PHOTO_BYTES = 10 * 2**20
MAX_DOWNLOAD_BYTES = 20 * 2**20
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
MAX_ALBUM = 10
ALONE = frozenset({"document", "audio"})
"""Kinds that share an album only with their own."""


def send_photo(call: Call) -> Json:
    return _send(call, "photo")


def send_document(call: Call) -> Json:
    return _send(call, "document")


def send_video(call: Call) -> Json:
    return _send(call, "video")


def send_audio(call: Call) -> Json:
    return _send(call, "audio")


def send_voice(call: Call) -> Json:
    return _send(call, "voice")


def send_sticker(call: Call) -> Json:
    file = input_file(call, "sticker", call.params.text("sticker"), "sticker")
    return call.send_one(file_content(file, call.params))


def _send(call: Call, kind: str) -> Json:
    caption = _caption(call, call.params)
    file = input_file(call, kind, call.params.text(kind), kind)
    return call.send_one(file_content(file, call.params) | caption)


def _caption(call: Call, params: Params) -> Json:
    caption = caption_text(
        params.text("caption"), params.text("parse_mode"), params.text("caption_entities")
    )
    above = {"show_caption_above_media": True} if params.flag("show_caption_above_media") else {}
    spoiler = {"has_media_spoiler": True} if params.flag("has_spoiler") else {}
    return call.fields(caption, "caption") | above | spoiler


def send_media_group(call: Call) -> list[Json]:
    media = call.params.array("media", "InputMedia")
    if not media or not 2 <= len(media) <= MAX_ALBUM:
        raise bad_request("an album must have from 2 to 10 messages")
    items = [item if isinstance(item, dict) else {} for item in media]
    kinds = {str(item.get("type")) for item in items}
    if len(kinds) > 1 and kinds & ALONE:
        mixed = next(iter(sorted(kinds & ALONE)))
        raise bad_request(f"{mixed.capitalize()} can't be mixed with other media types")
    contents = [input_media(call, item) for item in items]
    group = {"media_group_id": str(secrets.randbits(60))}
    return call.send(call.writable_chat(), *(content | group for content in contents))


def input_media(call: Call, media: Json) -> Json:
    """The message content that an InputMedia object describes."""
    kind = str(media.get("type"))
    if kind not in {"photo", "document", "video", "audio"}:
        raise bad_request(f"type of input media must be one of photo, video, …; found {kind}")
    params = Params.of(media)
    file = input_file(call, "media", params.text("media"), kind)
    return file_content(file, params) | _caption(call, params)


def input_file(call: Call, field: str, given: str, kind: str) -> File:
    """The file that a parameter gives: an upload, `attach://` one, or a known identifier."""
    name = given.removeprefix("attach://") if given.startswith("attach://") else field
    upload = call.params.uploads.get(name)
    if upload is not None:
        return _uploaded(call, upload, kind)
    if not given or given.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # nothing beyond loopback is read
    file = call.world.files.find(given)
    if file is None or file.bot_id != call.bot.id:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(
            f"can't use file of type {file.kind.capitalize()} as {kind.capitalize()}"
        )
    return file


def _uploaded(call: Call, upload: Upload, kind: str) -> File:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if kind == "photo" and len(upload.data) > MAX_PHOTO_BYTES:
        raise bad_request(f"file of size {len(upload.data)} bytes is too big for a photo")
    file = call.world.files.add(call.bot.id, kind, upload.name, upload.mime, upload.data)
    if kind == "photo":
        check_picture(file)
    return file


def check_picture(file: File) -> None:
    """A photo must be a picture, and not absurdly long; 400 otherwise."""
    if not file.width or not file.height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    longer, shorter = max(file.width, file.height), min(file.width, file.height)
    if longer + shorter > MAX_PHOTO_SIDES or longer > shorter * MAX_PHOTO_RATIO:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def file_content(file: File, params: Params) -> Json:
    """The message field that a file of its kind becomes."""
    base = file.base()
    size = {"width": file.width, "height": file.height}
    if file.kind == "photo":
        return {"photo": [base | size]}
    if file.kind == "sticker":
        looks = {"type": "regular", "is_animated": False, "is_video": False}
        return {"sticker": base | looks | {"width": 512, "height": 512, "emoji": "🙂"}}
    base["mime_type"] = file.mime
    if file.kind == "document":
        return {"document": base | {"file_name": file.name}}
    timed: Json = base | {"duration": params.integer("duration", 1)}
    if file.kind == "video":
        timed |= {
            "width": params.integer("width", 320),
            "height": params.integer("height", 240),
            "file_name": file.name,
        }
    if file.kind == "audio":
        timed["file_name"] = file.name
    return {file.kind: timed}


def get_file(call: Call) -> Json:
    file_id = call.params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = call.world.files.find(file_id)
    if file is None or file.bot_id != call.bot.id:
        raise bad_request("invalid file_id")
    if file.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**file.base(), "file_path": file.path}
