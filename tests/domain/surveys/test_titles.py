"""A title in the reader's language: XLSForm has room for one, so two are written in it."""

import pytest

from domain.surveys.form import Form
from domain.surveys.xlsform import check_workbook
from tests.domain.surveys.forms import VALUE_CHAIN, compiled, survey, workbook

BOTH = "type | name | label::Ukrainian (uk) | label::English (en)\ntext | a | Як? | How?"


def titled(title: str, rows: str = BOTH) -> Form:
    settings = f"\n| settings |\n| | form_title |\n| | {title} |".encode()
    form = check_workbook(workbook(rows) + settings, "small.md").form
    assert form is not None
    return form


@pytest.mark.parametrize(
    ("title", "uk", "en"),
    [
        ("Ланцюг вартості / Value chain", "Ланцюг вартості", "Value chain"),
        ("Value chain · Ланцюг вартості", "Ланцюг вартості", "Value chain"),
        ("Опитування про маркування CE • CE survey", "Опитування про маркування CE", "CE survey"),
        ("МОЗ / Хвиля 2 / MoH / Round 2", "МОЗ / Хвиля 2", "MoH / Round 2"),
    ],
)
def test_of_two_halves_each_reader_sees_their_own(title: str, uk: str, en: str) -> None:
    form = titled(title)
    assert (form.title_in("uk"), form.title_in("en")) == (uk, en)


@pytest.mark.parametrize(
    "title",
    [
        "Ланцюг вартості",
        "Опитування – Horizon Europe",
        "Сон/відпочинок",
        "Лікарні / аптеки",
        "Опитування / survey / анкета",
        "2025 / 2026",
    ],
)
def test_any_other_title_is_as_it_is(title: str) -> None:
    form = titled(title)
    assert form.title_in("uk") == form.title_in("en") == title


def test_who_reads_a_form_of_one_language_sees_both_halves() -> None:
    form = titled("Опитування / Survey", "type | name | label\ntext | a | Як?")
    assert form.title_in("en") == "Опитування / Survey"


@pytest.mark.parametrize("kept", ["", " | form_title"])
def test_titles_in_columns_of_their_own_become_one(kept: str) -> None:
    heads = f"form_id | form_title::English (en) | form_title::Ukrainian (uk){kept}"
    cells = f"small | Clinics | Лікарні{' | Лікарні / Clinics' if kept else ''}"
    settings = f"\n| settings |\n| | {heads} |\n| | {cells} |".encode()
    checked = check_workbook(workbook(BOTH) + settings, "small.md")
    assert checked.form is not None, checked.errors
    assert checked.title == "Лікарні / Clinics"
    assert checked.form.title_in("en") == "Clinics"


def test_the_value_chain_survey_has_a_title_for_each() -> None:
    form = compiled(VALUE_CHAIN)
    assert form.title_in("en") == "Health value chain"
    assert form.title_in("uk").startswith("Ланцюг створення вартості")
    assert survey(BOTH).title_in("uk") == "small"
