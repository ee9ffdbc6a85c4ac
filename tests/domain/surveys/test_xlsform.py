"""Workbooks as people send them: read by content, all mistakes at once."""

import io
import zipfile

import openpyxl
import pytest

from domain.surveys.xlsform import WorkbookError, check_workbook, read_workbook
from domain.surveys.xlsform.columns import Column, Type, choice_column, column, question_type
from domain.surveys.xlsform.workbook import MAX_BYTES
from tests.domain.surveys.forms import FIXTURES, VALUE_CHAIN, report, workbook

ROWS = "type | name | label\ntext | a | Як?\nselect_one l | b | Що?"
CHOICES = "list_name | name | label\nl | x | Ікс"
TABLE = [line.split(" | ") for line in ROWS.splitlines()]
CHOICE_TABLE = [line.split(" | ") for line in CHOICES.splitlines()]


def excel() -> bytes:
    book = openpyxl.Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in TABLE:
        survey.append(row)
    choices = book.create_sheet("choices")
    for row in CHOICE_TABLE:
        choices.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def comma_separated(delimiter: str, encoding: str) -> bytes:
    lines = ["survey", *(delimiter.join(["", *row]) for row in TABLE)]
    lines += ["choices", *(delimiter.join(["", *row]) for row in CHOICE_TABLE)]
    return "\r\n".join(lines).encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        excel(),
        workbook(ROWS, CHOICES),
        b"\xef\xbb\xbf" + workbook(ROWS, CHOICES),
        comma_separated(",", "utf-8"),
        comma_separated(";", "cp1251"),
        comma_separated(";", "utf-16"),
    ],
    ids=["xlsx", "md", "md-bom", "csv", "csv-cp1251", "csv-utf16"],
)
@pytest.mark.parametrize("name", ["form.xls", "form"])
def test_the_content_decides_not_the_name(data: bytes, name: str) -> None:
    checked = check_workbook(data, name)
    assert checked.ok, checked.errors
    assert checked.questions == 2
    assert checked.form_id == "form"
    assert checked.form is not None
    assert checked.form.instances["l"].children[0].find("label").text == "Ікс"  # type: ignore[union-attr]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(101 * 2**20))
    return out.getvalue()


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(2_001):
            archive.writestr(str(number), "")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"x" * (MAX_BYTES + 1), "too large"),
        (bomb(), "unpacks to more"),
        (many_parts(), "unpacks to more"),
        (b"PK\x03\x04 nothing", "damaged"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + b"nothing", "not an XLSForm"),
        (b"\x00\x01\x02", "not an XLSForm"),
        ("просто текст".encode(), "not an XLSForm"),
        (b"%PDF-1.7 \xe2\xe3", "not an XLSForm"),
    ],
)
def test_what_is_no_workbook_is_said_so(data: bytes, message: str) -> None:
    checked = check_workbook(data, "form.xlsx")
    assert not checked.ok
    assert [message in str(problem.message) for problem in checked.errors] == [True]


def test_too_many_rows_are_refused() -> None:
    rows = "\n".join(["type | name | label", *(f"text | q{n} | Q" for n in range(5_001))])
    checked = check_workbook(workbook(rows), "long.md")
    assert "more than 5000 rows" in str(checked.errors[0].message)


def test_all_usual_mistakes_are_found_at_once() -> None:
    found = {
        (problem.sheet, problem.row, problem.column)
        for problem in report(FIXTURES / "mistakes.md").errors
    }
    assert found == {
        ("survey", 2, "relevant"),
        ("survey", 3, "name"),
        ("survey", 4, "type"),
        ("survey", 5, "type"),
        ("survey", 6, "name"),
        ("survey", 7, "name"),
        ("survey", 8, "label"),
        ("survey", 9, "calculation"),
        ("survey", 11, "choice_filter"),
        ("survey", 12, "type"),
        ("survey", 13, "label"),
        ("survey", 15, "type"),
        ("survey", 17, "type"),
        ("choices", 4, "name"),
        ("choices", 5, "name"),
        ("choices", 6, "name"),
    }


def test_a_group_that_ends_before_what_is_in_it() -> None:
    rows = "type | name | label\nbegin_group | g | G\nbegin_repeat | r | R\nend_group"
    (problem,) = check_workbook(workbook(rows), "ends.md").errors
    assert problem.row == 4
    assert str(problem.message) == "Here “end repeat” is needed, for the one begun in row 3."


def test_what_only_pyxform_finds_is_relayed_with_its_row() -> None:
    checked = check_workbook(workbook("type | name | label\ntext | meta | M"), "meta.md")
    (problem,) = checked.errors
    assert (problem.sheet, problem.row, problem.column) == ("survey", 2, "name")
    assert "meta" in str(problem.message)


def test_an_expression_that_cannot_be_read_names_its_row_and_column() -> None:
    rows = "type | name | label | relevant\ntext | a | A |\ntext | b | B | ${a} = (("
    (problem,) = check_workbook(workbook(rows), "broken.md").errors
    assert (problem.sheet, problem.row, problem.column) == ("survey", 3, "relevant")


def test_a_pattern_that_cannot_work_is_an_error_and_a_loose_one_a_warning() -> None:
    rows = "type | name | label | constraint\ntext | a | A | regex(., '{}')"
    broken = check_workbook(workbook(rows.format("y(?=x)")), "pattern.md")
    assert [problem.row for problem in broken.errors] == [2]
    loose = check_workbook(workbook(rows.format("[0-9]+")), "pattern.md")
    assert loose.ok
    assert [(problem.row, problem.column) for problem in loose.warnings] == [(2, "constraint")]


