"""Joining an organisation: who is asked, whose word counts, what a newcomer gets to know."""

import asyncio
from datetime import timedelta

import pytest

from domain.people.membership import ASK_AGAIN, Claim, Standing
from domain.people.person import Person
from storage import contacts, joining, organisations, people
from storage.database import Database
from storage.joining import NotAllowedError
from tests.storage.folk import CODE, NOW, PROFILE, contact_of, hospital, letters, meet

OWNER = 9
DAY = timedelta(days=1)


async def newcomer_asks(db: Database) -> tuple[Person, Person, int, int]:
    """The founder, the newcomer, the organisation, and the newcomer's contact id."""
    founder, newcomer = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    organisation_id = await hospital(db, founder)
    assert await joining.claim(db, newcomer.id, CODE, NOW) is Claim.ASKED
    contact_id, standing = await contact_of(db, newcomer, organisation_id)
    assert standing is Standing.REQUESTED
    return founder, newcomer, organisation_id, contact_id


async def test_a_code_that_nobody_named_is_free_and_nothing_is_written(db: Database) -> None:
    person = await meet(db, 1, "Олена")
    assert await joining.claim(db, person.id, CODE, NOW) is Claim.FREE
    assert await contacts.of_person(db, person.id) == []
    assert await letters(db) == []


async def test_naming_ones_own_organisation_again_makes_it_the_active_one(db: Database) -> None:
    founder = await meet(db, 1, "Олена")
    first = await hospital(db, founder)
    await organisations.make(db, founder.id, None, {"name": "ГО", "type": "ngo"}, NOW)
    assert (await people.get(db, founder.id)).organisation_id != first
    assert await joining.claim(db, founder.id, CODE, NOW) is Claim.MEMBER
    assert (await people.get(db, founder.id)).organisation_id == first


async def test_all_contacts_are_asked_once(db: Database) -> None:
    founder, newcomer, _, contact_id = await newcomer_asks(db)
    assert await letters(db) == [("join_request", founder.id, "pending")]
    assert await joining.claim(db, newcomer.id, CODE, NOW) is Claim.WAITING
    assert len(await letters(db)) == 1

    await joining.decide(db, contact_id, founder.id, True, NOW)
    third = await meet(db, 3, "Ірина")
    await joining.claim(db, third.id, CODE, NOW)
    asked = [person for kind, person, state in await letters(db) if state == "pending"]
    assert asked == [newcomer.id, founder.id, newcomer.id]  # the first is told of the yes


async def test_until_the_yes_the_newcomer_acts_for_nothing(db: Database) -> None:
    _, newcomer, organisation_id, _ = await newcomer_asks(db)
    assert (await people.get(db, newcomer.id)).organisation_id is None
    assert await contacts.of_person(db, newcomer.id) == []
    assert not await contacts.switch(db, newcomer.id, organisation_id)


async def test_yes_makes_it_active_where_the_newcomer_has_none(db: Database) -> None:
    founder, newcomer, organisation_id, contact_id = await newcomer_asks(db)
    request = await joining.decide(db, contact_id, founder.id, True, NOW)
    assert request is not None
    assert (request.standing, request.by, request.name) == (Standing.ACTIVE, "Олена", "Андрій")
    assert (await people.get(db, newcomer.id)).organisation_id == organisation_id
    assert ("join_accepted", newcomer.id, "pending") in await letters(db)


async def test_yes_leaves_the_active_organisation_of_who_has_one(db: Database) -> None:
    founder, newcomer, organisation_id, contact_id = await newcomer_asks(db)
    await organisations.make(db, newcomer.id, None, {"name": "ТОВ", "type": "sme"}, NOW)
    own = (await people.get(db, newcomer.id)).organisation_id
    await joining.decide(db, contact_id, founder.id, True, NOW)
    assert (await people.get(db, newcomer.id)).organisation_id == own
    assert await contacts.switch(db, newcomer.id, organisation_id)


async def test_the_first_decision_stands_and_the_second_sees_it(db: Database) -> None:
    founder, newcomer, organisation_id, contact_id = await newcomer_asks(db)
    owner = await meet(db, OWNER, "Софія", (OWNER,))
    first = await joining.decide(db, contact_id, founder.id, False, NOW)
    second = await joining.decide(db, contact_id, owner.id, True, NOW + DAY)
    assert first == second
    assert second is not None
    assert (second.standing, second.by) == (Standing.DECLINED, "Олена")
    assert [kind for kind, _, _ in await letters(db)].count("join_declined") == 1
    assert (await contact_of(db, newcomer, organisation_id))[1] is Standing.DECLINED


