"""Presses made to hang the bot by the length of what is evaluated: each costs a second at most."""

from collections.abc import Iterable

import pytest

from domain.surveys.form import Form
from domain.surveys.response import Response
from domain.surveys.xlsform import check_workbook
from domain.surveys.xpath import Environment, EvaluationLimit, XPathError, compile_expression
from domain.surveys.xpath.environment import POOL
from domain.surveys.xpath.patterns import compile_pattern
from tests.domain.surveys.forms import NOW, survey, workbook
from tests.domain.surveys.test_hostile_forms import repeated, spent

#: processor seconds of a press: one on an idle machine, more on one that others use
PRESS = 5


def calculations(expressions: Iterable[str], *before: str) -> Form:
    lines = [f"| calculate | c{n} | | {one} |" for n, one in enumerate(expressions)]
    head = ["|type|name|label|calculation|", "| text | t | T | |", *before]
    return survey("\n".join([*head, *lines]))


@pytest.mark.parametrize(
    "part",
    [
        "round(${t} div 7, 3)",
        "string-length(concat(${t}, 'abc'))",
        "decimal-date-time(date(format-date(today() + ${t}, '%Y-%m-%d')))",
    ],
)
def test_long_expressions_are_paid_for(part: str) -> None:
    times = 13_000 // len(part)
    form = calculations(f"{' + '.join([part] * times)} - {n}" for n in range(100))
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/t", "12")) < PRESS
    assert POOL - made._environment.pool > 100 * times // 4


@pytest.mark.parametrize("pattern", [r"(\w{1,50}){1,20}", "(.{1,30}){1,30}", r"[\p{L}]{1,100}"])
@pytest.mark.parametrize("text", ["a", "a" * 900])
def test_many_cruel_patterns_end(pattern: str, text: str) -> None:
    form = calculations(f"if(regex(${{t}}, '{pattern}{n}'), 1, 0)" for n in range(300))
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/t", text)) < PRESS


def test_a_pattern_for_each_instance_ends() -> None:
    pattern = r"concat('(\w{1,50}){1,20}', position(..))"
    form = repeated(f"| calculate | c | | if(regex('abc', {pattern}), 1, 0) | | | | |")
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/n", "1000")) < PRESS
    assert made.problems


def test_a_refused_pattern_is_refused_at_once_the_next_time() -> None:
    cruel = r"\p{L}{1,900}"
    paid: list[int] = []
    for _ in range(1_000):
        with pytest.raises(XPathError):
            compile_pattern(cruel, paid.append)
    assert len(paid) == 1


def test_defaults_of_instances_in_instances_stay_linear() -> None:
    form = survey("""
    |type|name|label|repeat_count|calculation|default|relevant|
    | integer | n | N | | | | |
    | begin_repeat | a | A | ${n} | | | |
    | begin_repeat | b | B | ${n} | | | |
    | text | t | T | | | concat('x', position(..)) | ${n} > 1 |
    | calculate | c | | | concat(${t}, 'y') | | |
    | end_repeat | | | | | | |
    | end_repeat | | | | | | |
    """)
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/n", "100")) < PRESS
    assert made.value("/data/a[100]/b[100]/c") == "x100y"
    assert spent(lambda: made.accept("/data/n", "1000")) < PRESS
    assert made.value("/data/n") == "100", "the other number was refused"


def test_places_and_numbers_are_paid_for_before_they_are_read() -> None:
    long = [
        "| calculate | long | | concat(${t}, ${t}, ${t}, ${t}, ${t}, ${t}, ${t}, ${t}) |",
        "| calculate | longer | | concat(${long}, ${long}) |",
    ]
    places = calculations((f"distance(${{longer}}) + {n}" for n in range(300)), *long)
    made = Response(places, now=NOW)
    assert spent(lambda: made.accept("/data/t", "1 2;" * 1_000)) < PRESS
    assert len(made.problems) > 200
    sums = calculations((f"${{longer}}{' + ${longer}' * 300} + {n}" for n in range(100)), *long)
    made = Response(sums, now=NOW)
    assert spent(lambda: made.accept("/data/t", "9" * 4_000)) < PRESS


def test_nothing_is_begun_when_all_steps_are_spent() -> None:
    form = calculations(["1"])
    made = Response(form, now=NOW)
    environment = Environment(made.root, now=NOW)
    environment.refill(0)
    for source in ("1", "/data/t"):
        with pytest.raises(EvaluationLimit, match="spent"):
            compile_expression(source).scalar(made.root, environment)
    environment.refill()
    assert compile_expression("1").scalar(made.root, environment) == 1.0


def test_many_rows_are_found_in_a_list_of_thirty_thousand() -> None:
    """As many as a form asks of a list of settlements; a thousand times as many end."""
    rows = "".join(f"k{n},Label {n}\n" for n in range(30_000))
    checked = check_workbook(
        workbook("""
        |type|name|label|calculation|repeat_count|
        | integer | n | N | | |
        | select_one_from_file big.csv | s | S | | |
        | begin_repeat | r | R | | ${n} |
        | calculate | key | | concat('k', 29000 + position(..)) | |
        | calculate | a | | jr:choice-name(${key}, '${s}') | |
        | calculate | b | | pulldata('big', 'label', 'name', ${key}) | |
        | calculate | c | | instance('big')/root/item[name = current()/../key]/label | |
        | end_repeat | | | | |
        """),
        "big.md",
        {"big.csv": f"name,label\n{rows}".encode()},
    )
    assert checked.form is not None
    made = Response(checked.form, now=NOW)
    assert spent(lambda: made.accept("/data/n", "20")) < PRESS
    assert not made.problems
    assert {made.value(f"/data/r[20]/{one}") for one in "abc"} == {"Label 29020"}
    assert spent(lambda: made.accept("/data/n", "1000")) < PRESS
    assert made.problems
