"""A day and a time on the clock of the event's zone, by press or written."""

from dataclasses import replace
from datetime import datetime

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of
from dialogs.event_desk.desk import ask_first, change, event_of, go_on, gone, refused, say
from dialogs.event_desk.fields import Field
from dialogs.event_desk.screens import moment_of
from dialogs.events.times import local
from domain.events.definition import Definition, wall_time
from domain.events.editing import happens_twice, starting
from domain.events.event import EventState
from domain.surveys.message import Message
from domain.surveys.reading.dates import read_date, read_moment, read_time
from storage import events


async def take_moment(
    manager: DialogManager, field: Field, wall: datetime | None, *, sure: bool = False
) -> None:
    """Set a moment of the event; one that people know already is moved after a question."""
    tr, event = actor_of(manager).tr, await event_of(manager)
    if event is None:
        await gone(manager)
        return
    at = None if wall is None else wall_time(wall.replace(tzinfo=None), event.zone)
    if isinstance(at, Message):
        say(manager, "⚠️ " + tr.message(at))
        return

    def moved(wanted: Definition) -> Definition:
        if field is Field.START and at is not None:
            return starting(wanted, at)
        if field is Field.END:
            return replace(wanted, ends_at=at)
        return replace(wanted, registration_closes_at=at)

    twice = tr(
        "The clocks are put back then: %(time)s happens twice. The first was taken.",
        time=local(at, event.zone, tr) if at else "",
    )
    now = {Field.START: event.starts_at, Field.END: event.ends_at}
    known = field in now and event.state is EventState.PUBLISHED
    if known and at is not None and at != now[field] and not sure:
        if refused(manager, event, moved(events.definition_of(event))):
            manager.dialog_data.pop("day", None)
            return
        if happens_twice(at, event.zone):
            say(manager, twice)
        await ask_first(manager, event, f"{field.value} {at.isoformat()}")
        return

    if await change(manager, moved) is None:
        manager.dialog_data.pop("day", None)
        return
    if at is not None and not sure and happens_twice(at, event.zone):
        say(manager, twice)
    if not sure:
        await go_on(manager)


async def read(manager: DialogManager, field: Field, text: str) -> None:
    """A moment as people write it; a day alone, or a time alone for the day that is chosen."""
    tr, event = actor_of(manager).tr, await event_of(manager)
    if event is None:
        await gone(manager)
        return
    base = moment_of(event, field) or moment_of(event, Field.START)
    today = (base or app_of(manager).now().astimezone(tr.zone)).date()
    chosen = manager.dialog_data.get("day") or (base.date().isoformat() if base else None)
    if (moment := read_moment(text, today)) is not None:
        await take_moment(manager, field, moment)
    elif (clock := read_time(text)) is not None and chosen:
        await take_moment(
            manager, field, datetime.combine(datetime.fromisoformat(chosen).date(), clock)
        )
    elif (day := read_date(text, today)) is not None:
        manager.dialog_data["day"] = day.isoformat()
    else:
        say(manager, tr("⚠️ This is no day and time. Write, for example, 10.03.2027 14:00."))
