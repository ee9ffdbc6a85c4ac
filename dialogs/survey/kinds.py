"""Buttons of the kinds of questions that are more than choices: ranks, times, places, files."""

from typing import TYPE_CHECKING

from dialogs.i18n import Html, escape
from dialogs.survey.actions import Do, digest
from dialogs.survey.calendar import calendar_rows
from dialogs.survey.markup import plain
from dialogs.survey.options import Offer, buttons, legend
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.surveys.form import UPLOADS, Kind
from domain.surveys.screens import Placed

if TYPE_CHECKING:
    from dialogs.survey.card import Desk

HOURS_IN_ROW = 4  # of more a narrow phone shows “08…”
SEVERAL = frozenset({Kind.CHOICES})  # kinds that are answered with more than one tap
RANKED = 100  # letters of a label in the list of what is ranked already


def offer(desk: "Desk", placed: Placed) -> Offer:
    """The options of a select question as they are offered on this card."""
    options = desk.interview.response.choices(placed.path)
    several = placed.question.kind in SEVERAL
    found = desk.look.found
    return Offer(
        options,
        desk.interview.response.value(placed.path).split(),
        desk.look.page,
        None if found is None else [i for i, o in enumerate(options) if o.code in found],
        mark="☑ " if several else "● ",
        unmark="☐ " if several else "",
    )


def ranked(desk: "Desk", placed: Placed) -> list[str]:
    """The codes in the order given so far: on the way, else as answered."""
    look = desk.look
    if look.order is not None and look.order_of == placed.path:
        return list(look.order)
    return desk.interview.response.value(placed.path).split()


def rank_offer(desk: "Desk", placed: Placed) -> Offer:
    """What is still to be ranked."""
    options = desk.interview.response.choices(placed.path)
    order, found = ranked(desk, placed), desk.look.found
    places = [
        place
        for place, option in enumerate(options)
        if option.code not in order and (found is None or option.code in found)
    ]
    return Offer(options, (), desk.look.page, places)


def rank_text(desk: "Desk", placed: Placed) -> Html:
    """What is ranked, in order, then the long labels of what is not."""
    labels = {o.code: plain(o.label) for o in desk.interview.response.choices(placed.path)}
    medals = [
        f"<b>{place}.</b> {escape(shorten(labels.get(code, code), RANKED))}"
        for place, code in enumerate(ranked(desk, placed), 1)
    ]
    return Html("\n\n".join(filter(None, ["\n".join(medals), legend(rank_offer(desk, placed))])))


def rank_rows(desk: "Desk", placed: Placed) -> list[list[Cell]]:
    """A button for each that is left, which puts it at the next place; and the way back."""
    q, made, order = placed.question.index, rank_offer(desk, placed), ranked(desk, placed)

    def press(place: int) -> str:
        return desk.press(Do.RANK, q, len(order), digest(made.options[place].code))

    rows = buttons(made, desk.tr, press, lambda page: desk.press(Do.PAGE, page))
    if order:
        undo = desk.cell(desk.tr("↩ Undo"), Do.UNRANK, q, len(order) - 1)
        again = desk.cell(desk.tr("⟲ Start again"), Do.UNRANK, q, 0)
        rows.append([undo, again] if len(order) > 1 else [undo])
    return rows


def clock_rows(desk: "Desk", placed: Placed, day: str = "") -> list[list[Cell]]:
    """The full hours; other times are typed. With `day` (ISO) they make a moment."""
    q = placed.question.index
    cells = [
        desk.cell(f"{hour:02d}:00", Do.CLOCK, q, *([day] if day else []), f"{hour:02d}00")
        for hour in range(24)
    ]
    return [cells[start : start + HOURS_IN_ROW] for start in range(0, 24, HOURS_IN_ROW)]


def moment_rows(desk: "Desk", placed: Placed) -> list[list[Cell]]:
    """A calendar; once a day is chosen, the hours of it."""
    q, day = placed.question.index, desk.look.day
    if day is not None:
        another = desk.cell(desk.tr("📅 Another day"), Do.ON_DAY, q)
        return [*clock_rows(desk, placed, day), [another]]
    return calendar_rows(
        desk.tr,
        desk.look.month,
        desk.interview.response.value(placed.path),
        desk.interview.visit.now.date(),
        lambda one: desk.press(Do.ON_DAY, q, one),
        lambda month: desk.press(Do.MONTH, month),
        desk.press(Do.NOTHING),
    )


def place_rows(desk: "Desk", placed: Placed) -> list[list[Cell]]:
    """A button that brings the button which shares a location."""
    rows = [[desk.cell(desk.tr("📍 Send where I am"), Do.LOCATION)]]
    if desk.interview.response.value(placed.path):
        rows.append(kept_row(desk, placed, desk.tr("🗺 Show on the map")))
    return rows


def file_rows(desk: "Desk", placed: Placed) -> list[list[Cell]]:
    """Nothing to press for sending a file; what was sent can be looked at and removed."""
    if not desk.interview.response.value(placed.path):
        return []
    return [kept_row(desk, placed, desk.tr("👁 Show what I sent"))]


def kept_row(desk: "Desk", placed: Placed, show: str) -> list[Cell]:
    """Look at the answer, or take it back."""
    q = placed.question.index
    return [desk.cell(show, Do.SHOW, q), desk.cell(desk.tr("🗑 Remove"), Do.CLEAR, q)]


def special_prompt(desk: "Desk", placed: Placed) -> str:
    """What to do with one of these; blank for other kinds."""
    tr, kind = desk.tr, placed.question.kind
    if kind is Kind.RANK:
        if len(ranked(desk, placed)) == len(desk.interview.response.choices(placed.path)):
            return tr("This is your order.")
        return tr("Tap the answers in order: the first one first.")
    if kind is Kind.TIME:
        return tr("✍️ Choose an hour or write a time, for example 14:30.")
    if kind is Kind.DATETIME:
        if desk.look.day is not None:
            day = tr.date_of(desk.look.day)
            return tr("✍️ %(day)s: choose an hour or write a time, for example 14:30.", day=day)
        return tr("✍️ Choose a day, or write date and time, for example 12.03.2025 14:30.")
    if kind is Kind.GEOPOINT:
        return tr("📍 Share a location (📎), or write coordinates, for example 50.45, 30.52.")
    if kind in UPLOADS:
        another = bool(desk.interview.response.value(placed.path))
        return tr("📎 Another one replaces it.") if another else _send(desk, kind)
    return ""


def _send(desk: "Desk", kind: Kind) -> str:
    tr = desk.tr
    return {
        Kind.IMAGE: tr("📷 Send a photo (📎)."),
        Kind.AUDIO: tr("🎤 Record a voice message, or send an audio file (📎)."),
        Kind.VIDEO: tr("🎬 Record a video message, or send a video (📎)."),
    }.get(kind) or tr("📎 Send a document, a photo, a video or a voice message.")
