"""An interview: moving, skipping, colleagues, the profile, submitting."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.surveys.answers import range_values
from domain.surveys.form import SELECTS, Form, Kind, Repeat
from domain.surveys.interview import (
    DONE,
    PROFILE,
    REVIEW,
    STALE,
    Interview,
    Outcome,
    Result,
)
from domain.surveys.screens import Placed, Screen, ScreenKind
from tests.domain.surveys.forms import VALUE_CHAIN, compiled, fixture
from tests.domain.surveys.ledger import ANDRII, OLENA, Ledger, branches, repeats

TYPED = {
    Kind.INTEGER: ["0", "2", "3"],
    Kind.DECIMAL: ["0", "2.5", "60"],
    Kind.DATE: ["2025-03-12"],
    Kind.ACKNOWLEDGE: ["OK"],
    Kind.TEXT: ["Слова", "32855961", "office@likarnia5.org.ua"],
}


def begun(form: Form, profile: dict[str, str] | None = None) -> Ledger:
    """A response that Olena began."""
    ledger = Ledger(form)
    ledger.act(OLENA, lambda interview: interview.begin(profile or {}))
    return ledger


def answer(ledger: Ledger, person: int, **answers: str) -> Result:
    """Give answers by name at the top of the form; the last result."""

    def decide(interview: Interview) -> Result:
        result = DONE
        for path, value in answers.items():
            result = interview.answer(f"/data/{path.replace('__', '/')}", value)
        return result

    return ledger.act(person, decide)[1]


def here(ledger: Ledger, person: int = OLENA) -> str:
    """The last name of what a person stands on."""
    interview = ledger.interview(person)
    screen = interview.screen
    if screen is None or screen.kind is ScreenKind.NOTE:
        return interview.position.screen
    if screen.repeat:
        return f"+{screen.repeat.path.rpartition('/')[2]}"
    return screen.questions[0].question.name


# -- any way through a form


def fitting(interview: Interview, placed: Placed, draw: st.DataObject) -> str:
    """An answer of the question's kind; the form may still refuse it."""
    question = placed.question
    if question.kind in SELECTS:
        codes = [option.code for option in interview.response.choices(placed.path)]
        if question.kind is Kind.CHOICE:
            return draw.draw(st.sampled_from(codes))
        chosen = draw.draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True))
        return " ".join(chosen)
    if question.range is not None:
        return draw.draw(st.sampled_from(range_values(question.range)))
    return draw.draw(st.sampled_from(TYPED[question.kind]))


def answer_screen(interview: Interview, screen: Screen, draw: st.DataObject) -> None:
    """Answer or skip a screen as a person would, and go on."""
    if screen.kind is ScreenKind.REPEAT:
        assert screen.repeat is not None
        few = interview.response.instances(screen.repeat, screen.parent) < 2
        if few and draw.draw(st.booleans()):
            interview.add_instance(screen)
        else:
            interview.settle(screen)
        return
    for placed in screen.questions:
        required = interview.response.required(placed.path)
        if interview.response.relevant(placed.path) and (required or draw.draw(st.booleans())):
            for _ in range(20):
                if interview.answer(placed.path, fitting(interview, placed, draw)) == DONE:
                    break
    if interview.screen is None:  # the answer took its own question away
        interview.forward()
    else:  # what appeared there meanwhile is asked before one goes on
        interview.skip()


@pytest.mark.parametrize(
    ("form", "examples"),
    [
        (branches(), 40),
        (repeats(), 40),
        (fixture("clinic"), 20),
        (compiled(VALUE_CHAIN), 5),
    ],
    ids=["branches", "repeats", "clinic", "value_chain"],
)
def test_going_forward_ends_in_the_review_and_can_be_submitted(form: Form, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.data())
    def walk(draw: st.DataObject) -> None:
        ledger = begun(form)
        for _ in range(200):
            screen = ledger.interview(OLENA).screen
            if screen is None:
                break
            ledger.act(OLENA, partial(answer_screen, screen=screen, draw=draw))
        assert ledger.positions[OLENA].screen == REVIEW
        interview, result = ledger.act(OLENA, lambda interview: interview.submit("R"))
        assert result == DONE
        assert interview.receipt == "R"
        assert interview.response.complete

    walk()


# -- moving


def test_forward_passes_what_was_answered_or_skipped() -> None:
    ledger = begun(branches())
    answer(ledger, OLENA, agree="yes", work__fields="clinic")
    ledger.act(OLENA, Interview.forward)
    assert here(ledger) == "beds"
    ledger.act(OLENA, Interview.skip)
    assert here(ledger) == "staff"
    ledger.act(OLENA, Interview.back)
    assert here(ledger) == "beds"
    ledger.act(OLENA, Interview.forward)
    assert here(ledger) == "staff", "what was skipped is not asked again"


