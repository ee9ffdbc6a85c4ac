"""Where a card says that its words come from."""

from datetime import date

import pytest

from dialogs.funding.cards import sources
from dialogs.i18n import Translator
from domain.funding.assistant import Entry


def entry(url: str, *pages: str) -> Entry:
    return Entry(
        id="one",
        kind="grant",
        names={},
        aliases=(),
        everyday=(),
        sections={},
        replies={},
        url=url,
        contact={},
        as_of="2026-05",
        sources=pages,
    )


@pytest.mark.parametrize(
    ("pages", "line"),
    [
        (
            ["https://www.news.example/a?b&c", "https://b.example/", "https://eu.example/faq"],
            (
                'Sources: <a href="https://eu.example/faq">eu.example</a>,'
                ' <a href="https://www.news.example/a?b&amp;c">news.example</a>'
            ),
        ),
        (
            ["https://news.example/1", "https://www.news.example/2"],
            'Source: <a href="https://news.example/1">news.example</a>',
        ),
    ],
)
def test_the_official_site_is_named_first_and_none_twice(pages: list[str], line: str) -> None:
    shown = sources(entry("https://eu.example/", *pages), Translator("en"), date(2026, 6, 1))
    assert line in shown.splitlines()
