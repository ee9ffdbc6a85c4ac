"""One screen: what Lanka sends by itself, by topic, and what was muted one by one."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Cancel

from dialogs.context import actor_of, app_of
from dialogs.i18n import Translator
from dialogs.messages import toast
from dialogs.organisation.zones import city
from dialogs.states import Muting
from dialogs.survey.markup import plain
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell, Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T
from domain.messages import QUIET_FROM, QUIET_TO, Topic
from domain.surveys.message import N_
from storage import events, mutes, responses

NAMES = {
    Topic.EVENTS: N_("Reminders of events"),
    Topic.SURVEYS: N_("Reminders of unfinished surveys"),
    Topic.NEWS: N_("News from the organisers"),
}
LABEL = 48


async def topics(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A button for each topic that says what it is now, and one for each single mute."""
    actor = actor_of(dialog_manager)
    muted = await mutes.muted_by(app_of(dialog_manager).db, actor.person.id)
    rows = [[_cell(topic, "", actor.tr(NAMES[topic]), (topic, "") in muted)] for topic in Topic]
    for topic, subject in sorted(muted):
        if subject:
            name = await _name(dialog_manager, topic, subject)
            rows.append([_cell(topic, subject, shorten(name, LABEL), True)])
    return {
        "rows": rows,
        "start": f"{QUIET_FROM:%H:%M}",
        "end": f"{QUIET_TO:%H:%M}",
        "zone": city(str(actor.tr.zone), actor.tr.locale),
    }


def _cell(topic: Topic, subject: str, name: str, muted: bool) -> Cell:
    # A press says what it makes of it, not "the other way": a double tap is one tap.
    return Cell(f"{'🔕' if muted else '🔔'} {name}", f"{topic}/{subject}/{int(not muted)}")


async def _name(manager: DialogManager, topic: Topic, subject: str) -> str:
    app, actor = app_of(manager), actor_of(manager)
    tr: Translator = actor.tr
    if topic is Topic.EVENTS:
        event = await events.get(app.db, int(subject))
        return event.name(tr.language) if event else tr("An event that is not there any more")
    try:
        response = await responses.get(app.db, int(subject), actor.person.id)
    except responses.NotYoursError:
        return tr("A survey that is not yours any more")
    return plain((await app.forms.get(response.version_id)).title_in(tr.language))


async def press(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Mute or unmute what the button names."""
    app, actor = app_of(manager), actor_of(manager)
    name, subject, mute = data.split("/")
    if mute == "1":
        await mutes.mute(app.db, actor.person.id, Topic(name), subject, app.now())
        toast(actor.tr("You will not be sent these any more."))
    else:
        await mutes.unmute(app.db, actor.person.id, Topic(name), subject)
        toast(actor.tr("You will be sent these again."))


def muting() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(
        Window(
            Paragraphs(
                T("<b>🔔 Notifications</b>"),
                T("What Lanka writes to you by itself. Press to switch it off or on."),
                T(
                    "What you wait for always comes: answers to your questions, offered seats,"
                    " changes of your events."
                ),
                T(
                    "From %(start)s to %(end)s (%(zone)s) only that comes which cannot wait.",
                    start="start",
                    end="end",
                    zone="zone",
                ),
            ),
            Cells("rows", press),
            Cancel(T("‹ Back", plain=True), id="back"),
            explain(T("Please choose with the buttons.")),
            state=Muting.topics,
            getter=topics,
        )
    )
