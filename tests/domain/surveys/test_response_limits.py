"""How much a response takes, and until when an answer stands."""

from domain.surveys.form import Form, Repeat
from domain.surveys.response import Response
from tests.domain.surveys.forms import NOW, fixture, response, survey


def repeat(form: Form, path: str) -> Repeat:
    element = form.by_path[path]
    assert isinstance(element, Repeat)
    return element


def test_a_thousand_instances_are_enough() -> None:
    made = response(fixture("household"), {"/data/size": "1000"})
    person = repeat(made.form, "/data/person")
    assert made.instances(person, "/data") == 1_000
    before = dict(made.answers)
    for many in ("1001", "999999"):
        assert (
            str(made.accept("/data/size", many)) == "There is room for 1000 entries here at most."
        )
    assert made.answers == before
    assert made.value("/data/size") == "1000"
    assert made.instances(person, "/data") == 1_000
    assert made.accept("/data/size", "2") is None
    assert made.instances(person, "/data") == 2


def test_a_calculated_count_past_the_limit_is_a_problem() -> None:
    form = survey(
        """
        type | name | label | calculation | repeat_count
        integer | n | N | |
        calculate | many | | if(${n} = 7, 5000, 3) |
        begin_repeat | r | R | | ${many}
        text | t | T | |
        end_repeat | | | |
        """
    )
    made = Response(form, {"/data/n": "7"}, now=NOW)
    assert made.instances(repeat(form, "/data/r"), "/data") == 1_000
    assert made.problems == {("/data/r", "repeat_count"): "more than 1000 instances"}
    assert made.accept("/data/n", "8") is None
    assert made.problems == {}
    assert made.accept("/data/n", "7") is not None
    assert made.value("/data/n") == "8"


def test_an_answer_to_a_calculation_stands_until_what_it_looks_at_is_answered() -> None:
    form = survey(
        """
        type | name | label | calculation
        integer | n | N |
        integer | other | Other |
        text | q | Q | if(${n} > 100, 'many', '')
        date | d | D | once(today())
        """
    )
    made = response(form, {"/data/n": "1", "/data/q": "mine", "/data/d": "2020-01-01"})
    assert made.accept("/data/other", "5") is None
    assert made.value("/data/q") == "mine"
    assert made.accept("/data/n", "2") is None
    assert made.value("/data/q") == ""
    again = Response(form, made.answers, now=NOW)
    assert again.value("/data/q") == ""
    assert again.value("/data/d") == "2020-01-01"
