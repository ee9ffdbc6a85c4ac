"""What the buttons of the desk do; the role is looked at with each press, and in the storage."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from aiogram import Bot
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of
from dialogs.event_desk.desk import (
    EVENT,
    GUIDED,
    allowed,
    aloud,
    ask_first,
    change,
    event_of,
    field_of,
    forget,
    go_on,
    gone,
    open_field,
    refused,
    say,
)
from dialogs.event_desk.fields import LABELS, MOMENTS, TEXTS, Field
from dialogs.event_desk.moments import take_moment
from dialogs.event_desk.screens import LIMITS, before_start, language_of
from dialogs.events.cards import REFUSALS
from dialogs.events.materials import send_material
from dialogs.states import EventDesk, Events
from dialogs.widgets.text import ECHO
from domain.events.definition import Definition, DefinitionError, zone_name
from domain.events.editing import in_zone, with_mode, with_seats, with_text
from domain.events.event import Event, EventState, Mode
from domain.events.materials import KINDS, Audience, audience
from domain.events.outcome import Refusal
from domain.surveys.message import Message as Words
from storage import events


async def on_event(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A button of the event: one of its fields, or something done to the whole."""
    if not await allowed(manager):
        return
    app, actor, event = app_of(manager), actor_of(manager), await event_of(manager)
    if event is None:
        await gone(manager)
    elif press[:1] == "f" and press[1:] in LABELS:
        manager.dialog_data.pop(GUIDED, None)  # one field, and back
        await open_field(manager, Field(press[1:]))
    elif press == "publish":
        done = await change(manager, lambda wanted: replace(wanted, publish=True))
        if done is not None:
            say(manager, actor.tr("🟢 Published: it stands in the list of events."))
        aloud(manager, alert=done is None)
    elif press == "off" and event.is_over(app.now()):
        say(manager, "⚠️ " + actor.tr(REFUSALS[Refusal.OVER]))
        aloud(manager, alert=True)
    elif press in ("delete", "off"):
        manager.dialog_data["sure"] = press
        await manager.switch_to(EventDesk.sure)
    elif press == "close" and event.state is EventState.PUBLISHED:
        is_open = not event.registration_open
        await events.set_registration_open(app.db, event.id, is_open, actor.person.id, app.now())
    elif press == "people":
        await manager.switch_to(EventDesk.people)
    elif press == "door":
        await manager.start(Events.door, {EVENT: event.id}, StartMode.RESET_STACK)


