"""Buttons under reminders: still coming, the seat back, join."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from dialogs.context import Actor, App
from dialogs.events.cards import REFUSALS
from dialogs.events.reminders import ReminderPress
from dialogs.events.sending import send
from dialogs.i18n import Html
from dialogs.messages import toast
from dialogs.notice_buttons import replace
from domain.events.event import Event, Registration, State
from domain.events.outcome import Outcome, Refusal
from storage import events, registrations, reminders


async def press(
    callback: CallbackQuery,
    callback_data: ReminderPress,
    bot: Bot,
    app: App,
    actor: Actor,
    dialog_manager: DialogManager,
) -> None:
    """The reminder turns into what holds now; giving a seat back asks once more."""
    number, person, now, tr = callback_data.registration, actor.person.id, app.now(), actor.tr
    held = await registrations.get(app.db, number)
    event = await events.get(app.db, held.event_id) if held else None
    if held is None or event is None or person not in (held.person_id, held.registered_by):
        toast(tr(REFUSALS[Refusal.GONE]), alert=True)
        return
    match callback_data.do:
        case "join":
            await send(dialog_manager, held, "join")
            return
        case "coming":
            outcome = await reminders.confirm(app.db, number, person, now)
            await replace(bot, callback, _said(outcome, event, actor))
        case "left":
            outcome = await registrations.cancel(app.db, number, person, now)
            await replace(bot, callback, _said(outcome, event, actor))
        case _:
            if held.state is not State.CONFIRMED:
                await replace(bot, callback, _said(Outcome(held), event, actor))
                return
            text = tr.html(
                "Give the seat back? <b>%(title)s</b>, %(name)s. It goes to the next on the"
                " waiting list at once.",
                title=event.name(tr.language),
                name=held.attendee,
            )
            await replace(
                bot,
                callback,
                text,
                [
                    [(tr("↩️ Yes, give it back"), _data("left", held))],
                    [(tr("✅ No, I am coming"), _data("coming", held))],
                ],
            )


def _data(do: str, held: Registration) -> str:
    return ReminderPress(do=do, registration=held.id).pack()


def _said(outcome: Outcome, event: Event, actor: Actor) -> Html:
    tr, registration = actor.tr, outcome.registration
    names = {
        "title": event.name(tr.language),
        "name": registration.attendee if registration else "",
    }
    if registration is not None and registration.state is State.CANCELLED:
        return tr.html("↩️ The seat was given back: <b>%(title)s</b>, %(name)s.", **names)
    if outcome.refusal is not None:
        return Html(tr(REFUSALS[outcome.refusal]))
    if registration is not None and registration.state is State.CONFIRMED:
        return tr.html("✅ You are coming: <b>%(title)s</b>, %(name)s. See you there!", **names)
    return Html(tr(REFUSALS[Refusal.NOT_LIVE]))


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="reminders")
    made.callback_query.register(press, ReminderPress.filter())
    return made
