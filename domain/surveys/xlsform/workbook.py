"""Reading a workbook as somebody sent it: by its content, never by its name alone.

Real forms come with the wrong ending (an OLE file called .xlsx), as CSV from a Ukrainian Excel
(semicolons, Windows-1251), or packed so that they unpack to gigabytes.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from domain.surveys.form import language_for
from domain.surveys.message import N_, Message
from domain.surveys.xlsform.headers import Grid, duplicate_headers, read_grids, without_duplicates
from domain.surveys.xlsform.problems import Problem, UnreadableError
from domain.surveys.xlsform.relayed import relay

if TYPE_CHECKING:
    from pyxform.xls2json_backends import DefinitionData  # type: ignore[import-untyped]

#: the largest real form that was found has 1.2 MB
MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ROWS: Mapping[str, int] = {"survey": 5_000, "choices": 50_000}

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TITLES = re.compile(r"\s*(?:form_)?title\s*::", re.IGNORECASE)
_SHEETS = ("survey", "choices", "settings", "external_choices", "entities")

EMPTY = N_("The file is empty.")
TOO_LARGE = N_("The file is too large: %(megabytes)s MB at most.")
TOO_MUCH_INSIDE = N_("The file unpacks to more than %(megabytes)s MB and was not read.")
DAMAGED = N_("The file is damaged: it cannot be unpacked.")
LOCKED = N_("The workbook is protected by a password. Please save it without one.")
TOO_MANY_ROWS = N_("The sheet “%(sheet)s” has more than %(limit)s rows.")
NOT_A_WORKBOOK = N_(
    "This is not an XLSForm: an Excel file (.xlsx, .xls), CSV or Markdown table is needed."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: its number as Excel shows it and its cells by the header above them."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets that XLSForm knows, by lower-case name, and what pyxform made of them.

    `duplicates` are headers that stand twice; of each the first column was taken.
    """

    name: str
    sheets: Mapping[str, Sequence[Row]]
    definition: "DefinitionData"
    duplicates: Sequence[Problem] = ()


def open_workbook(data: bytes, name: str) -> Workbook:
    """Read a file; `name` only names the form where its settings do not.

    Raises UnreadableError.
    """
    if not data.strip():
        raise _unreadable(EMPTY)
    if len(data) > MAX_BYTES:
        raise _unreadable(TOO_LARGE, megabytes=MAX_BYTES // 2**20)
    file_type, data = _sniff(data)
    duplicates = duplicate_headers(_grids(data, file_type, 1))
    if duplicates:
        grids = _grids(data, file_type, MAX_ROWS["choices"] + 1)
        file_type, data = ".csv", without_duplicates(grids)
    definition = _definition(data, file_type)
    definition.fallback_form_name = PurePath(name).stem or None
    _join_titles(definition)
    sheets: dict[str, Sequence[Row]] = {}
    for sheet in _SHEETS:
        rows: Sequence[Mapping[str | None, str]] = getattr(definition, sheet) or ()
        if len(rows) > MAX_ROWS.get(sheet, MAX_ROWS["choices"]):
            raise _unreadable(TOO_MANY_ROWS, sheet=sheet, limit=MAX_ROWS.get(sheet, 50_000))
        # headers are row 1; pyxform keeps empty rows, so that numbers stay true
        sheets[sheet] = [Row(number, _under_headers(row)) for number, row in enumerate(rows, 2)]
    return Workbook(name, sheets, definition, duplicates)


def _under_headers(row: Mapping[str | None, str]) -> dict[str, str]:
    """The cells of a row; what stands to the right of the last header belongs to no column."""
    return {header: cell for header, cell in row.items() if header is not None}


def _sniff(data: bytes) -> tuple[str, bytes]:
    """The file type as pyxform calls it, and the bytes as pyxform can read them."""
    if data.startswith(_ZIP):
        _check_archive(data)
        return ".xlsx", data
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _unreadable(LOCKED)
        return ".xls", data
    text = _decoded(data)
    if text.lstrip().startswith("|"):
        return ".md", text.encode()
    return ".csv", _with_commas(text).encode()


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except Exception as error:  # BadZipFile, but also whatever zipfile meets in broken bytes
        raise _unreadable(DAMAGED) from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _unreadable(TOO_MUCH_INSIDE, megabytes=MAX_UNPACKED // 2**20)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable(NOT_A_WORKBOOK)


def _with_commas(text: str) -> str:
    """CSV as Excel writes it where the comma is the decimal point, made CSV with commas."""
    head = text[:5_000]
    if head.count(";") <= head.count(","):
        return text
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        csv.reader(io.StringIO(text, newline=""), delimiter=";")
    )
    return out.getvalue()


def _join_titles(definition: "DefinitionData") -> None:
    """One title of `form_title::Ukrainian (uk)` and `form_title::English (en)`, which pyxform does
    not know: both, where there are both, as `Form.title_in` reads them."""
    for row in definition.settings or ():
        told = [header for header in row if header and _TITLES.match(header)]
        titles = {header.rpartition("::")[2]: row.pop(header) for header in told}
        both = [language_for(code, list(titles)) for code in ("uk", "en")]
        words = [titles[language] for language in both if language is not None]
        if titles and not row.get("form_title"):
            row["form_title"] = " / ".join(words or list(titles.values())[:1])
    for headers in definition.settings_header or ():
        for header in [one for one in headers if _TITLES.match(one or "")]:
            del headers[header]
            headers.setdefault("form_title", None)


def _grids(data: bytes, file_type: str, rows: int) -> Mapping[str, Grid]:
    try:
        return read_grids(data, file_type, rows)
    except Exception as error:
        raise _unreadable(NOT_A_WORKBOOK) from error


def _definition(data: bytes, file_type: str) -> "DefinitionData":
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
    from pyxform.xls2json_backends import get_xlsform

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on page headers and styles
            return get_xlsform(data, file_type)
    except PyXFormError as error:
        if "not recognized" in str(error):
            raise _unreadable(NOT_A_WORKBOOK) from error
        raise UnreadableError(next(relay(str(error)))) from error
    except Exception as error:
        raise _unreadable(NOT_A_WORKBOOK) from error


def _unreadable(msgid: str, **params: str | int) -> UnreadableError:
    return UnreadableError(Problem(Message(msgid, params)))
