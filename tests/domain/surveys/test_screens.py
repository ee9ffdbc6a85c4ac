"""What the chat shows, in order, and how one moves in it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.surveys.form import Repeat
from domain.surveys.response import Response
from domain.surveys.screens import ScreenKind, Screens
from tests.domain.surveys.forms import NOW, fixture, response, survey

AGREED = {"/data/agree": "OK"}


def shown(made: Response) -> list[str]:
    """The screens, each by the last names of what is on it."""
    lines = []
    for page in Screens(made):
        notes = [f"({one.question.name})" for one in page.notes]
        names = [one.path.partition("/data/")[2].rpartition("/")[2] for one in page.questions]
        prompt = [f"+{page.repeat.path.rpartition('/')[2]}"] if page.repeat else []
        lines.append(" ".join(notes + names + prompt))
    return lines


def test_one_question_a_screen_and_notes_with_what_follows() -> None:
    assert shown(response(fixture("clinic"))) == ["(welcome) agree", "(thanks)"]
    assert shown(response(fixture("clinic"), AGREED)) == [
        "(welcome) agree",
        "name",
        "region",
        "town",
        "kind",
        "beds",
        "opened",
        "(needs_note) staff devices",
        "most",
        "(thanks)",
    ]


def test_a_field_list_is_one_screen_that_grows() -> None:
    made = response(fixture("clinic"), {**AGREED, "/data/needs/staff": "2"})
    page = Screens(made).of_path("/data/needs/money")
    assert page is not None
    assert page.kind is ScreenKind.FIELD_LIST
    assert [one.question.name for one in page.questions] == ["staff", "devices", "money"]


def test_repeats_are_walked_and_asked_for() -> None:
    made = response(fixture("household"), {"/data/size": "2", "/data/person[2]/age": "7"})
    assert shown(made) == [
        "size",
        "who",
        "age",
        "who",
        "age",
        "school",
        "(young) day",
        "what",
        "+gift",
        "+visit",
        "remark",
    ]
    keys = [page.key for page in Screens(made)]
    person, visit = (made.form.by_path[f"/data/{name}"].index for name in ("person", "visit"))
    gift = made.form.by_path["/data/visit/gift"].index
    assert keys[3] == f"{person + 1}.2"
    assert keys[8:10] == [f"{gift}.1", f"{visit}"]


def test_a_screen_names_the_instance_it_is_in() -> None:
    made = response(fixture("household"), {"/data/size": "2"})
    page = Screens(made).of_path("/data/person[2]/who")
    assert page is not None
    assert [(one.path, one.position, one.count) for one in page.headings] == [
        ("/data/person[2]", 2, 2)
    ]


def test_the_prompt_of_an_empty_repeat_stands_where_its_instances_would() -> None:
    made = response(fixture("household"), {"/data/size": "1"})
    made.remove_instance("/data/visit[1]")
    assert shown(made)[-2:] == ["+visit", "remark"]
    made.accept("/data/size", "0")
    assert "+visit" not in shown(made)


def test_a_field_list_with_a_repeat_inside_is_no_single_screen() -> None:
    form = survey(
        """
        type | name | label | appearance
        begin_group | g | G | field-list
        text | a | A |
        begin_repeat | r | R |
        text | b | B |
        end_repeat | | |
        end_group | | |
        """
    )
    assert shown(response(form)) == ["a", "b", "+r"]


def test_a_repeat_that_is_a_field_list_is_a_screen_for_each_instance() -> None:
    form = survey(
        """
        type | name | label | appearance | repeat_count
        begin_repeat | r | R | field-list | 2
        text | a | A | |
        text | b | B | |
        end_repeat | | | |
        """
    )
    made = response(form)
    assert shown(made) == ["a b", "a b"]
    assert [page.key for page in Screens(made)] == ["0.1", "0.2"]


def test_what_can_only_be_read_is_a_note() -> None:
    form = survey(
        """
        type | name | label | read_only
        text | a | A |
        text | b | B | ${a} = 'stop'
        text | c | C |
        """
    )
    assert shown(response(form)) == ["a", "b", "c"]
    assert shown(response(form, {"/data/a": "stop"})) == ["a", "(b) c"]


def test_unsupported_questions_are_left_out() -> None:
    names = " ".join(shown(response(fixture("types"))))
    assert "paper" in names
    assert not any(name in names for name in ("barcode", "trace", "shape"))


def test_a_key_that_is_gone_still_leads_to_its_neighbours() -> None:
    made = response(fixture("clinic"), AGREED)
    share = f"{made.form.by_path['/data/about/share'].index}"
    pages = Screens(made)
    assert pages.find(share) is None
    before, after = pages.preceding(share), pages.following(share)
    assert before is not None
    assert after is not None
    assert before.questions[0].question.name == "beds"
    assert after.questions[0].question.name == "opened"


def test_the_first_open_screen_is_the_first_with_a_missing_answer() -> None:
    made = response(fixture("clinic"), {**AGREED, "/data/about/name": "Clinic"})
    page = Screens(made).first_open()
    assert page is not None
    assert page.questions[0].question.name == "region"


def test_progress_counts_sections_and_minutes_left() -> None:
    made = response(fixture("clinic"), AGREED)
    pages = Screens(made)
    page = pages.of_path("/data/needs/staff")
    assert page is not None
    progress = pages.progress(page.key)
    assert progress.section is made.form.by_path["/data/needs"]
    assert (progress.number, progress.sections) == (2, 2)
    everything = pages.progress(pages[0].key).minutes
    assert everything > progress.minutes >= 1
    assert pages.progress(pages[-1].key).minutes == 0


@settings(max_examples=50, deadline=None)
@given(
    size=st.integers(0, 4), ages=st.lists(st.integers(0, 40), max_size=4), visits=st.integers(0, 3)
)
def test_keys_are_short_unique_and_in_order(size: int, ages: list[int], visits: int) -> None:
    form = fixture("household")
    made = Response(form, now=NOW)
    made.accept("/data/size", str(size))
    for position, age in enumerate(ages, start=1):
        made.accept(f"/data/person[{position}]/age", str(age))
    visit = form.by_path["/data/visit"]
    assert isinstance(visit, Repeat)
    for _ in range(visits):
        made.add_instance(visit, "/data")
    pages = Screens(made)
    keys = [page.key for page in pages]
    assert len(set(keys)) == len(keys)
    assert max(map(len, keys)) < 20
    for page, then in zip(pages, [*pages[1:], None], strict=True):
        assert pages.following(page.key) == then
        assert then is None or pages.preceding(then.key) == page
