"""What people type, and what it means."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.surveys.form import Question
from domain.surveys.message import Message
from domain.surveys.reading import Several, read_answer
from domain.surveys.reading.dates import read_date, read_moment, read_time
from domain.surveys.reading.numbers import read_number
from domain.surveys.reading.places import read_place
from domain.surveys.response import Response
from tests.domain.surveys.forms import NOW, VALUE_CHAIN, compiled, fixture, response

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "whole", "fraction"),
    [
        ("12", "12", "12"),
        ("1 234,5", "1234.5", "1234.5"),
        ("1\u00a0234", "1234", "1234"),
        ("1\u202f234\u202f567", "1234567", "1234567"),
        ("1.234,50", "1234.5", "1234.5"),
        ("1,234.5", "1234.5", "1234.5"),
        ("1’000", "1000", "1000"),
        ("1.234", "1234", "1.234"),
        ("0,125", "0.125", "0.125"),
        ("12 %", "12", "12"),
        ("12%", "12", "12"),
        ("≈ 40", "40", "40"),
        ("10 000 грн", "10000", "10000"),
        ("12 тис.", "12000", "12000"),
        ("1,5 млн", "1500000", "1500000"),
        ("−3", "-3", "-3"),
        ("+7", "7", "7"),
        (".5", "0.5", "0.5"),
        ("000", "0", "0"),
        ("12 34", None, None),
        ("12-15", None, None),
        ("1.2.3", None, None),
        ("1,234,5", None, None),
        ("12 ліжок", None, None),
        ("багато", None, None),
        ("", None, None),
        ("12e3", None, None),
    ],
)
def test_numbers(text: str, whole: str | None, fraction: str | None) -> None:
    assert read_number(text, whole=True) == whole
    assert read_number(text, whole=False) == fraction


@given(
    number=st.decimals(-(10**9), 10**9, places=4, allow_nan=False),
    space=st.sampled_from([" ", "\u00a0", "\u202f", "'", ""]),
    comma=st.booleans(),
)
def test_a_number_is_read_back_however_it_is_grouped(
    number: Decimal, space: str, comma: bool
) -> None:
    written = f"{number:,.4f}".replace(",", space)
    read = read_number(written.replace(".", ",") if comma else written, whole=False)
    assert read is not None
    assert Decimal(read) == number


@given(text=st.text(max_size=30), whole=st.booleans())
def test_any_text_is_a_plain_number_or_none(text: str, whole: bool) -> None:
    read = read_number(text, whole=whole)
    assert read is None or (Decimal(read).is_finite() and "e" not in read.lower())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12.03.2025", date(2025, 3, 12)),
        ("1/2/26", date(2026, 2, 1)),
        ("1.2.95", date(1995, 2, 1)),
        ("2025-03-12", date(2025, 3, 12)),
        ("12 березня 2025", date(2025, 3, 12)),
        ("12 Березня 2025 року", date(2025, 3, 12)),
        ("5-го червня 2024", date(2024, 6, 5)),
        ("12 March 2025", date(2025, 3, 12)),
        ("March 12th, 2025", date(2025, 3, 12)),
        ("the 12th", None),
        ("12 травня", date(2026, 5, 12)),
        ("сьогодні", TODAY),
        ("Yesterday", date(2026, 11, 23)),
        ("позавчора", date(2026, 11, 22)),
        ("31.02.2025", None),
        ("13/13/2025", None),
        ("березень 2025", None),
        ("0", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert read_date(text, TODAY) == day


def test_a_month_alone_where_only_the_month_is_asked() -> None:
    assert read_date("березень 2025", TODAY, partial=True) == date(2025, 3, 1)
    assert read_date("03.2025", TODAY, partial=True) == date(2025, 3, 1)
    assert read_date("2025", TODAY, partial=True) == date(2025, 1, 1)


MONTHS = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
]


@given(day=st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_date_is_read_back_in_every_notation(day: date) -> None:
    for written in (
        day.isoformat(),
        day.strftime("%d.%m.%Y"),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b} {day.day}, {day.year}",
    ):
        assert read_date(written, TODAY) == day


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:30", "14:30"),
        ("14.30", "14:30"),
        ("о 9", "09:00"),
        ("2:30 pm", "14:30"),
        ("12 am", "00:00"),
        ("24:00", None),
        ("13 pm", None),
        ("пізно", None),
    ],
)
def test_times(text: str, clock: str | None) -> None:
    read = read_time(text)
    assert (read and read.isoformat("minutes")) == clock


@pytest.mark.parametrize(
    "text",
    ["12.03.2025 14:30", "12 березня 2025 о 14:30", "2025-03-12T14:30", "12.03.2025, 14.30"],
)
def test_moments(text: str) -> None:
    assert read_moment(text, TODAY) == datetime(2025, 3, 12, 14, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("50.4501, 30.5234", "50.4501 30.5234"),
        ("50,4501 30,5234", "50.4501 30.5234"),
        ("33.9 S 151.2 E", "-33.9 151.2"),
        ("Київ", None),
    ],
)
def test_places(text: str, place: str | None) -> None:
    assert read_place(text) == place


# -- choices


def reading(path: str, text: str) -> str | tuple[str, ...] | None:
    """What a text means for a question of the value-chain survey; None where it is refused."""
    form = compiled(VALUE_CHAIN)
    made = response(form, {"/data/consent": "yes"})
    question = form.by_path[path]
    assert isinstance(question, Question)
    read = read_answer(question, text, made.choices(path), NOW)
    if isinstance(read, Message):
        return None
    return read.codes if isinstance(read, Several) else read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("лікарня", "hospital"),
        ("Лікарню", "hospital"),
        ("ЛІКАРНЯ.", "hospital"),
        ("hospital", "hospital"),
        ("clinic", "hospital"),
        ("Manufacturer", "sme"),
        ("2", "sme"),
        ("7.", "other"),
        ("інше", "other"),
        ("authority", "authority"),
        ("8", None),
        ("0", None),
        ("ферма", None),
        ("лі", None),
        ("x" * 500, None),
    ],
)
def test_a_word_that_plainly_names_one_choice(text: str, code: str | None) -> None:
    assert reading("/data/org/org_type", text) == code


def test_a_word_that_names_several_choices_gives_them_all() -> None:
    found = reading("/data/org/org_type", "організація")
    assert found is None or len(found) != 1
    stages = reading("/data/chain/stages", "та")
    assert stages is None or isinstance(stages, tuple)


@pytest.mark.parametrize(
    ("text", "code"), [("так", "yes"), ("Yes!", "yes"), ("+", "yes"), ("ні", "no"), ("no", "no")]
)
def test_yes_and_no(text: str, code: str) -> None:
    assert reading("/data/consent", text) == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1, 3", "rnd proto"),
        ("1 3", "rnd proto"),
        ("3; 1; 3", "proto rnd"),
        ("rnd", "rnd"),
        ("1, ферма", None),
    ],
)
def test_several_choices(text: str, codes: str | None) -> None:
    assert reading("/data/chain/stages", text) == codes


def test_ambiguity_gives_all_that_it_could_be() -> None:
    form = fixture("clinic")
    made = response(form, {"/data/agree": "OK"})
    question = form.by_path["/data/about/region"]
    assert isinstance(question, Question)
    read = read_answer(question, "область", made.choices(question.path), NOW)
    assert read == Several(("lviv", "odesa"))


# -- every kind


def of_kind(name: str, text: str) -> str | Several | Message:
    form = fixture("types")
    question = form.by_path[f"/data/{name}"]
    assert isinstance(question, Question)
    made = Response(form, now=NOW)
    return read_answer(question, text, made.choices(question.path), NOW)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("text", "  слово\u200b ", "слово"),
        ("text", "👍🏽 добре", "👍🏽 добре"),
        ("text", "—", "—"),
        ("integer", "1 234", "1234"),
        ("decimal", "12,5 %", "12.5"),
        ("range", "3", "3"),
        ("date", "вчора", "2026-03-11"),
        ("month", "березень 2025", "2025-03-01"),
        ("time", "о 9", "09:00"),
        ("datetime", "вчора о 9", "2026-03-11T09:00"),
        ("one", "альфа", None),
        ("one", "alpha", "a"),
        ("several", "alpha, gamma", "a c"),
        ("order", "3 1 2", "c a b"),
        ("sure", "так", "OK"),
        ("sure", "ні", None),
        ("point", "50.45, 30.52", "50.45 30.52"),
        ("photo", "ось фото", None),
        ("barcode", "123", None),
        ("text", "👍", None),
        ("text", "\u200b\u200e", None),
        ("text", "x" * 4_001, None),
        ("integer", "багато", None),
    ],
)
def test_every_kind_reads_or_refuses(name: str, text: str, value: str | None) -> None:
    read = of_kind(name, text)
    if value is None:
        assert isinstance(read, Message)
        assert str(read)
    else:
        assert read == value


@given(
    name=st.sampled_from(
        [
            "text",
            "integer",
            "decimal",
            "range",
            "date",
            "time",
            "datetime",
            "one",
            "several",
            "order",
            "sure",
            "point",
            "photo",
        ]
    ),
    text=st.text(max_size=60),
)
def test_no_text_breaks_reading_or_the_answer_that_follows(name: str, text: str) -> None:
    read = of_kind(name, text)
    if isinstance(read, str):
        made = Response(fixture("types"), now=NOW)
        refusal = made.accept(f"/data/{name}", read)
        assert refusal is None or str(refusal)
