"""Lists and exports made to harm: none holds the program up, and none is more than its words."""

import csv
import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from domain.surveys.imports.tables import MAX_UNPACKED, ExportError, read_tables

SHEET = "xl/worksheets/sheet1.xml"


def workbook(change: Callable[[str], str] = str) -> bytes:
    """A list of two rows, its sheet's XML changed."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["name", "note"])
    book.active.append(["Лікарня", '=HYPERLINK("http://x","=1+1")'])
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, change(part.decode()) if name == SHEET else part)
    return changed.getvalue()


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name.replace("_", "."), content)
    return made.getvalue()


def test_a_sheet_that_lies_about_its_size_is_read_as_far_as_it_goes() -> None:
    def lie(xml: str) -> str:
        far = xml.replace('<row r="2"', '<row r="100000"')
        far = re.sub(r'r="([AB])2"', r'r="\g<1>100000"', far)
        return re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', far)

    [table] = read_tables(workbook(lie), "list.xlsx")
    assert [(line.number, line.cells["name"]) for line in table.lines] == [(100_000, "Лікарня")]


def test_formulas_in_a_list_are_not_calculated() -> None:
    [table] = read_tables(workbook(), "list.xlsx")
    assert table.lines[0].cells == {"name": "Лікарня"}  # nobody has calculated the other yet
    [table] = read_tables(b"name,note\n=1+1,@SUM(A1)\n", "list.csv")
    assert table.lines[0].cells == {"name": "=1+1", "note": "@SUM(A1)"}


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize(
    "make",  # when it is its turn: they are half a gigabyte together
    [
        lambda: archive(a_csv=b"name\n" + b"0" * (MAX_UNPACKED + 1)),
        lambda: workbook(
            lambda xml: xml.replace("Лікарня", "x" * MAX_UNPACKED)[: MAX_UNPACKED + 9]
        ),
        lambda: archive(inner_zip=archive(a_csv=b"name\nx\n")),
        lambda: b"PK\x03\x04 and nothing",
        lambda: b"\x00" * 1000,
    ],
    ids=["zip bomb", "cut short", "nested", "no archive", "zeros"],
)
def test_a_hostile_file_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(ExportError):
        read_tables(make(), "list.csv")


def test_entities_of_a_sheet_are_not_unfolded() -> None:
    laughing = workbook(lambda xml: LAUGHS + re.sub(r"<v */>|<v></v>", "<v>&i;</v>", xml))
    try:
        tables = read_tables(laughing, "list.xlsx")
    except ExportError:
        return
    assert all(len(text) < 1000 for line in tables[0].lines for text in line.cells.values())


def test_a_cell_without_end_is_refused() -> None:
    before = csv.field_size_limit(131_072)  # pyxform, once it is loaded, allows more
    try:
        with pytest.raises(ExportError):
            read_tables(b"name\n" + b"x" * 200_000, "list.csv")
    finally:
        csv.field_size_limit(before)
