"""The header rows as they were written: pyxform keeps one of two columns with the same header."""

import csv
import io
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from domain.surveys.message import N_, Message
from domain.surveys.xlsform.problems import Problem

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
SAME_COLUMN = N_("Two columns are called “%(column)s”.")
KEEP_ONE = N_("Remove one of them, or give it a language, such as label::English (en).")

Grid = Sequence[Sequence[str]]


def duplicate_headers(grids: Mapping[str, Grid]) -> list[Problem]:
    """A problem for each header that a sheet has twice."""
    return [
        Problem(Message(SAME_COLUMN, {"column": header}), sheet, 1, header, Message(KEEP_ONE))
        for sheet, grid in grids.items()
        for header, times in Counter(" ".join(cell.split()) for cell in _head(grid)).items()
        if header and times > 1
    ]


def _head(grid: Grid) -> Sequence[str]:
    return grid[0] if grid else ()


def without_duplicates(grids: Mapping[str, Grid]) -> bytes:
    """The sheets as pyxform's CSV, each header once, so that the rest can be checked, too."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for sheet, grid in grids.items():
        head = [" ".join(cell.split()) for cell in _head(grid)]
        kept = [n for n, header in enumerate(head) if header and header not in head[:n]]
        writer.writerow([sheet])
        writer.writerow(["", *(head[n] for n in kept)])
        for row in grid[1:]:
            writer.writerow(["", *(row[n] if n < len(row) else "" for n in kept)])
    return out.getvalue().encode()


def read_grids(data: bytes, file_type: str, rows: int) -> dict[str, Grid]:
    """The first rows of the sheets that XLSForm knows, by lower-case name.

    A lone sheet counts as the survey, whatever its name.
    """
    sheets = dict(_READERS[file_type](data, rows))
    if len(sheets) == 1 and next(iter(sheets)) not in SHEETS:
        return {"survey": next(iter(sheets.values()))}
    return {name: grid for name, grid in sheets.items() if name in SHEETS}


def _is_read(name: str, sheets: int) -> bool:
    return sheets == 1 or name.lower() in SHEETS


def _xlsx(data: bytes, limit: int) -> Iterator[tuple[str, Grid]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's remarks on styles
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if not _is_read(sheet.title, len(book.worksheets)):
                continue
            rows = sheet.iter_rows(values_only=True, max_col=500, max_row=limit)
            yield sheet.title.lower(), [[_text(cell) for cell in row] for row in rows]
        book.close()


def _xls(data: bytes, limit: int) -> Iterator[tuple[str, Grid]]:
    import xlrd  # type: ignore[import-untyped]

    book = xlrd.open_workbook(file_contents=data)
    for sheet in book.sheets():
        if not _is_read(sheet.name, book.nsheets):
            continue
        numbers = range(min(sheet.nrows, limit))
        rows = ([_text(cell.value) for cell in sheet.row(n)] for n in numbers)
        yield sheet.name.lower(), list(rows)


def _csv(data: bytes, _: int) -> Iterator[tuple[str, Grid]]:
    yield from _in_one_text(csv.reader(io.StringIO(data.decode(), newline="")))


def _md(data: bytes, _: int) -> Iterator[tuple[str, Grid]]:
    lines = (line.strip() for line in data.decode().splitlines())
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line)
    yield from _in_one_text(rows)


def _in_one_text(rows: Iterator[list[str]]) -> Iterator[tuple[str, Grid]]:
    sheets: dict[str, list[list[str]]] = {}
    name = ""
    for row in rows:
        if row and row[0].strip():
            name = row[0].strip().lower()
        elif name and any(cell.strip() for cell in row):
            sheets.setdefault(name, []).append(row[1:])
    yield from sheets.items()


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return str(cell).upper()
    return "" if cell is None else str(cell)


_READERS = {".xlsx": _xlsx, ".xls": _xls, ".csv": _csv, ".md": _md}