def test_a_cycle_is_an_error() -> None:
    (problem,) = report(FIXTURES / "cycle.md").errors
    assert "circle" in str(problem.message)


def test_unsupported_types_are_named_by_row() -> None:
    checked = report(FIXTURES / "types.md")
    assert checked.ok
    assert [(one.row, one.type, one.name) for one in checked.unsupported] == [
        (5, "start-geopoint", "where_begun"),
        (25, "barcode", "barcode"),
        (26, "geotrace", "trace"),
        (27, "geoshape", "shape"),
    ]
    assert checked.questions == 18


def test_missing_translations_and_files_are_warned_of() -> None:
    warned = [str(problem.message) for problem in report(FIXTURES / "clinic.md").warnings]
    assert "“share” has no label in Ukrainian (uk)." in warned
    data = (FIXTURES / "types.md").read_bytes()
    alone = [str(problem.message) for problem in check_workbook(data, "types.md").warnings]
    assert alone == ["The file “places.csv” is missing; its list is empty."]


def test_many_missing_translations_are_one_warning() -> None:
    rows = "\n".join(
        ["type | name | label::English (en) | label::Ukrainian (uk)", "text | a | A | А"]
        + [f"text | q{number} | Q |" for number in range(11)]
    )
    checked = check_workbook(workbook(rows), "half.md")
    assert "11 rows have no label in Ukrainian (uk)." in {
        str(problem.message) for problem in checked.warnings
    }


def test_our_own_survey_is_in_order() -> None:
    checked = report(VALUE_CHAIN)
    assert checked.ok
    assert (checked.form_id, checked.questions) == ("value_chain", 56)
    assert checked.unsupported == ()


def test_the_json_has_the_published_shape() -> None:
    shape = report(FIXTURES / "mistakes.md").as_json()
    assert list(shape) == [
        "ok",
        "form_id",
        "title",
        "version",
        "languages",
        "questions",
        "errors",
        "warnings",
        "unsupported",
    ]
    assert shape["errors"][0] == {  # type: ignore[index]
        "sheet": "survey",
        "row": 2,
        "column": "relevant",
        "message": "There is no question “nobody”. "
        "The names stand in the column “name” of the sheet “survey”.",
    }


def test_reading_a_broken_workbook_raises_with_all_problems() -> None:
    with pytest.raises(WorkbookError) as caught:
        read_workbook((FIXTURES / "mistakes.md").read_bytes(), "mistakes.md")
    assert len(caught.value.problems) == 16


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("label::Українська (uk)", Column("label", "Українська (uk)")),
        ("label : English", Column("label", "English")),
        ("media::image::English", Column("image", "English")),
        ("relevance", Column("relevant")),
        ("Repeat Count", Column("repeat_count")),
        ("bind::jr:constraintMsg", Column("constraint_message")),
        ("bind::lanka:profile", Column("bind::lanka:profile")),
    ],
)
def test_headers(header: str, found: Column) -> None:
    assert column(header) == found


def test_a_header_of_the_choices_sheet_has_other_aliases() -> None:
    assert choice_column("list name") == Column("list_name")
    assert choice_column("tag") == Column("tag")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("select_one yn", Type("select_one", "yn")),
        ("select one from yn", Type("select_one", "yn")),
        ("select_multiple yn or_other", Type("select_multiple", "yn", other=True)),
        ("select_one_from_file a.csv", Type("select_one", "a.csv", file=True)),
        ("rank yn", Type("rank", "yn")),
        ("begin repeat", Type("begin repeat", control="repeat", edge="begin")),
        ("end_group", Type("end_group", control="group", edge="end")),
        ("end", Type("end")),
    ],
)
def test_types(cell: str, found: Type) -> None:
    assert question_type(cell) == found


def test_remarks_are_about_what_people_see_and_say_a_thing_once() -> None:
    """A label beside `start` or a calculation needs no translation; long lists are one remark."""
    rows = """
    type | name | label::English (en) | label::Ukrainian (uk) | calculation
    start | began | Start | |
    calculate | twice | Twice | | 1 + 1
    begin_group | g | About | |
    select_one a | a | A? | А? |
    select_one b | b | B? | |
    end_group | | | |
    """
    long = "a label that is certainly longer than any button of a phone can show"
    choices = "\n".join(
        f"{name} | x | {long} | {long}"
        for name in ("list_name | name | label::English (en) | label::Ukrainian (uk)", "a", "b")
    ).replace(f" | x | {long} | {long}", "", 1)
    found = check_workbook(workbook(rows, choices), "seen.md")
    said = [str(one.message) for one in found.warnings]
    assert [one for one in said if "has no label" in one] == [
        "“g” has no label in Ukrainian (uk).",
        "“b” has no label in Ukrainian (uk).",
    ]
    assert [one.rpartition(": ")[2] for one in said if "longer than a button" in one] == ["a, b."]


def test_columns_that_a_language_lacks_are_told_each_in_our_words() -> None:
    rows = """
    type | name | label::English (en) | label::Ukrainian (uk) | hint::Ukrainian (uk)
    select_one a | a | A? | А? | Так
    """
    choices = """
    list_name | name | label::English (en) | label::Ukrainian (uk) | image
    a | x | X | Х | x.png
    """
    found = check_workbook(workbook(rows, choices), "lacks.md")
    said = [(one.sheet, str(one.message)) for one in found.warnings]
    assert ("survey", "There is no hint in English (en).") in said
    assert ("choices", "There is no image in Ukrainian (uk).") in said
    assert not [words for _, words in said if "pyxform" in words or "default" in words]
