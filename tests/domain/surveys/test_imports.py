"""Exports of KoboToolbox and ODK Central, made here in every layout that they come in."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from domain.surveys.form import Form
from domain.surveys.imports import ExportError, Played, play, read_export
from domain.surveys.xlsform import read_workbook
from tests.domain.surveys.forms import workbook

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=ZoneInfo("Europe/Kyiv"))

ROWS = """
type | name | label | required | relevant | constraint | calculation
start | start
begin_group | org | Org
select_one kind | kind | Kind | yes
integer | beds | Beds | | ${kind} = 'hospital' | . >= 0 and . < 5000
select_multiple work | work | Work
end_group
begin_repeat | ward | Ward
text | title | Title | yes
begin_repeat | nurse | Nurse
text | who | Who
end_repeat
end_repeat
geopoint | where | Where
date | founded | Founded | | | . <= today()
calculate | doubled | | | | | ${beds} * 2
"""
CHOICES = """
list_name | name | label
kind | hospital | Hospital
kind | sme | SME
work | rnd | R&D
work | mfg | Making
"""

Rows = Sequence[Sequence[object]]


@pytest.fixture(scope="module")
def form() -> Form:
    found = read_workbook(workbook(ROWS, CHOICES), "clinic.md").form
    assert found is not None
    return found


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: Rows, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def archive(files: Mapping[str, Rows]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, rows in files.items():
            made.writestr(name, as_csv(rows))
    return out.getvalue()


def played(form: Form, data: bytes, name: str) -> list[Played]:
    return [play(form, one, NOW) for one in read_export(data, name, form).submissions]


WANTED = {
    "/data/org/kind": "hospital",
    "/data/org/beds": "120",
    "/data/org/work": "rnd mfg",
    "/data/ward[1]/title": "Surgery",
    "/data/ward[1]/nurse[1]/who": "Olena",
    "/data/ward[1]/nurse[2]/who": "Iryna",
    "/data/ward[2]/title": "Children",
    "/data/founded": "1999-05-04",
}

KOBO: dict[str, Rows] = {
    "Clinic": [
        ["start", "org/kind", "org/beds", "org/work", "org/work/rnd", "org/work/mfg",
         "founded", "doubled", "_uuid", "_submission_time", "_index"],
        ["2025-05-02T09:00:00.000+03:00", "hospital", 120, "rnd mfg", 1, 1,
         date(1999, 5, 4), 240, "aaa", "2025-05-02T07:00:00", 1],
    ],
    "ward": [
        ["ward/title", "_index", "_parent_table_name", "_parent_index"],
        ["Surgery", 1, "Clinic", 1],
        ["Children", 2, "Clinic", 1],
    ],
    "nurse": [
        ["ward/nurse/who", "_index", "_parent_table_name", "_parent_index"],
        ["Olena", 1, "ward", 1],
        ["Iryna", 2, "ward", 1],
    ],
}  # fmt: skip


def given(one: Played) -> dict[str, str]:
    return {path: text for path, text in one.answers.items() if path in WANTED}


def test_kobotoolbox_with_group_prefixes_and_nested_repeats(form: Form) -> None:
    [one] = played(form, xlsx(KOBO), "clinic.xlsx")
    assert (one.refused, one.notes) == ([], [])
    assert given(one) == WANTED
    assert one.repeats == {"/data/ward": 2, "/data/ward[1]/nurse": 2}
    assert one.answers["/data/start"] == "2025-05-02T09:00:00.000+03:00"


def test_kobotoolbox_with_plain_names_and_split_choices_alone(form: Form) -> None:
    sheets = dict(KOBO)
    sheets["Clinic"] = [
        ["kind", "beds", "work/rnd", "work/mfg", "founded", "_uuid", "_index"],
        ["hospital", "120", "1", "1", "1999-05-04", "aaa", 1],
    ]
    [one] = played(form, xlsx(sheets), "clinic.xlsx")
    assert not one.refused
    assert given(one) == WANTED


STOPPED = """
type | name | label | relevant
select_one kind | kind | Kind |
begin_repeat | ward | Ward | ${kind} = 'hospital'
text | title | Title |
begin_repeat | nurse | Nurse | ${title} = 'ICU'
text | who | Who |
end_repeat
end_repeat
"""


def test_instances_that_stopped_to_be_relevant_and_were_left_in_are_noted_alone() -> None:
    form = read_workbook(workbook(STOPPED, CHOICES), "clinic.md").form
    assert form is not None
    sheets: dict[str, Rows] = {
        "Clinic": [["kind", "_uuid", "_index"], ["hospital", "aaa", 1], ["sme", "bbb", 2]],
        "ward": [["title", "_index", "_parent_index"], ["Lab", 1, 1], ["ICU", 2, 1],
                 ["ICU", 3, 2], ["Lab", 4, 2]],
        "nurse": [["who", "_index", "_parent_table_name", "_parent_index"],
                  ["Olena", 1, "ward", 1], ["Sofia", 2, "ward", 1], ["Iryna", 3, "ward", 2],
                  ["Maria", 4, "ward", 3]],
    }  # fmt: skip
    hospital, sme = played(form, xlsx(sheets), "clinic.xlsx")
    assert (hospital.refused, sme.refused) == ([], [])
    assert "/data/ward[2]/nurse[1]/who" in hospital.answers
    assert "/data/ward[1]/nurse[2]/who" not in hospital.answers
    assert {one.path for one in hospital.notes} == {
        "/data/ward[1]/nurse", "/data/ward[1]/nurse[1]/who"
    }  # fmt: skip
    assert "/data/ward" in [one.path for one in sme.notes]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_kobotoolbox_csv_has_no_repeats(form: Form, delimiter: str) -> None:
    rows = [["kind", "work", "_uuid"], ["sme", "mfg", "bbb"], ["", "", ""], ["sme", "rnd", "ccc"]]
    export = read_export(as_csv(rows, delimiter), "clinic.csv", form)
    assert [(one.row, one.key) for one in export.submissions] == [(2, "bbb"), (4, "ccc")]


def test_odk_central(form: Form) -> None:
    data = archive(
        {
            "clinic.csv": [
                ["SubmissionDate", "start", "org-kind", "org-beds", "org-work",
                 "where-Latitude", "where-Longitude", "where-Altitude", "where-Accuracy",
                 "founded", "KEY", "SubmitterName", "SET-OF-ward"],
                ["2025-05-02T07:00:00.000Z", "", "hospital", "120", "rnd mfg",
                 "50.4", "30.5", "", "", "1999-05-04", "uuid:k1", "me", "x"],
            ],
            "clinic-ward.csv": [
                ["title", "PARENT_KEY", "KEY"],
                ["Surgery", "uuid:k1", "uuid:k1/ward[1]"],
                ["Children", "uuid:k1", "uuid:k1/ward[2]"],
            ],
            "clinic-nurse.csv": [
                ["who", "PARENT_KEY", "KEY"],
                ["Olena", "uuid:k1/ward[1]", "uuid:k1/ward[1]/nurse[1]"],
                ["Iryna", "uuid:k1/ward[1]", "uuid:k1/ward[1]/nurse[2]"],
            ],
        }
    )  # fmt: skip
    export = read_export(data, "clinic.zip", form)
    [submission] = export.submissions
    assert submission.key == "k1"
    assert submission.submitted_at == datetime(2025, 5, 2, 7, tzinfo=UTC)
    assert export.unknown == {}
    one = play(form, submission, NOW)
    assert not one.refused
    assert given(one) == WANTED
    assert one.answers["/data/where"] == "50.4 30.5 0 0"


@pytest.mark.parametrize(
    ("row", "path"),
    [
        (["school", "", ""], "/data/org/kind"),
        (["hospital", "5001", ""], "/data/org/beds"),
        (["hospital", "many", ""], "/data/org/beds"),
        (["", "", "rnd"], "/data/org/kind"),
        (["hospital", "", "rnd xyz"], "/data/org/work"),
    ],
)
def test_what_the_form_refuses_is_refused(form: Form, row: list[str], path: str) -> None:
    [one] = played(form, as_csv([["kind", "beds", "work"], row]), "clinic.csv")
    assert [refused.path for refused in one.refused] == [path]


def test_what_is_not_asked_is_kept_with_a_note(form: Form) -> None:
    [one] = played(form, as_csv([["kind", "beds"], ["sme", "12"]]), "clinic.csv")
    assert not one.refused
    assert [note.path for note in one.notes] == ["/data/org/beds"]
    assert one.answers["/data/org/beds"] == "12"


def test_a_calculation_that_comes_out_otherwise_is_noted(form: Form) -> None:
    rows = [["kind", "beds", "doubled"], ["hospital", "4", "9"], ["hospital", "4", "8.0"]]
    wrong, right = played(form, as_csv(rows), "clinic.csv")
    assert [note.path for note in wrong.notes] == ["/data/doubled"]
    assert right.notes == []


def test_the_clock_stands_where_the_row_was_submitted(form: Form) -> None:
    rows = [["kind", "founded", "_submission_time"], ["sme", "2025-05-04", "2025-05-02T07:00:00"]]
    [one] = played(form, as_csv(rows), "clinic.csv")
    assert [refused.path for refused in one.refused] == ["/data/founded"]


def test_a_row_without_an_id_is_known_by_its_content(form: Form) -> None:
    data = as_csv([["kind", "work"], ["sme", "rnd"], ["sme", "mfg"]])
    first, second = read_export(data, "a.csv", form).submissions
    again, _ = read_export(data, "b.csv", form).submissions
    assert first.key == again.key != second.key


def test_columns_that_the_form_has_not_are_named(form: Form) -> None:
    rows = [["kind", "colour", "_notes"], ["sme", "red", ""]]
    assert read_export(as_csv(rows), "c.csv", form).unknown == {"c": ("colour",)}


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 broken", b"\x89PNG\r\n\x1a\n\0\0\0", b"colour,shape\nred,round\n"],
)
def test_other_files_are_refused_with_a_sentence(form: Form, data: bytes) -> None:
    with pytest.raises(ExportError):
        read_export(data, "x.csv", form)


def test_an_archive_that_unpacks_to_too_much_is_not_read(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.surveys.imports.tables.MAX_UNPACKED", 1_000)
    data = archive({"clinic.csv": [["kind"], *[["sme"]] * 1_000]})
    with pytest.raises(ExportError, match="unpacks"):
        read_export(data, "clinic.zip", form)
