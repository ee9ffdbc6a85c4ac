"""An answer as its reader writes it: labels for codes, decimal commas, dates in words."""

import html
import re
from datetime import date, datetime

from dialogs.i18n import Html, Translator
from dialogs.survey.markup import plain
from domain.surveys.form import SELECTS, Kind
from domain.surveys.response import Response
from domain.surveys.screens import Placed

SHORTENED = 300  # letters of an answer that a card shows
TAG = re.compile(r"<[^<>]*>")
OWN_NUMBER = re.compile(r"\d+(\.\d+)*[.)]?\s")
PIECE = re.compile(r"<[^<>]*>|&#?\w+;|.", re.DOTALL)


def show(response: Response, placed: Placed, tr: Translator, value: str | None = None) -> str:
    """A question's answer (or `value` in its place) as plain text; blank where there is none."""
    text = response.value(placed.path) if value is None else value
    kind = placed.question.kind
    if not text:
        return ""
    if kind in SELECTS:
        labels = {option.code: plain(option.label) for option in response.choices(placed.path)}
        codes = [text] if kind is Kind.CHOICE else text.split()
        return shorten("; ".join(labels.get(code, code) for code in codes), SHORTENED)
    if kind is Kind.ACKNOWLEDGE:
        return tr("Confirmed")
    if kind in (Kind.INTEGER, Kind.DECIMAL, Kind.RANGE):
        return tr.number(int(text) if text.lstrip("-").isdecimal() else float(text))
    if kind is Kind.DATE:
        return tr.date(date.fromisoformat(text))
    if kind is Kind.DATETIME:
        return tr.moment(datetime.fromisoformat(text))
    if kind is Kind.TIME:
        return text[:5]
    if kind is Kind.GEOPOINT:
        latitude, longitude = text.split()[:2]
        return f"{float(latitude):.5f}, {float(longitude):.5f}"
    return shorten(text, SHORTENED)


def shorten(text: str, limit: int) -> str:
    """At most `limit` letters, the last one an ellipsis where something was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def numbered(number: int, words: str) -> str:
    """A line of a list; where the author numbers the questions, the two numbers are told apart."""
    return f"{number} · {words}" if OWN_NUMBER.match(words) else f"{number}. {words}"


def units(text: Html) -> int:
    """The length of HTML as Telegram counts it: UTF-16 code units, without the tags."""
    return len(html.unescape(TAG.sub("", text)).encode("utf-16-le")) // 2


def shorten_html(text: Html, limit: int) -> Html:
    """At most `limit` units of it, an ellipsis where something was cut; open tags are closed."""
    if units(text) <= limit:
        return text
    kept, open_tags, left = "", list[str](), limit - 1
    for piece in PIECE.findall(text):
        if TAG.fullmatch(piece) is None:
            left -= units(Html(piece))
            if left < 0:
                break
        elif piece.startswith("</"):
            open_tags.pop()
        else:
            open_tags.append(piece.strip("<>").split()[0])
        kept += piece
    closing = "".join(f"</{tag}>" for tag in reversed(open_tags))
    return Html(f"{kept.rstrip()}…{closing}")
