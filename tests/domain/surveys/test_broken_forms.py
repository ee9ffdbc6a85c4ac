"""Broken forms, each made here: what is wrong is found, all at once, with row and column."""

import io
import random
import zipfile

import openpyxl
import pytest

from domain.surveys.xlsform import Report, check_workbook
from tests.domain.surveys.forms import workbook

CHOICES = """
list_name | name | label
yn | yes | Yes
yn | no | No
"""


def check(rows: str, choices: str = CHOICES) -> Report:
    return check_workbook(workbook(rows, choices), "small.md")


def places(report: Report) -> list[tuple[str | None, int | None, str | None]]:
    return [(one.sheet, one.row, one.column) for one in report.errors]


S = "survey"
BROKEN = {
    "unknown type": ("type | name | label\ntxet | a | A", [(S, 2, "type")]),
    "no type": ("type | name | label\ntext | b | B\n | a | A", [(S, 3, "type")]),
    "select without a list": ("type | name | label\nselect_one | a | A", [(S, 2, "type")]),
    "list that is not there": ("type | name | label\nselect_one yx | a | A", [(S, 2, "type")]),
    "no name": ("type | name | label\ntext | | A", [(S, 2, "name")]),
    "bad name": ("type | name | label\ntext | my name | A", [(S, 2, "name")]),
    "name twice": ("type | name | label\ntext | a | A\ntext | a | B", [(S, 3, "name")]),
    "no label": ("type | name | label\ntext | a |", [(S, 2, "label")]),
    "group that does not end": (
        "type | name | label\nbegin_group | g | G\ntext | a | A",
        [(S, 2, "type")],
    ),
    "end without a beginning": ("type | name | label\ntext | a | A\nend_group", [(S, 3, "type")]),
    "reference to nothing": (
        "type | name | label | relevant\ntext | a | A | ${b} = 'x'",
        [(S, 2, "relevant")],
    ),
    "reference in a label": ("type | name | label\ntext | a | Hello ${who}", [(S, 2, "label")]),
    "reference that is not closed": (
        "type | name | label | relevant\ntext | a | A |\ntext | b | B | ${a = 'x'",
        [(S, 3, "relevant")],
    ),
    "reference to two": (
        (
            "type | name | label | relevant\nbegin_group | g | G |\ntext | a | A |\nend_group\n"
            "text | a | A |\ntext | b | B | ${a} = 'x'"
        ),
        [(S, 6, "relevant")],
    ),
    "calculation without a formula": (
        "type | name | label | calculation\ntext | a | A |\ncalculate | c | |",
        [(S, 3, "calculation")],
    ),
    "logic that cannot be read": (
        "type | name | label | relevant\ntext | a | A |\ntext | b | B | ${a} == 'x'",
        [(S, 3, "relevant")],
    ),
    "function that nobody knows": (
        "type | name | label | calculation\ncalculate | a | | foo(1)\ntext | b | B |",
        [(S, 2, "calculation")],
    ),
    "wrong number of arguments": (
        "type | name | label | relevant\ntext | a | A | if(true(), 1)",
        [(S, 2, "relevant")],
    ),
    "circle": (
        (
            "type | name | label | calculation\ncalculate | a | | ${b} + 1\n"
            "calculate | b | | ${a} + 1\ntext | c | C |"
        ),
        [(S, 2, "calculation")],
    ),
    "range without a step": (
        "type | name | label | parameters\nrange | a | A | start=1 end=5 step=0",
        [(S, 2, "parameters")],
    ),
    "name that is reserved": ("type | name | label\ntext | meta | A", [(S, 2, "name")]),
    "file without an ending": (
        "type | name | label\nselect_one_from_file places | a | A",
        [(S, 2, "type")],
    ),
    "column twice": ("type | name | label | label\ntext | a | A | B", [(S, 1, "label")]),
    "column under two names": (
        "type | name | label | relevant | relevance\ntext | a | A | true() | true()",
        [(S, 1, "relevance")],
    ),
    "no column for types": ("kind | name | label\ntext | a | A", [(S, 1, "type")]),
    "pattern that cannot work": (
        "type | name | label | constraint\ntext | a | A | regex(., '[a-')",
        [(S, 2, "constraint")],
    ),
    "or_other with a filter": (
        "type | name | label | choice_filter\nselect_one yn or_other | a | A | name = 'yes'",
        [(S, 2, "choice_filter")],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_found_where_it_is(name: str) -> None:
    rows, expected = BROKEN[name]
    report = check(rows)
    assert not report.ok
    assert places(report) == expected
    assert all(one.hint is not None or one.message for one in report.errors)


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ("list_name | name | label\nyn | yes | Yes\nyn | yes | Yeah", ("choices", 3, "name")),
        ("list_name | name | label\nyn | | Yes\nyn | no | No", ("choices", 2, "name")),
        ("list_name | name | label\nyn | y s | Yes", ("choices", 2, "name")),
        ("list_name | name | name\nyn | yes | Yes", ("choices", 1, "name")),
    ],
)
def test_a_mistake_of_the_choices_is_found(choices: str, expected: tuple[str, int, str]) -> None:
    report = check("type | name | label\nselect_multiple yn | a | A", choices)
    assert places(report) == [expected]