def test_what_opens_behind_one_is_asked_before_the_review() -> None:
    ledger = begun(branches())
    answer(ledger, OLENA, agree="yes", work__fields="rehab", work__rates__staff="1")
    ledger.act(OLENA, lambda interview: interview.move(interview.screens[-1].key))
    answer(ledger, OLENA, since="2025-01-01", work__fields="clinic")
    ledger.act(OLENA, Interview.forward)
    assert here(ledger) == "beds"


def test_a_required_question_is_not_skipped() -> None:
    ledger = begun(branches())
    _, result = ledger.act(OLENA, Interview.skip)
    assert result.outcome is Outcome.REFUSED
    assert result.path == "/data/agree"
    assert "/data/agree" not in ledger.given()
    assert here(ledger) == "agree"


def test_back_leads_to_the_beginning_and_stays_there() -> None:
    ledger = begun(branches())
    answer(ledger, OLENA, agree="no", sure="OK")
    ledger.act(OLENA, Interview.forward)
    seen = []
    for _ in range(4):
        ledger.act(OLENA, Interview.back)
        seen.append(here(ledger))
    assert seen[-3:] == ["sure", "agree", "agree"]


def test_every_move_makes_older_buttons_stale() -> None:
    ledger = begun(branches())
    first = ledger.positions[OLENA]
    ledger.act(OLENA, Interview.resume)
    again = ledger.interview(OLENA)
    assert again.position.screen == first.screen
    assert not again.is_current(first.screen, first.step)
    assert again.is_current(first.screen, first.step + 1)


def test_who_comes_back_stands_where_they_stopped_unless_it_is_gone() -> None:
    ledger = begun(branches())
    answer(ledger, OLENA, agree="yes", work__fields="other")
    ledger.act(OLENA, Interview.forward)
    assert here(ledger) == "other"
    ledger.act(OLENA, Interview.resume)
    assert here(ledger) == "other"
    ledger.act(ANDRII, Interview.resume)
    assert answer(ledger, ANDRII, work__fields="rehab") == DONE
    ledger.act(OLENA, Interview.resume)
    assert here(ledger) == "staff", "nobody is asked about the other field any more"


# -- repeats


def prompt(interview: Interview) -> Screen:
    """The outermost repeat's prompt for another instance."""
    return next(screen for screen in reversed(interview.screens[:]) if screen.repeat)


def visits() -> Ledger:
    """Three visits, about b each, with remarks «one», «two» and the default."""
    ledger = begun(repeats())
    answer(ledger, OLENA, size="1")
    for number in (2, 3):
        ledger.act(OLENA, lambda interview: interview.add_instance(prompt(interview)))
        assert here(ledger) == "about", number
    for number, remark in ((1, "one"), (2, "two")):
        answer(ledger, OLENA, **{f"visit[{number}]__about": "b"})
        answer(ledger, OLENA, **{f"visit[{number}]__remark": remark})
    return ledger


def remarks(ledger: Ledger) -> list[str]:
    """The remarks of the visits as the events alone give them."""
    response = ledger.interview(OLENA).response
    return [e.kept for e in response.entries() if e.plain == "/data/visit/remark"]


def remove(ledger: Ledger, person: int, number: int) -> Result:
    return ledger.act(person, lambda one: one.remove_instance(f"/data/visit[{number}]"))[1]


def test_later_instances_move_up_with_their_defaults() -> None:
    ledger = visits()
    assert remarks(ledger) == ["one", "two", "nothing"]
    remove(ledger, OLENA, 2)
    assert remarks(ledger) == ["one", "nothing"]
    remove(ledger, OLENA, 1)
    assert remarks(ledger) == ["nothing"]


def test_a_new_instance_knows_nothing_of_the_one_that_stood_there() -> None:
    ledger = visits()
    remove(ledger, OLENA, 3)
    remove(ledger, OLENA, 2)
    ledger.act(OLENA, lambda interview: interview.add_instance(prompt(interview)))
    assert remarks(ledger) == ["one", "nothing"]


def test_the_counts_of_repeats_inside_move_up_too() -> None:
    ledger = visits()
    gift = repeats().by_path["/data/visit/gift"]
    assert isinstance(gift, Repeat)

    def add(interview: Interview) -> None:
        inside = [s for s in interview.screens if s.repeat is gift and "visit[2]" in s.parent]
        interview.add_instance(inside[0])

    ledger.act(OLENA, add)
    ledger.act(OLENA, add)
    remove(ledger, OLENA, 1)
    response = ledger.interview(OLENA).response
    assert response.instances(gift, "/data/visit[1]") == 2
    assert response.instances(gift, "/data/visit[2]") == 0


