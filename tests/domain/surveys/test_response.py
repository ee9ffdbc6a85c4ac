"""A response: what follows from answers, what is refused, what is kept."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.surveys.form import Form, Kind, Repeat
from domain.surveys.response import Response
from tests.domain.surveys.forms import NOW, fixture, response, survey

CLINIC = {"/data/agree": "OK", "/data/about/name": "Перша лікарня"}


def repeat(form: Form, path: str) -> Repeat:
    element = form.by_path[path]
    assert isinstance(element, Repeat)
    return element


# -- relevance


def test_a_group_opens_and_closes_all_that_is_in_it() -> None:
    made = response(fixture("clinic"))
    assert not made.relevant("/data/about/name")
    made.accept("/data/agree", "OK")
    assert made.relevant("/data/about/name")
    made.clear("/data/agree")
    assert not made.relevant("/data/about/name")


def test_what_is_not_relevant_is_blank_for_logic_and_comes_back() -> None:
    made = response(fixture("clinic"), {**CLINIC, "/data/most": "staff", "/data/why": "tired"})
    made.accept("/data/most", "money")
    assert (made.value("/data/why"), made.kept("/data/why")) == ("", "tired")
    made.accept("/data/most", "money staff")
    assert made.value("/data/why") == "tired"


def test_a_question_that_is_not_relevant_takes_no_answer() -> None:
    made = response(fixture("clinic"))
    refusal = made.accept("/data/about/name", "Clinic")
    assert str(refusal) == "This question is no longer asked."
    assert made.written == {}


# -- values


def test_calculations_follow_and_forget_what_is_not_relevant() -> None:
    made = response(fixture("clinic"), {**CLINIC, "/data/needs/staff": "4"})
    assert made.value("/data/score") == "4"
    made.accept("/data/needs/devices", "3")
    assert made.value("/data/score") == "7"
    made.clear("/data/agree")
    assert made.value("/data/score") == "0"


def test_a_calculated_truth_is_stored_as_javarosa_stores_it() -> None:
    made = response(fixture("clinic"), {**CLINIC, "/data/about/beds": "120"})
    assert made.value("/data/is_large") == "1"


def test_defaults_stand_until_they_are_taken_back() -> None:
    made = response(fixture("clinic"), CLINIC)
    assert made.value("/data/about/opened") == "2000-01-01"
    made.clear("/data/about/opened")
    assert made.value("/data/about/opened") == ""
    again = Response(made.form, made.answers, now=NOW)
    assert again.value("/data/about/opened") == ""


def test_first_load_writes_metadata_and_dynamic_defaults() -> None:
    made = response(fixture("household"))
    made.first_load()
    made.accept("/data/size", "1")
    assert made.value("/data/visit[1]/day") == "2026-03-12"
    assert made.written["/data/meta/instanceID"].startswith("uuid:")


def test_metadata_is_given_from_outside() -> None:
    made = Response(fixture("types"), now=NOW, metadata={"username": "olena"})
    made.first_load()
    made.finish()
    assert made.value("/data/username") == "olena"
    assert made.value("/data/start") == made.value("/data/end") == "2026-03-12T09:30:00.000+02:00"


def test_once_is_kept_over_responses() -> None:
    made = response(fixture("household"))
    again = Response(made.form, made.answers, now=NOW + timedelta(days=1), seed="other")
    assert made.value("/data/code") == again.value("/data/code") != ""


def test_chance_is_repeatable_by_its_seed() -> None:
    form = survey("type | name | label | calculation\ncalculate | c | | random()\ntext | t | T |")
    one, same, other = (Response(form, now=NOW, seed=seed).value("/data/c") for seed in "aab")
    assert one == same != other


def test_a_trigger_writes_when_its_question_changes() -> None:
    made = response(fixture("household"))
    assert made.value("/data/remarked") == ""
    made.accept("/data/remark", "hello")
    assert made.value("/data/remarked") == "2026-03-12T09:30:00.000+02:00"
    assert made.written["/data/remarked"] == made.value("/data/remarked")


def test_an_answer_over_a_calculation_stands_until_the_calculation_changes() -> None:
    form = survey(
        """
        type | name | label | calculation
        integer | a | A |
        integer | b | B | ${a} * 2
        """
    )
    made = response(form, {"/data/a": "2"})
    assert made.value("/data/b") == "4"
    made.accept("/data/b", "5")
    assert made.value("/data/b") == "5"
    made.accept("/data/a", "10")
    assert made.value("/data/b") == "20"


# -- refusals


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("/data/about/name", "ab", "Щонайменше 3 літери"),
        ("/data/about/beds", "5001", "From 0 to 5000"),
        ("/data/about/beds", "1.5", "A whole number is needed, for example 12."),
        ("/data/about/region", "kyiv", "“kyiv” is not one of the answers offered."),
        ("/data/about/opened", "2026-03-13", "Not in the future"),
        ("/data/about/name", " ", "This question needs an answer."),
        ("/data/most", "staff devices money", "Не більше двох"),
        ("/data/most", "staff staff", "“staff” is chosen twice."),
        ("/data/needs/staff", "6", "A number from 1 to 5 is needed."),
        ("/data/nothing", "1", "This question is no longer asked."),
    ],
)
def test_refusals_change_nothing(path: str, value: str, message: str) -> None:
    made = response(fixture("clinic"), CLINIC)
    before = dict(made.answers), [*made.entries()]
    assert str(made.accept(path, value)) == message
    assert (dict(made.answers), [*made.entries()]) == before


def test_an_optional_answer_can_be_taken_back() -> None:
    made = response(fixture("clinic"), {**CLINIC, "/data/about/beds": "10"})
    assert made.accept("/data/about/beds", "") is None
    assert made.value("/data/about/beds") == ""


def test_a_constraint_message_follows_the_language() -> None:
    made = Response(fixture("clinic"), CLINIC, now=NOW, language="English (en)")
    assert str(made.accept("/data/about/name", "ab")) == "At least 3 letters"


def test_what_is_missing_stops_completion() -> None:
    made = response(fixture("clinic"))
    assert list(made.missing()) == ["/data/agree"]
    answers = {
        "/data/about/region": "lviv",
        "/data/about/town": "stryi",
        "/data/needs/staff": "1",
        "/data/needs/devices": "2",
    }
    made = response(fixture("clinic"), {**CLINIC, **answers})
    assert made.complete


# -- choices and words


def test_choices_are_filtered_by_other_answers() -> None:
    made = response(fixture("clinic"), {**CLINIC, "/data/about/region": "lviv"})
    assert [option.label for option in made.choices("/data/about/town")] == ["Львів", "Стрий"]
    assert made.accept("/data/about/town", "odesa_city") is not None
    made.accept("/data/about/region", "odesa")
    assert [option.code for option in made.choices("/data/about/town")] == ["odesa_city"]


def test_labels_have_their_outputs_and_fall_back_one_by_one() -> None:
    made = response(fixture("clinic"), {**CLINIC, "/data/about/beds": "5"})
    assert made.label("/data/about/beds") == "Ліжок у Перша лікарня"
    assert made.label("/data/about/share") == "Share of staff, %"
    made.language = "English (en)"
    assert made.label("/data/about/beds") == "Beds of Перша лікарня"
    assert made.hint("/data/about/name") == "As in the register"


def test_a_label_in_a_repeat_speaks_of_its_own_instance() -> None:
    made = response(
        fixture("household"),
        {"/data/size": "2", "/data/person[1]/who": "Оля", "/data/person[2]/who": "Іван"},
    )
    assert made.label("/data/person[2]/age") == "How old is Іван?"


def test_choices_of_a_file() -> None:
    made = response(fixture("types"))
    assert [option.label for option in made.choices("/data/place")] == ["Kyiv", "Lviv"]


# -- repeats


def test_a_count_gives_as_many_instances_and_keeps_the_answers_of_the_others() -> None:
    made = response(fixture("household"), {"/data/size": "2", "/data/person[2]/who": "Іван"})
    made.accept("/data/size", "1")
    assert made.instances(repeat(made.form, "/data/person"), "/data") == 1
    made.accept("/data/size", "3")
    assert made.value("/data/person[2]/who") == "Іван"
    assert made.value("/data/person[3]/number") == "3"


def test_a_blank_count_leaves_what_the_form_begins_with() -> None:
    made = response(fixture("household"), {"/data/size": "4"})
    made.clear("/data/size")
    assert made.instances(repeat(made.form, "/data/person"), "/data") == 1


def test_expressions_look_across_instances() -> None:
    made = response(
        fixture("household"),
        {
            "/data/size": "3",
            "/data/person[1]/age": "40",
            "/data/person[2]/age": "7",
            "/data/person[3]/age": "5",
        },
    )
    assert made.value("/data/total_age") == "52"
    assert made.value("/data/children") == "2"
    assert made.value("/data/person[3]/running") == "12"
    assert not made.relevant("/data/person[1]/school")
    assert made.relevant("/data/person[3]/school")


def test_instances_are_added_with_the_defaults_of_new_ones() -> None:
    made = response(fixture("household"), {"/data/size": "1"})
    visit, gift = (repeat(made.form, path) for path in ("/data/visit", "/data/visit/gift"))
    assert made.add_instance(visit, "/data") == "/data/visit[2]"
    assert made.value("/data/visit[2]/day") == "2026-03-12"
    assert made.instances(gift, "/data/visit[1]") == 1
    assert made.instances(gift, "/data/visit[2]") == 0
    assert made.add_instance(gift, "/data/visit[2]") == "/data/visit[2]/gift[1]"
    assert made.value("/data/visit[2]/gift[1]/what") == "bread"
    assert made.repeats == {"/data/visit": 2, "/data/visit[2]/gift": 1}


def test_an_instance_with_a_count_is_not_added_by_hand() -> None:
    made = response(fixture("household"), {"/data/size": "1"})
    person = repeat(made.form, "/data/person")
    assert not made.may_add(person, "/data")
    assert made.add_instance(person, "/data") is None


def test_a_removed_instance_lets_later_ones_move_up() -> None:
    made = response(fixture("household"), {"/data/size": "1"})
    visit = repeat(made.form, "/data/visit")
    made.add_instance(visit, "/data")
    made.add_instance(visit, "/data")
    for position in (1, 2, 3):
        made.accept(f"/data/visit[{position}]/day", f"2026-01-0{position}")
    made.add_instance(repeat(made.form, "/data/visit/gift"), "/data/visit[3]")
    made.accept("/data/visit[3]/gift[1]/what", "books")
    made.remove_instance("/data/visit[2]")
    assert made.value("/data/visit[2]/day") == "2026-01-03"
    assert made.value("/data/visit[2]/gift[1]/what") == "books"
    assert made.instances(visit, "/data") == 2
    assert "/data/visit[3]/day" not in made.answers
    assert made.written["/data/visit[3]/day"] == ""
    again = Response(made.form, made.answers, made.repeats, now=NOW)
    assert [*again.entries()] == [*made.entries()]


def test_an_expression_that_fails_is_reported_and_hurts_nobody() -> None:
    form = survey(
        """
        type | name | label | calculation | relevant
        begin_repeat | r | R | |
        integer | n | N | |
        end_repeat | | | |
        calculate | c | | string(/data/r/n) |
        text | t | T | | /data/r/n = 1
        """
    )
    made = response(form)
    made.add_instance(repeat(form, "/data/r"), "/data")
    assert set(made.problems) == {("/data/c", "calculation"), ("/data/t", "relevant")}
    assert made.value("/data/c") == ""
    assert made.relevant("/data/t")


# -- laws


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(
            ["/data/size", "/data/remark"]
            + [f"/data/person[{n}]/{name}" for n in (1, 2, 3) for name in ("who", "age", "school")]
            + [f"/data/visit[{n}]/{name}" for n in (1, 2) for name in ("day", "gift[1]/what")]
        ),
        st.sampled_from(["", "0", "1", "2", "3", "17", "2026-01-02", "слово"]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(steps=ANSWERS, extra=st.integers(0, 2))
def test_a_response_made_from_its_answers_is_the_same(
    steps: list[tuple[str, str]], extra: int
) -> None:
    """Stepping and starting afresh agree: nothing lives in a response but its answers."""
    form = fixture("household")
    made = Response(form, now=NOW)
    made.first_load()
    for _ in range(extra):
        made.add_instance(repeat(form, "/data/visit"), "/data")
    for path, value in steps:
        made.accept(path, value)
    again = Response(form, made.answers, made.repeats, now=NOW)
    assert [*again.entries()] == [*made.entries()]
    assert again.written == {}


@settings(max_examples=60, deadline=None)
@given(steps=ANSWERS)
def test_what_was_written_is_enough_to_store(steps: list[tuple[str, str]]) -> None:
    """Keeping `written` after every step gives all answers in the end."""
    form = fixture("household")
    stored: dict[str, str] = {}
    for path, value in steps:
        made = Response(form, stored, now=NOW)
        made.accept(path, value)
        stored.update(made.written)
        assert stored == made.answers


@settings(max_examples=60, deadline=None)
@given(steps=ANSWERS)
def test_nothing_in_an_irrelevant_place_has_a_value(steps: list[tuple[str, str]]) -> None:
    made = Response(fixture("household"), now=NOW)
    for path, value in steps:
        made.accept(path, value)
    for entry in made.entries():
        parent = entry.path.rpartition("/")[0]
        assert entry.relevant or entry.value == ""
        assert not parent or made.relevant(parent) or not entry.relevant


def test_the_clock_must_know_its_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        Response(fixture("clinic"), now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_every_kind_takes_a_canonical_answer() -> None:
    made = response(
        fixture("types"),
        {
            "/data/text": "слово",
            "/data/integer": "-5",
            "/data/decimal": "12.50",
            "/data/range": "3",
            "/data/date": "2026-01-02",
            "/data/time": "14:30",
            "/data/datetime": "2026-07-01T08:00",
            "/data/one": "a",
            "/data/several": "c  a",
            "/data/order": "b a c",
            "/data/sure": "OK",
            "/data/point": "50.45 30.52",
            "/data/photo": "photo-1.jpg",
        },
    )
    assert made.value("/data/decimal") == "12.5"
    assert made.value("/data/time") == "14:30:00.000+02:00"
    assert made.value("/data/datetime") == "2026-07-01T08:00:00.000+03:00"
    assert made.value("/data/several") == "c a"
    assert made.value("/data/point") == "50.45 30.52 0 0"
    assert {q.kind for q in made.form.questions} >= {Kind.NOTE, Kind.UNSUPPORTED}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("integer", "99999999999"),
        ("integer", "x"),
        ("integer", "1e5000"),
        ("decimal", "nan"),
        ("decimal", "1e99"),
        ("range", "2"),
        ("date", "2026-02-30"),
        ("time", "25:00"),
        ("datetime", "soon"),
        ("order", "a b"),
        ("sure", "no"),
        ("point", "91 0"),
        ("point", "50"),
        ("text", "x" * 4_001),
        ("barcode", "123"),
        ("fixed", "other"),
    ],
)
def test_every_kind_refuses_what_it_cannot_hold(name: str, value: str) -> None:
    assert response(fixture("types")).accept(f"/data/{name}", value) is not None
