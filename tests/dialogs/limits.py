"""What Telegram refuses in a message, and what nobody should ever see in one."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from teremok.validation import ApiRuleViolation, validate_html

TEXT = 4096  # UTF-16 code units after entities are parsed
BUTTONS, IN_ROW = 100, 8
DATA = 64  # bytes of callback data
TG_TIME = re.compile(r"</?tg-time[^<>]*>")  # newer than teremok
UNFILLED = re.compile(r"%\(\w+\)s|%%|\$\{|\{\w*\}|Message\(|msgid")
CYRILLIC_WORD = re.compile(r"[\u0400-\u04ff][\u0400-\u04ff’-]*")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z’-]*")


class _Words(HTMLParser):
    """Collects what is left of HTML without its tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words(html: str) -> str:
    """A message as its reader sees it: without tags, with entities resolved."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    return "".join(parser.found).strip()


def units(text: str) -> int:
    """The length that Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def text_faults(html: str) -> list[str]:
    """What Telegram would refuse, or a reader wonder at, in a message's text."""
    try:
        validate_html(TG_TIME.sub("", html))
    except ApiRuleViolation as error:
        return [error.description]
    seen, found = words(html), []
    if not 1 <= units(seen) <= TEXT:
        found.append(f"{units(seen)} units of text")
    return found + [f"unfilled: {left}" for left in UNFILLED.findall(seen)]


def button_faults(rows: Sequence[Sequence[tuple[str, str]]]) -> list[str]:
    """The same for inline buttons: a text and its callback data, blank where it has a URL."""
    found = []
    if sum(map(len, rows)) > BUTTONS:
        found.append(f"{sum(map(len, rows))} buttons")
    found += [f"{len(row)} buttons in a row" for row in rows if not 1 <= len(row) <= IN_ROW]
    for text, data in (button for row in rows for button in row):
        if not text:
            found.append("a button without text")
        if len(data.encode()) > DATA:
            found.append(f"{len(data.encode())} bytes of callback data: {data!r}")
        found += [f"unfilled: {left}" for left in UNFILLED.findall(text)]
    return found


def foreign_words(language: str, text: str, known: Sequence[str] = ()) -> list[str]:
    """Words in the letters of the other language, without those that are `known`."""
    other = LATIN_WORD if language == "uk" else CYRILLIC_WORD
    return [word for word in other.findall(text) if word not in known]
