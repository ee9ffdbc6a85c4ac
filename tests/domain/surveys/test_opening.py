"""What ODK Collect cannot open is refused, by row; what it opens is not."""

import tempfile
from pathlib import Path

import pytest

from domain.surveys.response import Response
from domain.surveys.xlsform import Report, check_workbook
from domain.surveys.xlsform.convert import convert
from domain.surveys.xlsform.workbook import open_workbook
from domain.surveys.xpath.errors import XPathError
from domain.surveys.xpath.patterns import compile_pattern
from tests.domain.surveys.forms import NOW, workbook
from tests.domain.surveys.javarosa.oracle import play
from tests.domain.surveys.xpath.oracle import available

CHOICES = "list_name | name | label\nyn | yes | Yes\nyn | no | No"
FILES = {"fruits.csv": b"code,fruit\nmango,Mango\n"}

#: forms that convert, and that JavaRosa stops at as it opens them: rows, where
CLOSED: dict[str, tuple[str, tuple[str, int, str]]] = {
    "date made of a word": (
        "type | name | label | calculation\ntext | b | B |\ncalculate | a | | date('soon')",
        ("survey", 3, "calculation"),
    ),
    "in a group of no relevance": (
        (
            "type | name | label | relevant | calculation\nbegin_group | g | G | false() |\n"
            "calculate | a | | | date('soon')\ntext | b | B | |\nend_group"
        ),
        ("survey", 3, "calculation"),
    ),
    "list that is not there": (
        "type | name | label | relevant\ntext | a | A | count(instance('no')/root/item) > 1",
        ("survey", 2, "relevant"),
    ),
    "sum of no path": (
        "type | name | label | required\ntext | a | A | sum(1) > 1",
        ("survey", 2, "required"),
    ),
    "read-only": (
        "type | name | label | read_only\ntext | a | A | decimal-date-time('x') > 1",
        ("survey", 2, "read_only"),
    ),
    "count": (
        (
            "type | name | label | repeat_count\nbegin_repeat | r | R | int(date('x'))\n"
            "text | a | A |\nend_repeat"
        ),
        ("survey", 2, "repeat_count"),
    ),
    "default": (
        "type | name | label | default\ntext | a | A | concat(date('x'), 'y')",
        ("survey", 2, "default"),
    ),
    "default of another type": (
        "type | name | label | default\ninteger | a | A | today()",
        ("survey", 2, "default"),
    ),
    "number for a date": (
        "type | name | label | default\ndate | a | A | today() + 1",
        ("survey", 2, "default"),
    ),
    "text for a time": (
        "type | name | label | default\ntime | a | A | concat('no', 'on')",
        ("survey", 2, "default"),
    ),
    "point": (
        "type | name | label | calculation\ngeopoint | a | A | concat('no', 'where')",
        ("survey", 2, "calculation"),
    ),
    "value of a group": (
        (
            "type | name | label | calculation\nbegin_group | g | G | 1 + 1\ntext | a | A |\n"
            "end_group"
        ),
        ("survey", 2, "calculation"),
    ),
    "repeat around nothing": (
        (
            "type | name | label | calculation\ntext | a | A |\nbegin_repeat | r | R |\n"
            "text | b | B |\nend_repeat\ncalculate | c | | indexed-repeat(${a}, ${r}, 1)"
        ),
        ("survey", 6, "calculation"),
    ),
    "digest": (
        "type | name | label | calculation\ntext | a | A | digest('a', 'no such')",
        ("survey", 2, "calculation"),
    ),
    "file without a label": (
        "type | name | label | parameters\nselect_one_from_file fruits.csv | a | A | value=code",
        ("survey", 2, "parameters"),
    ),
    "file without that column": (
        (
            "type | name | label | parameters\n"
            "select_one_from_file fruits.csv | a | A | value=code label=name"
        ),
        ("survey", 2, "parameters"),
    ),
    "name of the response": (
        "type | name | label\ntext | a | A\nsettings\ninstance_name\ndate('x')",
        ("settings", 2, "instance_name"),
    ),
}

#: forms that JavaRosa opens, strange as they are
OPEN: dict[str, str] = {
    "defaults that are dropped": (
        "type | name | label | default\ninteger | a | A | many\ndecimal | b | B | x\n"
        "date | c | C | 05.01.2026\ntime | d | D | noon\ngeopoint | e | E | here\n"
        "integer | f | F | 5.5\ndatetime | g | G | soon"
    ),
    "defaults of all spellings": (
        "type | name | label | default\ndecimal | a | A | .5\ndecimal | b | B | 5.\n"
        "decimal | c | C | 1e3\ninteger | d | D | 07\ninteger | e | E | 007\n"
        "date | f | F | 2026-1-5\ntime | g | G | 10:30\ndatetime | h | H | 2026-01-05\n"
        "geopoint | i | I | 50.45 30.52"
    ),
    "default that is no code": "type | name | label | default\nselect_one yn | a | A | maybe",
    "sum as a default": "type | name | label | default\ninteger | a | A | 2 + 3",
    "no number": "type | name | label | default\ninteger | a | A | - x",
    "word without quotes": "type | name | label | relevant\ntext | a | A | FALES",
    "constraint that fails": "type | name | label | constraint\ntext | a | A | date('x') = 1",
    "not reached": (
        "type | name | label | calculation\ntext | a | A |\n"
        "calculate | b | | if(${a} = 'x', date('soon'), '')"
    ),
    "counted repeat": (
        "type | name | label | repeat_count\nbegin_repeat | r | R | 2\ntext | a | A |\n"
        "end_repeat\nnote | n | N |"
    ),
    "file that nobody sent": "type | name | label\nselect_one_from_file places.csv | a | A",
    "look ahead": "type | name | label | constraint\ntext | a | A | regex(., '^(?!0)[0-9]{8}$')",
}


