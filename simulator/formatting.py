"""From what a bot wrote to what is shown: parse mode, given entities, found links, trimming."""

import json
import re
from dataclasses import dataclass

from simulator.errors import Json, bad_request
from simulator.html_mode import parse_html, utf16_length

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ENTITIES = 100

PROGRAM = frozenset({"pre", "code"})
"""Nothing is formatted inside of these."""
QUOTES = frozenset({"blockquote", "expandable_blockquote"})

PLAIN_TYPES = frozenset(
    {
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold",
        "italic", "underline", "strikethrough", "spoiler", "blockquote",
        "expandable_blockquote", "code", "pre",
    }
)  # fmt: skip
REQUIRED = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}

_FOUND_BY_ITSELF = re.compile(
    r"(?P<url>(?:https?://|(?<![\w@.])www\.)[^\s<>«»\"]+[^\s<>«»\".,:;!?)\]'’])"
    r"|(?P<email>(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,})"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{3,31}\b)"
    r"|(?P<bot_command>(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@\w{5,32})?(?![\w/@]))"
    r"|(?P<hashtag>(?<![\w#/&])#(?=\w*[^\W\d])\w{1,255})"
    r"|(?P<phone_number>(?<![\w+])\+\d{10,15}(?!\w))"
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as shown, with its entities in UTF-16 units."""

    text: str
    entities: list[Json]


def formatted(text: str, parse_mode: str, entities: str) -> Formatted:
    """What a message with this text, parse mode and (JSON) entities shows.

    As on the real server, entities are heard only where no parse mode is given. Raises 400 for
    text that does not parse; says nothing about length.
    """
    mode = parse_mode.lower()
    if mode == "html":
        plain, found = parse_html(text)
    elif mode in {"", "none"}:
        plain, found = text, _given(entities, utf16_length(text))
    elif mode in {"markdown", "markdownv2"}:
        raise bad_request("can't parse entities: the simulator models HTML only, not Markdown")
    else:
        raise bad_request("unsupported parse_mode")
    plain = plain.replace("\r", "")
    return _trimmed(plain, _without_nesting(found))


def message_text(text: str, parse_mode: str, entities: str) -> Formatted:
    """The text of a message: 1 to 4096 units are left of it, or 400."""
    if not text:
        raise bad_request("message text is empty")
    result = formatted(text, parse_mode, entities)
    if not result.text:
        raise bad_request("text must be non-empty")
    if utf16_length(result.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return result


def caption_text(text: str, parse_mode: str, entities: str) -> Formatted:
    """A caption: 0 to 1024 units, or 400."""
    result = formatted(text, parse_mode, entities)
    if utf16_length(result.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return result


def typed_text(text: str) -> Formatted:
    """What a person wrote: Telegram finds commands, links and the like in it."""
    return formatted(text, "", "")


def _given(entities: str, length: int) -> list[Json]:
    if not entities:
        return []
    try:
        given = json.loads(entities)
    except json.JSONDecodeError:
        raise bad_request("can't parse entities JSON object") from None
    if not isinstance(given, list):
        raise bad_request("expected an Array of MessageEntity")
    return [_one_given(entity, length) for entity in given]


def _one_given(entity: object, length: int) -> Json:
    refused = "can't parse MessageEntity: "
    if not isinstance(entity, dict):
        raise bad_request(refused + "expected an Object")
    kind, offset, size = (entity.get(key) for key in ("type", "offset", "length"))
    if not isinstance(kind, str):
        raise bad_request(refused + 'Field "type" must be of type String')
    if not isinstance(offset, int):
        raise bad_request(refused + 'Field "offset" must be of type Number')
    if not isinstance(size, int):
        raise bad_request(refused + 'Field "length" must be of type Number')
    if kind not in PLAIN_TYPES and kind not in REQUIRED:
        raise bad_request(refused + "unsupported type specified")
    if kind in REQUIRED and not entity.get(REQUIRED[kind]):
        raise bad_request(refused + f'Can\'t find field "{REQUIRED[kind]}"')
    if kind == "text_mention":
        user = entity["user"]
        if not isinstance(user, dict) or not isinstance(user.get("id"), int):
            raise bad_request(refused + 'Field "user" must be a User')
    if offset < 0 or size <= 0 or offset + size > length:
        raise bad_request(
            f"can't parse entities: entity beginning at UTF-16 offset {offset} ends after the "
            f"end of the text at UTF-16 offset {offset + size}"
        )
    return {key: value for key, value in entity.items() if value is not None}


def _without_nesting(entities: list[Json]) -> list[Json]:
    """Code is cut out of styles around it, styles inside it and quotes in quotes are dropped."""
    programs = [e for e in entities if e["type"] in PROGRAM]
    kept: list[Json] = []
    for entity in entities:
        if entity["type"] in QUOTES and any(
            k["type"] in QUOTES and _end(k) > entity["offset"] for k in kept
        ):
            continue
        if entity["type"] in PROGRAM:
            if not any(k["type"] in PROGRAM and _end(k) > entity["offset"] for k in kept):
                kept.append(entity)
        elif entity["type"] in QUOTES:
            kept.append(entity)
        else:
            kept.extend(_cut(entity, programs))
    return sorted(kept, key=lambda e: (e["offset"], -e["length"]))


def _end(entity: Json) -> int:
    return int(entity["offset"]) + int(entity["length"])


def _cut(entity: Json, holes: list[Json]) -> list[Json]:
    """The parts of `entity` outside of `holes`."""
    start, end = int(entity["offset"]), _end(entity)
    parts: list[Json] = []
    for hole in holes:
        if hole["offset"] < end and _end(hole) > start:
            if hole["offset"] > start:
                parts.append({**entity, "offset": start, "length": hole["offset"] - start})
            start = _end(hole)
    if start < end:
        parts.append({**entity, "offset": start, "length": end - start})
    return parts


def _trimmed(text: str, entities: list[Json]) -> Formatted:
    """Space at both ends goes (at the start only before the first entity); links are found.

    As on the real server, entities past the hundredth are dropped without a word.
    """
    text = text.rstrip()
    first = min((int(e["offset"]) for e in entities), default=len(text))
    lead = 0
    while lead < min(len(text), first) and text[lead] in " \n":
        lead += 1
    text = text[lead:]
    length = utf16_length(text)
    fitted = []
    for entity in entities:
        offset = int(entity["offset"]) - lead
        size = min(int(entity["length"]), length - offset)
        if size > 0:
            fitted.append({**entity, "offset": offset, "length": size})
    fitted += [found for found in _detected(text) if not _overlaps(found, fitted)]
    fitted.sort(key=lambda e: (e["offset"], -e["length"]))
    return Formatted(text, fitted[:MAX_ENTITIES])


def _detected(text: str) -> list[Json]:
    return [
        {
            "type": str(match.lastgroup),
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in _FOUND_BY_ITSELF.finditer(text)
    ]


def _overlaps(entity: Json, others: list[Json]) -> bool:
    """Whether a link found in the text lies in one that was given, or in code."""
    return any(
        other["type"] in PROGRAM | {"text_link", "text_mention", "date_time", "custom_emoji"}
        and other["offset"] < _end(entity)
        and entity["offset"] < _end(other)
        for other in others
    )
