"""What Lanka says about events without being asked; words are found when a message is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiogram.filters.callback_data import CallbackData

from dialogs.events.times import local
from dialogs.i18n import Html, Translator, escape
from domain.events.event import Notice, in_language
from domain.surveys.message import N_

Params = Mapping[str, Any]
Buttons = list[list[tuple[str, str]]]


class EventPress(CallbackData, prefix="ev"):
    """A button under a message about a registration: take, pass, yes, no, open."""

    do: str
    registration: int


WORDS = {
    Notice.CONFIRMED: N_("✅ You have a seat: <b>%(title)s</b>."),
    Notice.OFFER: N_("🎁 A seat is free for you: <b>%(title)s</b>."),
    Notice.OFFER_EXPIRED: N_(
        "⌛ The offered seat went to the next in the queue: <b>%(title)s</b>. You can register"
        " again."
    ),
    Notice.APPROVED: N_("✅ The organiser approved your registration: <b>%(title)s</b>."),
    Notice.DECLINED: N_("✖️ The organiser declined your registration: <b>%(title)s</b>."),
    Notice.MOVED: N_(
        "📅 The time or place has changed: <b>%(title)s</b>. Your registration stays."
    ),
    Notice.CANCELLED: N_("❌ The event is cancelled: <b>%(title)s</b>."),
    Notice.HANDED_OVER: N_("🎟 A colleague has handed you a seat: <b>%(title)s</b>."),
    Notice.REQUEST: N_("Somebody asks to take part: <b>%(title)s</b>."),
}


# What goes with the calendar file of such a message.
ENTRY = {
    Notice.MOVED: N_("The file has the new calendar entry; please delete the old one."),
    Notice.CANCELLED: N_(
        "The file takes it out of your calendar. If it does not, please delete the entry."
    ),
}


def words(kind: str, params: Params, tr: Translator) -> tuple[Html, Buttons]:
    """Text and buttons of a message about an event."""
    notice = Notice(kind)
    lines = [tr.html(WORDS[notice], title=in_language(params["title"], tr.language))]
    if params["starts_at"] and notice not in (Notice.CANCELLED, Notice.DECLINED):
        start = local(datetime.fromisoformat(params["starts_at"]), params["zone"], tr)
        place = in_language(params["place"], tr.language)
        lines.append(escape(f"{start} {place}".strip()))
    if params.get("waits"):
        lines.append(tr.html("All seats are taken: you are on the waiting list."))
    if notice is Notice.OFFER:
        until = local(datetime.fromisoformat(params["until"]), str(tr.zone), tr)
        lines.append(tr.html("Take it until %(until)s.", until=until))
    if notice is Notice.REQUEST:
        lines.append(tr.html("Attendee: %(name)s", name=params["attendee"]))

    def button(label: str, do: str) -> list[tuple[str, str]]:
        press = EventPress(do=do, registration=params["registration"])
        return [(label, press.pack())]

    match notice:
        case Notice.OFFER:
            buttons = [button(tr("✅ Take the seat"), "take"), button(tr("Pass it on"), "pass")]
        case Notice.REQUEST:
            buttons = [button(tr("✅ Approve"), "yes"), button(tr("✖️ Decline"), "no")]
        case _:
            buttons = [button(tr("Open my registration"), "open")]
    return Html("\n\n".join(lines)), buttons