def source(rows: str, choices: str = CHOICES) -> bytes:
    """A workbook; a third sheet stands behind a line of its name."""
    rows, _, settings = rows.partition("\nsettings\n")
    lines = ["", "| settings |", *(f"| | {line} |" for line in settings.splitlines())]
    return workbook(rows, choices) + ("\n".join(lines).encode() if settings else b"")


def check(rows: str, choices: str = CHOICES) -> Report:
    return check_workbook(source(rows, choices), "form.md", FILES)


def begun(rows: str) -> Response:
    form = check(rows).form
    assert form is not None
    response = Response(form, now=NOW)
    response.first_load()
    return response


@pytest.mark.parametrize("name", CLOSED)
def test_what_collect_cannot_open_is_refused(name: str) -> None:
    rows, place = CLOSED[name]
    report = check(rows)
    assert [(one.sheet, one.row, one.column) for one in report.errors] == [place]
    assert report.errors[0].hint is not None


def test_a_list_must_have_a_label_in_its_first_row() -> None:
    rows = "type | name | label\nselect_one yn | a | A\nselect_one yn | b | B"
    report = check(rows, "list_name | name | label\nyn | yes |\nyn | no | No")
    assert [(one.sheet, one.row, one.column) for one in report.errors] == [("choices", 2, "label")]
    assert check(rows, "list_name | name | label\nyn | yes | Yes\nyn | no |").ok


@pytest.mark.parametrize("name", OPEN)
def test_what_collect_opens_is_not_refused(name: str) -> None:
    report = check(OPEN[name])
    assert report.ok, report.errors


def test_a_choice_of_no_list_is_warned_of() -> None:
    choices = "list_name | name | label\nyn | yes | Yes\n | no | No"
    report = check("type | name | label\nselect_one yn | a | A", choices)
    assert report.ok
    assert ("choices", 3, "list_name") in [
        (one.sheet, one.row, one.column) for one in report.warnings
    ]


def test_a_default_that_is_dropped_is_warned_of() -> None:
    report = check(OPEN["defaults that are dropped"])
    assert [(one.row, one.column) for one in report.warnings] == [
        (row, "default") for row in range(2, 9)
    ]
    assert not check(OPEN["defaults of all spellings"]).warnings


def test_defaults_stand_as_javarosa_keeps_them() -> None:
    response = begun(OPEN["defaults of all spellings"])
    assert {name: response.value(f"/data/{name}") for name in "abcdefghi"} == {
        "a": "0.5",
        "b": "5",
        "c": "1000",
        "d": "7",
        "e": "7",
        "f": "2026-01-05",
        "g": "10:30:00.000+02:00",
        "h": "2026-01-05T00:00:00.000+02:00",
        "i": "50.45 30.52 0 0",
    }
    dropped = begun(OPEN["defaults that are dropped"])
    assert {dropped.value(f"/data/{name}") for name in "abcdefg"} == {""}


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("^(?=.*[0-9])(?=.*[a-z]).{4}$", "ab12", "abcd"),
        ("^(?!0)[0-9]{3}$", "123", "012"),
        ("(?!(12|34))[0-9]{4}", "5612", "1256"),
        (r"^(?=\))\)a$", ")a", "a"),
        ("^(?=[)]a)[)]a$", ")a", "a)"),
    ],
)
def test_looks_ahead_at_the_beginning(pattern: str, matching: str, other: str) -> None:
    compiled = compile_pattern(pattern)
    assert compiled.matches(matching)
    assert not compiled.matches(other)


@pytest.mark.parametrize("pattern", ["^(?=a)b|c", "^((?=x)x)$", "(?=a", "a(?!b)"])
def test_looks_ahead_elsewhere_are_refused(pattern: str) -> None:
    with pytest.raises(XPathError):
        compile_pattern(pattern)


@pytest.mark.skipif(not available(), reason="no JDK to run JavaRosa with")
def test_javarosa_agrees() -> None:
    forms = {name: rows for name, (rows, _) in CLOSED.items()} | OPEN
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "fruits.csv").write_bytes(FILES["fruits.csv"])
        for number, rows in enumerate(forms.values()):
            xform = convert(open_workbook(source(rows), "form.md")).xform
            Path(folder, f"{number}.xml").write_text(xform, "utf-8")
        told = play(
            [("form", str(Path(folder, f"{number}.xml")), folder) for number in range(len(forms))]
        )
    opened = {name for name, (verdict, _) in zip(forms, told, strict=True) if verdict == "ok"}
    assert opened == set(OPEN)