async def test_of_two_decisions_at_once_one_stands(db: Database) -> None:
    founder, newcomer, _, contact_id = await newcomer_asks(db)
    owner = await meet(db, OWNER, "Софія", (OWNER,))
    decisions = await asyncio.gather(
        *(
            joining.decide(db, contact_id, who.id, accept, NOW)
            for who, accept in [(founder, True), (owner, False)] * 5
        )
    )
    assert len({(one.standing, one.by) for one in decisions if one}) == 1
    told = [kind for kind, person, _ in await letters(db) if person == newcomer.id]
    assert len(told) == 1


async def test_nobody_else_decides_least_of_all_the_newcomer(db: Database) -> None:
    _, newcomer, organisation_id, contact_id = await newcomer_asks(db)
    stranger = await meet(db, 3, "Ірина")
    for who in (newcomer, stranger):
        with pytest.raises(NotAllowedError):
            await joining.decide(db, contact_id, who.id, True, NOW)
    assert (await contact_of(db, newcomer, organisation_id))[1] is Standing.REQUESTED
    assert await joining.decide(db, contact_id + 1000, stranger.id, True, NOW) is None


async def test_who_was_declined_may_ask_again_after_a_day(db: Database) -> None:
    founder, newcomer, _, contact_id = await newcomer_asks(db)
    await joining.decide(db, contact_id, founder.id, False, NOW)
    assert await joining.claim(db, newcomer.id, CODE, NOW + ASK_AGAIN / 2) is Claim.DECLINED
    assert await joining.claim(db, newcomer.id, CODE, NOW + ASK_AGAIN) is Claim.ASKED
    asked = [kind for kind, _, _ in await letters(db)]
    assert asked.count("join_request") == 2


async def test_organisers_are_asked_where_nobody_acts_any_more(db: Database) -> None:
    owner = await meet(db, OWNER, "Софія", (OWNER,))
    founder, _, organisation_id, _ = await newcomer_asks(db)
    await joining.leave(db, founder.id, organisation_id, NOW)
    assert ("join_request", owner.id, "pending") in await letters(db)


async def test_without_anybody_to_ask_the_request_waits_for_who_comes(db: Database) -> None:
    founder, newcomer = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    organisation_id = await hospital(db, founder)
    await joining.leave(db, founder.id, organisation_id, NOW)
    assert await joining.claim(db, newcomer.id, CODE, NOW) is Claim.NOBODY
    assert await joining.claim(db, newcomer.id, CODE, NOW) is Claim.NOBODY
    owner = await meet(db, OWNER, "Софія", (OWNER,))
    assert await joining.claim(db, newcomer.id, CODE, NOW) is Claim.WAITING
    assert await letters(db) == [("join_request", owner.id, "pending")]


async def test_a_contact_who_blocked_the_bot_is_not_asked(db: Database) -> None:
    founder, newcomer = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    owner = await meet(db, OWNER, "Софія", (OWNER,))
    await hospital(db, founder)
    await people.set_blocked(db, founder.telegram_id, NOW)
    await joining.claim(db, newcomer.id, CODE, NOW)
    assert await letters(db) == [("join_request", owner.id, "pending")]


async def test_leaving_falls_back_to_the_organisation_joined_last(db: Database) -> None:
    person = await meet(db, 1, "Олена")
    for days, name in enumerate(["А", "Б", "В"]):
        await organisations.make(
            db, person.id, None, {"name": f"ГО {name}", "type": "ngo"}, NOW + days * DAY
        )
    last = (await people.get(db, person.id)).organisation_id
    assert last is not None
    await joining.leave(db, person.id, last, NOW + 5 * DAY)
    active = (await people.get(db, person.id)).organisation_id
    names = {one.organisation_id: one.name for one in await contacts.of_person(db, person.id)}
    assert active is not None
    assert names[active] == "ГО Б"
    assert set(names.values()) == {"ГО А", "ГО Б"}


async def test_nobody_asks_for_many_organisations_in_a_day(db: Database) -> None:
    codes = ["00032112", "14360570", "20077720", "21133352", "00039002", CODE]
    founder, curious = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    for code in codes:
        assert await organisations.make(db, founder.id, code, PROFILE, NOW) is Claim.MADE
    claims = [await joining.claim(db, curious.id, code, NOW) for code in codes]
    assert claims == [Claim.ASKED] * 5 + [Claim.TOO_MANY]
    assert await joining.claim(db, curious.id, CODE, NOW + ASK_AGAIN) is Claim.ASKED
