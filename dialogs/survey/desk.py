"""From the database to a card, and from a press to the database."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, TypeVar

from aiogram.fsm.state import State
from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of, update_id_of
from dialogs.states import Survey
from dialogs.survey.card import Card, Desk, Look, paragraphs, question_card
from dialogs.survey.limits import left_out
from dialogs.survey.lists import fields_card, grid_card, is_grid
from dialogs.survey.notes import note_card
from dialogs.survey.review import profile_card, repeat_card, review_card, section_card
from dialogs.survey.whole import whole_row
from domain.surveys.interview import PROFILE, REVIEW, Given, Interview, Position, Visit
from domain.surveys.preloads import metadata_of
from domain.surveys.screens import ScreenKind
from storage import people, responses
from storage.answer_files import AnswerFile
from storage.responses import Response

T = TypeVar("T")
PREVIEW = "preview"  # a form walked without storing: version, what was given, where one stands
SHOWN = "shown"  # the message that first showed where somebody stands; 0 until it is sent
ACTED = "acted"  # this update has acted on a response: what it does next is no repetition
LOOK = "look"  # what of the card is the reader's own; forgotten whenever they move


class ClosedError(Exception):
    """The survey was closed: nothing can be answered any more."""


def visit_of(manager: DialogManager) -> Visit:
    """Who answers, now."""
    actor = actor_of(manager)
    now = app_of(manager).now().astimezone(actor.tr.zone)
    return Visit(actor.person.id, actor.tr.language, now, _metadata(manager))


def _metadata(manager: DialogManager) -> dict[str, str]:
    """What a form may ask about who answers: Telegram's user name, a keyed digest of the id."""
    actor, user = actor_of(manager), manager.middleware_data.get("event_from_user")
    account = str(actor.person.telegram_id).encode()
    device = hmac.digest(app_of(manager).secret, account, hashlib.sha256).hex()
    return metadata_of(device, username=(user and user.username) or "")


async def response_of(manager: DialogManager) -> Response:
    """The response that this dialog is about, if it is (still) theirs: else NotYoursError."""
    known, response_id = manager.middleware_data.get("response"), manager.dialog_data["response"]
    if isinstance(known, Response) and known.id == response_id:
        return known
    return await responses.get(app_of(manager).db, response_id, actor_of(manager).person.id)


async def act(
    manager: DialogManager,
    decide: Callable[[Interview], T],
    sent: AnswerFile | None = None,
    *,
    past_full: bool = False,
) -> T:
    """Let `decide` act on the interview, keep what it did, and stand where it led.

    `sent` is the file that it may answer with. A response that met a full quota stands at its
    polite end, unless `past_full`. Raises ClosedError once the survey is closed, NotYoursError
    for whoever may not answer it, RepeatedError where this update has been acted on before: the
    window for where they stand is open then.
    """
    app, visit = app_of(manager), visit_of(manager)
    first_shown(manager)
    if isinstance(manager.dialog_data.get(PREVIEW), dict):
        return await _act_in_preview(manager, decide)
    before: list[str] = []

    def remember(interview: Interview) -> T:
        before[:] = [interview.position.screen]
        return decide(interview)

    # what was shown before this act goes on in it, or is out of date
    manager.middleware_data.pop("interview", None)
    while True:
        response = await response_of(manager)
        if not response.accepts(visit.now):
            raise ClosedError(response.id)
        form = await app.forms.get(response.version_id)
        try:
            interview, decided = await responses.act(
                app.db,
                form,
                response.id,
                visit,
                remember,
                response.version_id,
                sent,
                update_id_of(manager),
                first=ACTED not in manager.middleware_data,
                live=manager.middleware_data.get("live"),
            )
            break
        except responses.RepeatedError:
            interview = await responses.interview(app.db, form, response.id, visit)
            manager.dialog_data[SHOWN] = 0
            await manager.switch_to(window_of(interview))
            raise
        except responses.MovedError:  # an organiser moved it to another version just now
            manager.middleware_data["response"] = None
    manager.middleware_data[ACTED] = True
    if before != [interview.position.screen]:
        manager.dialog_data.pop(LOOK, None)
        manager.dialog_data[SHOWN] = 0
    manager.middleware_data["interview"] = interview
    # The same update draws the card; a submission changes what is known of the response.
    manager.middleware_data["response"] = None if interview.receipt else response
    full = interview.full and not past_full
    await manager.switch_to(Survey.full if full else window_of(interview))
    return decided


