"""What is said about an event and a registration."""

from datetime import datetime

from dialogs.events.times import local, when
from dialogs.i18n import Html, Translator, escape
from domain.events.event import Event, EventState, Mode, State, Taken, in_language
from domain.events.outcome import Outcome, Refusal
from domain.events.seating import Why
from domain.surveys.message import N_

MODES = {Mode.ONSITE: N_("🏛 Onsite"), Mode.ONLINE: N_("💻 Online")}
WHY = {
    Why.FULL: N_("All seats are taken. A message comes here when one is free for you."),
    Why.ORGANISATION_LIMIT: N_("Your organisation has all the seats that it may have."),
    Why.QUEUE: N_("Others came first."),
    Why.APPROVAL: N_("The organiser approves each registration; you will get a message here."),
}
STATES = {
    State.PENDING: N_("⏳ Awaiting approval"),
    State.WAITING: N_("⏳ On the waiting list"),
    State.OFFERED: N_("🎁 A seat is offered to you"),
    State.CONFIRMED: N_("✅ Registered"),
    State.DECLINED: N_("✖️ Declined by the organiser"),
    State.EXPIRED: N_("⌛ The offer ran out"),
    State.CANCELLED: N_("✖️ Cancelled"),
}
STATES_OF_OTHERS = {**STATES, State.OFFERED: N_("🎁 A seat is offered")}
REFUSALS = {
    Refusal.NO_EVENT: N_("This event is not there any more."),
    Refusal.CLOSED: N_("Registration for this event is closed."),
    Refusal.NO_MODE: N_("This event is not held that way."),
    Refusal.NOT_A_CONTACT: N_("This person does not act for the organisation."),
    Refusal.GONE: N_("This registration is not yours, or is not there any more."),
    Refusal.NOT_LIVE: N_("This registration cannot be changed any more."),
    Refusal.NOT_WAITING: N_("This registration is not on the waiting list any more."),
    Refusal.CALLED_OFF: N_("This event is cancelled."),
    Refusal.OVER: N_("This event is over; nothing was changed."),
    Refusal.ATTENDED: N_("The attendee was there already; nothing was changed."),
    Refusal.TOO_LATE: N_("The offer has run out. You can register again."),
    Refusal.FULL: N_("There is no free seat that way; your registration stays as it is."),
    Refusal.ALREADY: N_("This colleague is registered already."),
}
MATERIALS = {"agenda": N_("📄 Agenda"), "slides": N_("🖼 Slides"), "recording": N_("🎬 Recording")}
LANGUAGES = {"uk": N_("Ukrainian"), "en": N_("English")}


def event_card(event: Event, taken: Taken, now: datetime, tr: Translator) -> Html:
    """What, when, where, for whom, how many seats are left; that it is over, if so."""
    lines = [tr.html("<b>📅 %(title)s</b>", title=event.name(tr.language))]
    if event.state is EventState.CANCELLED:
        lines.append(tr.html("❌ This event is cancelled."))
    elif event.is_over(now):
        lines.append(tr.html("🏁 This event is over."))
    elif not _takes(event, now):
        lines.append(tr.html("🔒 Registration for this event is closed."))
    lines.append(when(event, tr))
    about = in_language(event.description, tr.language)
    facts = []
    if place := in_language(event.place, tr.language):
        facts.append(tr.html("📍 %(place)s", place=place))
    for mode in event.modes:
        capacity = event.capacity[mode]
        if not _takes(event, now):
            facts.append(Html(tr(MODES[mode])))
        elif capacity is None:
            facts.append(tr.html("%(mode)s: no limit of seats", mode=tr(MODES[mode])))
        else:
            left = max(capacity - taken.by_mode.get(mode, 0), 0)
            words = tr.plural("%(n)s seat left", "%(n)s seats left", left)
            if left == 0 and event.takes_registrations(now):
                words = tr("no free seat; who registers waits for one")
            facts.append(Html(f"{tr(MODES[mode])}: {escape(words)}"))
    names = ", ".join(tr(LANGUAGES[code]) for code in event.languages if code in LANGUAGES)
    facts.append(tr.html("🗣 %(languages)s", languages=names or ", ".join(event.languages)))
    facts.append(tr.html("👤 %(organiser)s", organiser=event.organiser))
    if event.approval and event.takes_registrations(now):
        facts.append(tr.html("✋ The organiser approves each registration."))
    return Html("\n\n".join(part for part in (*lines, escape(about), "\n".join(facts)) if part))


def _takes(event: Event, now: datetime) -> bool:
    """Whether seats are of interest: a draft is shown as it will be."""
    return event.state is EventState.DRAFT or event.takes_registrations(now)


def registration_card(event: Event, outcome: Outcome, now: datetime, tr: Translator) -> Html:
    """Where a registration stands, and why."""
    registration = outcome.registration
    assert registration is not None  # noqa: S101 - for the type checker
    lines = [
        tr.html("<b>📅 %(title)s</b>", title=event.name(tr.language)),
        when(event, tr),
        tr.html("Attendee: %(name)s", name=registration.attendee),
        Html(f"{tr(MODES[registration.mode])} · <b>{tr(STATES[registration.state])}</b>"),
    ]
    place = in_language(event.place, tr.language)
    if place and registration.mode is Mode.ONSITE:
        lines.insert(2, tr.html("📍 %(place)s", place=place))
    if event.state is EventState.CANCELLED:
        lines.insert(1, tr.html("❌ This event is cancelled."))
        return Html("\n\n".join(lines))
    if event.is_over(now):
        lines.insert(1, tr.html("🏁 This event is over."))
        if registration.attended:
            lines.append(tr.html("🚪 The attendee was there."))
        return Html("\n\n".join(lines))
    if outcome.place:
        lines.append(tr.html("Your place in the queue: %(n)s.", n=tr.number(outcome.place)))
    if outcome.why is Why.ORGANISATION_LIMIT and event.organisation_limit is not None:
        limit = tr.number(event.organisation_limit)
        lines.append(
            tr.html(
                "Your organisation has its %(n)s of %(n)s seats. Others may go before you; you"
                " keep your place.",
                n=limit,
            )
        )
    elif outcome.why is not None:
        lines.append(Html(tr(WHY[outcome.why])))
    if registration.offer_expires_at is not None:
        until = local(registration.offer_expires_at, str(tr.zone), tr)
        lines.append(tr.html("Take it until %(until)s.", until=until))
    if registration.state is State.CONFIRMED:
        lines.append(tr.html("Ticket code: <code>%(code)s</code>", code=registration.code))
    return Html("\n\n".join(lines))
