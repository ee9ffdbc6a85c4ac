"""Buttons under messages about events that left on their own."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import Actor, App
from dialogs.events.cards import REFUSALS, STATES
from dialogs.events.notices import EventPress
from dialogs.i18n import Translator, escape
from dialogs.messages import toast
from dialogs.notice_buttons import replace
from dialogs.states import Events
from domain.events.event import State
from domain.events.outcome import Outcome, Refusal
from storage import attendees, deciding, events, registrations
from storage.roles import NotOrganiserError


async def press(
    callback: CallbackQuery,
    callback_data: EventPress,
    bot: Bot,
    app: App,
    actor: Actor,
    dialog_manager: DialogManager,
) -> None:
    """Take or pass an offer, approve or decline: the message becomes what holds now."""
    number, person, now = callback_data.registration, actor.person.id, app.now()
    match callback_data.do:
        case "take":
            outcome = await registrations.take(app.db, number, person, now)
        case "pass":
            held = await registrations.get(app.db, number)
            if held is not None and held.state is not State.OFFERED:
                outcome = Outcome(refusal=Refusal.TOO_LATE)
            else:
                outcome = await registrations.cancel(app.db, number, person, now)
        case "yes" | "no":
            try:
                outcome = await deciding.decide(
                    app.db, number, person, callback_data.do == "yes", now
                )
            except NotOrganiserError:
                toast(actor.tr("Only organisers can do this."), alert=True)
                return
        case stars if stars.isdecimal():
            if not await attendees.rate(app.db, number, person, int(stars)):
                toast(
                    actor.tr("This registration is not yours, or is not there any more."),
                    alert=True,
                )
                return
            thanks = actor.tr("Thank you for the rating!")
            await replace(bot, callback, f"<b>{'⭐' * int(stars)}</b>\n{thanks}")
            return
        case _:
            await dialog_manager.start(
                Events.registration,
                {"registration": number},
                StartMode.RESET_STACK,
                ShowMode.DELETE_AND_SEND,
            )
            return
    await replace(bot, callback, await _said(app, outcome, actor.tr))
    if callback_data.do == "take" and outcome.refusal is None:  # the ticket is one tap away
        await dialog_manager.start(
            Events.registration,
            {"registration": number},
            StartMode.RESET_STACK,
            ShowMode.DELETE_AND_SEND,
        )


async def _said(app: App, outcome: Outcome, tr: Translator) -> str:
    """What became of it, as HTML."""
    if outcome.refusal is not None or outcome.registration is None:
        return tr(REFUSALS[outcome.refusal or Refusal.GONE])
    registration = outcome.registration
    event = await events.get(app.db, registration.event_id)
    lines = [f"<b>{tr(STATES[registration.state])}</b>"]
    lines += [escape(event.name(tr.language))] if event is not None else []
    return "\n".join([*lines, escape(registration.attendee)])


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="events")
    made.callback_query.register(press, EventPress.filter())
    return made
