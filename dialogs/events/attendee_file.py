"""The list of attendees as XLSX: one row for each, the event's own questions as columns."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.events.event import Event
from storage.attendees import Attendee

COLUMNS = (
    *("code", "attendee", "organisation", "edrpou", "mode", "state", "contact", "username"),
    *("registered_at", "checked_in_at", "checked_in_by", "joined_at", "rating", "source"),
)


def questions(attendees: Sequence[Attendee]) -> list[str]:
    """The questions that somebody answered, in the order in which they were met."""
    return list(dict.fromkeys(name for one in attendees for name in one.answers))


def write_attendees(file: Path, event: Event, attendees: Sequence[Attendee]) -> None:
    """Write the file; moments are wall times of the event's zone. Texts stay texts: a name that
    begins with "=" is no formula."""
    import xlsxwriter  # type: ignore[import-untyped]

    zone = ZoneInfo(event.zone)
    asked = questions(attendees)
    with xlsxwriter.Workbook(str(file), {"remove_timezone": True}) as book:
        sheet = book.add_worksheet("attendees")
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        head = book.add_format({"bold": True})
        for column, name in enumerate([*COLUMNS, *asked]):
            sheet.write_string(0, column, name, head)
        for row, one in enumerate(attendees, 1):
            r = one.registration
            texts = (r.code, r.attendee, one.organisation, one.edrpou, r.mode.value)
            for column, text in enumerate([*texts, r.state.value, one.contact, one.username]):
                sheet.write_string(row, column, text or "")
            for column, at in ((8, r.created_at), (9, r.checked_in_at), (11, r.joined_at)):
                if at is not None:
                    sheet.write_datetime(row, column, at.astimezone(zone), moment)
            sheet.write_string(row, 10, one.checked_in_by or "")
            if r.rating is not None:
                sheet.write_number(row, 12, r.rating)
            sheet.write_string(row, 13, r.source or "")
            for column, name in enumerate(asked, len(COLUMNS)):
                sheet.write_string(row, column, one.answers.get(name, ""))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(attendees), 1), len(COLUMNS) + len(asked) - 1)
        sheet.set_column(0, len(COLUMNS) + len(asked) - 1, 18)
