"""Links that give a role: signed for this purpose alone, and good for one person."""

from aiogram import Bot
from aiogram.utils.deep_linking import create_start_link
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of
from dialogs.states import Home, Organisers
from dialogs.widgets.text import ECHO
from domain.people.links import LinkError, LinkProblem, sign, verify
from domain.people.person import Role
from domain.surveys.message import N_
from storage import granting, people
from storage.granting import Open, Redeemed

PREFIX = "r"
PURPOSE = "role"
ROLES = {
    Role.OWNER: N_("👑 Owner"),
    Role.ORGANISER: N_("🗂 Organiser"),
    Role.CHECK_IN: N_("🚪 Check-in helper"),
    Role.VIEWER: N_("👀 Viewer"),
}
MEANING = {
    Role.OWNER: N_("everything, also roles, the log of actions and files with personal data"),
    Role.ORGANISER: N_("surveys, events, answers, invitations and broadcasts"),
    Role.CHECK_IN: N_("finds attendees and admits them at the door, nothing else"),
    Role.VIEWER: N_("sees results and takes files without personal data, changes nothing"),
}


async def link_of(manager: DialogManager, invitation: Open) -> str:
    """The link that gives the role of an invitation."""
    bot: Bot = manager.middleware_data["bot"]
    number = invitation.id.to_bytes(6, "big")
    token = sign(app_of(manager).secret, PURPOSE, number, invitation.expires_at)
    return await create_start_link(bot, PREFIX + token)


async def open_role(
    token: str, manager: DialogManager, mode: StartMode, show: ShowMode | None
) -> None:
    """Give the role that a link carries to who opens it first, and say what became of it."""
    app, actor = app_of(manager), actor_of(manager)
    tr = actor.tr
    try:
        number = int.from_bytes(verify(app.secret, PURPOSE, token, app.now()), "big")
    except LinkError as error:
        words = (
            tr.html("This link has expired. Ask for a new one.")
            if error.problem is LinkProblem.EXPIRED
            else tr.html("This link is not valid. Please check that it was copied whole.")
        )
        await manager.start(Home.menu, {ECHO: words}, mode, show)
        return
    outcome, role = await granting.redeem(app.db, number, actor.person.id, app.now())
    if role is None or outcome in (Redeemed.USED, Redeemed.REVOKED):
        words = (
            tr.html("This link was used already; each is good for one person.")
            if outcome is Redeemed.USED
            else tr.html("This link was taken back. Ask for a new one.")
        )
        await manager.start(Home.menu, {ECHO: words}, mode, show)
        return
    actor.person = await people.get(app.db, actor.person.id)
    name = tr(ROLES[role])
    words = (
        tr.html("✅ Your role now: <b>%(role)s</b>.", role=name)
        if outcome is Redeemed.GIVEN
        else tr.html("You have this role already: <b>%(role)s</b>.", role=name)
    )
    await manager.start(Organisers.home, {ECHO: words}, mode, show)
