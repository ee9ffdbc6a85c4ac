"""What a nudge says: the question one stopped at, what is left, a button that goes on there."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import Actor, App
from dialogs.i18n import Html, Translator
from dialogs.messages import toast
from dialogs.notice_buttons import mute_button
from dialogs.states import Survey
from dialogs.survey.markup import plain
from dialogs.survey.values import shorten
from domain.messages import Topic
from domain.surveys.interview import PROFILE, Interview, Visit
from domain.surveys.screens import Screen
from storage import forms, responses
from storage.delivery import Letter
from storage.responses import NotYoursError

QUESTION, TITLE = 300, 120  # letters of each that are shown


class GoOn(CallbackData, prefix="go"):
    """Go on in a response where one stopped."""

    response: int


async def load(app: App, letter: Letter) -> Mapping[str, Any]:
    """What a nudge says of the response: title, question, minutes left.

    The question is blank where all is answered and only submitting is left.
    """
    response = await responses.get(app.db, letter.params["response"], letter.person_id)
    form = await app.forms.get(response.version_id)
    now = app.now().astimezone(ZoneInfo(letter.time_zone))
    visit = Visit(letter.person_id, letter.language, now)
    interview = await responses.interview(app.db, form, response.id, visit)
    interview.resume()
    screen = interview.screen
    if screen is None and interview.position.screen == PROFILE:
        screen = next(iter(interview.screens), None)  # what comes next
    return {
        "title": plain(form.title_in(letter.language)),
        "question": _question(interview, screen) if screen else "",
        "minutes": interview.screens.progress(screen.key).minutes if screen else 0,
    }


def _question(interview: Interview, screen: Screen) -> str:
    """What one is asked there."""
    asked = [one.question.label for one in screen.questions[:1]]
    places = [one.path for one in screen.questions[:1]]
    if not asked and screen.headings:  # a list, a note: the part of the form that it is in
        asked, places = [screen.headings[-1].element.label], [screen.headings[-1].path]
    if not asked or asked[0] is None:
        return ""
    return plain(interview.response.text(asked[0], places[0]))


def words(params: Mapping[str, Any], tr: Translator) -> tuple[Html, list[list[tuple[str, str]]]]:
    """Text and buttons of a nudge, from what `load` found."""
    response: int = params["response"]
    parts = [
        tr.html(
            "📋 Your answers are kept and wait for you: <b>%(title)s</b>.",
            title=shorten(params["title"], TITLE),
        )
    ]
    if params["question"]:
        question = shorten(params["question"], QUESTION)
        parts.append(tr.html("You stopped at: <i>%(question)s</i>", question=question))
        left = params["minutes"]
        if left:
            words_left = tr.plural("about %(n)s minute left", "about %(n)s minutes left", left)
            parts.append(tr.html("⏱ %(left)s.", left=words_left))
    else:
        parts.append(tr.html("Everything is answered: only the last look and “Submit” are left."))
    return Html("\n\n".join(parts)), [
        [(tr("▶️ Continue where I stopped"), GoOn(response=response).pack())],
        [mute_button(Topic.SURVEYS, str(response), tr)],
    ]


async def go_on(
    _: CallbackQuery,
    callback_data: GoOn,
    app: App,
    actor: Actor,
    dialog_manager: DialogManager,
) -> None:
    """Open the survey at the end of the chat, at the question; what was submitted as it is."""
    try:
        response = await responses.get(app.db, callback_data.response, actor.person.id)
    except NotYoursError:
        toast(actor.tr("You do not act for this organisation any more."), alert=True)
        return
    survey = await forms.by_id(app.db, response.survey_id)
    data: dict[str, Any]
    if response.submitted or not response.accepts(app.now()):
        where, data = Survey.opening, {"token": survey.token}
    else:
        where, data = Survey.question, {"response": response.id}
    await dialog_manager.start(where, data, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="nudges")
    made.callback_query.register(go_on, GoOn.filter())
    return made
