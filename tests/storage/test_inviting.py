"""Invitations: made once, opened by one who acts then, how far each has come."""

import asyncio

from domain.events.event import Mode
from domain.people.membership import Claim
from storage import inviting, people, registrations
from storage.database import Database
from storage.inviting import Invited, Standing, Target
from tests.storage.audience import publish
from tests.storage.folk import CODE, NOW, meet

ROWS = [
    Invited(2, "Лікарня № 5", CODE, "hospital", "rivne", "office@hospital5.ua"),
    Invited(3, "ГО «Допомога»", None, "ngo", None, None),
]


async def test_a_list_that_is_sent_twice_at_once_invites_once(db: Database) -> None:
    to = Target(event_id=(await publish(db)).id)
    dry = await inviting.invite(db, to, ROWS, None, NOW, dry=True)
    assert (dry.made, dry.invited) == (2, 2)
    assert await inviting.totals(db) == 0
    both = await asyncio.gather(*(inviting.invite(db, to, ROWS, None, NOW) for _ in range(2)))
    assert sorted(one.invited for one in both) == [0, 2]
    assert await inviting.totals(db) == 2


async def test_who_opens_first_acts_and_the_next_has_to_ask(db: Database) -> None:
    event = await publish(db)
    to = Target(event_id=event.id)
    await inviting.invite(db, to, ROWS, None, NOW)
    [hospital] = [one for one in await inviting.of_target(db, to) if one.edrpou == CODE]
    assert hospital.standing is Standing.SENT
    olena, andrii = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    first = await inviting.open_invitation(db, hospital.id, olena.id, NOW)
    assert first is not None
    assert (first.target, first.organisation, first.claim) == (to, "Лікарня № 5", Claim.MADE)
    second = await inviting.open_invitation(db, hospital.id, andrii.id, NOW)
    assert second is not None
    assert second.claim is Claim.ASKED
    assert await inviting.open_invitation(db, 999, andrii.id, NOW) is None
    organisation = (await people.get(db, olena.id)).organisation_id
    assert organisation == hospital.organisation_id
    await registrations.register(
        db, event.id, olena.id, hospital.organisation_id, Mode.ONSITE, "Олена", NOW
    )
    found = {one.name: one.standing for one in await inviting.of_target(db, to)}
    assert found == {"Лікарня № 5": Standing.FINISHED, "ГО «Допомога»": Standing.SENT}
