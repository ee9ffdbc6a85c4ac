"""What every handler can count on: the database, the clock, and who is acting."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiogram.types import Update
from aiogram_dialog import DialogManager

from dialogs.i18n import Translator
from dialogs.studio import Studio
from domain.people import permissions
from domain.people.permissions import Permission
from domain.people.person import Person
from storage.audit import Deed
from storage.database import Database
from storage.forms import Forms
from storage.library import Funding
from storage.live import LiveResponses


@dataclass(frozen=True, slots=True)
class App:
    """What the program is put together from; made once in `bot.compose`."""

    db: Database
    forms: Forms
    now: Callable[[], datetime]
    secret: bytes
    funding: Funding
    studio: Studio = field(default_factory=Studio)
    live: LiveResponses = field(default_factory=LiveResponses)
    bulk_rate: int = 20  # messages a second that nobody asked for
    approval_above: int = 200  # people, from which on a second organiser confirms a broadcast


@dataclass(slots=True)
class Actor:
    """Who is acting in this update, and how to speak to them."""

    person: Person
    tr: Translator


def app_of(manager: DialogManager) -> App:
    """The program's parts, for a getter or handler that has only the manager."""
    app = manager.middleware_data["app"]
    assert isinstance(app, App)  # noqa: S101 - for the type checker
    return app


def actor_of(manager: DialogManager) -> Actor:
    """The person who acts in this update."""
    actor = manager.middleware_data["actor"]
    assert isinstance(actor, Actor)  # noqa: S101 - for the type checker
    return actor


def update_id_of(manager: DialogManager) -> int | None:
    """Telegram's number of what is acted on: the same update may come again after a crash."""
    update = manager.middleware_data.get("event_update")
    return update.update_id if isinstance(update, Update) else None


def deed_of(manager: DialogManager) -> Deed:
    """Who acts in this update, and when, for operations that only some may do."""
    return Deed(actor_of(manager).person.id, app_of(manager).now())


def may(manager: DialogManager, permission: Permission) -> bool:
    """Whether the person who acts has a permission now: roles are read for every update."""
    return permissions.may(actor_of(manager).person.roles, permission)
