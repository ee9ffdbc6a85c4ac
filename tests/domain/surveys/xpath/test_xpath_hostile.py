"""Expressions of the ill-willed end quickly, with an error that says why."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain.surveys.instance import Node
from domain.surveys.xpath import (
    Environment,
    EvaluationLimit,
    Expression,
    XPathError,
    compile_expression,
)
from tests.domain.surveys.xpath.evaluation import NOW

IDLE = 0.03  # processor seconds of the loop that `_pace` times, on an idle machine


@contextmanager
def quickly(seconds: float = 1.0) -> Iterator[None]:
    """Fails where the block takes longer than the seconds of an idle machine, measured against it.

    A busy machine counts more processor time for the same work, so a loop of known length is timed
    before and after it, and a slower one of the two makes the limit longer by as much. The
    collector would look through whatever all the other tests of this process have left.
    """
    before = _pace()
    gc.disable()
    begin = time.process_time()
    try:
        yield
    finally:
        gc.enable()
    spent = time.process_time() - begin
    assert spent < seconds * max(1.0, before, _pace()), spent


def _pace() -> float:
    """How many times slower than on an idle machine this one counts at the moment."""
    begin = time.process_time()
    for _ in range(1_000_000):
        pass
    return (time.process_time() - begin) / IDLE


def rows(count: int) -> Environment:
    """A repeat with many instances."""
    root = Node("data")
    for number in range(count):
        row = Node("r", root, repeat=True)
        Node("x", row, text=str(number), datatype="int")
    Node("long", root, text="x" * 4_000)
    return Environment(root, now=NOW)


@pytest.mark.parametrize(
    "source",
    [
        "(" * 5_000 + "1" + ")" * 5_000,
        "not(" * 4_000 + "1" + ")" * 4_000,
        "a[" * 5_000 + "1" + "]" * 5_000,
        "(" * 19_999,
        "if(1, " * 3_000,
        "1" + " + 1" * 10_000,
    ],
    ids=["parentheses", "calls", "predicates", "unclosed", "ifs", "too long"],
)
def test_deep_and_long_sources_are_refused(source: str) -> None:
    with quickly(), pytest.raises(XPathError) as refusal:
        Expression(source)
    assert refusal.value.position is not None


def test_many_steps_up_end_at_the_root() -> None:
    place = rows(1)
    with quickly(), pytest.raises(XPathError, match="above the root"):
        compile_expression("/".join([".."] * 6_000)).evaluate(place.root, place)


@pytest.mark.parametrize(
    "source",
    [
        "1" + "+1" * 9_000,
        "--" * 9_000 + "1",
        " or ".join(["''"] * 3_000),
        "/".join(["."] * 9_000),
        "concat(" + ",".join(["1"] * 9_000) + ")",
        "not(" * 100 + "1" + ")" * 100,
    ],
    ids=["sum", "signs", "or", "steps", "arguments", "deep enough"],
)
def test_long_sources_within_the_limits_do_not_exhaust_the_stack(source: str) -> None:
    place = rows(1)
    with quickly():
        value = Expression(source).scalar(place.root, place)
    assert value is not None


@pytest.mark.parametrize(
    "source",
    [
        "count(/data/r[count(/data/r[x > 0]) > 0])",
        "count(/data/r[count(../r[count(../r) > 0]) > 0])",
        "count(//r[count(//x) > 0])",
        "count(/data/r/following-sibling::r/preceding-sibling::r)",
        "sum(/data/r[sum(/data/r[sum(../r/x) > 0]/x) > 0]/x)",
        "count(/data/r[join(',', ../r/x) != ''])",
        "count(/data/r[max(../r/x) > 0])",
        "count(/data/r[count(randomize(../r)) > 0])",
        "count(/data/r[count(../r[translate(/data/long, 'x', 'y') = '']) > 0])",
        "count(/data/r[count(../r[selected(/data/long, 'y')]) > 0])",
        "count(/data/r[count(../r[regex(/data/long, '(x+x+)+y')]) > 0])",
        "count(/data/r[count(../r[digest(/data/long, 'SHA-512') = '']) > 0])",
    ],
)
def test_joins_of_node_sets_run_into_the_budget(source: str) -> None:
    place = rows(2_000)
    with quickly(2.0), pytest.raises(EvaluationLimit):
        compile_expression(source).evaluate(place.root, place)


def test_the_budget_is_for_each_evaluation() -> None:
    place = rows(1_000)
    expression = compile_expression("count(/data/r[x >= 0])")
    for _ in range(100):
        assert expression.evaluate(place.root, place) == 1_000.0


def test_texts_do_not_grow_without_end() -> None:
    """Not even by calculations that each take the one before ten times."""
    place = rows(1)
    tenfold = compile_expression(f"concat({', '.join(['../long'] * 10)})")
    text = place.root.by_name["long"][0]
    text.text = tenfold.string(text, place)
    assert len(text.text) == 40_000
    with quickly(), pytest.raises(EvaluationLimit, match="more than 100000 characters"):
        tenfold.string(text, place)


@pytest.mark.parametrize(
    "source",
    [
        "uuid(2147483647)",
        f"format-date('2026-01-01', concat({', '.join(['/data/long'] * 30)}))",
        f"regex(concat({', '.join(['/data/long'] * 30)}), 'x*')",
    ],
    ids=["uuid", "format-date", "regex"],
)
def test_texts_are_limited_everywhere(source: str) -> None:
    place = rows(1)
    with quickly(), pytest.raises(EvaluationLimit):
        compile_expression(source).evaluate(place.root, place)


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(x+x+)+y", "(.*)*=.*", "((((x*)*)*)*)*y"],
)
def test_patterns_take_time_by_the_text_alone(pattern: str) -> None:
    place = rows(1)
    with quickly():
        expression = compile_expression(f"regex(concat(/data/long, '!'), '{pattern}')")
        assert expression.evaluate(place.root, place) is False


@pytest.mark.parametrize(
    "pattern", ["a" * 1_001, "(a{1000}){1000}", "((a{100}){100}){100}", "a(?=a)a", "("]
)
def test_patterns_that_cannot_be_used_are_refused(pattern: str) -> None:
    place = rows(1)
    with quickly(), pytest.raises(XPathError):
        compile_expression(f"regex('a', '{pattern}')").evaluate(place.root, place)


def test_a_thousand_instances_stay_linear() -> None:
    """Each instance's own expressions cost the same, however many instances there are."""

    def spent(count: int) -> int:
        place = rows(count)
        total = 0
        expressions = [
            compile_expression(source)
            for source in (
                "../x + position(..)",
                "/data/r/x > 5",
                "indexed-repeat(/data/r/x, /data/r, position(..) - 1)",
            )
        ]
        for row in place.root.by_name["r"]:
            for expression in expressions:
                expression.scalar(row.children[0], place)
                total += place.budget - place.steps
        return total

    assert spent(1_000) <= 10 * spent(100) + 100


def test_one_condition_for_each_of_a_thousand_instances_is_fast() -> None:
    place = rows(1_000)
    condition = compile_expression("/data/r/x > 5 and ../x != '' and position(..) > 0")
    with quickly(0.5):
        for row in place.root.by_name["r"]:
            condition.boolean(row.children[0], place)
