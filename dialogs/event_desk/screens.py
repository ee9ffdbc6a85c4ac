"""The buttons of each field's screen."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.event_desk.fields import LABELS, MOMENTS, TEXTS, Field, seats
from dialogs.events.cards import LANGUAGES, MATERIALS, MODES
from dialogs.i18n import LANGUAGES as SPOKEN
from dialogs.i18n import Translator
from dialogs.organisation.zones import OFFERED, city
from dialogs.survey.calendar import BLANK, HEAD, calendar_rows
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.events.event import Event, Mode
from domain.events.materials import Audience, audience
from domain.surveys.message import N_

FLAGS = {"uk": "🇺🇦", "en": "🇬🇧"}
LIMITS, HOURS = (1, 2, 3, 4, 5), (6, 12, 24, 48, 72)
FIRST, LAST, ACROSS = 8 * 60, 21 * 60, 4  # minutes of the day; buttons in a row
BEFORE = {0: N_("At the start"), 1: N_("1 day before"), 7: N_("7 days before")}
WHO = {
    Audience.EVERYONE: N_("everyone"),
    Audience.CONFIRMED: N_("the confirmed"),
    Audience.ATTENDED: N_("who attended"),
}
Rows = list[list[Cell]]


def rows_of(
    field: Field, event: Event, held: dict[str, Any], now: datetime, tr: Translator
) -> Rows:
    """The buttons for a field; `held` is the dialog's data."""
    if field in MOMENTS:
        return _moment(field, event, held, now, tr)
    match field:
        case Field.TITLE | Field.DESCRIPTION | Field.PLACE:
            written = language_of(held, tr)
            spoken = [
                Cell(f"{'● ' if code == written else ''}{FLAGS[code]} {name}", f"l{code}")
                for code, name in SPOKEN.items()
            ]
            there = written in getattr(event, TEXTS[field])
            return [spoken, *([[Cell(tr("🗑 Leave it empty"), "empty")]] if there else [])]
        case Field.LINK:
            return [[Cell(tr("🗑 Leave it empty"), "empty")]] if event.join_url else []
        case Field.ZONE:
            zones = held.get("zones") or OFFERED
            cells = [
                Cell(_tick(zone == event.zone, city(zone, tr.locale)), zone) for zone in zones
            ]
            return [cells[n : n + 2] for n in range(0, len(cells), 2)]
        case Field.SEATS:
            return _seats(event, held, tr)
        case Field.LIMIT:
            some = [Cell(_tick(event.organisation_limit == n, str(n)), str(n)) for n in LIMITS]
            free = Cell(_tick(event.organisation_limit is None, tr("no limit")), "0")
            return [some, [free]]
        case Field.APPROVAL:
            yes = Cell(_tick(event.approval, tr("Yes, I approve each")), "yes")
            return [[yes], [Cell(_tick(not event.approval, tr("No, first come")), "no")]]
        case Field.LANGUAGES:
            return [[Cell(_tick(c in event.languages, tr(LANGUAGES[c])), c) for c in LANGUAGES]]
        case Field.CLAIM:
            return [[Cell(_tick(event.claim_hours == n, str(n)), str(n)) for n in HOURS]]
        case Field.QUESTIONS:
            return [[Cell(tr("🗑 Ask nothing"), "none")]] if event.form_id else []
        case Field.MATERIALS:
            return _materials(event, held, tr)
    return []


def language_of(held: dict[str, Any], tr: Translator) -> str:
    """The language that is written now."""
    return str(held.get("lang") or tr.language)


def mode_of(event: Event, held: dict[str, Any]) -> Mode | None:
    """The mode whose number is written now."""
    chosen = held.get("mode")
    if chosen in event.capacity:
        return Mode(str(chosen))
    return event.modes[0] if event.modes else None


def moment_of(event: Event, field: Field) -> datetime | None:
    """The moment of a field as it is, on the clock of the event's zone."""
    moments = {Field.START: event.starts_at, Field.END: event.ends_at}
    at = moments.get(field, event.registration_closes_at)
    return at.astimezone(ZoneInfo(event.zone)) if at else None


