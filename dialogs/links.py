"""Where a deep link's payload (`t.me/<bot>?start=PAYLOAD`) leads."""

from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.events.entries import CALL, EVENT
from dialogs.events.following import CERTIFICATE, open_event, scan, verify_certificate
from dialogs.events.sending import open_call
from dialogs.events.tickets import TICKET
from dialogs.funding.asking import show_article
from dialogs.inviting import links as invitations
from dialogs.organisers import granting
from dialogs.states import Home, Survey
from dialogs.survey.handover import open_section

SURVEY = "s"  # + the form's public token
BEGIN = "b"  # + the same: straight to the questions, for who pressed Start there already
HAND_OVER = "h"  # + a signed response and screen
ARTICLE = "a"  # + the id of an article


async def follow(
    payload: str, manager: DialogManager, mode: StartMode, show: ShowMode | None = None
) -> None:
    """Open what the payload names; the menu where it names nothing that we know."""
    if payload.startswith(SURVEY):
        await manager.start(Survey.opening, {"token": payload[1:]}, mode, show)
    elif payload.startswith(BEGIN):
        await manager.start(Survey.opening, {"token": payload[1:], "begin": True}, mode, show)
    elif payload.startswith(HAND_OVER):
        await open_section(payload[1:], manager, mode, show)
    elif payload.startswith(EVENT):
        await open_event(payload[1:], manager, mode, show)
    elif payload.startswith(TICKET):
        await scan(payload[1:], manager, mode, show)
    elif payload.startswith(invitations.PREFIX):
        await invitations.open_link(payload[1:], manager, mode, show)
    elif payload.startswith(granting.PREFIX):
        await granting.open_role(payload[1:], manager, mode, show)
    elif payload.startswith(CALL):
        await open_call(payload[len(CALL) :], manager, mode, show)
    elif payload.startswith(CERTIFICATE):
        await verify_certificate(payload[1:], manager, mode, show)
    elif payload.startswith(ARTICLE) and await show_article(payload[1:], manager):
        return
    else:
        await manager.start(Home.menu, None, mode, show)
