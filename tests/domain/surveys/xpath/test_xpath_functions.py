"""What functions take from the environment: the clock, labels, chance, files."""

import random
import re
from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.surveys.instance import Node
from domain.surveys.xpath import Environment, Scalar, XPathTypeError, compile_expression, stored
from tests.domain.surveys.xpath.evaluation import NOW, environment
from tests.domain.surveys.xpath.form import locate


def value(expression: str, place: Environment | None = None) -> Scalar:
    """What an expression is worth on the fixture form."""
    place = place or environment()
    return compile_expression(expression).scalar(place.root.by_name["word"][0], place)


def test_the_clock() -> None:
    assert value("today()") == date(2026, 11, 24)
    assert value("now()") == NOW
    assert value("today() - date('2026-11-20')") == 4.0
    assert value("format-date-time(now(), '%d.%m.%Y %H:%M')") == "24.11.2026 09:30"
    assert value("abs(now()) - abs(today())") == pytest.approx(9.5 / 24)


def test_the_day_is_that_of_the_zone() -> None:
    root = Node("data")
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    there = Environment(root, now=late.astimezone(ZoneInfo("Europe/Kyiv")))
    assert compile_expression("today()").evaluate(root, there) == date(2026, 11, 25)


def test_a_naive_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Environment(Node("data"), now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_days_do_not_shift_when_summer_time_begins_or_ends() -> None:
    for day in ("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"):
        assert value(f"date('{day}') + 1 - date('{day}')") == 1.0
        assert value(f"string(date(date('{day}') + 0))") == day


def test_decimal_time_takes_the_offset_of_today() -> None:
    """Recorded from JavaRosa in winter: noon of a summer day is an hour earlier."""
    assert value("decimal-time('2024-02-29T12:00:00')") == 0.5
    assert value("decimal-time('2024-07-15T12:00:00')") == pytest.approx(11 / 24)
    assert value("decimal-time(/data/hour)") == pytest.approx(7.5 / 24)


def test_a_time_question_is_of_today() -> None:
    assert value("/data/hour = today()") is True
    assert value("string(/data/hour)") == "2026-11-24"
    assert value("format-date-time(/data/hour, '%H:%M')") == "07:30"


def test_choice_names() -> None:
    asked = []

    def label(path: str, code: str) -> str | None:
        asked.append((path, code))
        return {"mfg": "Manufacturing"}.get(code)

    root, instances = environment().root, environment().instances
    place = Environment(root, instances, now=NOW, choice_label=label)
    assert value("jr:choice-name(/data/one, ' /data/one ')", place) == "Manufacturing"
    assert value("jr:choice-name('nothing', '/data/one')", place) == ""
    assert asked == [("/data/one", "mfg"), ("/data/one", "nothing")]
    with pytest.raises(XPathTypeError):
        value("jr:choice-name('mfg', '/data/one')")


def test_itext() -> None:
    root = environment().root
    place = Environment(root, now=NOW, itext=lambda key: f"text of {key}")
    assert value("jr:itext('welcome')", place) == "text of welcome"
    with pytest.raises(XPathTypeError):
        value("jr:itext('welcome')")


def test_pulldata() -> None:
    assert value("pulldata('stage', 'label', 'name', 'mfg')") == "Manufacturing"
    assert value("pulldata('stage', 'label', 'name', /data/one)") == "Manufacturing"
    assert value("pulldata('stage', 'label', 'name', 'nothing')") == ""
    assert value("pulldata('stage', 'label', 'name', '')") == ""
    assert value("pulldata('stage', 'nothing', 'name', 'mfg')") == ""
    with pytest.raises(XPathTypeError, match="no file towns"):
        value("pulldata('towns', 'label', 'name', 'mfg')")


def test_chance_is_the_environments() -> None:
    def twice(expression: str) -> tuple[Scalar, Scalar]:
        root, instances = environment().root, environment().instances
        first, second = (
            Environment(root, instances, now=NOW, rng=random.Random(7))  # noqa: S311
            for _ in range(2)
        )
        return value(expression, first), value(expression, second)

    for expression in ("random()", "uuid()", "uuid(12)"):
        first, second = twice(expression)
        assert first == second
        assert value(expression) != value(expression)
    first, _ = twice("uuid(12)")
    assert isinstance(first, str)
    assert re.fullmatch("[0-9A-Z]{12}", first)


def test_shuffling_without_a_seed_reaches_every_order() -> None:
    place = environment()
    place.rng = random.Random(1)  # noqa: S311
    orders = Counter(
        value("join('', randomize(instance('stage')/root/item/order))", place) for _ in range(600)
    )
    assert len(orders) == 6
    assert min(orders.values()) > 60


def test_version() -> None:
    place = Environment(Node("data"), now=NOW, version="2026-11")
    assert compile_expression("version()").evaluate(place.root, place) == "2026-11"


def test_once_keeps_what_is_there() -> None:
    place = environment()
    empty = locate(place.root, "/data/empty")
    expression = compile_expression("once('first')")
    assert expression.evaluate(empty, place) == "first"
    empty.text = "second"
    assert expression.evaluate(empty, place) == "second"


def test_a_calculated_number_in_a_text_question_is_a_number_from_then_on() -> None:
    place = environment()
    node = locate(place.root, "/data/empty")
    node.text, node.datatype = stored(2.5, "string", place.zone)
    assert (node.text, node.datatype) == ("2.5", "decimal")
    assert value("/data/empty", place) == 2.5
    with pytest.raises(XPathTypeError, match="not a number"):
        value("count-selected(/data/empty)", place)


def test_an_answer_of_the_wrong_type_stays_a_text() -> None:
    place = environment()
    locate(place.root, "/data/age").text = "many"
    assert value("/data/age", place) == "many"
    assert value("/data/age > 1", place) is False


def test_an_irrelevant_answer_is_blank_and_comes_back() -> None:
    place = environment()
    age = locate(place.root, "/data/age")
    age.set_relevant(False)
    assert value("/data/age = ''", place) is True
    assert value("coalesce(/data/age, 7)", place) == 7.0
    assert value("count(/data/age)", place) == 0.0
    age.set_relevant(True)
    assert value("/data/age", place) == 42.0


def test_an_inner_evaluation_leaves_the_outer_one_alone() -> None:
    """A label that is asked for may evaluate outputs in the same environment."""
    place = environment()
    word = locate(place.root, "/data/word")

    def label(path: str, code: str) -> str:
        return compile_expression("concat(current()/../one, '!')").string(word, place)

    place.choice_label = label
    outer = compile_expression("concat(jr:choice-name('x', 'y'), current()/../age)")
    assert outer.string(word, place) == "mfg!42"