def _moment(
    field: Field, event: Event, held: dict[str, Any], now: datetime, tr: Translator
) -> Rows:
    at, today = moment_of(event, field), now.astimezone(ZoneInfo(event.zone)).date()
    day = held.get("day")
    if day is None and field is Field.END and "month" not in held and event.starts_at:
        start = moment_of(event, Field.START)
        day = start.date().isoformat() if start else None
    rows: Rows = []
    if day is not None:
        times = range(FIRST, LAST + 30, 30)
        cells = [
            Cell(
                _tick(at is not None and _is(at, day, n), f"{n // 60}:{n % 60:02}"), f"t{day} {n}"
            )
            for n in times
        ]
        rows += [[Cell(f"📅 {tr.date(date.fromisoformat(day))}", "again")]]
        rows += [cells[n : n + ACROSS] for n in range(0, len(cells), ACROSS)]
        return rows
    if field is Field.CLOSES:
        some = [Cell(tr(text), f"b{days}") for days, text in BEFORE.items()]
        rows += [[Cell(_tick(at is None, tr("When the event ends")), "end")], some]
    chosen = at.date().isoformat() if at else ""
    month = held.get("month")
    made = calendar_rows(tr, month, chosen, today, "d{}".format, "m{}".format, "nothing")
    rows += made[:HEAD]
    shown = [[_from(today, cell) for cell in week] for week in made[HEAD:]]
    return rows + [week for week in shown if any(cell.text != BLANK for cell in week)]


def _from(today: date, cell: Cell) -> Cell:
    """A day of the calendar; one that is over is not offered."""
    over = cell.press[:1] == "d" and date.fromisoformat(cell.press[1:]) < today
    return Cell(BLANK, "nothing") if over else cell


def _is(at: datetime, day: str, minute: int) -> bool:
    return at.date().isoformat() == day and at.hour * 60 + at.minute == minute


def before_start(event: Event, days: int) -> datetime | None:
    """So many days before the start, at the same time on the clock."""
    start = moment_of(event, Field.START)
    return start - timedelta(days=days) if start else None


def _seats(event: Event, held: dict[str, Any], tr: Translator) -> Rows:
    rows: Rows = []
    written = mode_of(event, held)
    for mode in Mode:
        on = mode in event.capacity
        rows.append([Cell(_tick(on, tr(MODES[mode])), f"x{mode.value}")])
        if on:
            count = event.capacity[mode]
            number = f"✏️ {seats(count, tr)}" if mode is written else seats(count, tr)
            rows.append([Cell(number, f"n{mode.value}"), Cell("∞", f"u{mode.value}")])
            if count is not None:
                steps = [
                    Cell(f"{step:+d}".replace("-", "\N{MINUS SIGN}"), f"s{mode.value}{step}")
                    for step in (-5, -1, 1, 5)
                ]
                rows.append(steps)
    return rows


def _materials(event: Event, held: dict[str, Any], tr: Translator) -> Rows:
    kind = held.get("kind", "agenda")
    kinds = [Cell(_tick(one == kind, tr(text)), f"k{one}") for one, text in MATERIALS.items()]
    rows: Rows = [kinds[:2], kinds[2:]]  # three in a row are cut off on a narrow phone
    for number, one in enumerate(event.materials):
        name = str(one.get("name") or one.get("url") or "")
        label = MATERIALS[one["kind"]]
        text = shorten(f"{tr(label)} {name}", 40)
        who = tr("👁 %(who)s", who=tr(WHO[audience(one)]))
        rows += [[Cell(text, f"o{number}")], [Cell(who, f"w{number}"), Cell("🗑", f"r{number}")]]
    return rows


def _tick(on: bool, text: str) -> str:
    return f"● {text}" if on else text


def title_of(field: Field, tr: Translator) -> str:
    """What the field is called."""
    return tr(LABELS[field])
