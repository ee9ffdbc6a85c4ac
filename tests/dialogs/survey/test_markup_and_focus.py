"""Markdown as ODK Collect reads it, and which question of a list a message answers."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dialogs.survey.markup import plain, rich
from dialogs.survey.typed import take
from domain.surveys.interview import DONE, Interview, Position, Visit
from tests.domain.surveys.forms import survey

NOW = datetime(2026, 11, 26, 9, tzinfo=ZoneInfo("Europe/Kyiv"))
ROWS = """
type | name | label | required | appearance
begin_group | g | G | | field-list
select_one kind | kind | Kind? | |
text | name | Name? | yes |
text | more | More? | |
end_group | | | |
"""
CHOICES = "list_name | name | label\nkind | a | A\nkind | b | B"


@pytest.mark.parametrize(
    ("markdown", "html", "words"),
    [
        ("** Deadline**", "<b>Deadline</b>", "Deadline"),
        ("**a** b **c**", "<b>a</b> b <b>c</b>", "a b c"),
        ("# Head\n*two* <b>x</b>", "<b>Head</b>\n\n<i>two</i> x", "Head two x"),
        ("1. First", "1. First", "1. First"),
        ("###1. Home", "<b>1. Home</b>", "1. Home"),
        ("#1 of all", "#1 of all", "#1 of all"),
        ("a & b < c", "a &amp; b &lt; c", "a & b < c"),
        ("** open", "** open", "** open"),
    ],
)
def test_markdown_reads_as_in_collect(markdown: str, html: str, words: str) -> None:
    assert (rich(markdown), plain(markdown)) == (html, words)


def test_a_message_answers_the_question_that_the_card_points_at() -> None:
    interview = Interview(survey(ROWS, CHOICES), {}, Position("", 0, 0), Visit(1, "en", NOW))
    interview.forward()
    first = take(interview, "Olena", None)
    assert (first.result, first.path) == (DONE, "/data/g/name")  # needed, so it comes first
    assert take(interview, "b", None).path == "/data/g/kind"
    assert take(interview, "words", None).path == "/data/g/more"
    # Nothing waits: a further message overwrites none of them.
    assert take(interview, "slip", None).unread
    index = next(q.index for q in interview.form.questions if q.name == "name")
    assert take(interview, "Andrii", index).path == "/data/g/name"
    assert interview.response.value("/data/g/name") == "Andrii"
