"""Whatever an organiser's button does ends in an operation that looks at the role itself.

The operations are found by their parameters, so that a new one cannot be left out.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import storage
from domain.events.definition import parse
from domain.people.permissions import MAY, Permission
from domain.people.person import Role
from storage import granting
from storage.audit import Deed
from storage.database import Database
from storage.inviting import Target
from storage.roles import NotOrganiserError
from tests.storage.folk import NOW, meet

ACTING = {"deed", "organiser_id", "by"}  # what whoever does it is called
EVENT = Path(__file__).parents[2] / "content/events/barcelona-deep-dive.yaml"
P = Permission
OPERATIONS: dict[str, Permission] = {
    "attendees.check_in": P.CHECK_IN,
    "attendees.undo_check_in": P.CHECK_IN,
    "audit.note": P.AUDIT,
    "broadcasts.change": P.BROADCAST,
    "broadcasts.create": P.BROADCAST,
    "broadcasts.go_on": P.BROADCAST,
    "broadcasts.pause": P.BROADCAST,
    "broadcasts.recall": P.BROADCAST,
    "broadcasts.remove": P.BROADCAST,
    "broadcasts.resume": P.BROADCAST,
    "broadcasts.start": P.BROADCAST,
    "broadcasts.stop": P.BROADCAST,
    "broadcasts.test": P.BROADCAST,
    "corrections.correct": P.ANSWER,
    "corrections.undo": P.ANSWER,
    "enquiries.answer": P.ANSWER,
    "enquiries.claim": P.ANSWER,
    "enquiries.keep": P.ANSWER,
    "enquiries.release": P.ANSWER,
    "events.cancel": P.EVENTS,
    "events.remove_draft": P.EVENTS,
    "events.revise": P.EVENTS,
    "events.save": P.EVENTS,
    "events.set_questions": P.EVENTS,
    "events.set_registration_open": P.EVENTS,
    "deciding.decide": P.EVENTS,
    "deciding.put_first": P.EVENTS,
    "deciding.send_ticket": P.EVENTS,
    "forms.close": P.SURVEYS,
    "forms.keep_draft": P.SURVEYS,
    "forms.publish_draft": P.SURVEYS,
    "forms.reopen": P.SURVEYS,
    "forms.set_deadline": P.SURVEYS,
    "invitations.invite": P.SURVEYS,
    "invitations.set_audience": P.SURVEYS,
    "invitations.set_scope": P.SURVEYS,
    "quotas.set_quota": P.SURVEYS,
    "versions.move": P.SURVEYS,
    "granting.invite": P.ROLES,
    "granting.revoke": P.ROLES,
    "granting.take_away": P.ROLES,
    "inviting.invite": P.INVITE,
    "merging.end_contact": P.INVITE,
    "merging.merge": P.INVITE,
    "merging.undo": P.INVITE,
}


def privileged() -> dict[str, Callable[..., Any]]:
    """Every operation of the storage that somebody acts in, by its module and name."""
    found: dict[str, Callable[..., Any]] = {}
    for part in pkgutil.iter_modules(storage.__path__):
        module = importlib.import_module(f"storage.{part.name}")
        for name, one in inspect.getmembers(module, inspect.isfunction):
            if one.__module__ != module.__name__ or name.startswith("_"):
                continue
            names = list(inspect.signature(one).parameters)
            inner = inspect.unwrap(one)
            if names[:1] == ["tx"] and ACTING & set(names) and inner is not one:
                found[f"{part.name}.{name}"] = one
    return found


def test_each_operation_that_somebody_acts_in_is_in_the_table() -> None:
    assert set(privileged()) == set(OPERATIONS)


async def refused(db: Database, name: str, person_id: int) -> bool:
    """Whether an operation turns a person away; what is acted on does not exist, as a forged
    button may have it."""
    operation = privileged()[name]
    known: dict[str, Any] = {
        "deed": Deed(person_id, NOW),
        "organiser_id": person_id,
        "by": person_id,
        "now": NOW,
        "permission": OPERATIONS[name],
        "role": Role.VIEWER,
        "action": "x",
        "target": Target(form_id=1),
        "rows": [],
        "wanted": parse(EVENT.read_bytes()),
    }
    given = {
        one.name: known.get(one.name, 1)
        for one in list(inspect.signature(operation).parameters.values())[1:]
        if one.default is one.empty or one.name in ACTING
    }
    try:
        await operation(db, **given)
    except NotOrganiserError:
        return True
    except Exception:  # noqa: BLE001 - past the check, nothing is there to act on
        return False
    return False


@pytest.mark.parametrize("role", [None, *Role])
async def test_each_operation_is_for_the_roles_that_the_table_says(
    db: Database, role: Role | None
) -> None:
    owner, person = await meet(db, 9, "Софія", (9,)), await meet(db, 1, "Олена")
    if role is not None:
        link = await granting.invite(db, role, Deed(owner.id, NOW))
        await granting.redeem(db, link.id, person.id, NOW)
    may = MAY[role] if role else frozenset()
    turned_away = {name for name in OPERATIONS if await refused(db, name, person.id)}
    assert turned_away == {name for name, needed in OPERATIONS.items() if needed not in may}
