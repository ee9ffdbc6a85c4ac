"""The list of organisations that an organiser sends, and the sheet and pictures they get back."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from dialogs.i18n import Translator
from dialogs.organisation.fields import LABELS, PROBLEMS, understand
from domain.people.edrpou import EdrpouError, parse_edrpou
from domain.people.profile import Field
from domain.surveys.imports.tables import ExportError, read_tables
from domain.surveys.message import N_
from storage.inviting import Invited, Standing

HEADERS = {
    "name": ("name", "organisation", "organization", "назва", "організація", "назва організації"),
    "edrpou": ("edrpou", "єдрпоу", "код єдрпоу", "код", "code"),
    "type": ("type", "тип", "тип організації", "organisation type"),
    "oblast": ("oblast", "область", "регіон", "region"),
    "email": (
        *("email", "e-mail", "mail", "пошта", "ел. пошта", "електронна пошта", "імейл"),
        *("електронна адреса", "e-mail address"),
    ),
}
MOST = 2_000  # organisations in one list
NO_NAME_COLUMN = N_("The list has no column “Name” (or “Назва”).")
NO_NAME = N_("The name is missing.")
TWICE = N_("This ЄДРПОУ code stands in row %(row)s, too.")
TOO_MANY = N_("The list has more than %(most)s rows. Split it.")
STANDINGS = {
    Standing.SENT: N_("not opened"),
    Standing.OPENED: N_("opened"),
    Standing.BEGUN: N_("began"),
    Standing.FINISHED: N_("finished"),
}


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that is left out, and why; row 0 is the file as a whole."""

    row: int
    why: str


def read_list(data: bytes, name: str, tr: Translator) -> tuple[list[Invited], list[Bad]]:
    """The organisations of a file (XLSX or CSV) and the rows that cannot be used."""
    try:
        tables = read_tables(data, name)
    except ExportError as error:
        return [], [Bad(0, tr.message(error.message))]
    table = tables[0]
    columns = _columns(table.headers)
    if "name" not in columns:
        return [], [Bad(0, tr(NO_NAME_COLUMN))]
    if len(table.lines) > MOST:
        return [], [Bad(0, tr(TOO_MANY, most=MOST))]
    good: list[Invited] = []
    bad: list[Bad] = []
    seen: dict[str, int] = {}
    for line in table.lines:
        cells = {field: line.cells.get(header, "") for field, header in columns.items()}
        read = _row(line.number, cells, seen, tr)
        if isinstance(read, Invited):
            good.append(read)
        else:
            bad.append(read)
    return good, bad


def _columns(headers: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for header in headers:
        plain = " ".join(header.casefold().replace("*", "").split())
        for field, names in HEADERS.items():
            if plain in names:
                found.setdefault(field, header)
    return found


def _row(
    number: int, cells: dict[str, str], seen: dict[str, int], tr: Translator
) -> Invited | Bad:
    values: dict[str, str | None] = {}
    for field in (Field.NAME, Field.TYPE, Field.OBLAST, Field.EMAIL):
        text = cells.get(field.value, "")
        if not text:
            values[field.value] = None
            continue
        value = understand(field, text, tr)
        if not isinstance(value, str):
            why = tr("Several fit.") if isinstance(value, Sequence) else tr.message(value)
            return Bad(number, f"{tr(LABELS[field])} “{text[:60]}”: {why}")
        values[field.value] = value
    name = values.pop("name")
    if name is None:
        return Bad(number, tr(NO_NAME))
    code = None
    if text := cells.get("edrpou", ""):
        try:
            code = parse_edrpou(text)
        except EdrpouError as error:
            return Bad(number, tr(PROBLEMS[error.problem]))
        if code in seen:
            return Bad(number, tr(TWICE, row=seen[code]))
        seen[code] = number
    return Invited(number, name, code, values["type"], values["oblast"], values["email"])


@dataclass(frozen=True, slots=True)
class Made:
    """An invitation with its link, for the mail."""

    name: str
    edrpou: str | None
    email: str | None
    link: str
    until: str
    standing: Standing
    number: int

    @property
    def picture(self) -> str:
        """The file of the QR code: the ЄДРПОУ code, or the invitation's number."""
        return f"{self.edrpou or f'invitation-{self.number}'}.png"


def write_sheet(made: Sequence[Made], tr: Translator) -> bytes:
    """The mail-merge sheet: one row for each invitation. Texts stay texts."""
    import xlsxwriter  # type: ignore[import-untyped]

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("invitations")
        head = book.add_format({"bold": True})
        columns = ("name", "edrpou", "email", "link", "qr", "valid_until", "status", "status_text")
        for column, title in enumerate(columns):
            sheet.write_string(0, column, title, head)
        for row, one in enumerate(made, 1):
            cells = (
                *(one.name, one.edrpou, one.email, one.link, one.picture, one.until),
                *(one.standing.value, tr(STANDINGS[one.standing])),
            )
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell or "")
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(made), 1), len(columns) - 1)
        sheet.set_column(0, len(columns) - 1, 24)
    return content.getvalue()


def qr_png(link: str) -> bytes:
    """A QR code as PNG, readable by any camera and small in a letter."""
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="png", scale=8, border=4, light="white")
    return picture.getvalue()


def write_pictures(made: Sequence[Made]) -> bytes:
    """The QR codes as an archive, named as the sheet names them."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in made:
            archive.writestr(one.picture, qr_png(one.link))
    return content.getvalue()
