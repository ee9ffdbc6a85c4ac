"""Organisations: made once, changed by their contacts alone."""

import asyncio

import pytest

from domain.people.membership import Claim
from domain.people.profile import Field
from storage import contacts, joining, organisations, people
from storage.database import Database
from storage.organisations import NotAContactError
from tests.storage.folk import CODE, NOW, PROFILE, hospital, letters, meet


async def test_whoever_makes_it_acts_for_it(db: Database) -> None:
    person = await meet(db, 1, "Олена")
    organisation = await organisations.get(db, await hospital(db, person))
    assert (organisation.edrpou, organisation.name) == (CODE, "Лікарня № 5")
    assert organisation.time_zone == "Europe/Kyiv"
    [colleague] = await contacts.of_organisation(db, organisation.id)
    assert (colleague.name, colleague.since) == ("Олена", NOW)


async def test_of_two_who_name_a_code_at_once_one_makes_it(db: Database) -> None:
    crowd = [await meet(db, number, f"Особа {number}") for number in range(1, 7)]
    outcomes = await asyncio.gather(
        *(organisations.make(db, person.id, CODE, PROFILE, NOW) for person in crowd)
    )
    assert sorted(outcomes) == [Claim.ASKED] * 5 + [Claim.MADE]
    assert [kind for kind, _, _ in await letters(db)] == ["join_request"] * 5


async def test_a_double_tap_makes_one_organisation(db: Database) -> None:
    person = await meet(db, 1, "Олена")
    for code in (None, CODE):
        for _ in range(2):
            assert await organisations.make(db, person.id, code, PROFILE, NOW) in (
                Claim.MADE,
                Claim.MEMBER,
            )
    assert len(await contacts.of_person(db, person.id)) == 2


async def test_a_field_is_changed_and_cleared(db: Database) -> None:
    person = await meet(db, 1, "Олена")
    organisation_id = await hospital(db, person)
    for value in ("rivne", None):
        await organisations.change(db, person.id, organisation_id, {Field.OBLAST: value}, NOW)
        assert (await organisations.get(db, organisation_id)).oblast == value


async def test_the_time_zone_becomes_the_persons_own(db: Database) -> None:
    person = await meet(db, 1, "Олена")
    organisation_id = await hospital(db, person)
    change = {Field.TIME_ZONE: "Europe/Oslo"}
    await organisations.change(db, person.id, organisation_id, change, NOW)
    assert (await people.get(db, person.id)).time_zone == "Europe/Oslo"


async def test_only_contacts_change_it(db: Database) -> None:
    person, stranger = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    organisation_id = await hospital(db, person)
    await joining.claim(db, stranger.id, CODE, NOW)
    with pytest.raises(NotAContactError):
        await organisations.change(
            db, stranger.id, organisation_id, {Field.NAME: "Інша назва"}, NOW
        )
    assert (await organisations.get(db, organisation_id)).name == "Лікарня № 5"
