"""Who takes part, for organisers: the live list, and a card for each who is in it.

The role is looked at with each press, and again in the storage.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of, may
from dialogs.event_desk.desk import allowed, event_of, say
from dialogs.event_desk.getters import LABEL, PAGE, nothing
from dialogs.events import cards
from dialogs.events.cards import MODES, STATES_OF_OTHERS
from dialogs.events.following import ANYWAY, admit
from dialogs.events.numbers import number_in
from dialogs.exports.labels import Labels
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.states import EventDesk
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell, in_rows
from domain.events.event import Event, EventState, Mode, Registration, State
from domain.events.outcome import Outcome, Refusal
from domain.events.seating import Why
from domain.people.permissions import Permission
from domain.surveys.message import N_
from domain.surveys.results.codebook import codebook
from storage import attendees, deciding, events, forms, registrations
from storage.attendees import Attendee

WHO, LEAVING = "who", "leaving"
REFUSALS = {
    **cards.REFUSALS,
    Refusal.FULL: N_("There is no free seat that way; nothing was changed."),
    Refusal.GONE: N_("This registration is not there any more."),
}
WHY = {
    Why.FULL: N_("All seats are taken."),
    Why.ORGANISATION_LIMIT: N_("The organisation has all the seats it may have."),
    Why.QUEUE: N_("A seat is free, but others came first."),
}
TO = {"s": Mode.ONSITE, "o": Mode.ONLINE}  # a press names where to: a second tap moves nobody back
ANSWERS = 2500  # letters; a message of Telegram has 4096


async def people(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Who takes part: figures, pages, a search."""
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    found, held = await event_of(dialog_manager), dialog_manager.dialog_data
    if found is None or not may(dialog_manager, Permission.CHECK_IN):
        return nothing(found, tr)
    counts = await events.counts(app.db, found.id, app.now())
    only = held.get("state")
    wanted = (State(only),) if only else tuple(State)
    listed = await attendees.of_event(app.db, found, wanted)
    typed = str(held.get("find", "")).casefold()
    if typed:
        listed = [
            one
            for one in listed
            if typed
            in f"{one.registration.attendee} {one.organisation} {one.registration.code}".casefold()
        ]
    pages = max((len(listed) + PAGE - 1) // PAGE, 1)
    page = min(int(held.get("page", 0)), pages - 1)
    lines = [
        tr.html("<b>👥 %(title)s</b>", title=found.name(tr.language)),
        escape(tr("Write a name, an organisation or a ticket code to find somebody.")),
    ]
    if typed:
        lines.append(tr.html("Found for “%(text)s”: %(n)s", text=typed, n=tr.number(len(listed))))
    filters = [Cell(f"{'● ' if not only else ''}{tr('All')}", "f")]
    filters += [
        Cell(f"{'● ' if only == s else ''}{tr(STATES_OF_OTHERS[s])}: {n}", f"f{s.value}")
        for s in State
        if (n := counts.by_state.get(s))
    ]
    if not counts.by_state:
        lines.append(escape(tr("Nobody has registered yet.")))
    rows = in_rows(filters)
    rows += [[_line(one, tr)] for one in listed[page * PAGE : (page + 1) * PAGE]]
    if pages > 1:
        rows.append(
            [
                Cell("‹", f"p{(page - 1) % pages}"),
                Cell(f"{page + 1} / {pages}", "nothing"),
                Cell("›", f"p{(page + 1) % pages}"),
            ]
        )
    if typed:
        rows.append([Cell(tr("✖️ Show all again"), "clear")])
    return {"card": Html("\n\n".join(line for line in lines if line)), "rows": rows}


def _line(one: Attendee, tr: Translator) -> Cell:
    r = one.registration
    mark = "🚪" if r.attended else tr(STATES_OF_OTHERS[r.state])[:2].strip()
    return Cell(shorten(f"{mark} {r.attendee}, {one.organisation}", LABEL), f"c{r.id}")


async def person(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """One registration: who, how, since when, what was answered; what can be done about it."""
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    event, held = await event_of(dialog_manager), dialog_manager.dialog_data
    if event is None or not may(dialog_manager, Permission.CHECK_IN):
        return nothing(event, tr)
    found = await attendees.of_event(app.db, event, only=int(held.get(WHO, 0)))
    if not found:
        return {"card": Html(tr(REFUSALS[Refusal.GONE])), "rows": []}
    [one] = found
    r, organises = one.registration, may(dialog_manager, Permission.EVENTS)
    if held.get(LEAVING) == r.id and _can_be_changed(event, r, app.now()):
        words = tr.html(
            "Cancel the registration of <b>%(name)s</b>? They are told, and the seat goes to the"
            " next on the waiting list at once.",
            name=r.attendee,
        )
        yes, no = Cell(tr("✖️ Yes, cancel it"), f"z{r.id}"), Cell(tr("‹ No"), f"c{r.id}")
        return {"card": words, "rows": [[yes], [no]]}
    outcome = await registrations.explain(app.db, event, r, app.now())
    parts = [_facts(one, outcome, tr)]
    if organises:
        parts.append(await _answers(dialog_manager, event, one))
    rows = _actions(event, r, outcome.place, app.now(), tr, organises=organises)
    if held.get(ANYWAY) == r.id:
        rows.insert(0, [Cell(tr("🚪 Admit anyway"), f"g{r.id}")])
    return {"card": Html("\n\n".join(part for part in parts if part)), "rows": rows}


def _facts(one: Attendee, outcome: Outcome, tr: Translator) -> Html:
    r = one.registration
    lines = [
        tr.html("<b>👤 %(name)s</b>", name=r.attendee),
        escape(one.organisation),
        Html(f"{tr(MODES[r.mode])} · <b>{tr(STATES_OF_OTHERS[r.state])}</b>"),
    ]
    if outcome.place:
        lines.append(tr.html("Place in the queue: %(n)s", n=tr.number(outcome.place)))
    if outcome.why in WHY:
        lines.append(escape(tr(WHY[outcome.why])))
    if r.offer_expires_at is not None:
        lines.append(tr.html("Offered until %(at)s", at=tr.moment(r.offer_expires_at)))
    if one.contact and one.contact != r.attendee:
        lines.append(tr.html("Registered by: %(name)s", name=one.contact))
    if one.username:
        lines.append(escape(f"@{one.username}"))
    lines.append(tr.html("Registered: %(at)s", at=tr.moment(r.created_at)))
    if r.checked_in_at is not None:
        at, by = tr.moment(r.checked_in_at), one.checked_in_by or "–"
        lines.append(tr.html("🚪 Admitted: %(at)s, by %(by)s", at=at, by=by))
    if r.joined_at is not None:
        lines.append(tr.html("▶️ Joined the call: %(at)s", at=tr.moment(r.joined_at)))
    if r.state is State.CONFIRMED:
        lines.append(tr.html("Ticket code: <code>%(code)s</code>", code=r.code))
    return Html("\n".join(lines))


async def _answers(manager: DialogManager, event: Event, one: Attendee) -> Html:
    """What was answered to the event's own questions, in the reader's words."""
    if event.form_id is None or not one.answers:
        return Html("")
    app, tr = app_of(manager), actor_of(manager).tr
    survey = await forms.by_id(app.db, event.form_id)
    book = codebook([await app.forms.get(survey.version_id)])
    labels, lines, length = Labels(book, tr.language), [], 0
    for name, value in one.answers.items():
        variable, said = book.find(name), value
        if variable is not None and variable.codes:
            codes = value.split() if variable.several else [value]
            said = "; ".join(labels.code(variable, code) for code in codes)
        asked = shorten(labels.question(variable) if variable else name, 120)
        said = shorten(said, 300)
        length += len(asked) + len(said)
        if length > ANSWERS:
            lines.append(Html("…"))
            break
        lines.append(Html(f"<b>{escape(asked)}</b>\n{escape(said)}"))
    return Html("\n".join(lines))


def _can_be_changed(event: Event, r: Registration, now: datetime) -> bool:
    published = event.state is EventState.PUBLISHED and not event.is_over(now)
    return r.live and not r.attended and published


def _actions(
    event: Event, r: Registration, place: int, now: datetime, tr: Translator, *, organises: bool
) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    if r.state is State.PENDING and organises:
        rows.append([Cell(tr("✅ Approve"), f"y{r.id}"), Cell(tr("✖️ Decline"), f"x{r.id}")])
    if r.state is State.CONFIRMED and r.checked_in_at is not None:
        rows.append([Cell(tr("↩️ Undo the check-in"), f"u{r.id}")])
    elif r.state is State.CONFIRMED:
        rows.append([Cell(tr("🚪 Admit"), f"a{r.id}")])
    if organises and _can_be_changed(event, r, now):
        if place > 1:
            rows.append([Cell(tr("⏫ Offer the next seat to them"), f"n{r.id}")])
        if r.state is State.CONFIRMED:
            rows.append([Cell(tr("🎟 Send the ticket again"), f"t{r.id}")])
        if r.state is not State.OFFERED:
            rows += [
                [Cell(tr("🔁 Change to: %(mode)s", mode=tr(MODES[mode])), f"{key}{r.id}")]
                for key, mode in TO.items()
                if mode in event.modes and mode is not r.mode
            ]
        rows.append([Cell(tr("✖️ Cancel the registration"), f"l{r.id}")])
    return rows


async def on_people(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A button of the list, or of somebody's card: each is checked again where it acts."""
    if not may(manager, Permission.CHECK_IN):
        await allowed(manager)
        return
    held, kind, value = manager.dialog_data, press[:1], press[1:]
    held.pop(ANYWAY, None)
    leaving = held.pop(LEAVING, None)
    if press == "clear":
        held.pop("find", None)
    elif kind == "f" and value in ("", *State):
        held.update(state=value, page=0)
    elif kind == "p" and (page := number_in(press, manager)) is not None:
        held["page"] = page
    elif kind and kind in "caguyxlzsont" and (number := number_in(press, manager)) is not None:
        event = await event_of(manager)
        found = await registrations.get(app_of(manager).db, number)
        if event is None or found is None or found.event_id != event.id:
            toast(actor_of(manager).tr(REFUSALS[Refusal.GONE]), alert=True)
            return
        held[WHO] = found.id
        if kind == "z" and leaving != found.id:
            kind = "l"  # asked first, whatever the button says
        await _act(manager, kind, found)


async def _act(manager: DialogManager, kind: str, found: Registration) -> None:
    app, actor, held = app_of(manager), actor_of(manager), manager.dialog_data
    tr, by, now = actor.tr, actor.person.id, app.now()
    if kind in ("a", "g"):
        held.update(await admit(manager, found.id, anyway=kind == "g"))
    elif kind == "u":
        undone = await attendees.undo_check_in(app.db, found.id, by, now)
        if undone is not None:
            say(manager, tr("↩️ Taken back: %(name)s", name=undone.attendee))
    elif kind != "c":
        if not await allowed(manager):
            return
        if kind == "l":
            held[LEAVING] = found.id
        elif kind in ("y", "x"):
            done = await deciding.decide(app.db, found.id, by, kind == "y", now)
            if not done.changed:
                say(manager, tr("This was decided already."))
        elif kind == "n":
            done = await deciding.put_first(app.db, found.id, by, now)
            _report(manager, replace(done, changed=True), _first(done, tr))  # true again, too
        elif kind == "t":
            done = await deciding.send_ticket(app.db, found.id, by, now)
            _report(manager, done, tr("🎟 The ticket is on its way to the person."))
        elif kind == "z":
            done = await registrations.cancel(app.db, found.id, by, now, organising=True)
            _report(manager, done, tr("✖️ Cancelled; the person is told."))
        else:
            done = await registrations.switch(app.db, found.id, by, TO[kind], now, organising=True)
            _report(manager, done, tr("🔁 Changed; the person is told."))
    await manager.switch_to(EventDesk.person)


def _first(done: Outcome, tr: Translator) -> str:
    if done.place == 0:
        return tr("🎁 A seat was free and is offered to them.")
    if done.why is Why.ORGANISATION_LIMIT:
        return tr("⏫ First on the list, but the organisation has all the seats it may have.")
    return tr("⏫ First on the list: the next free seat is offered to them.")


def _report(manager: DialogManager, done: Outcome, words: str) -> None:
    """Say what became of it; nothing of a repetition."""
    if done.refusal is not None:
        say(manager, "⚠️ " + actor_of(manager).tr(REFUSALS[done.refusal]))
    elif done.changed:
        say(manager, words)
