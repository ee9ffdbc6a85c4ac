"""ЄДРПОУ codes as people write them, and why some are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.edrpou import EdrpouError, Problem, parse_edrpou


@pytest.mark.parametrize(
    "text",
    [
        "32855961",
        " 3285 5961\n",
        "3285\u00a05961",
        "328-559-61",
        "ЄДРПОУ 32855961",
        "Код ЄДРПОУ: 32855961.",
        "код: 32855961",
        "EDRPOU 32855961",
        "№ 32855961",
        "３２８５５９６１",
        "32855961\u200b",
    ],
)
def test_the_same_code_however_it_is_written(text: str) -> None:
    assert parse_edrpou(text) == "32855961"


def test_leading_zeros_are_kept() -> None:
    assert parse_edrpou("00032129") == "00032129"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.NOT_DIGITS),
        ("не знаю", Problem.NOT_DIGITS),
        ("😀", Problem.NOT_DIGITS),
        ("3285596I", Problem.NOT_DIGITS),
        ("٣٢٨٥٥٩٦١", Problem.NOT_DIGITS),
        ("32855961 або 00032129", Problem.NOT_DIGITS),
        ("3285596", Problem.LENGTH),
        ("328559611", Problem.LENGTH),
        ("1234567890", Problem.PERSONAL),
        ("32855968", Problem.CHECK_DIGIT),
        ("00000000", Problem.CHECK_DIGIT),
    ],
)
def test_a_refusal_says_why(text: str, problem: Problem) -> None:
    with pytest.raises(EdrpouError) as refused:
        parse_edrpou(text)
    assert refused.value.problem is problem


def test_a_refusal_does_not_repeat_a_personal_number() -> None:
    with pytest.raises(EdrpouError) as refused:
        parse_edrpou("1234567890")
    assert "1234567890" not in str(refused.value)


@given(st.text())
def test_any_text_is_a_code_or_refused(text: str) -> None:
    try:
        code = parse_edrpou(text)
    except EdrpouError:
        return
    assert len(code) == 8
    assert parse_edrpou(code) == code


@given(st.integers(1, 9_999_999))
def test_one_check_digit_fits_each_code(stem: int) -> None:
    problems = [problem_of(f"{stem:07}{digit}") for digit in range(10)]
    assert problems.count(None) == 1
    assert problems.count(Problem.CHECK_DIGIT) == 9


def problem_of(text: str) -> Problem | None:
    try:
        parse_edrpou(text)
    except EdrpouError as refused:
        return refused.problem
    return None
