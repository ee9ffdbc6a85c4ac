"""What the organiser's windows stand on: which survey is open, and the right to see it."""

import hashlib
from dataclasses import dataclass

from aiogram_dialog import DialogManager, StartMode

from dialogs.context import Actor, App, actor_of, app_of, may
from dialogs.messages import toast
from dialogs.results.reader import Reader
from dialogs.states import Home
from domain.people.permissions import Permission
from domain.surveys.results.codebook import Variable
from storage import forms, results
from storage.results import Study

FORM = "form"  # the key in dialog data of the form id
QUESTION = "question"  # of the question that was chosen
PAGE = "page"


@dataclass(frozen=True, slots=True)
class Desk:
    """A survey's results on somebody's desk."""

    app: App
    actor: Actor
    study: Study
    reader: Reader

    def variable(self, token: str | None) -> Variable | None:
        """The variable that a button names."""
        variables = self.study.codebook.variables
        return next((one for one in variables if token_of(one) == token), None)


def token_of(variable: Variable) -> str:
    """A variable in callback data: its name can be longer than that."""
    return hashlib.sha256(variable.name.encode()).hexdigest()[:10]


async def desk_of(manager: DialogManager) -> Desk | None:
    """The survey that is open here, whatever the person may do; None where it is gone."""
    app, actor = app_of(manager), actor_of(manager)
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    chosen = manager.dialog_data.get(FORM) or start.get(FORM, "")
    survey = await forms.by_form_id(app.db, str(chosen))
    if survey is None:
        return None
    study = await results.study(app.db, app.forms, survey)
    return Desk(app, actor, study, Reader.of(study.codebook, actor.tr, app.now()))


async def organisers_desk(manager: DialogManager) -> Desk | None:
    """The same for organisers alone: anybody else is led to the menu.

    Checked at every press, because old buttons outlive a role and callback data can be forged.
    """
    if not may(manager, Permission.SEE_RESULTS):
        await turn_away(manager)
        return None
    desk = await desk_of(manager)
    if desk is None:
        await manager.start(Home.menu, None, StartMode.RESET_STACK)
    return desk


async def turn_away(manager: DialogManager) -> None:
    """Only organisers may see this."""
    toast(actor_of(manager).tr("Only organisers can open this."), alert=True)
    await manager.start(Home.menu, None, StartMode.RESET_STACK)
