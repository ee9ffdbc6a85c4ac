"""Everything about a person as files: JSON for programs, XLSX for people."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from storage.mydata import Rows

CELL = 32_767  # characters that Excel takes in a cell


def as_json(held: Mapping[str, Rows], at: datetime) -> bytes:
    """By table, its rows, with the moment of the copy."""
    made = {"made_at": at.isoformat(), **held}
    return json.dumps(made, ensure_ascii=False, indent=2).encode()


def as_workbook(held: Mapping[str, Rows]) -> bytes:
    """A sheet for each table that has rows. Texts are texts: a formula in one stays a word."""
    import xlsxwriter  # type: ignore[import-untyped]  # rarely needed: no start waits for it

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as workbook:
        bold = workbook.add_format({"bold": True})
        for name, rows in held.items():
            if not rows:
                continue
            sheet = workbook.add_worksheet(name[:31])
            columns = list(dict.fromkeys(column for row in rows for column in row))
            sheet.write_row(0, 0, columns, bold)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows, 1):
                _write(sheet, number, [row.get(column) for column in columns])
            sheet.autofit(max_width=400)
    return made.getvalue()


def _write(sheet: Any, number: int, values: Sequence[object]) -> None:
    for column, value in enumerate(values):
        match value:
            case None:
                continue
            case bool():
                sheet.write_boolean(number, column, value)
            case int() | float() if abs(value) < 10**15:
                sheet.write_number(number, column, value)
            case dict() | list():
                text = json.dumps(value, ensure_ascii=False)
                sheet.write_string(number, column, text[:CELL])
            case _:
                sheet.write_string(number, column, str(value)[:CELL])