def test_any_mistakes_together_are_all_found() -> None:
    """pyxform would name one of them."""
    once = [key for key in BROKEN if "\n" not in BROKEN[key][0].split("\n", 1)[1]]
    alone = [key for key in once if BROKEN[key][0].startswith("type | name | label\n")]
    assert len(alone) > 6
    rows = ["type | name | label", *(BROKEN[key][0].split("\n", 1)[1] for key in alone)]
    found = {(row, column) for _, row, column in places(check("\n".join(rows)))}
    wanted = {(n, BROKEN[key][1][0][2]) for n, key in enumerate(alone, start=2)}
    # only pyxform knows that a name is reserved, and it stops before it gets there
    assert wanted - found <= {(alone.index("name that is reserved") + 2, "name")}


@pytest.mark.parametrize(
    ("rows", "hint"),
    [
        ("type | name | label\nselect_one yn | a | A\ntxt | b | B", "text"),
        ("type | name | label | relevant\ntext | beds | A |\ntext | b | B | ${bed} > 1", "beds"),
        (
            "type | name | label | relevant\ntext | age | A |\ntext | b | B | ${аge} > 1",
            "Cyrillic",
        ),
        ("type | name | label | relevant\ntext | a | A |\ntext | b | B | ${a} == 'x'", "instead"),
        ("type | name | label\nselect_one yesno | a | A", "yes_no"),
    ],
)
def test_hints_say_how_to_mend_it(rows: str, hint: str) -> None:
    choices = CHOICES + "yes_no | yes | Yes"
    [problem] = check(rows, choices).errors
    assert hint in str(problem.hint)


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        ("type | name | label | relevent\ntext | a | A | true()", (1, "relevent"), "relevant"),
        ("type | name | label | calculation\ncalculate | a | | floor(1.5)\ntext | b | B |",
         (2, "calculation"), "Collect"),
        ("type | name | label | calculation\ncalculate | a | | coalesce(1, 2, 3)\ntext | b | B |",
         (2, "calculation"), "Collect"),
        ("type | name | label | constraint\ntext | a | A | regex(., '[a-z]+')",
         (2, "constraint"), "^"),
        ("type | name | label | constraint\ndate | a | A | . > '2026-01-01'",
         (2, "constraint"), "date("),
        ("type | name | label | relevant\nselect_one yn | a | A |\ntext | b | B | ${a} = 'yse'",
         (3, "relevant"), "yse"),
        (("type | name | label | relevant\nselect_multiple yn | a | A |\n"
         "text | b | B | selected(${a}, 'maybe')"), (3, "relevant"), "maybe"),
        ("type | name | label::en | label::uk\nselect_one yn or_other | a | A | А",
         (None, None), "or_other"),
    ],
)  # fmt: skip
def test_what_will_not_go_well_is_warned_of(rows: str, place: tuple[int, str], words: str) -> None:
    report = check(rows)
    assert report.ok
    assert any((one.row, one.column) == place and words in one.text for one in report.warnings), [
        (one.row, one.column, one.text) for one in report.warnings
    ]


def test_choices_that_read_alike_are_warned_of() -> None:
    choices = "list_name | name | label\nyn | y | Yes\nyn | n | yes"
    report = check("type | name | label\nselect_one yn | a | A", choices)
    assert [(one.sheet, one.row) for one in report.warnings] == [("choices", 3)]


def xlsx(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        for row in rows:
            (book[name] if name in book.sheetnames else book.create_sheet(name)).append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_duplicate_columns_of_excel_do_not_hide_the_rest() -> None:
    rows: list[list[object]] = [["type", "name", "label", "label"], ["txet", "a", "A", "B"]]
    report = check_workbook(xlsx(survey=rows, choices=[["list_name", "name", "label"]]), "x.xlsx")
    assert places(report) == [("survey", 1, "label"), ("survey", 2, "type")]


def test_a_table_of_data_is_no_form() -> None:
    one = check_workbook(xlsx(Sheet1=[["city", "people"], ["Lviv", 700_000]]), "data.xlsx")
    two = check_workbook(xlsx(Sheet1=[["city"]], Sheet2=[["people"]]), "data.xlsx")
    assert places(one) == [("survey", 1, "type")]
    assert places(two) == [("survey", None, None)]


def test_a_form_without_rows_is_a_mistake() -> None:
    assert places(check("type | name | label")) == [("survey", 2, None)]


def test_whatever_the_bytes_a_report_comes_back() -> None:
    good = xlsx(survey=[["type", "name", "label"], ["text", "a", "A"]])
    chance = random.Random(7)  # noqa: S311 - guards nothing
    for _ in range(60):
        broken = bytearray(good)
        for _ in range(chance.randrange(1, 40)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert check_workbook(bytes(broken), "broken.xlsx") is not None


def test_xml_that_would_unfold_is_not_read() -> None:
    laughs = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><workbook>&c;</workbook>'
    )
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w") as made,
        zipfile.ZipFile(io.BytesIO(xlsx(survey=[["type"]]))) as good,
    ):
        for name in good.namelist():
            made.writestr(name, laughs if name == "xl/workbook.xml" else good.read(name))
    assert not check_workbook(out.getvalue(), "laughs.xlsx").ok
