"""XLSX, CSV, SPSS and JSON lines."""

import csv
import json
import re
import tempfile
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from dialogs.exports.labels import Labels
from dialogs.exports.tables import Cell, Choices, Row, Table, fill, instance_id
from domain.surveys.results.codebook import Codebook, Variable
from storage.records import Record

#: what a spreadsheet takes for the beginning of a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CODEBOOK = "codebook"
LONGEST = 32_767  # characters that a cell of a spreadsheet holds
SHEET_NAME = 31  # characters that its name holds


async def write_xlsx(
    file: Path,
    codebook: Codebook,
    made: list[Table],
    records: AsyncIterator[Record],
    labels: Labels,
    choices: Choices,
) -> int:
    """A workbook: a sheet for the responses, one for each repeat, the codebook.

    Rows leave memory as they are written. Text is text, never a formula: it is written as a
    string and marked so, and stays one when it is edited.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        quoted = book.add_format({"quote_prefix": True})
        sheets: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for table, name in zip(made, _sheet_names(made), strict=True):
            sheet = sheets[table.repeat] = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            _xlsx_row(sheet, 0, [column.header for column in table.columns], bold)
            lines[table.repeat] = 1

        def write(table: Table, row: Row) -> None:
            _xlsx_row(sheets[table.repeat], lines[table.repeat], row, None, quoted)
            lines[table.repeat] += 1

        count = await fill(made, records, labels, choices, write)
        sheet = book.add_worksheet(CODEBOOK)
        for line, cells in enumerate(codebook_rows(codebook, labels, choices)):
            _xlsx_row(sheet, line, cells, bold if line == 0 else None, quoted)
    return count


def _xlsx_row(
    sheet: Any, line: int, cells: Sequence[Cell], style: Any, quoted: Any = None
) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            text = cell[:LONGEST]
            sheet.write_string(
                line, place, text, quoted if style is None and text.startswith(FORMULA) else style
            )
        elif cell is not None:
            sheet.write_number(line, place, cell, style)


def _sheet_names(made: list[Table]) -> list[str]:
    """Names that a workbook takes: short, without its forbidden characters, each once."""
    taken = {CODEBOOK}
    names = []
    for table in made:
        name = re.sub(r"[\[\]:*?/\\]", " ", table.name).strip("' ")[:SHEET_NAME] or "data"
        number = 2
        while name.casefold() in taken:
            name = f"{name[: SHEET_NAME - 3]}_{number}"
            number += 1
        taken.add(name.casefold())
        names.append(name)
    return names


async def write_csv(
    file: Path,
    codebook: Codebook,
    made: list[Table],
    records: AsyncIterator[Record],
    labels: Labels,
    choices: Choices,
) -> int:
    """A zip of CSV files, one a table and the codebook: UTF-8 with a mark that Excel needs.

    Text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = [*_sheet_names(made), CODEBOOK]
        paths = [Path(folder) / f"{number}.csv" for number in range(len(names))]
        opened = [path.open("w", encoding="utf-8-sig", newline="") for path in paths]
        try:
            writers = [csv.writer(stream) for stream in opened]
            by_table = {table.repeat: writer for table, writer in zip(made, writers, strict=False)}
            for table in made:
                by_table[table.repeat].writerow([defused(c.header) for c in table.columns])

            def write(table: Table, row: Row) -> None:
                by_table[table.repeat].writerow([defused(cell) for cell in row])

            count = await fill(made, records, labels, choices, write)
            for cells in codebook_rows(codebook, labels, choices):
                writers[-1].writerow([defused(cell) for cell in cells])
        finally:
            for stream in opened:
                stream.close()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, name in zip(paths, names, strict=True):
                archive.write(path, f"{name}.csv")
    return count