async def confirmed(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Yes: cancel the event, delete the draft, or move it."""
    if not await allowed(manager):
        return
    app, actor, event = app_of(manager), actor_of(manager), await event_of(manager)
    what = manager.dialog_data.pop("sure", "")
    if event is None:
        await gone(manager)
        return
    if what == "off":
        done = await events.cancel(app.db, event.id, actor.person.id, app.now())
        off = done.state is EventState.CANCELLED
        told = actor.tr("❌ Cancelled; everybody who is registered is told.")
        say(manager, told if off else "⚠️ " + actor.tr(REFUSALS[Refusal.OVER]))
    elif what == "delete":
        if await events.remove_draft(app.db, event.id, actor.person.id, app.now()):
            words = actor.tr.html("🗑 The draft is deleted.")
            await manager.start(Events.organise, {ECHO: words}, StartMode.RESET_STACK)
            return
        say(manager, actor.tr("This is no draft any more: it can only be cancelled."))
    elif what == "place":
        code, text = manager.dialog_data.pop("words", ("en", ""))
        await change(manager, lambda wanted: with_text(wanted, "place", code, text))
    elif what.startswith("zone "):
        await take_zone(manager, event, what.removeprefix("zone "), sure=True)
    elif what:
        field, _sep, at = what.partition(" ")
        await take_moment(manager, Field(field), datetime.fromisoformat(at), sure=True)
    forget(manager)
    await manager.switch_to(EventDesk.event)


async def on_field(callback: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A button of a field's screen."""
    if not await allowed(manager):
        return
    event, field = await event_of(manager), field_of(manager)
    asked, _sep, press = press.partition("|")
    if event is None:
        await gone(manager)
    elif asked != field.value or press == "nothing":
        return  # a second tap: the field is answered, another one is asked for now
    elif press == "on":
        await go_on(manager)
    elif field in MOMENTS:
        await _on_moment(manager, event, field, press)
    elif field is Field.SEATS:
        await _on_seats(manager, press)
    elif field is Field.MATERIALS:
        await _on_materials(callback, manager, event, press)
    elif press == "empty":
        await _empty(manager, event, field)
    elif field in TEXTS:
        manager.dialog_data["lang"] = press[1:] if press in ("luk", "len") else "en"
    elif field is Field.ZONE:
        await take_zone(manager, event, press)
    else:
        await _on_choice(manager, event, field, press)


async def _empty(manager: DialogManager, event: Event, field: Field) -> None:
    """Take a text or the link away; a title only where the other language has one."""
    tr = actor_of(manager).tr
    if field is Field.LINK:
        await change(manager, lambda wanted: replace(wanted, join_url=None))
    elif field in TEXTS:
        name, code = TEXTS[field], language_of(dict(manager.dialog_data), tr)
        if field is Field.TITLE and set(event.title) <= {code}:
            say(manager, tr("⚠️ An event needs a title in one language at least."))
        elif field is Field.PLACE and event.state is EventState.PUBLISHED:
            manager.dialog_data["words"] = (code, "")
            await ask_first(manager, event, "place")
        else:
            await change(manager, lambda wanted: with_text(wanted, name, code, ""))


async def _on_choice(manager: DialogManager, event: Event, field: Field, press: str) -> None:
    if field is Field.LIMIT and press.isdecimal() and int(press) in (0, *LIMITS):
        await _set(manager, organisation_limit=int(press) or None)
    elif field is Field.APPROVAL:
        await _set(manager, approval=press == "yes")
    elif field is Field.LANGUAGES and press in ("uk", "en"):
        await change(manager, lambda wanted: _with_language(wanted, press))
    elif field is Field.CLAIM and press.isdecimal() and 1 <= int(press) <= 24 * 14:
        await _set(manager, claim_hours=int(press))
    elif field is Field.QUESTIONS:
        app, by = app_of(manager), actor_of(manager).person.id
        await events.set_questions(app.db, event.id, None, by, app.now())
        say(manager, actor_of(manager).tr("The questions are not asked any more."))


async def _set(manager: DialogManager, **values: Any) -> None:
    if await change(manager, lambda wanted: replace(wanted, **values)) is not None:
        await go_on(manager)


def _with_language(wanted: Definition, code: str) -> Definition:
    """With the language, or without it where it was there and another is left."""
    left = tuple(one for one in wanted.languages if one != code)
    return replace(wanted, languages=left if left and code in wanted.languages else (*left, code))


async def take_zone(
    manager: DialogManager, event: Event, zone: str, *, sure: bool = False
) -> None:
    """Hold the event in another zone: the clock there shows what it showed before.

    That moves an event that people know already: it is asked first.
    """

    def change_zone(wanted: Definition) -> Definition:
        changed = in_zone(wanted, zone)
        if isinstance(changed, Words):
            raise DefinitionError([changed])
        return changed

    checked = zone_name(zone)
    if isinstance(checked, Words):
        say(manager, "⚠️ " + actor_of(manager).tr.message(checked))
    elif event.state is EventState.PUBLISHED and checked != event.zone and not sure:
        changed = in_zone(events.definition_of(event), checked)
        if isinstance(changed, Words):
            say(manager, "⚠️ " + actor_of(manager).tr.message(changed))
        elif not refused(manager, event, changed):
            await ask_first(manager, event, f"zone {checked}")
    elif await change(manager, change_zone) is not None and not sure:
        await go_on(manager)


async def _on_moment(manager: DialogManager, event: Event, field: Field, press: str) -> None:
    kind, value = press[:1], press[1:]
    try:
        if press == "again":
            manager.dialog_data["day"] = None
            manager.dialog_data.setdefault("month", None)
        elif press == "end":
            await take_moment(manager, Field.CLOSES, None)
        elif kind == "d":
            manager.dialog_data["day"] = date.fromisoformat(value).isoformat()
        elif kind == "m":
            manager.dialog_data["month"] = f"{date.fromisoformat(f'{value}-01'):%Y-%m}"
        elif kind == "t":
            day, minutes = value.split()
            at = datetime.combine(date.fromisoformat(day), time())
            await take_moment(manager, field, at + timedelta(minutes=int(minutes) % 1440))
        elif kind == "b" and (at_ := before_start(event, int(value))) is not None:
            await take_moment(manager, Field.CLOSES, at_.replace(tzinfo=None))
    except ValueError:
        return  # made up: no button of ours says this


async def _on_seats(manager: DialogManager, press: str) -> None:
    mode = next((one for one in Mode if press[1:].startswith(one.value)), None)
    if mode is None:
        return
    step = press[1 + len(mode) :]
    match press[0]:
        case "x":
            await change(manager, lambda w: with_mode(w, mode, held=mode not in w.capacity))
        case "u":
            await change(manager, lambda w: with_seats(w, mode, None) if mode in w.capacity else w)
        case "n":
            manager.dialog_data["mode"] = mode.value
        case "s" if step in ("-5", "-1", "1", "5"):
            await change(manager, lambda wanted: _stepped(wanted, mode, int(step)))


def _stepped(wanted: Definition, mode: Mode, step: int) -> Definition:
    count = wanted.capacity.get(mode)
    return wanted if count is None else with_seats(wanted, mode, count + step)


async def _on_materials(
    callback: CallbackQuery, manager: DialogManager, event: Event, press: str
) -> None:
    kind, value = press[:1], press[1:]
    if kind == "k" and value in KINDS:
        manager.dialog_data["kind"] = value
        return
    number = int(value) if value.isdecimal() else len(event.materials)
    if number >= len(event.materials):
        return
    one = event.materials[number]
    if kind == "o":
        bot: Bot = manager.middleware_data["bot"]
        await send_material(bot, callback.from_user.id, event, one, actor_of(manager).tr)
        manager.show_mode = ShowMode.DELETE_AND_SEND
    elif kind == "w":
        order = list(Audience)
        other = order[(order.index(audience(one)) + 1) % len(order)]
        await change(manager, lambda w: _replaced(w, dict(one), {**one, "who": other.value}))
    elif kind == "r":
        await change(manager, lambda w: _replaced(w, dict(one), None))


def _replaced(wanted: Definition, old: dict[str, Any], new: dict[str, Any] | None) -> Definition:
    """With one attachment changed or taken away, wherever it stands now."""
    kept = [new if dict(one) == old else one for one in wanted.materials]
    return replace(wanted, materials=tuple(one for one in kept if one is not None))
