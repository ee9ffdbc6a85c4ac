"""Files that people open in a spreadsheet: whatever somebody wrote in them stays a word."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import openpyxl
import pytest

from dialogs.events.attendee_file import write_attendees
from dialogs.exports.directory import write_directory
from dialogs.exports.files import FORMULA
from dialogs.exports.graph import EDGE, NODE, Graph, write_graph_csv
from dialogs.i18n import Translator
from dialogs.inviting.sheet import Made, write_sheet
from dialogs.organisers.actions import write_log
from dialogs.privacy.files import as_workbook
from domain.events.event import Mode, Registration, State
from storage import audit, shown
from storage.attendees import Attendee
from storage.inviting import Standing
from tests.storage.folk import NOW

TR = Translator("en")
HARM = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "http://x", "{=1}"]
Writer = Callable[[str, Path], bytes]


def filled(kind: type[Any], harm: str, **known: Any) -> Any:
    """A row whose every text is `harm`."""
    hints = get_type_hints(kind)
    texts = {one.name: harm for one in fields(kind) if hints[one.name] in (str, str | None)}
    return kind(**texts | known)


def log(kind: str) -> Writer:
    def write(harm: str, _: Path) -> bytes:
        return write_log([filled(audit.Entry, harm, at=NOW, person_id=1)], kind, TR)

    return write


def invitations(harm: str, _: Path) -> bytes:
    return write_sheet([filled(Made, harm, standing=Standing.SENT, number=1)], TR)


def attendees(harm: str, folder: Path) -> bytes:
    numbers = dict.fromkeys(
        ("id", "event_id", "organisation_id", "person_id", "registered_by", "ticket_version"), 1
    )
    nothing = dict.fromkeys(
        *[
            (
                "queue_no",
                "offer_expires_at",
                "checked_in_at",
                "checked_in_by",
                "joined_at",
                "rating",
            )
        ]
    )
    moments = {"created_at": NOW, "changed_at": NOW, "offer_no": 0}
    row = filled(
        Registration,
        harm,
        mode=Mode.ONSITE,
        state=State.CONFIRMED,
        **numbers,
        **nothing,
        **moments,
    )
    one = filled(Attendee, harm, registration=row, answers={harm: harm})

    class Kyiv:
        zone = "Europe/Kyiv"

    write_attendees(folder / "a.xlsx", Kyiv(), [one])  # type: ignore[arg-type]
    return (folder / "a.xlsx").read_bytes()


def directory(harm: str, _: Path) -> bytes:
    class NoChain:
        org_type = oblast = stages = offer = None

    one = filled(shown.Entry, harm, stages=(harm,), offer=(harm,))
    return write_directory([one], NoChain(), None, TR)  # type: ignore[arg-type]


def graph(harm: str, folder: Path) -> bytes:
    made = Graph({harm: dict.fromkeys(NODE, harm)}, [dict.fromkeys(EDGE, harm)])
    write_graph_csv(folder / "g.zip", made)
    return (folder / "g.zip").read_bytes()


def my_data(harm: str, _: Path) -> bytes:
    return as_workbook({"people": [{harm: harm, "nested": {harm: [harm]}, "list": [harm]}]})


def cells_of(data: bytes) -> Iterator[Any]:
    """Every cell of a workbook, a CSV file, or an archive of them; a formula fails."""
    if not data.startswith(b"PK"):
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            for text in row:
                assert not text.startswith(FORMULA), text
                yield text
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            for name in archive.namelist():
                yield from cells_of(archive.read(name))
            return
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name), name
            assert b"hyperlink" not in archive.read(name), name
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        for line in sheet.iter_rows():
            yield from (cell.value for cell in line)


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize(
    "write",
    [log("xlsx"), log("csv"), invitations, attendees, directory, graph, my_data],
    ids=["log.xlsx", "log.csv", "invitations", "attendees", "directory", "graph", "mydata"],
)
def test_what_somebody_wrote_is_no_formula(write: Writer, harm: str, tmp_path: Path) -> None:
    cells = [str(cell) for cell in cells_of(write(harm, tmp_path)) if cell is not None]
    assert any(harm.strip() in cell for cell in cells), cells
