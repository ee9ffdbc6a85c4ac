"""Handing a section over: a signed link that opens it for a colleague.

The link says where to go on, not who may: who opens it must act for the organisation already, or
asks to, and gets there after a colleague's yes.
"""

from datetime import timedelta

from aiogram import Bot
from aiogram.utils.deep_linking import create_start_link
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of
from dialogs.states import Home, Organisation, Survey
from dialogs.widgets.text import ECHO
from domain.people.links import LinkError, LinkProblem, sign, verify
from storage import responses

PREFIX = "h"
PURPOSE = "hand-over"
GOOD_FOR = timedelta(days=14)


async def link_to(manager: DialogManager, response_id: int, screen: str) -> str:
    """A link that opens the response at a screen, for fourteen days."""
    app = app_of(manager)
    bot: Bot = manager.middleware_data["bot"]
    payload = f"{response_id}/{screen}".encode()
    token = sign(app.secret, PURPOSE, payload, app.now() + GOOD_FOR)
    return await create_start_link(bot, PREFIX + token)


async def open_section(
    token: str, manager: DialogManager, mode: StartMode, show: ShowMode | None
) -> None:
    """Open the section that a hand-over link names, for who may answer it."""
    app, actor = app_of(manager), actor_of(manager)
    try:
        payload = verify(app.secret, PURPOSE, token, app.now()).decode()
    except LinkError as error:
        await _refuse(manager, mode, show, error.problem)
        return
    number, _, screen = payload.partition("/")
    try:
        await responses.get(app.db, int(number), actor.person.id)
    except responses.NotYoursError:
        # Forwarded to somebody who does not act for the organisation: that is asked for first.
        await manager.start(Organisation.code, {"then": f"{PREFIX}{token}"}, mode, show)
        return
    await manager.start(Survey.question, {"response": int(number), "screen": screen}, mode, show)


async def _refuse(
    manager: DialogManager, mode: StartMode, show: ShowMode | None, problem: LinkProblem
) -> None:
    tr = actor_of(manager).tr
    words = (
        tr.html("This link has expired. Ask your colleague for a new one.")
        if problem is LinkProblem.EXPIRED
        else tr.html("This link is not valid. Please check that it was copied whole.")
    )
    await manager.start(Home.menu, {ECHO: words}, mode, show)