def defused(cell: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula, made text again by an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def codebook_rows(codebook: Codebook, labels: Labels, choices: Choices) -> list[list[Cell]]:
    """The codebook: a line for each variable, and one for each of its codes."""
    lines: list[list[Cell]] = [["name", "type", "repeat", "code", "label", "withheld"]]
    for one in [*codebook.metadata, *codebook.variables]:
        repeat = one.repeats[-1].rpartition("/")[2] if one.repeats else None
        withheld = "personal" if one.personal and not choices.personal else None
        lines.append([one.name, one.type, repeat, None, labels.question(one), withheld])
        lines += [[one.name, None, repeat, c, labels.code(one, c), None] for c in one.codes]
    return lines


async def write_jsonl(
    file: Path,
    codebook: Codebook,
    made: list[Table],
    records: AsyncIterator[Record],
    labels: Labels,
    choices: Choices,
) -> int:
    """JSON lines: a response a line, as Kobo's API gives them; repeats as lists of objects."""
    count = 0
    variables = [*codebook.metadata, *codebook.variables]
    with file.open("w", encoding="utf-8") as out:
        async for record in records:
            count += 1
            line: dict[str, Any] = {
                "_id": record.id,
                "_uuid": instance_id(record),
                "_submission_time": record.submitted_at.isoformat(),
                "__version__": record.version,
                **_object(variables, (), record.values, labels, choices),
            }
            for table in made[1:]:
                inside = [one for one in variables if one.repeats[-1:] == (table.repeat,)]
                line[table.name] = [
                    {
                        "_positions": list(instance.positions),
                        **_object(inside, inside[0].repeats, instance.values, labels, choices),
                    }
                    for instance in record.instances(table.repeat)
                ]
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return count


def _object(
    variables: Sequence[Variable],
    repeats: tuple[str, ...],
    values: dict[str, str],
    labels: Labels,
    choices: Choices,
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in variables:
        if one.repeats != repeats or (one.personal and not choices.personal):
            continue
        value = next((values[node] for node in one.nodes if node in values), None)
        if value is not None:
            parts = value.split() if one.several else [value]
            said = [labels.code(one, part) for part in parts] if choices.labels else parts
            found[one.name] = said if one.several else said[0]
    return found


async def write_sav(
    file: Path,
    codebook: Codebook,
    made: list[Table],
    records: AsyncIterator[Record],
    labels: Labels,
    choices: Choices,
) -> int:
    """SPSS: variables with labels, codes with theirs. A repeat is a file of its own beside it
    (`name.link.sav`), joined by `_submission__id`. SPSS allows no `/` in names: `stages_rnd`.
    """
    import polars as pl
    import pyreadstat

    columns: dict[str, list[list[Cell]]] = {t.repeat: [[] for _ in t.columns] for t in made}

    def write(table: Table, row: Row) -> None:
        for place, cell in zip(columns[table.repeat], row, strict=True):
            place.append(cell)

    coded = Choices(choices.language, labels=False, personal=choices.personal)
    count = await fill(made, records, labels, coded, write)
    for table in made:
        names = _sav_names([column.header for column in table.columns])
        data: dict[str, pl.Series] = {}
        told: dict[str, str | None] = {}
        value_labels: dict[str, dict[Any, str]] = {}
        for name, column, cells in zip(names, table.columns, columns[table.repeat], strict=True):
            numeric = any(c is not None for c in cells) and not any(
                isinstance(c, str) for c in cells
            )
            values: list[Any] = cells
            if not numeric:
                values = [None if c is None else str(c) for c in cells]
            data[name] = pl.Series(
                name, values, dtype=pl.Float64 if numeric else pl.Utf8, strict=False
            )
            told[name] = _sav_label(column.header, column.variable, column.code, labels)
            found = _sav_values(column.variable, column.code, numeric, labels)
            if found:
                value_labels[name] = found
        target = file if not table.repeat else file.with_suffix(f".{table.name}.sav")
        pyreadstat.write_sav(
            pl.DataFrame(data),
            str(target),
            file_label=labels.title[:60],
            column_labels=told,
            variable_value_labels=value_labels,
        )
    return count


def _sav_label(header: str, variable: Variable | None, code: str | None, labels: Labels) -> str:
    if variable is None:
        return header
    question = labels.question(variable)
    return question if code is None else f"{labels.code(variable, code)}: {question}"


def _sav_values(
    variable: Variable | None, code: str | None, numeric: bool, labels: Labels
) -> dict[Any, str]:
    if variable is None:
        return {}
    if code is not None:
        return {0: labels.no, 1: labels.yes} if numeric else {}
    if variable.type == "select_one" and not numeric:
        return {one: labels.code(variable, one) for one in variable.codes}
    return {}


def _sav_names(headers: Sequence[str]) -> list[str]:
    """Names that SPSS takes: 64 bytes, a letter first, each once whatever its case."""
    taken: set[str] = set()
    names = []
    for header in headers:
        name = re.sub(r"\W", "_", header)
        name = name if name[:1].isalpha() else f"v{name}"
        name = name.encode()[:60].decode(errors="ignore").rstrip("_") or "v"
        unique, number = name, 2
        while unique.casefold() in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique.casefold())
        names.append(unique)
    return names