def first_shown(manager: DialogManager) -> int:
    """The number of the message that first showed where somebody stands now.

    What they wrote before it cannot be meant for it, whatever kept the bot from answering.
    """
    if not manager.dialog_data.get(SHOWN):
        manager.dialog_data[SHOWN] = manager.current_stack().last_message_id or 0
    return int(manager.dialog_data[SHOWN])


async def _act_in_preview(manager: DialogManager, decide: Callable[[Interview], T]) -> T:
    """The same in a preview, which is kept in the dialog's own state."""
    kept = manager.dialog_data[PREVIEW]
    interview = await _recalled(manager)
    before = interview.position.screen
    decided = decide(interview)
    kept["given"] = {path: given.value for path, given in interview.given.items()}
    kept["position"] = [interview.position.screen, interview.position.step]
    if before != interview.position.screen:
        manager.dialog_data.pop(LOOK, None)
        manager.dialog_data[SHOWN] = 0
    manager.middleware_data["interview"] = interview
    await manager.switch_to(window_of(interview))
    return decided


async def _recalled(manager: DialogManager) -> Interview:
    kept, visit = manager.dialog_data[PREVIEW], visit_of(manager)
    form = await app_of(manager).forms.get(kept["version"])
    given = {
        path: Given(value, 0, visit.person_id, visit.now) for path, value in kept["given"].items()
    }
    screen, step = kept["position"] or ("", 0)
    position = Position(screen, step, 0)
    return Interview(form, given, position, visit)


def window_of(interview: Interview) -> State:
    """The window for where somebody stands."""
    key = interview.position.screen
    if key == PROFILE:
        return Survey.profile
    if key.startswith(f"{REVIEW}-"):
        return Survey.section
    screen = interview.screen
    if screen is None:
        return Survey.review
    match screen.kind:
        case ScreenKind.FIELD_LIST:
            return Survey.ratings if is_grid(screen) else Survey.fields
        case ScreenKind.REPEAT:
            return Survey.repeat
        case ScreenKind.NOTE:
            return Survey.note
        case _:
            return Survey.question


async def desk_of(manager: DialogManager) -> Desk:
    """What the card of this moment is made from."""
    app, actor = app_of(manager), actor_of(manager)
    if isinstance(manager.dialog_data.get(PREVIEW), dict):
        look = Look(**_look(manager.dialog_data.get(LOOK, {})))
        media = await app.forms.media(manager.dialog_data[PREVIEW]["version"])
        return Desk(await _recalled(manager), 0, actor.tr, look, preview=True, media=media)
    response = await response_of(manager)
    interview = manager.middleware_data.get("interview")
    language = actor.tr.language
    if not isinstance(interview, Interview) or interview.visit.language != language:
        form = await app.forms.get(response.version_id)
        interview = await responses.interview(app.db, form, response.id, visit_of(manager))
    others = {
        given.person
        for given in interview.given.values()
        if given.person not in (None, actor.person.id)
    }
    names = await people.names(app.db, others) if others else {}
    look = Look(**_look(manager.dialog_data.get(LOOK, {})))
    media = await app.forms.media(response.version_id)
    return Desk(interview, response.id, actor.tr, look, names, media=media)


async def version_of(manager: DialogManager) -> int:
    """The row id of the version that is being answered, or walked."""
    kept = manager.dialog_data.get(PREVIEW)
    if isinstance(kept, dict):
        return int(kept["version"])
    return (await response_of(manager)).version_id


def _look(kept: dict[str, Any]) -> dict[str, Any]:
    found = kept.get("found")
    order = kept.get("order")
    return {
        **kept,
        "found": None if found is None else tuple(found),
        "order": None if order is None else tuple(order),
    }


def card_of(desk: Desk) -> Card:
    """The card for where somebody stands; at its end, what of the form's logic was left out."""
    card = _card_of(desk)
    said = left_out(desk)  # also of what the card itself asked for: labels, choices
    text = paragraphs(card.text, said) if said else card.text
    return Card(text, [*whole_row(desk, text), *card.rows])


def _card_of(desk: Desk) -> Card:
    key, screen = desk.interview.position.screen, desk.interview.screen
    if key == PROFILE:
        return profile_card(desk)
    if key.startswith(f"{REVIEW}-"):
        return section_card(desk, int(key.partition("-")[2]))
    if screen is None:
        return review_card(desk)
    if screen.kind is ScreenKind.REPEAT and screen.repeat is not None:
        return repeat_card(desk, screen, screen.repeat)
    if screen.kind is ScreenKind.FIELD_LIST:
        return grid_card(desk, screen) if is_grid(screen) else fields_card(desk, screen)
    return question_card(desk, screen) if screen.questions else note_card(desk, screen)
