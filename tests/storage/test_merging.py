"""Merging organisations: everything moves, nothing is lost, and it can be undone."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import contacts, merging, organisations, people
from storage.audit import Deed
from storage.database import Database
from storage.merging import references
from storage.roles import NotOrganiserError
from tests.storage.folk import NOW, meet


async def made(db: Database, number: int, name: str, code: str | None) -> tuple[int, int]:
    """A person with an organisation of their own."""
    person = await meet(db, number, f"P{number}")
    profile = {"name": name, "type": "hospital"}
    await organisations.make(db, person.id, code, profile, NOW)
    organisation_id = (await people.get(db, person.id)).organisation_id
    assert organisation_id is not None
    return person.id, organisation_id


async def pointing(db: Database) -> dict[tuple[str, str], list[Any]]:
    """Everything that names an organisation."""

    async def read(connection: AsyncConnection) -> dict[tuple[str, str], list[Any]]:
        found = {}
        for table, column in references():
            rows = await connection.execute(select(column, *table.primary_key))
            found[table.name, column.name] = sorted(map(tuple, rows.all()), key=repr)
        return found

    return await db.read(read)


def test_references_are_found_by_themselves() -> None:
    found = {(table.name, column.name) for table, column in references()}
    assert {
        ("people", "organisation_id"),
        ("contacts", "organisation_id"),
        ("responses", "organisation_id"),
        ("registrations", "organisation_id"),
        ("invitations", "organisation_id"),
        ("form_invitations", "organisation_id"),
    } <= found


async def test_all_moves_and_comes_back(db: Database) -> None:
    owner = await meet(db, 9, "Софія", (9,))
    one, kept = await made(db, 1, "Лікарня № 5", None)
    two, gone = await made(db, 2, "ЛІКАРНЯ 5", "32855961")
    deed = Deed(owner.id, NOW)
    before = await pointing(db)
    assert await merging.preview(db, kept, gone) == {"people": 1, "contacts": 1}
    number = await merging.merge(db, kept, gone, deed)
    assert number is not None
    assert await merging.merge(db, kept, gone, deed) is None
    assert (await people.get(db, two)).organisation_id == kept
    assert {c.person_id for c in await contacts.of_organisation(db, kept)} == {one, two}
    assert (await organisations.get(db, kept)).edrpou == "32855961"
    assert [one.id for one in await merging.search(db, "32855961", 9)] == [kept]
    assert [one.id for one in await merging.merges_into(db, kept)] == [number]
    assert await merging.undo(db, number, deed)
    assert not await merging.undo(db, number, deed)
    assert await pointing(db) == before
    assert (await organisations.get(db, gone)).edrpou == "32855961"
    assert (await organisations.get(db, kept)).edrpou is None


async def test_only_organisers(db: Database) -> None:
    one, kept = await made(db, 1, "Лікарня № 5", None)
    _, gone = await made(db, 2, "ЛІКАРНЯ 5", None)
    for work in (
        merging.merge(db, kept, gone, Deed(one, NOW)),
        merging.undo(db, 1, Deed(one, NOW)),
        merging.end_contact(db, kept, one, Deed(one, NOW)),
    ):
        with pytest.raises(NotOrganiserError):
            await work
    assert len(await contacts.of_organisation(db, kept)) == 1
