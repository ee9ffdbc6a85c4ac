"""Roles by links that count once; taken back and away; every action is in the log."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.people.permissions import Permission
from domain.people.person import Role
from storage import audit, forms, granting, invitations, people, quotas
from storage.audit import Deed
from storage.database import Database
from storage.granting import Redeemed
from storage.roles import NotOrganiserError
from tests.storage.folk import NOW, meet

OWNER = 9
Operation = Callable[[], Awaitable[object]]


async def actions(db: Database, reader: int) -> list[tuple[int, str, str]]:
    found = await audit.page(db, reader, 100)
    return [(one.person_id, one.action, one.subject) for one in found]


async def test_a_link_gives_its_role_to_the_first_who_opens_it(db: Database) -> None:
    owner = await meet(db, OWNER, "Софія", (OWNER,))
    first, second = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    link = await granting.invite(db, Role.ORGANISER, Deed(owner.id, NOW))
    both = await asyncio.gather(
        granting.redeem(db, link.id, first.id, NOW), granting.redeem(db, link.id, second.id, NOW)
    )
    assert sorted(outcome for outcome, _ in both) == [Redeemed.GIVEN, Redeemed.USED]
    roles = [(await people.get(db, one.id)).roles for one in (first, second)]
    assert sorted(len(one) for one in roles) == [0, 1]
    assert await granting.open_links(db, NOW) == []


async def test_who_has_the_role_leaves_the_link_for_somebody_else(db: Database) -> None:
    owner = await meet(db, OWNER, "Софія", (OWNER,))
    link = await granting.invite(db, Role.OWNER, Deed(owner.id, NOW))
    assert await granting.redeem(db, link.id, owner.id, NOW) == (Redeemed.HAD, Role.OWNER)
    assert [one.id for one in await granting.open_links(db, NOW)] == [link.id]
    assert await granting.open_links(db, NOW + granting.GOOD_FOR) == []


async def test_a_link_taken_back_or_of_somebody_who_may_no_more_gives_nothing(
    db: Database,
) -> None:
    owner = await meet(db, OWNER, "Софія", (OWNER,))
    second, third = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    link = await granting.invite(db, Role.VIEWER, Deed(owner.id, NOW))
    assert await granting.revoke(db, link.id, Deed(owner.id, NOW))
    assert not await granting.revoke(db, link.id, Deed(owner.id, NOW))
    assert (await granting.redeem(db, link.id, third.id, NOW))[0] is Redeemed.REVOKED
    ownership = await granting.invite(db, Role.OWNER, Deed(owner.id, NOW))
    await granting.redeem(db, ownership.id, second.id, NOW)
    by_second = await granting.invite(db, Role.ORGANISER, Deed(second.id, NOW))
    assert await granting.take_away(db, second.id, Role.OWNER, Deed(owner.id, NOW))
    assert (await granting.redeem(db, by_second.id, third.id, NOW))[0] is Redeemed.REVOKED
    assert (await granting.redeem(db, 12345, third.id, NOW)) == (Redeemed.REVOKED, None)
    assert (await people.get(db, third.id)).roles == frozenset()


async def test_owners_made_in_the_chat_survive_a_start_and_those_of_the_settings_stay(
    db: Database,
) -> None:
    owner, second = await meet(db, OWNER, "Софія", (OWNER,)), await meet(db, 1, "Олена")
    link = await granting.invite(db, Role.OWNER, Deed(owner.id, NOW))
    await granting.redeem(db, link.id, second.id, NOW)
    await people.set_owners(db, [OWNER], NOW)
    assert Role.OWNER in (await people.get(db, second.id)).roles
    assert not await granting.take_away(db, owner.id, Role.OWNER, Deed(second.id, NOW))
    await people.set_owners(db, [], NOW)
    assert (await people.get(db, owner.id)).roles == frozenset()
    assert Role.OWNER in (await people.get(db, second.id)).roles


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.CHECK_IN, Role.ORGANISER, Role.OWNER])
async def test_operations_look_at_the_role_and_leave_no_trace_where_it_is_missing(
    db: Database, role: Role | None
) -> None:
    owner, person = await meet(db, OWNER, "Софія", (OWNER,)), await meet(db, 1, "Олена")
    if role is not None:
        link = await granting.invite(db, role, Deed(owner.id, NOW))
        await granting.redeem(db, link.id, person.id, NOW)
    before = await actions(db, owner.id)
    deed = Deed(person.id, NOW)
    organiser: list[Operation] = [
        lambda: forms.close(db, 1, deed),
        lambda: forms.reopen(db, 1, NOW, deed),
        lambda: forms.set_deadline(db, 1, NOW, deed),
        lambda: invitations.set_audience(db, 1, invitations.INVITED, deed),
        lambda: invitations.set_scope(db, 1, "person", deed),
        lambda: quotas.set_quota(db, 1, "/data/a", "b", None, deed),
        lambda: audit.note(db, deed, Permission.EVENTS, "event.list", "event:1"),
    ]
    owners: list[Operation] = [
        lambda: granting.invite(db, Role.VIEWER, deed),
        lambda: granting.revoke(db, 999, deed),
        lambda: granting.take_away(db, owner.id, Role.VIEWER, deed),
        lambda: audit.page(db, person.id, 1),
        lambda: audit.note(db, deed, Permission.PERSONAL_DATA, "results.personal", "form:1"),
    ]
    allowed: list[Operation] = organiser if role is Role.ORGANISER else []
    if role is Role.OWNER:
        allowed = [*organiser, *owners]
    for operation in [*organiser, *owners]:
        if operation in allowed:
            await operation()
        else:
            with pytest.raises(NotOrganiserError):
                await operation()
    done = (await actions(db, owner.id))[: -len(before)] if before else []
    if role is Role.ORGANISER:
        assert {action for _, action, _ in done} == {
            *("survey.close", "survey.open", "survey.deadline", "survey.audience"),
            *("survey.scope", "survey.quota", "event.list"),
        }
    elif role is not Role.OWNER:
        assert done == []


async def test_the_log_says_who_did_what_on_what_the_newest_first(db: Database) -> None:
    owner, person = await meet(db, OWNER, "Софія", (OWNER,)), await meet(db, 1, "Олена")
    link = await granting.invite(db, Role.CHECK_IN, Deed(owner.id, NOW))
    await granting.redeem(db, link.id, person.id, NOW + timedelta(minutes=1))
    await granting.take_away(db, person.id, Role.CHECK_IN, Deed(owner.id, NOW))
    assert await actions(db, owner.id) == [
        (owner.id, "role.take", f"person:{person.id}/checkin"),
        (person.id, "role.accept", "role:checkin"),
        (owner.id, "role.invite", "role:checkin"),
    ]
    assert await audit.count(db) == 3
    assert [one.action for one in await audit.page(db, owner.id, 1, 1)] == ["role.accept"]
