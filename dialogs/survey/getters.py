"""What the survey's windows show."""

from typing import Any
from urllib.parse import urlencode

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of
from dialogs.i18n import Html, escape
from dialogs.results.respondent import links
from dialogs.survey.card import Card, paragraphs
from dialogs.survey.desk import card_of, desk_of, response_of
from dialogs.survey.handover import link_to
from dialogs.survey.limits import note_left_out
from dialogs.survey.markup import plain, rich
from dialogs.survey.opening import differences, own_response, survey_of
from dialogs.survey.review import conflict_card, sections
from dialogs.survey.titles import titles_of
from dialogs.survey.values import show
from dialogs.widgets.cells import Cell
from domain.surveys.interview import Given
from domain.surveys.response import Response
from domain.surveys.screens import Placed, ScreenKind, Screens
from storage import forms


async def current_card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The card for where the person stands."""
    desk = await desk_of(dialog_manager)
    card = card_of(desk)
    note_left_out(desk)
    return _data(card)


def _data(card: Card) -> dict[str, Any]:
    return {"card": card.text, "rows": card.rows}


async def conflict(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A colleague's answer beside one's own."""
    desk = await desk_of(dialog_manager)
    waiting = dialog_manager.dialog_data.get("conflict") or {}
    screen = desk.interview.screens.of_path(waiting.get("path", ""))
    placed = next(
        (p for p in screen.questions if p.path == waiting["path"]) if screen else iter(()), None
    )
    if placed is None:
        return _data(card_of(desk))
    theirs = desk.interview.given.get(placed.path, Given(None, 0, None, None))
    return _data(conflict_card(desk, placed, theirs, waiting["mine"]))


async def surveys(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The surveys that are open."""
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    found = [one for one in await forms.surveys(app.db) if one.accepts(app.now())]
    titles = await titles_of(app.forms, found, tr.language)
    rows = [[Cell(title, one.token)] for title, one in zip(titles, found, strict=True)]
    return {"rows": rows, "none": not rows}


async def opening(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What the survey is about, how long it takes, and how far one has come."""
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    survey = await survey_of(dialog_manager)
    if survey is None:
        return {"found": False}
    form = await app.forms.get(survey.version_id)
    response = await own_response(dialog_manager, survey)
    fresh = Response(form, now=app.now(), language=form.language(tr.language))
    pages = Screens(fresh)
    accepts = survey.accepts(app.now())
    welcome = pages[0].notes if pages else ()
    return {
        "found": True,
        "open": accepts,
        "title": Html(rich(form.title_in(tr.language))),
        "about": paragraphs(*(rich(fresh.label(note.path)) for note in welcome)),
        "shared": survey.scope == "organisation",
        "fresh": response is None and accepts,
        "begun": response is not None and not response.submitted and accepts,
        "submitted": response is not None and response.submitted,
        "receipt": (response and response.receipt) or "",
        "organiser": actor_of(dialog_manager).person.organises,
    }


async def receipt(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The receipt, the form's own last words, and what the profile could learn."""
    tr = actor_of(dialog_manager).tr
    response = await response_of(dialog_manager)
    desk = await desk_of(dialog_manager)
    interview = desk.interview
    changes = await differences(dialog_manager, interview.told())
    lines = [
        f"{escape(plain(interview.response.label(path)))}: "
        f"<b>{escape(show(interview.response, Placed(path, question), tr))}</b>"
        for question, path in interview.tied()
        if question.profile in changes
    ]
    last = interview.screens[-1] if interview.screens else None
    thanks = last.notes if last and last.kind is ScreenKind.NOTE else ()
    return {
        "receipt": response.receipt or "",
        "at": tr.moment(response.submitted_at) if response.submitted_at else "",
        "thanks": paragraphs(*(rich(interview.response.label(n.path)) for n in thanks)),
        "changes": Html("\n".join(lines)),
        "links": await links(dialog_manager, interview),
    }


async def handover(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The link that brings a colleague to the section that is open here."""
    desk = await desk_of(dialog_manager)
    number = int(desk.interview.position.screen.partition("-")[2] or 0)
    made = sections(desk)
    section = made[min(number, len(made) - 1)]
    link = await link_to(dialog_manager, desk.response_id, section.screens[0].key)
    share = f"https://t.me/share/url?{urlencode({'url': link, 'text': section.title})}"
    return {"section": section.title, "link": link, "share": share}
