"""A move to another database: everything, once, and what comes after it."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, select, text

from storage import copying, forms, organisations, people, responses
from storage.copying import CopyError, copy
from storage.database import Database, open_database
from storage.models import Base

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture
async def filled(tmp_path: Path, published: Path) -> str:
    """A database with a person, an organisation and a response."""
    url = f"sqlite+aiosqlite:///{shutil.copy(published, tmp_path / 'filled.sqlite3')}"
    async with open_database(url) as db:
        person = await people.meet(db, 1001, "uk", (), NOW)
        await people.give_consent(db, person.id, "uk", "Олена", None, NOW)
        profile = {"name": "КНП «Лікарня»", "type": "hospital"}
        await organisations.make(db, person.id, "32855961", profile, NOW)
        [survey] = await forms.surveys(db)
        known = await people.find(db, 1001)
        assert known is not None
        await responses.begin(
            db,
            survey.id,
            survey.version_id,
            "organisation",
            person.id,
            known.organisation_id,
            NOW,
        )
    return url


async def rows(db: Database, query: Executable) -> Sequence[Any]:
    return (await db.read(lambda connection: connection.execute(query))).all()


async def test_everything_arrives_as_it_was(
    filled: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "CHUNK", 2)
    told: dict[str, int] = {}
    if database_url.startswith("sqlite"):
        database_url = database_url.replace("test.sqlite3", "new.sqlite3")
    async with open_database(filled) as source, open_database(database_url) as target:
        counts = await copy(source, target, told.__setitem__)
        assert counts == told
        assert counts["people"] == counts["organisations"] == counts["responses"] == 1
        for table in Base.metadata.sorted_tables:
            query = select(table).order_by(*table.primary_key)
            assert await rows(target, query) == await rows(source, query)
        missing = "SELECT count(*) FROM {} WHERE CAST({} AS text) = 'null'"
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if column.type.__class__.__name__ == "JSON":
                    words = text(missing.format(table.name, column.name))
                    assert (await rows(target, words))[0][0] == 0
        view = text("SELECT * FROM responses_flat_value_chain")  # views are there, too
        assert await rows(target, view) == await rows(source, view)
        newcomer = await people.meet(target, 1002, "en", (), NOW)  # numbers go on
        assert newcomer.id > 1


async def test_a_target_that_holds_something_is_left_as_it_is(
    filled: str, database_url: str
) -> None:
    async with open_database(filled) as source, open_database(database_url) as target:
        await people.meet(target, 7, "en", (), NOW)
        with pytest.raises(CopyError, match="not empty: people"):
            await copy(source, target, lambda *_: None)
        assert (await target.read(lambda c: c.scalar(text("SELECT count(*) FROM forms")))) == 0


async def test_an_old_source_is_upgraded_first(tmp_path: Path, sqlite_url: str) -> None:
    empty = f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}"
    async with open_database(empty) as source, open_database(sqlite_url) as target:
        with pytest.raises(CopyError, match="older schema"):
            await copy(source, target, lambda *_: None)
