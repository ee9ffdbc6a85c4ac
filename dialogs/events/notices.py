"""What Lanka says about events without being asked; words are found when a message is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiogram.filters.callback_data import CallbackData

from dialogs.events.cards import MODES
from dialogs.events.times import here, local
from dialogs.i18n import Html, Translator, escape
from dialogs.notice_buttons import mute_button
from domain.events.event import Mode, Notice, Registration, in_language
from domain.messages import Topic
from domain.surveys.message import N_

Params = Mapping[str, Any]
Buttons = list[list[tuple[str, str]]]


class EventPress(CallbackData, prefix="ev"):
    """A button under a message about a registration: take, pass, yes, no, open, 1 to 5 stars."""

    do: str
    registration: int


WORDS = {
    Notice.CONFIRMED: N_("✅ A colleague has seen to your seat: <b>%(title)s</b>."),
    Notice.GIVEN_UP: N_("✖️ A colleague has given your seat back: <b>%(title)s</b>."),
    Notice.REMOVED: N_("✖️ The organiser has cancelled your registration: <b>%(title)s</b>."),
    Notice.SWITCHED: N_("🔁 The organiser has changed how you take part: <b>%(title)s</b>."),
    Notice.TICKET: N_("📨 The organiser sends you your ticket again."),
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
    Notice.HANDED_OVER: N_("🎟 A colleague has handed you their registration: <b>%(title)s</b>."),
    Notice.RATE: N_("⭐ How was <b>%(title)s</b>? One tap is enough; the organiser sees it."),
    Notice.RATED: N_("⭐ What was thought of <b>%(title)s</b>"),
    Notice.REQUEST: N_("Somebody asks to take part: <b>%(title)s</b>."),
}


# Messages that need not say when it is.
TIMELESS = (
    Notice.CANCELLED,
    Notice.DECLINED,
    Notice.GIVEN_UP,
    Notice.REMOVED,
    Notice.RATE,
    Notice.TICKET,
)
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
    if notice is Notice.RATED:
        return Html("\n\n".join([*lines, escape(rating_words(params, tr))])), []
    if params["starts_at"] and notice not in TIMELESS:
        lines.append(_facts(notice, params, tr))
    if notice is Notice.MOVED and params.get("was") not in (None, params["starts_at"]):
        was = local(datetime.fromisoformat(params["was"]), params["zone"], tr)
        lines.append(tr.html("It was: <s>%(time)s</s>", time=was))
    if notice is Notice.SWITCHED:
        mode = Mode(params["mode"])
        lines.append(tr.html("Now: %(mode)s", mode=tr(MODES[mode])))
    if params.get("waits"):
        lines.append(tr.html("All seats are taken: you are on the waiting list."))
    if notice is Notice.OFFER:
        until = local(datetime.fromisoformat(params["until"]), str(tr.zone), tr)
        lines.append(tr.html("Take it until %(until)s.", until=until))
    if notice is Notice.REQUEST:
        who = (params["attendee"], params.get("organisation"))  # older messages have no second
        lines.append(tr.html("Attendee: %(name)s", name=", ".join(filter(None, who))))

    def button(label: str, do: str) -> list[tuple[str, str]]:
        press = EventPress(do=do, registration=params["registration"])
        return [(label, press.pack())]

    match notice:
        case Notice.OFFER:
            buttons = [button(tr("✅ Take the seat"), "take"), button(tr("Pass it on"), "pass")]
        case Notice.RATE:
            stars = [button(f"{n} ⭐", str(n))[0] for n in range(1, 6)]
            buttons = [stars, [mute_button(Topic.EVENTS, str(params["event"]), tr)]]
        case Notice.REQUEST:
            buttons = [button(tr("✅ Approve"), "yes"), button(tr("✖️ Decline"), "no")]
        case _:
            buttons = [button(tr("Open my registration"), "open")]
    return Html("\n\n".join(lines)), buttons


def _facts(notice: Notice, params: Params, tr: Translator) -> Html:
    """When, where and for whom: one may hold the registration of a colleague, too."""
    start, zone = datetime.fromisoformat(params["starts_at"]), params["zone"]
    facts = [escape(local(start, zone, tr)), *here(start, zone, tr)]
    if place := in_language(params["place"], tr.language):
        facts.append(tr.html("📍 %(place)s", place=place))
    registration: Registration | None = params.get("registration_now")
    if registration is not None and notice is not Notice.REQUEST:  # that says it with more
        facts.append(tr.html("👤 %(names)s", names=registration.attendee))
    return Html("\n".join(facts))


def rating_words(params: Params, tr: Translator) -> str:
    """The mean where enough rated; how many did, of how many who were there."""
    counted = tr(
        "%(count)s of %(attended)s who were there have rated it.",
        count=tr.number(params["count"]),
        attended=tr.number(params["attended"]),
    )
    if params["mean"] is None:
        few = tr("The mean is shown from 5 ratings on.")
        return f"{counted} {few}"
    mean = tr("On average: %(mean)s of 5.", mean=tr.number(round(params["mean"], 1)))
    return f"{mean} {counted}"
