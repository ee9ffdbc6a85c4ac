"""A form's Markdown as Telegram's HTML.

XLSForm labels allow Markdown and a few HTML tags. Telegram allows bold, italic, code and links:
those are kept, other structure becomes plain lines, other tags vanish. Everything else is escaped,
and since a parser closes what it opens, the result is always well-formed.
"""

import html
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dialogs.i18n import Html

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

TAG = {
    "strong_open": "<b>",
    "strong_close": "</b>",
    "em_open": "<i>",
    "em_close": "</i>",
    "heading_open": "<b>",
    "heading_close": "</b>\n\n",
    "paragraph_close": "\n\n",
    "list_item_open": "• ",
    "list_item_close": "",
    "softbreak": "\n",
    "hardbreak": "\n",
    "hr": "\n",
}
HTML_TAG = re.compile(r"<[^<>]*>")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
STRAIGHT = re.compile(r"(?<=\w)'(?=\w)")  # pyxform straightens apostrophes
#: bold with blanks inside the asterisks: none to CommonMark, bold to ODK Collect
LOOSE = re.compile(r"\*\*([^*\n]+)\*\*")
#: a heading without its blank: none to CommonMark, one to ODK Collect ("#1" alone is a number)
HEADING = re.compile(r"^(\s*#{2,6})(?=[^#\s])", re.MULTILINE)
BLANKS = re.compile(r"\n{3,}")


@cache
def _markdown() -> "MarkdownIt":
    # After the start, `bot.runner` loads it before it is needed: the first poll does not wait.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True})


@lru_cache(maxsize=4096)
def rich(markdown: str) -> Html:
    """Markdown as HTML that Telegram accepts."""
    # "1." and the like begin a list in Markdown; in a form they are the number of a question.
    text = STRAIGHT.sub("’", markdown)
    text = HEADING.sub(r"\1 ", LOOSE.sub(_tight, text))
    text = re.sub(r"^(\s*\d+)([.)])(?=\s)", r"\1\\\2", text, flags=re.MULTILINE)
    rendered = "".join(_render(_markdown().parse(text)))
    return Html(BLANKS.sub("\n\n", rendered).strip())


def _tight(bold: re.Match[str]) -> str:
    """`** word **` as ` **word** `."""
    words = bold[1]
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{before}**{words.strip()}**{after}" if words.strip() else bold[0]


def plain(markdown: str) -> str:
    """The same text without markup, on one line: for buttons."""
    return " ".join(html.unescape(HTML_TAG.sub("", rich(markdown))).split())


def _render(tokens: "list[Token]") -> Iterator[str]:
    links: list[bool] = []  # whether each open link is one that Telegram would take
    for token in tokens:
        if token.type == "inline":
            yield from _render(token.children or [])
        elif token.type in ("text", "code_block"):
            yield html.escape(token.content, quote=False)
        elif token.type in ("code_inline", "fence"):
            yield f"<code>{html.escape(token.content, quote=False)}</code>"
        elif token.type in ("html_inline", "html_block"):
            yield html.escape(HTML_TAG.sub("", BREAK.sub("\n", token.content)), quote=False)
        elif token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            links.append(href.startswith(("https://", "http://")))
            if links[-1]:
                yield f'<a href="{html.escape(href)}">'
        elif token.type == "link_close":
            if links.pop():
                yield "</a>"
        elif token.type == "image":
            yield html.escape(token.content, quote=False)
        else:
            yield TAG.get(token.type, "")
