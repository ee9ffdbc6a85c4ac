"""Before and after the questions: choosing a survey, beginning it, the profile it fills."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode

from dialogs.context import actor_of, app_of
from dialogs.links import BEGIN
from dialogs.messages import toast
from dialogs.states import Organisation, Survey
from dialogs.survey.desk import PREVIEW, act, response_of, visit_of
from dialogs.widgets.text import ECHO
from domain.surveys.interview import AGREED, CONSENT, REVIEW, Interview
from storage import forms, profiles, responses
from storage.forms import Survey as Published
from storage.profiles import WRITABLE


async def open_surveys(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Go to the survey, or to the list where there are several (or none)."""
    published = await forms.surveys(app_of(manager).db)
    if len(published) == 1:
        await manager.start(Survey.opening, {"token": published[0].token}, StartMode.NORMAL)
    else:
        await manager.start(Survey.choose, None, StartMode.NORMAL)


async def survey_of(manager: DialogManager) -> Published | None:
    """The survey that this dialog was opened for."""
    db = app_of(manager).db
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    token = manager.dialog_data.get("token") or start.get("token")
    return await forms.by_token(db, token) if token else None


async def choose_survey(_: CallbackQuery, manager: DialogManager, token: str) -> None:
    """Open one of several surveys."""
    manager.dialog_data["token"] = token
    await manager.switch_to(Survey.opening)


async def own_response(manager: DialogManager, survey: Published) -> responses.Response | None:
    """What the person (or the organisation they act for) has answered so far."""
    person = actor_of(manager).person
    found = await responses.of_person(app_of(manager).db, person.id)
    return next(
        (
            response
            for response in found
            if response.survey_id == survey.id
            and (survey.scope == "person" or response.organisation_id == person.organisation_id)
        ),
        None,
    )


async def begin(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """Begin, or go on exactly where one stopped."""
    survey = await survey_of(manager)
    if survey is None:
        await manager.switch_to(Survey.choose)
        return
    person = actor_of(manager).person
    if survey.scope == "organisation" and person.organisation_id is None:
        then = {"then": f"{BEGIN}{survey.token}"}
        await manager.start(Organisation.code, then, StartMode.RESET_STACK)
        return
    await enter(manager, survey)


async def enter(manager: DialogManager, survey: Published) -> None:
    """Stand in the response: the same screen as last time, or the first that is open."""
    app, person = app_of(manager), actor_of(manager).person
    organisation_id = person.organisation_id if survey.scope == "organisation" else None
    try:
        response_id = await responses.begin(
            app.db,
            survey.id,
            survey.version_id,
            survey.scope,
            person.id,
            organisation_id,
            app.now(),
        )
    except responses.NotInvitedError:
        tr = actor_of(manager).tr
        toast(
            tr("This survey is for invited organisations, and yours is not among them."),
            alert=True,
        )
        return
    manager.dialog_data["response"] = response_id
    profile = await profile_of(manager, organisation_id)

    def stand(interview: Interview) -> None:
        if interview.position.screen:
            interview.resume()
        else:
            interview.begin(profile)

    await act(manager, stand)


async def look_through(callback: CallbackQuery, button: Any, manager: DialogManager) -> None:
    """Open the review of a response that was submitted."""
    survey = await survey_of(manager)
    if "response" not in manager.dialog_data and survey is not None:
        response = await own_response(manager, survey)
        if response is None:
            await begin(callback, button, manager)
            return
        manager.dialog_data["response"] = response.id
    await act(manager, lambda interview: interview.move(REVIEW))


async def show_receipt(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """What was shown right after submitting, with all that it leads to."""
    survey = await survey_of(manager)
    response = await own_response(manager, survey) if survey is not None else None
    if response is not None and response.submitted:
        manager.dialog_data["response"] = response.id
        await manager.switch_to(Survey.receipt)


async def mend_full(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Go back to the answers although they met a full quota; a different one may count."""
    await act(manager, lambda interview: interview.move(REVIEW), past_full=True)


async def reenter(data: Any, manager: DialogManager) -> None:
    """When the dialog starts for a response that is known: an old button, a hand-over link.

    `data` may name a screen; where that is not there (any more), one stands where one stopped.
    Who pressed Start and had to name an organisation first goes straight on.
    """
    if not isinstance(data, dict):
        return
    if ECHO in data:
        manager.dialog_data[ECHO] = data[ECHO]
    if data.get("begin"):
        await _begin_at_once(manager)
    if "response" not in data:
        return
    manager.dialog_data["response"] = data["response"]

    def stand(interview: Interview) -> None:
        if interview.screens.find(data.get("screen") or ""):
            interview.move(data["screen"])
        else:
            interview.resume()

    await act(manager, stand)


async def _begin_at_once(manager: DialogManager) -> None:
    survey, person = await survey_of(manager), actor_of(manager).person
    ready = survey is not None and survey.accepts(app_of(manager).now())
    if survey is not None and ready and (survey.scope == "person" or person.organisation_id):
        await enter(manager, survey)


async def profile_of(manager: DialogManager, organisation_id: int | None) -> dict[str, str]:
    """What is known already, by the names that forms tie their questions to."""
    app, person = app_of(manager), actor_of(manager).person
    known = {CONSENT: AGREED} if person.consented else {}
    if organisation_id is None:
        return known
    return {**known, **await profiles.known(app.db, organisation_id, person.id)}


async def update_profile(manager: DialogManager) -> None:
    """Let answers just given flow into the profile's empty fields; what differs stays as it is."""
    if PREVIEW in manager.dialog_data:
        return
    app, visit = app_of(manager), visit_of(manager)
    interview: Interview = manager.middleware_data["interview"]
    given = {event.path for event in interview.events if event.source == "chat"}
    told = interview.told()
    fresh = {
        question.profile: told[question.profile]
        for question, path in interview.tied()
        if path in given and question.profile in told
    }
    if fresh:  # few questions are tied: most presses need no second transaction
        response = await response_of(manager)
        if response.organisation_id is not None:
            await profiles.fill(
                app.db, response.organisation_id, visit.person_id, fresh, app.now()
            )


async def differences(manager: DialogManager, told: dict[str, str]) -> dict[str, str]:
    """The ties in which the answers say something else than the profile; not the code."""
    response = await response_of(manager)
    known = await profile_of(manager, response.organisation_id)
    return {
        tie: value
        for tie, value in told.items()
        if known.get(tie, value) != value and tie in WRITABLE
    }


async def take_over(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Change the profile to what the answers say; the person was asked."""
    app, visit = app_of(manager), visit_of(manager)
    response = await response_of(manager)
    if response.organisation_id is None:
        return
    interview = await act(manager, lambda interview: interview)
    changes = await differences(manager, interview.told())
    await profiles.change(app.db, response.organisation_id, visit.person_id, changes, app.now())
    await manager.switch_to(Survey.receipt)
