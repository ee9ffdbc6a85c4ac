"""HTML parse mode: Telegram's tags into entities, or its words about why not.

This is not an HTML parser: Telegram reads a small language of its own (sixteen tags, four
named references, attributes that it does not know are ignored) and reports faults by the
byte offset in the UTF-8 source. The rules and words follow `parse_html` in tdlib/td.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from simulator.errors import Json, bad_request

STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough",
    "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler", "code": "code",
    "pre": "pre", "a": "text_link", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([a-zA-Z]+));?")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_DATE_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


def utf16_length(text: str) -> int:
    """Telegram measures texts and offsets in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    order: int
    start: int  # in `_Parser.out`, characters
    offset: int  # UTF-16 units


@dataclass(slots=True)
class _Found:
    entity: Json
    order: int


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out = ""
        self.units = 0
        self.open: list[_OpenTag] = []
        self.found: list[_Found] = []
        self.opened = 0

    def refuse(self, words: str) -> NoReturn:
        raise bad_request(f"can't parse entities: {words}")

    def where(self, begin: int) -> str:
        return f"at byte offset {len(self.source[:begin].encode('utf-8', 'surrogatepass'))}"

    def peek(self) -> str:
        """The character at the cursor, empty at the end of the source."""
        return self.source[self.at : self.at + 1]

    def skip_space(self) -> None:
        while self.peek().isspace():
            self.at += 1

    def emit(self, text: str) -> None:
        self.out += text
        self.units += utf16_length(text)

    def parse(self) -> None:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self.end_tag()
            elif self.peek() == "<":
                self.start_tag()
            else:
                self.emit(self.character())
        if self.open:
            self.refuse(f"Can't find end tag corresponding to start tag {self.open[-1].name}")

    def character(self) -> str:
        """One character of the source, a reference decoded where it is one."""
        reference = _REFERENCE.match(self.source, self.at) if self.peek() == "&" else None
        decoded = _decode(reference) if reference else ""
        if reference and decoded:
            self.at = reference.end()
            return decoded
        self.at += 1
        return self.source[self.at - 1]

    def start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self.word(">").lower()
        if not self.peek():
            self.refuse(f"Unclosed start tag {self.where(begin)}")
        if name not in STYLES:
            self.refuse(f'Unsupported start tag "{name}" {self.where(begin)}')
        attributes: dict[str, str] = {}
        while True:
            self.skip_space()
            if self.peek() == ">":
                break
            key, value = self.attribute(name, begin)
            attributes[key] = value
        self.at += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            self.refuse(f'Tag "span" must have class "tg-spoiler" {self.where(begin)}')
        self.open.append(_OpenTag(name, attributes, self.opened, len(self.out), self.units))
        self.opened += 1

    def word(self, stops: str) -> str:
        begin = self.at
        while (c := self.peek()) and not c.isspace() and c not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def attribute(self, tag: str, begin: int) -> tuple[str, str]:
        if not self.peek():
            self.refuse(f"Unclosed start tag {self.where(begin)}")
        name = self.word("=>" if tag == "blockquote" else "=")
        if not name:
            self.refuse(f'Empty attribute name in the tag "{tag}" {self.where(begin)}')
        self.skip_space()
        if self.peek() != "=":
            if tag == "blockquote" and name == "expandable" and self.peek():
                return name, ""
            self.refuse(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                + self.where(begin)
            )
        self.at += 1
        self.skip_space()
        if not self.peek():
            self.refuse(f'Unclosed start tag "{tag}" {self.where(begin)}')
        value = self.quoted() if self.peek() in "\"'" else self.bare()
        if not self.peek():
            self.refuse(f"Unclosed start tag {self.where(begin)}")
        return name, value

    def quoted(self) -> str:
        quote = self.peek()
        self.at += 1
        value = ""
        while self.peek() and self.peek() != quote:
            value += self.character()
        self.at += 1
        return value

    def bare(self) -> str:
        match = _NAME_TOKEN.match(self.source, self.at)
        value = match.group() if match else ""
        end = self.source[self.at + len(value) : self.at + len(value) + 1]
        if end and not end.isspace() and end != ">":
            self.refuse(f"Unexpected end of name token {self.where(self.at)}")
        self.at += len(value)
        return value.lower()

    def end_tag(self) -> None:
        begin = self.at
        if not self.open:
            self.refuse(f"Unexpected end tag {self.where(begin)}")
        self.at += 2
        name = self.word(">").lower()
        self.skip_space()
        if self.peek() != ">":
            self.refuse(f"Unclosed end tag {self.where(begin)}")
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            self.refuse(
                f'Unmatched end tag {self.where(begin)}, expected "</{tag.name}>", '
                f'found "</{name}>"'
            )
        if self.units > tag.offset:
            self.close(tag)

    def close(self, tag: _OpenTag) -> None:
        entity = self.entity(tag, tag.offset, self.units - tag.offset)
        if entity is not None:
            self.found.append(_Found(entity, tag.order))

    def entity(self, tag: _OpenTag, offset: int, length: int) -> Json | None:
        """What a closed tag says of its text; None where Telegram drops it."""
        entity: Json = {"type": STYLES[tag.name], "offset": offset, "length": length}
        match tag.name:
            case "a":
                return _link(entity, tag.attributes.get("href") or self.out[tag.start :])
            case "blockquote" if "expandable" in tag.attributes:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                emoji = tag.attributes.get("emoji-id", "")
                if not emoji.isdecimal() or int(emoji) == 0:
                    self.refuse("Invalid custom emoji identifier specified")
                entity["custom_emoji_id"] = emoji
            case "tg-time":
                self.date_time(entity, tag.attributes)
            case "pre" | "code":
                return self.program(entity, tag)
        return entity

    def date_time(self, entity: Json, attributes: dict[str, str]) -> None:
        unix, shape = attributes.get("unix", ""), attributes.get("format", "")
        if not unix.isdecimal():
            self.refuse("Invalid date specified")
        if not _DATE_TIME_FORMAT.fullmatch(shape):
            self.refuse("Invalid date format specified")
        entity["unix_time"] = int(unix)
        if shape:
            entity["date_time_format"] = shape

    def program(self, entity: Json, tag: _OpenTag) -> Json | None:
        """`<pre><code class="language-x">` is one `pre` with a language, either way round."""
        language = tag.attributes.get("class", "") if tag.name == "code" else ""
        if language.startswith("language-"):
            entity["language"] = language.removeprefix("language-")
        inner = self.found[-1].entity if self.found else None
        other = "code" if tag.name == "pre" else "pre"
        if (
            inner is not None
            and inner["type"] == other
            and all(inner[key] == entity[key] for key in ("offset", "length"))
            and ("language" in inner or "language" in entity)
        ):
            inner["type"] = "pre"
            inner.setdefault("language", entity.get("language"))
            return None
        return entity


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The plain text and its entities (UTF-16 offsets, outermost first); 400 when broken."""
    parser = _Parser(source)
    parser.parse()
    for found in parser.found:
        if found.entity["type"] == "code":
            found.entity.pop("language", None)
    parser.found.sort(key=lambda f: (f.entity["offset"], -f.entity["length"], f.order))
    return parser.out, [found.entity for found in parser.found]


def _decode(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return NAMED.get(name, "")
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < code < 0x10FFFF:
        return ""
    if 0xD800 <= code <= 0xDFFF:
        raise bad_request(
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML "
            "entities, check for unmatched surrogate code units"
        )
    return chr(code)


def _link(entity: Json, url: str) -> Json | None:
    """A mention of a person, a link, or nothing: Telegram drops links that it cannot follow."""
    person = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if person:
        return {**entity, "type": "text_mention", "user": {"id": int(person.group(1))}}
    checked = checked_link(url)
    return {**entity, "url": checked} if checked else None


def checked_link(url: str) -> str:
    """The address as Telegram would open it, or nothing where it would not."""
    if re.match(r"(?:tg|ton|tonsite)://[^\s]+$", url, re.IGNORECASE):
        return url
    match = re.fullmatch(
        r"(?:(https?)://)?((?:[\w-]+\.)+[\w-]{2,}|\d+(?:\.\d+){3})(:\d+)?([/?#]\S*)?",
        url.strip(),
        re.IGNORECASE,
    )
    if match is None:
        return ""
    scheme, host, port, rest = match.groups()
    return f"{(scheme or 'http').lower()}://{host.lower()}{port or ''}{rest or '/'}"
