"""Corrections over an article, and the files that they make."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.funding.article import Asked, parse
from domain.funding.assistant import entry_of
from domain.funding.corrections import (
    FIELDS,
    PLAIN,
    Correction,
    corrected,
    fault_of,
    value_of,
    write,
)
from domain.funding.library import load
from storage.library import CONTENT
from tests.domain.funding.test_article import RIGHT

EEN = parse(RIGHT, "een.md")
AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def correction(
    field: str, lang: str, value: str, question: str = "", number: int = 1
) -> Correction:
    return Correction(number, "een", field, lang, value, AT, "Марія", question)


def test_every_article_of_ours_is_written_as_it_is_read() -> None:
    for article in load(CONTENT).articles.values():
        assert parse(write(article), f"{article.id}.md") == article


@pytest.mark.parametrize(
    ("field", "lang", "value"),
    [
        ("as_of", "", "2026-11"),
        ("url", "", "https://example.org/een"),
        ("section.who", "uk", "Усі МСП: «без винятку»."),
    ],
)
def test_the_newest_correction_of_a_field_is_what_it_says(
    field: str, lang: str, value: str
) -> None:
    older = correction(field, lang, "https://example.org" if field == "url" else "2020")
    made = corrected(EEN, [older, correction(field, lang, value, number=2)])
    assert value_of(made, field, lang) == value
    assert parse(write(made), "een.md") == made


def test_a_new_text_waits_for_its_other_language() -> None:
    half = [correction("deadline", "uk", "будь-коли")]
    assert fault_of(EEN, half[0]) is None
    assert corrected(EEN, half).head.deadline is None
    whole = corrected(EEN, [*half, correction("deadline", "en", "any time", number=2)])
    assert whole.head.deadline is not None
    assert "Строки: будь-коли" in entry_of(whole).section("uk", "apply")
    assert parse(write(whole), "een.md") == whole


def test_an_amount_takes_the_place_of_the_passage_that_would_contradict_it() -> None:
    amount = 'amount: {uk: "до 1 євро", en: "up to 1", max: 1, currency: EUR}\nurl:'
    text = RIGHT.replace("url:", amount)
    text = text.replace("## uk: apply", "## uk: amount\n\nОдин євро.\n\n## uk: apply")
    text = text.replace("## en: apply", "## en: amount\n\nOne.\n\n## en: apply")
    article = parse(text, "een.md")
    two = correction("amount", "uk", "до 2 євро")
    made = corrected(article, [two])
    assert made.sections["uk"]["amount"] == "До 2 євро"
    assert made.sections["en"]["amount"] == "One."
    assert made.head.amount is not None
    assert (made.head.amount.max, made.head.amount.currency) == (None, None)
    later = corrected(article, [two, correction("section.amount", "uk", "Два.", number=2)])
    assert later.sections["uk"]["amount"] == "Два."


def test_a_question_is_added_and_the_translations_stay_together() -> None:
    asked = correction("question", "uk", "Так.", "Чи потрібен бегемот?")
    made = corrected(EEN, [asked])
    assert made.questions["uk"][-1] == Asked("Чи потрібен бегемот?", "Так.")
    entry = entry_of(made, [asked])
    assert entry.paired == 1
    mark = entry.mark("questions", "uk")
    assert mark is not None
    assert (mark.by, mark.at) == ("Марія", AT)
    assert entry.mark("questions", "en") is None
    assert entry.mark("who", "uk") is None


@pytest.mark.parametrize(
    "one",
    [
        correction("as_of", "", "yesterday"),
        correction("as_of", "uk", "2026"),
        correction("url", "", "een"),
        correction("section.who", "en", "x" * 1201),
        correction("section.who", "en", "SMEs.\n## uk: what\n\nNothing."),
        correction("section.whom", "en", "SMEs."),
        correction("question", "uk", "Так.\n\n### Справді?\n\nНі.", "Чи так?"),
        correction("question", "uk", "Так.", "Чи\nтак?"),
        correction("question", "uk", "Так.", ""),
        correction("amount", "uk", " \n"),
    ],
)
def test_what_makes_no_right_file_is_refused(one: Correction) -> None:
    assert fault_of(EEN, one) is not None


def test_what_fits_the_article_no_longer_is_left_out() -> None:
    assert corrected(EEN, [correction("as_of", "", "some day")]) == EEN
    assert corrected(EEN, [correction("gone", "", "2026")]) == EEN


@given(
    st.sampled_from(FIELDS),
    st.sampled_from(["uk", "en"]),
    st.text(alphabet="аґї'a-#:{}[]\"\n€ \u00a0—|>&*!%@`", min_size=1, max_size=60),
)
def test_whatever_is_not_refused_comes_back_from_its_file(
    field: str, lang: str, text: str
) -> None:
    one = correction(field, "" if field in PLAIN else lang, text.strip(), "Чи так?")
    if fault_of(EEN, one) is not None:
        return
    both = [one] if field in PLAIN else [one, replace(one, lang="en" if lang == "uk" else "uk")]
    made = corrected(EEN, both)
    assert parse(write(made), "een.md") == made
    if field != "question":
        assert value_of(made, field, one.lang) == one.value
