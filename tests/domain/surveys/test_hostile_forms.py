"""Forms made to hang the bot: each ends in seconds, with what failed on record."""

import time
from collections.abc import Callable

import pytest

from domain.surveys.form import Form
from domain.surveys.interview import Interview, Visit
from domain.surveys.response import Response
from domain.surveys.tree import MAX_INSTANCES, MAX_NODES
from domain.surveys.xlsform import check_workbook
from domain.surveys.xpath.environment import MAX_TEXT
from tests.domain.surveys.forms import NOW, survey, workbook

#: processor seconds for anything that one person does once; a second on an idle machine
SECONDS = 15


def spent(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def repeated(inside: str, after: str = "") -> Form:
    return survey(f"""
    |type|name|label|calculation|repeat_count|default|relevant|trigger|
    | integer | n | N | | | | | |
    | begin_repeat | r | R | | ${{n}} | | | |
    | integer | x | X | | | position(..) | | |
    {inside}
    | end_repeat | | | | | | | |
    {after}
    """)


def test_a_huge_count_stops_at_a_thousand() -> None:
    made = Response(repeated(""), now=NOW)
    assert spent(lambda: made.accept("/data/n", "2000000000")) < SECONDS
    assert made.value("/data/n") == ""
    assert spent(lambda: made.accept("/data/n", "1000")) < SECONDS
    assert len(made.root.by_name["r"]) == MAX_INSTANCES
    assert made.value("/data/r[1000]/x") == "1000"
    huge = Response(repeated(""), {"/data/n": "2000000000"}, now=NOW)
    assert len(huge.root.by_name["r"]) == MAX_INSTANCES
    assert huge.problems


def test_huge_counts_inside_one_another_stop_at_the_most_nodes() -> None:
    form = survey("""
    |type|name|label|repeat_count|
    | integer | n | N | |
    | begin_repeat | a | A | ${n} |
    | begin_repeat | b | B | ${n} |
    | begin_repeat | c | C | ${n} |
    | text | t | T | |
    | end_repeat | | | |
    | end_repeat | | | |
    | end_repeat | | | |
    """)
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/n", "1000")) < SECONDS
    assert made.value("/data/n") == ""
    huge = Response(form, {"/data/n": "1000"}, now=NOW)
    assert MAX_NODES - 10 <= sum(1 for _ in huge.entries()) <= MAX_NODES + 10
    assert huge.problems


@pytest.mark.parametrize(
    "expression",
    [
        "count(/data/r[count(/data/r[x > current()/../x]) > 0])",
        "sum(../../r[sum(../r[sum(../r/x) > 1]/x) > 0]/x)",
        "count(/data/r[number(x) + number(x) * 2 > 0 and x != ''])",
    ],
)
def test_products_of_node_sets_in_every_instance_end(expression: str) -> None:
    form = repeated(f"| calculate | c | | {expression} | | | | |")
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/n", "1000")) < SECONDS
    assert all("steps" in problem for problem in made.problems.values()), made.problems
    assert len(made.problems) > MAX_INSTANCES * 9 // 10, "the whole action is paid from one budget"
    assert spent(lambda: Response(form, made.answers, now=NOW)) < SECONDS


def test_operators_in_a_predicate_are_steps() -> None:
    """A condition of many operators for every node reaches the budget, a short one does not."""
    long = " or ".join(["pow(1, 3) = -1"] * 200)
    problems = {}
    for name, condition in (("short", "x > 0"), ("long", long)):
        form = repeated("", f"| calculate | total | | count(/data/r[{condition}]) | | | | |")
        made = Response(form, {"/data/n": "1000"}, now=NOW)
        problems[name] = len(made.problems)
    assert problems == {"short": 0, "long": 1}


def test_texts_that_double_stop_growing() -> None:
    lines = [
        f"| calculate | c{n} | | concat(${{c{n - 1}}}, ${{c{n - 1}}}) |" for n in range(1, 60)
    ]
    form = survey("\n".join(["|type|name|label|calculation|", "| text | c0 | C | |", *lines]))
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/c0", "ten chars.")) < SECONDS
    assert 0 < max(len(entry.kept) for entry in made.entries()) <= MAX_TEXT
    assert made.problems


def test_numbers_that_square_end() -> None:
    lines = [f"| calculate | c{n} | | ${{c{n - 1}}} * ${{c{n - 1}}} |" for n in range(1, 400)]
    form = survey("\n".join(["|type|name|label|calculation|", "| integer | c0 | C | |", *lines]))
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/c0", "12")) < SECONDS
    assert made.value("/data/c399") == "Infinity"


def test_triggers_that_trigger_one_another_end() -> None:
    form = survey("""
    |type|name|label|calculation|trigger|
    | text | a | A | concat(${b}, 'a') | ${b} |
    | text | b | B | concat(${a}, 'b') | ${a} |
    """)
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/a", "x")) < SECONDS
    assert made.value("/data/b").startswith("x")
    assert len(made.value("/data/a")) < 50


def test_every_instance_as_a_trigger_of_all_others_ends() -> None:
    form = repeated("| text | y | Y | sum(../../r/x) | | | | ${x} |")
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/n", "300")) < SECONDS
    assert made.value("/data/r[300]/x") == "300"


def test_circles_are_told_and_the_form_is_refused() -> None:
    table = """
    |type|name|label|calculation|relevant|
    | calculate | a | | ${b} + 1 | |
    | calculate | b | | ${c} + 1 | |
    | calculate | c | | ${a} + 1 | |
    | text | q | Q | | ${r} = '' |
    | text | r | R | | ${q} = '' |
    """
    checked = check_workbook(workbook(table), "circles.md")
    assert checked.form is None
    told = [str(problem.message) for problem in checked.errors if "circle" in str(problem.message)]
    assert len(told) == 2
    assert any("a → c → b" in one or "a → b → c" in one or "c → b → a" in one for one in told) or (
        all(name in told[0] + told[1] for name in ("a", "b", "c", "q", "r"))
    )


def test_thirty_thousand_choices_with_a_slow_filter_end() -> None:
    rows = "".join(f"k{n},Label {n},{n % 7}\n" for n in range(30_000))
    table = """
    |type|name|label|choice_filter|
    | integer | g | G | |
    | select_one_from_file big.csv | s | S | count(instance('big')/root/item[g > 1]) > 1 |
    | select_one_from_file big.csv | t | T | g = ${g} |
    """
    data = f"name,label,g\n{rows}".encode()
    checked = check_workbook(workbook(table), "big.md", {"big.csv": data})
    assert checked.form is not None
    made = Response(checked.form, {"/data/g": "3"}, now=NOW)
    assert spent(lambda: made.choices("/data/s")) < SECONDS
    assert made.choices("/data/s") == []
    assert ("/data/s", "choice_filter") in made.problems
    assert spent(lambda: made.choices("/data/t")) < SECONDS


def test_a_long_answer_against_a_cruel_pattern_ends() -> None:
    form = survey("""
    |type|name|label|constraint|
    | text | t | T | regex(., '^(([a-z])+.)+[A-Z]([a-z])+$') |
    """)
    made = Response(form, now=NOW)
    assert spent(lambda: made.accept("/data/t", "a" * 4_000)) < SECONDS


def test_deep_groups_and_a_deep_expression_are_read_or_refused() -> None:
    begin = "".join(f"| begin_group | g{n} | G | |\n" for n in range(200))
    end = "| end_group | | | |\n" * 200
    nested = "(" * 300 + "1" + ")" * 300
    table = f"|type|name|label|relevant|\n{begin}| text | t | T | {nested} = 1 |\n{end}"
    begun = time.process_time()
    checked = check_workbook(workbook(table), "deep.md")
    assert time.process_time() - begun < SECONDS
    assert not checked.ok


def test_a_thousand_instances_cost_ten_times_a_hundred() -> None:
    form = repeated(
        "| calculate | c | | ${x} * 2 + position(..) | | | | |\n"
        "    | text | t | T | | | | ${x} > 3 | |",
        "| calculate | total | | sum(${c}) | | | | |",
    )

    def grow(count: int) -> float:
        return min(
            spent(lambda: Response(form, now=NOW).accept("/data/n", str(count))) for _ in range(3)
        )

    assert grow(1_000) < 25 * grow(100)


def test_lists_of_thirty_thousand_places_are_all_offered() -> None:
    """As many as Ukraine has, filtered by three answers, for several questions of one screen."""
    rows = "".join(f"k{n},Label {n},{n % 7},{n % 3},{n % 2}\n" for n in range(30_000))
    narrow = "g = ${g} and h = ${h} and i = ${i}"
    asked = "\n".join(
        f"| select_one_from_file places.csv | s{n} | S | {narrow} |" for n in range(6)
    )
    checked = check_workbook(
        workbook(f"""
        |type|name|label|choice_filter|
        | integer | g | G | |
        | integer | h | H | |
        | integer | i | I | |
        {asked}
        """),
        "places.md",
        {"places.csv": f"name,label,g,h,i\n{rows}".encode()},
    )
    assert checked.form is not None
    made = Response(checked.form, {"/data/g": "3", "/data/h": "1", "/data/i": "1"}, now=NOW)
    offered = [len(made.choices(f"/data/s{n}")) for n in range(6)]
    assert offered == [30_000 // 42] * 6
    assert not made.problems
    made.accept("/data/g", "9")
    assert made.choices("/data/s0") == []


def test_submitting_a_thousand_slow_constraints_ends() -> None:
    """Submitting looks at every answer again: they have the steps of one action together."""
    form = survey("""
    |type|name|label|repeat_count|default|constraint|
    | integer | n | N | | | |
    | begin_repeat | r | R | ${n} | | |
    | integer | x | X | | 1 | . < sum(../../r[sum(../r[x > 0]/x) > 0]/x) + 2 |
    | end_repeat | | | | | |
    """)
    made = Interview(form, {}, None, Visit(1, "en", NOW))
    made.begin({})
    made.answer("/data/n", "1000")
    assert spent(lambda: made.submit("R")) < SECONDS
    assert made.receipt == "R"


def test_what_was_left_out_for_its_appetite_is_told_from_what_fails() -> None:
    form = repeated(
        "| calculate | c | | sum(../../r[sum(../r/x) > 1]/x) | | | | |",
        "| calculate | wrong | | if(${n} > 2, date('x'), '') | | | | |",
    )
    made = Response(form, {"/data/n": "1000"}, now=NOW)
    assert ("/data/r[1000]/c", "calculation") in made.overspent
    assert ("/data/wrong", "calculation") in made.problems
    assert ("/data/wrong", "calculation") not in made.overspent
    made.accept("/data/n", "2")
    assert made.overspent == []
    huge = Response(form, {"/data/n": "1001"}, now=NOW)
    assert ("/data/r", "repeat_count") in huge.overspent


def test_two_hundred_lists_with_slow_filters_on_one_screen_end() -> None:
    """Each list has steps of its own, but not without end."""
    rows = "".join(f"k{n},Label {n},{n % 7}\n" for n in range(3_000))
    slow = "sum(instance('big')/root/item[number(g) + number(g) > 1]/g) > number(g)"
    asked = "\n".join(f"| select_one_from_file big.csv | s{n} | S | {slow} |" for n in range(200))
    table = f"|type|name|label|choice_filter|\n{asked}"
    data = f"name,label,g\n{rows}".encode()
    checked = check_workbook(workbook(table), "big.md", {"big.csv": data})
    assert checked.form is not None
    made = Response(checked.form, now=NOW)
    assert spent(lambda: [made.choices(f"/data/s{n}") for n in range(200)]) < SECONDS
    assert len(made.overspent) == 200
