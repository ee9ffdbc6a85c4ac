"""HTML parse mode: entities as Telegram makes them, refusals in its words."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from teremok.validation import ApiRuleViolation, validate_html

from simulator.errors import ApiError
from simulator.formatting import formatted, message_text
from simulator.html_mode import parse_html, utf16_length

Entity = tuple[Any, ...]

READ: list[tuple[str, str, list[Entity]]] = [
    ("plain", "plain", []),
    ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
    ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)]),
    ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
    (
        "<s>a</s><strike>b</strike><del>c</del>",
        "abc",
        [("strikethrough", 0, 1), ("strikethrough", 1, 1), ("strikethrough", 2, 1)],
    ),
    ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<code>a</code>", "a", [("code", 0, 1)]),
    ('<code class="language-c">a</code>', "a", [("code", 0, 1)]),
    ("<pre>a</pre>", "a", [("pre", 0, 1)]),
    (
        '<pre><code class="language-python">a</code></pre>',
        "a",
        [("pre", 0, 1, {"language": "python"})],
    ),
    (
        '<a href="https://eu.example/a?b=1&amp;c=2">link</a>',
        "link",
        [("text_link", 0, 4, {"url": "https://eu.example/a?b=1&c=2"})],
    ),
    ("<a>eu.example</a>", "eu.example", [("text_link", 0, 10, {"url": "http://eu.example/"})]),
    ('<a href="nonsense">x</a>', "x", []),
    ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
    (
        '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
        "👍",
        [("custom_emoji", 0, 2, {"custom_emoji_id": "5368324170671202286"})],
    ),
    (
        '<tg-time unix="1764000000" format="wDT">завтра</tg-time>',
        "завтра",
        [("date_time", 0, 6, {"unix_time": 1764000000, "date_time_format": "wDT"})],
    ),
    ("😀<b>Ґ😀</b>", "😀Ґ😀", [("bold", 2, 3)]),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("<b><i>a</i></b>", "a", [("bold", 0, 1), ("italic", 0, 1)]),
    ("<B>a</b>", "a", [("bold", 0, 1)]),
    ("<b>a</>", "a", [("bold", 0, 1)]),
    ("<b></b>a", "a", []),
    ("&lt;b&gt; &amp; &quot;&#1169;&#x456;&quot; &nbsp; &", '<b> & "ґі" &nbsp; &', []),
    ("<b>a<code>b</code>c</b>", "abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
    ("  <b> a </b>  ", " a", [("bold", 0, 2)]),
    ("<b>  </b>", "", []),
    ("/start у eu.example", "/start у eu.example", [("bot_command", 0, 6)]),
]


@pytest.mark.parametrize(("source", "text", "entities"), READ)
def test_read(source: str, text: str, entities: list[Entity]) -> None:
    result = formatted(source, "HTML", "")
    expected = [
        {"type": kind, "offset": offset, "length": length, **(more[0] if more else {})}
        for kind, offset, length, *more in entities
    ]
    assert (result.text, result.entities) == (text, expected)


REFUSED = [
    ("ї <x>a</x>", 'Unsupported start tag "x" at byte offset 3'),
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("a <", "Unclosed start tag at byte offset 2"),
    ("<b", "Unclosed start tag at byte offset 0"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<b>a", "Can't find end tag corresponding to start tag b"),
    ("a</b>", "Unexpected end tag at byte offset 1"),
    (
        "<b><i>a</b></i>",
        'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    ("<b>a</b", "Unclosed end tag at byte offset 4"),
    ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    (
        "<a href>a</a>",
        'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
    ),
    ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=x_y>a</a>", "Unexpected end of name token at byte offset 8"),
    ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
    ('<tg-time unix="soon">a</tg-time>', "Invalid date specified"),
]


@pytest.mark.parametrize(("source", "words"), REFUSED)
def test_refused(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


DIFFERENT = (
    *("<B>", "</>", "&nbsp;", "<a>", '<a href="nonsense">', "<code class"),
    *("<a href>", '<tg-emoji emoji-id="x">', "tg-time"),
)
"""Where teremok follows the documentation and the real server does not: it is milder about the
first, stricter about the second, and teremok does not know tg-time."""


@pytest.mark.parametrize(
    "source",
    [
        source
        for source, *_ in [*READ, *REFUSED]
        if not any(different in source for different in DIFFERENT)
    ],
)
def test_teremok_agrees(source: str) -> None:
    def valid_here() -> bool:
        try:
            parse_html(source)
        except ApiError:
            return False
        return True

    def valid_there() -> bool:
        try:
            validate_html(source)
        except ApiRuleViolation:
            return False
        return True

    assert valid_here() == valid_there()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_back(text: str) -> None:
    assert parse_html(html.escape(text, quote=True).replace("&#x27;", "'")) == (text, [])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["b", "i", "u", "code"]), st.text("aїЇ😀<&", min_size=1, max_size=5)
        )
    )
)
def test_offsets_cut_out_what_was_marked(parts: list[tuple[str, str]]) -> None:
    source = "".join(f"<{tag}>{html.escape(text)}</{tag}>·" for tag, text in parts)
    text, entities = parse_html(source)
    units = text.encode("utf-16-le")
    marked = [
        units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in entities
    ]
    assert marked == [text for _, text in parts]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        ("<b> </b>", "text must be non-empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
    ],
)
def test_length_of_a_text(text: str, words: str) -> None:
    with pytest.raises(ApiError, match=words):
        message_text(text, "HTML", "")


def test_length_counts_after_the_markup() -> None:
    assert utf16_length(message_text(f"<b>{'😀' * 2048}</b>", "html", "").text) == 4096


def test_given_entities() -> None:
    bold = '[{"type": "bold", "offset": 1, "length": 2}]'
    assert formatted("a😀b", "", bold).entities == [{"type": "bold", "offset": 1, "length": 2}]
    assert formatted("<b>a</b>", "HTML", bold).entities == [
        {"type": "bold", "offset": 0, "length": 1}
    ]


@pytest.mark.parametrize(
    ("entities", "words"),
    [
        ("{", "can't parse entities JSON object"),
        ("{}", "expected an Array of MessageEntity"),
        ("[1]", "expected an Object"),
        ('[{"type": "bold", "offset": 0}]', 'Field "length" must be of type Number'),
        ('[{"type": "loud", "offset": 0, "length": 1}]', "unsupported type specified"),
        ('[{"type": "text_link", "offset": 0, "length": 1}]', 'Can\'t find field "url"'),
        ('[{"type": "bold", "offset": 0, "length": 5}]', "ends after the end of the text"),
    ],
)
def test_bad_entities(entities: str, words: str) -> None:
    with pytest.raises(ApiError, match=words):
        formatted("text", "", entities)


def test_links_are_found() -> None:
    text = "Пишіть @lanka_team або a.b@eu.example, див. https://eu.example/x. #хід +380501234567"
    found = {e["type"]: (e["offset"], e["length"]) for e in formatted(text, "", "").entities}
    assert found == {
        "mention": (7, 11),
        "email": (23, 14),
        "url": (44, 20),
        "hashtag": (66, 4),
        "phone_number": (71, 13),
    }


@pytest.mark.parametrize("mode", ["Markdown", "MarkdownV2"])
def test_markdown_is_refused_openly(mode: str) -> None:
    with pytest.raises(ApiError, match="HTML only"):
        formatted("*a*", mode, "")


def test_unknown_parse_mode() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        formatted("a", "BBCode", "")
