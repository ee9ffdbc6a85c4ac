"""Personal invitation links: signed, with an end, and where they lead."""

from aiogram.utils.deep_linking import create_deep_link
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of
from dialogs.i18n import Translator
from dialogs.inviting.sheet import Made
from dialogs.states import Events, Home, Survey
from dialogs.widgets.text import ECHO
from domain.people.links import LinkError, LinkProblem, sign, verify
from domain.people.membership import Claim
from domain.surveys.message import N_
from storage import forms, inviting, people
from storage.inviting import Invitation

PREFIX = "i"
PURPOSE = "invitation"
CLAIMS = {
    Claim.ASKED: N_("Somebody acts for it already: they are asked whether to let you in."),
    Claim.WAITING: N_("You have asked to act for it; a colleague decides."),
    Claim.NOBODY: N_("Your request is kept; there is nobody yet who could decide."),
    Claim.DECLINED: N_("A colleague declined your request less than a day ago."),
    Claim.TOO_MANY: N_("You have asked for many organisations today. Try again tomorrow."),
}


def link_of(invitation: Invitation, secret: bytes, username: str) -> str:
    """The link of an invitation: the same one whenever it is asked for."""
    number = invitation.id.to_bytes(6, "big")
    token = sign(secret, PURPOSE, number, invitation.expires_at)
    return create_deep_link(username, "start", PREFIX + token)


def made(invitation: Invitation, secret: bytes, username: str, tr: Translator) -> Made:
    """An invitation for the mail."""
    return Made(
        invitation.name,
        invitation.edrpou,
        invitation.email,
        link_of(invitation, secret, username),
        tr.date(invitation.expires_at.astimezone(tr.zone).date()),
        invitation.standing,
        invitation.id,
    )


async def open_link(
    token: str, manager: DialogManager, mode: StartMode, show: ShowMode | None
) -> None:
    """Lead an invited organisation's contact straight to the survey or event."""
    app, actor = app_of(manager), actor_of(manager)
    tr = actor.tr
    try:
        number = int.from_bytes(verify(app.secret, PURPOSE, token, app.now()), "big")
    except LinkError as error:
        words = (
            tr.html("This invitation has expired. Ask whoever sent it for a new one.")
            if error.problem is LinkProblem.EXPIRED
            else tr.html("This link is not valid. Please check that it was copied whole.")
        )
        await manager.start(Home.menu, {ECHO: words}, mode, show)
        return
    opened = await inviting.open_invitation(app.db, number, actor.person.id, app.now())
    if opened is None:
        words = tr.html("This invitation is not there any more.")
        await manager.start(Home.menu, {ECHO: words}, mode, show)
        return
    if opened.claim not in (Claim.MADE, Claim.MEMBER):
        words = tr.html(
            "This invitation is for <b>%(name)s</b>. %(why)s",
            name=opened.organisation,
            why=tr(CLAIMS[opened.claim]),
        )
        await manager.start(Home.menu, {ECHO: words}, mode, show)
        return
    actor.person = await people.get(app.db, actor.person.id)
    words = tr.html("You act for <b>%(name)s</b>.", name=opened.organisation)
    if opened.target.event_id is not None:
        start = {"event": opened.target.event_id, "source": "invitation", ECHO: words}
        await manager.start(Events.card, start, mode, show)
        return
    survey = await forms.by_id(app.db, opened.target.form_id or 0)
    await manager.start(Survey.opening, {"token": survey.token, ECHO: words}, mode, show)
