"""Registering, with the event's own questions before it.

The questions are asked by the conversation that asks surveys, so they are kept from the first
answer on. What is registered in the end stands in what that conversation was started with; who
comes back another way is led to the event, and need not answer again.
"""

from typing import Any

from aiogram_dialog import DialogManager, StartMode

from dialogs.context import actor_of, app_of
from dialogs.events.cards import REFUSALS
from dialogs.events.entries import EVENT
from dialogs.messages import toast
from dialogs.states import Events, Organisation, Survey
from dialogs.survey.desk import response_of
from dialogs.survey.opening import own_response
from dialogs.widgets.text import ECHO
from domain.events.event import Event, EventState, Mode
from domain.events.outcome import Outcome, Refusal
from storage import events, forms, registrations


async def register(
    manager: DialogManager, event_id: int, mode: Mode, source: str, colleague: str | None = None
) -> Outcome | None:
    """Register the person, or a colleague by name.

    None where something comes first and is open now: naming the organisation, the questions.
    """
    app, person = app_of(manager), actor_of(manager).person
    event = await events.get(app.db, event_id)
    if event is None:
        return Outcome(refusal=Refusal.NO_EVENT)
    if person.organisation_id is None:
        then = {"then": f"{EVENT}{event.token}" + (f"_{source}" if source else "")}
        await manager.start(Organisation.code, then, StartMode.RESET_STACK)
        return None
    known = colleague is None and await _live(manager, event) is not None
    if not known and event.takes_registrations(app.now()):
        wanted = {"event": event.id, "register": mode.value, "source": source}
        if colleague is not None:
            wanted["colleague"] = colleague
        if await _ask(manager, event, wanted):
            return None
    return await registrations.register(
        app.db,
        event_id,
        person.id,
        person.organisation_id,
        mode,
        colleague or person.name or "–",
        app.now(),
        colleague=colleague is not None,
        source=source or None,
    )


async def _live(manager: DialogManager, event: Event) -> int | None:
    """The person's own registration, where it counts."""
    person = actor_of(manager).person.id
    mine = await registrations.of_person(app_of(manager).db, person, event.id)
    return next((one.id for one in mine if one.live and one.person_id == person), None)


async def _ask(manager: DialogManager, event: Event, wanted: dict[str, Any]) -> bool:
    """Open the event's questions; False where there are none (left) to answer."""
    app = app_of(manager)
    if event.form_id is None:
        return False
    survey = await forms.by_id(app.db, event.form_id)
    response = await own_response(manager, survey)
    if not survey.accepts(app.now()) or (response is not None and response.submitted):
        return False
    words = actor_of(manager).tr.html(
        "📝 The organiser asks something first. You are registered when you submit the answers."
    )
    data = {"token": survey.token, "begin": True, ECHO: words, **wanted}
    await manager.start(Survey.opening, data, StartMode.RESET_STACK)
    return True


async def go_on(manager: DialogManager) -> bool:
    """After submitting: register for the event whose questions these were; False for a survey."""
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    event = await _event_of(manager, start)
    if event is None:
        return False
    mine, mode, colleague = await _live(manager, event), start.get("register"), None
    if mode is not None:
        colleague = start.get("colleague")
    if mode is None or (mine is not None and colleague is None):
        await _show(manager, event, mine)
        return True
    source = str(start.get("source") or "")
    outcome = await register(manager, event.id, Mode(mode), source, colleague)
    if outcome is None:
        return True
    if outcome.refusal is not None:
        toast(actor_of(manager).tr(REFUSALS[outcome.refusal]), alert=True)
    await _show(manager, event, outcome.registration.id if outcome.registration else None)
    return True


async def _event_of(manager: DialogManager, start: dict[str, Any]) -> Event | None:
    """The event that the questions were asked for, else the next one that asks them."""
    app = app_of(manager)
    form_id = (await response_of(manager)).survey_id
    known = await events.get(app.db, int(start.get("event") or 0))
    coming = [] if known else await events.upcoming(app.db, app.now())
    event = known or next((one for one in coming if one.form_id == form_id), None)
    if event is None or event.state is not EventState.PUBLISHED or event.is_over(app.now()):
        return None
    return event


async def _show(manager: DialogManager, event: Event, registration_id: int | None) -> None:
    if registration_id is not None:
        data: dict[str, Any] = {"event": event.id, "registration": registration_id}
        await manager.start(Events.registration, data, StartMode.RESET_STACK)
        return
    words = actor_of(manager).tr.html("✅ Your answers are kept.")
    data = {"event": event.id, ECHO: words}
    await manager.start(Events.card, data, StartMode.RESET_STACK)
