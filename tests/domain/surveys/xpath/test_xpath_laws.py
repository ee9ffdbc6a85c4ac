"""Laws that hold for all values: round trips, boolean algebra, selections, dates."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.surveys.instance import Node
from domain.surveys.xpath import Environment, compile_expression, stored, to_number, to_string
from domain.surveys.xpath.numbers import number_text
from tests.domain.surveys.xpath.evaluation import NOW

numbers = st.floats(allow_nan=False, allow_infinity=False)
small_numbers = st.floats(min_value=-1e6, max_value=1e6).map(lambda number: round(number, 3))
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
codes = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=8)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


def world(**answers: str) -> Environment:
    """A form of text questions with these answers."""
    root = Node("data")
    for name, text in answers.items():
        Node(name, root, text=text)
    return Environment(root, now=NOW)


def scalar(expression: str, **answers: str) -> object:
    """The value of an expression over text questions."""
    place = world(**answers)
    return compile_expression(expression).scalar(place.root, place)


@given(small_numbers)
def test_a_number_survives_its_text(number: float) -> None:
    assert abs(to_number(to_string(number)) - number) < 1e-9


@given(numbers)
def test_a_number_survives_being_kept_as_a_decimal(number: float) -> None:
    text, datatype = stored(number, "decimal", NOW.tzinfo or NOW.astimezone().tzinfo)  # type: ignore[arg-type]
    if "E" not in text:
        assert abs(to_number(text) - number) <= 1e-9 * max(1.0, abs(number))
    assert datatype in ("int", "decimal")


@given(st.integers(-(2**31), 2**31 - 1))
def test_whole_numbers_have_no_point(number: int) -> None:
    assert number_text(float(number)) == str(number)


@given(texts)
def test_string_is_idempotent(text: str) -> None:
    assert scalar("string(string(/data/a))", a=text) == scalar("string(/data/a)", a=text) == text


@given(st.booleans(), st.booleans(), st.booleans())
def test_boolean_algebra(a: bool, b: bool, c: bool) -> None:
    def of(expression: str) -> object:
        answers = {name: "x" if flag else "" for name, flag in zip("abc", (a, b, c), strict=True)}
        return scalar(expression, **answers)

    assert of("not(/data/a and /data/b)") == of("not(/data/a) or not(/data/b)")
    assert of("/data/a and (/data/b or /data/c)") == of(
        "/data/a and /data/b or /data/a and /data/c"
    )
    assert of("not(not(/data/a))") == a
    assert of("if(/data/a, true(), false())") == a


@given(texts, texts)
def test_equality(a: str, b: str) -> None:
    assert scalar("/data/a = /data/b", a=a, b=b) == (a == b)
    assert scalar("/data/a != /data/b", a=a, b=b) == (a != b)


@given(small_numbers, small_numbers)
def test_comparisons_exclude_each_other(a: float, b: float) -> None:
    def of(operator: str) -> object:
        numerals = {"a": f"{a:f}", "b": f"{b:f}"}
        return scalar(f"number(/data/a) {operator} /data/b", **numerals)

    assert [of("<"), of("="), of(">")].count(True) == 1
    assert of("<=") == (not of(">"))


@given(st.lists(codes, unique=True, max_size=8), codes)
def test_selections(chosen: list[str], other: str) -> None:
    answer = " ".join(chosen)
    assert scalar("count-selected(/data/a)", a=answer) == len(chosen)
    assert scalar("selected(/data/a, /data/b)", a=answer, b=other) == (other in chosen)
    for place, code in enumerate(chosen):
        assert scalar("selected(/data/a, /data/b)", a=answer, b=code) is True
        assert scalar(f"selected-at(/data/a, {place})", a=answer) == code
    assert scalar(f"selected-at(/data/a, {len(chosen)})", a=answer) == ""
    assert scalar("selected(/data/a, '')", a=answer) == (not chosen)


@given(days, st.integers(-20_000, 20_000))
def test_adding_days(day: date, count: int) -> None:
    shifted = day + timedelta(days=count)
    answers = {"a": day.isoformat(), "b": shifted.isoformat()}
    assert scalar("date(/data/b) - date(/data/a)", **answers) == count
    assert scalar(f"date(date(/data/a) + {count})", **answers) == shifted
    assert scalar("date(/data/a) < date(/data/b)", **answers) == (day < shifted)


@given(days)
def test_a_date_survives_its_text_and_its_number(day: date) -> None:
    assert scalar("date(string(date(/data/a)))", a=day.isoformat()) == day
    assert scalar("date(number(date(/data/a)))", a=day.isoformat()) == day
    assert scalar("format-date(/data/a, '%Y-%m-%d')", a=day.isoformat()) == day.isoformat()


@given(texts, st.integers(-40, 40), st.integers(-40, 40))
def test_substr_is_a_slice(text: str, start: int, end: int) -> None:
    if text.isascii():
        assert scalar(f"substr(/data/a, {start}, {end})", a=text) == text[start:end]


@given(texts, texts)
def test_strings_around_a_part(a: str, b: str) -> None:
    answers = {"a": a, "b": b}
    joined = a + b
    assert scalar("concat(/data/a, /data/b)", **answers) == joined
    assert scalar("starts-with(concat(/data/a, /data/b), /data/a)", **answers) is True
    assert scalar("ends-with(concat(/data/a, /data/b), /data/b)", **answers) is True
    assert scalar("contains(concat(/data/a, /data/b), /data/b)", **answers) is True
    assert scalar("string-length(/data/a)", **answers) == len(a.encode("utf-16-le")) / 2
