"""The tables of an export as text: workbooks, CSV files, archives of CSV files."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath

from domain.surveys.answers import number_text
from domain.surveys.message import N_, Message

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 500 * 1024 * 1024
MAX_ROWS = 200_000
_ZIP = b"PK\x03\x04"
#: cells may hold long texts; the default of 128 KB would stop at an essay
csv.field_size_limit(10 * 1024 * 1024)

NOT_AN_EXPORT = N_(
    "This is not an export of responses: an Excel file (.xlsx), a CSV file or an archive of CSV "
    "files is needed."
)
TOO_LARGE = N_("The file is too large: %(megabytes)s MB at most.")
TOO_MUCH_INSIDE = N_("The file unpacks to more than %(megabytes)s MB and was not read.")
TOO_MANY_ROWS = N_("The table “%(table)s” has more than %(limit)s rows.")
NO_ROWS = N_("The file has no table with a header.")


class ExportError(Exception):
    """The file cannot be read as an export of this form; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Line:
    """A row below the header: its number in the file, and its cells that hold something."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or CSV file by its name without folder and ending."""

    name: str
    headers: tuple[str, ...]
    lines: tuple[Line, ...]


def read_tables(data: bytes, name: str) -> list[Table]:
    """The tables of a file that have a header, in its order. Raises ExportError."""
    if len(data) > MAX_BYTES:
        raise ExportError(Message(TOO_LARGE, {"megabytes": MAX_BYTES // 2**20}))
    if not data.startswith(_ZIP):
        try:
            tables = [_table(PurePath(name).stem, _csv(data))]
        except csv.Error as error:  # a cell of more than 131,072 characters: no table
            raise ExportError(Message(NOT_AN_EXPORT)) from error
    else:
        tables = _unpacked(data)
    found = [table for table in tables if table.headers]
    if not found:
        raise ExportError(Message(NO_ROWS))
    return found


def _unpacked(data: bytes) -> list[Table]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise ExportError(Message(TOO_MUCH_INSIDE, {"megabytes": MAX_UNPACKED // 2**20}))
            if "[Content_Types].xml" in archive.namelist():
                return list(_sheets(data))
            return [
                _table(PurePath(part.filename).stem, _csv(archive.read(part)))
                for part in parts
                if part.filename.lower().endswith(".csv")
            ]
    except ExportError:
        raise
    except Exception as error:  # the archive, or openpyxl on a workbook that it did not foresee
        raise ExportError(Message(NOT_AN_EXPORT)) from error


def _sheets(data: bytes) -> Iterator[Table]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's remarks on styles
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                # What a sheet says of its size pads every row to it, and may be any lie.
                sheet.reset_dimensions()
                rows = ([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
                yield _table(sheet.title, rows)
        finally:
            book.close()


def _csv(data: bytes) -> Iterator[Sequence[str]]:
    for encoding in ("utf-8-sig", "utf-16", "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            break
    else:
        raise ExportError(Message(NOT_AN_EXPORT))
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _table(name: str, rows: Iterator[Sequence[str]]) -> Table:
    headers = tuple(header.strip() for header in next(rows, ()))
    if not any(headers):
        return Table(name, (), ())
    lines: list[Line] = []
    for number, row in enumerate(rows, start=2):
        cells = {
            header: text
            for header, cell in zip(headers, row, strict=False)
            if header and (text := cell.strip())
        }
        if cells:
            lines.append(Line(number, cells))
        if len(lines) > MAX_ROWS:
            raise ExportError(Message(TOO_MANY_ROWS, {"table": name, "limit": MAX_ROWS}))
    return Table(name, headers, tuple(lines))


def _text(cell: object) -> str:
    """A cell as an XForm instance would hold it."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return number_text(cell)
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