def test_an_instance_that_a_colleague_moved_is_neither_removed_nor_answered_unseen() -> None:
    ledger = visits()
    ledger.act(ANDRII, Interview.resume)
    assert remove(ledger, OLENA, 1) == DONE
    before = list(ledger.events)
    assert ledger.interview(ANDRII).answer("/data/visit[1]/remark", "mine") == STALE
    assert remove(ledger, ANDRII, 1) == STALE
    assert ledger.events == before
    assert remove(ledger, ANDRII, 1) == DONE, "now it was seen"
    assert remarks(ledger) == ["nothing"]


# -- colleagues


def together() -> Ledger:
    """Both stand at the first question."""
    ledger = begun(branches())
    ledger.act(ANDRII, lambda interview: interview.begin({}))
    return ledger


def test_a_colleagues_unseen_answer_is_not_overwritten() -> None:
    ledger = together()
    answer(ledger, ANDRII, agree="yes")
    before = ledger.positions[OLENA]
    result = answer(ledger, OLENA, agree="no")
    assert result.outcome is Outcome.CONFLICT
    assert result.path == "/data/agree"
    assert result.theirs is not None
    assert (result.theirs.value, result.theirs.person) == ("yes", ANDRII)
    assert ledger.values()["/data/agree"] == "yes"
    after = ledger.interview(OLENA)
    assert not after.is_current(before.screen, before.step), "a second tap does not overwrite it"


def test_the_same_answer_is_no_conflict() -> None:
    ledger = together()
    answer(ledger, ANDRII, agree="yes")
    assert answer(ledger, OLENA, agree="yes") == DONE


def test_whoever_has_seen_it_or_insists_may_change_it() -> None:
    ledger = together()
    answer(ledger, ANDRII, agree="yes")
    _, result = ledger.act(OLENA, lambda one: one.answer("/data/agree", "no", insist=True))
    assert result == DONE
    ledger.act(ANDRII, Interview.resume)
    assert answer(ledger, ANDRII, agree="yes") == DONE
    assert ledger.values()["/data/agree"] == "yes"


def test_a_colleague_who_joins_goes_on_where_nobody_has_answered() -> None:
    ledger = begun(branches())
    answer(ledger, OLENA, agree="no")
    ledger.act(ANDRII, lambda interview: interview.begin({}))
    assert here(ledger, ANDRII) == "sure"


# -- the profile


def test_the_profile_is_told_what_counts() -> None:
    ledger = begun(fixture("clinic"))
    answer(ledger, OLENA, agree="OK", about__name="Клініка", about__region="odesa")
    assert ledger.interview(OLENA).told() == {"name": "Клініка", "oblast": "odesa"}


def test_the_value_chain_confirms_the_profile_once() -> None:
    profile = {"organisation.name": "Лікарня", "organisation.type": "hospital", "consent": "yes"}
    ledger = begun(compiled(VALUE_CHAIN), profile)
    assert ledger.positions[OLENA].screen == PROFILE
    values = ledger.values()
    assert values["/data/org/org_type"] == "hospital"
    ledger.act(ANDRII, lambda interview: interview.begin({"organisation.name": "Інша"}))
    assert ledger.positions[ANDRII].screen != PROFILE
    assert ledger.values() == values


# -- submitting


def test_what_is_missing_is_where_one_stands_after_submitting_too_early() -> None:
    ledger = begun(branches())
    answer(ledger, OLENA, agree="yes", work__fields="other")
    interview, result = ledger.act(OLENA, lambda one: one.submit("R"))
    assert result.outcome is Outcome.REFUSED
    assert result.path == "/data/work/other"
    assert interview.receipt is None
    assert here(ledger) == "other"


def test_an_answer_that_no_longer_holds_is_refused_at_the_end() -> None:
    ledger = begun(fixture("clinic"))
    answer(ledger, OLENA, agree="OK", about__name="Ім’я", about__region="lviv")
    answer(ledger, OLENA, about__town="stryi", needs__staff="1", needs__devices="2")
    answer(ledger, OLENA, about__region="odesa")
    _, result = ledger.act(OLENA, lambda one: one.submit("R"))
    assert result.path == "/data/about/town"
    assert here(ledger) == "town"


def test_a_branch_that_is_left_keeps_its_answers() -> None:
    ledger = begun(branches())
    answer(ledger, OLENA, agree="yes", work__fields="clinic", work__beds="12")
    answer(ledger, OLENA, agree="no")
    gone = ledger.interview(OLENA).response
    assert (gone.value("/data/work/beds"), gone.kept("/data/work/beds")) == ("", "12")
    answer(ledger, OLENA, agree="yes")
    assert ledger.interview(OLENA).response.value("/data/work/beds") == "12"
