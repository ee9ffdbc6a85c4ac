"""Nudges on a real database: to who left it, once, and not for what is over."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.nudges import Nudge
from storage import delivery, models, nudges
from storage.database import Database
from storage.upsert import insert
from tests.storage.folk import NOW, letters, meet

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def left(db: Database, *cursors: tuple[int, datetime]) -> int:
    """An unfinished response in which people (by Telegram id) stood last at these moments."""
    people = [((await meet(db, number, f"Особа {number}")).id, at) for number, at in cursors]

    async def make(tx: AsyncConnection) -> int:
        form = await tx.scalar(
            insert(tx, models.Form)
            .values(form_id="f", token="t", state="open", scope="person", created_at=NOW)
            .returning(models.Form.id)
        )
        version = await tx.scalar(
            insert(tx, models.FormVersion)
            .values(form_id=form, **await _version(tx))
            .returning(models.FormVersion.id)
        )
        response: int | None = await tx.scalar(
            insert(tx, models.Response)
            .values(
                form_id=form,
                version_id=version,
                scope="person",
                person_id=people[0][0],
                state="draft",
                revision=1,
                started_at=NOW,
                changed_at=NOW,
            )
            .returning(models.Response.id)
        )
        assert response is not None
        for person, at in people:
            await tx.execute(
                insert(tx, models.Cursor).values(
                    response_id=response, person_id=person, screen="1", step=1, seen=0, at=at
                )
            )
        return response

    return await db.write(make)


async def _version(_: AsyncConnection) -> dict[str, object]:
    """What a version needs besides its form; no form is compiled here."""
    values: dict[str, object] = {}
    for column in models.FormVersion.__table__.c:
        if column.nullable or column.server_default is not None or column.primary_key:
            continue
        kind = column.type.python_type if column.name != "published_at" else datetime
        values[column.name] = {str: "x", bytes: b"x", int: 1, datetime: NOW, bool: True}.get(kind)
    values.pop("form_id", None)
    return values


async def nudged(db: Database, now: datetime) -> list[tuple[str, int]]:
    await nudges.leave_due(db, now)
    begun = [await delivery.begin(db, one.id, now) for one in await delivery.claim(db, now, 25)]
    for letter in begun:
        if letter is not None:
            await delivery.sent(db, letter, 1, now)
    return [(letter.kind, letter.telegram_id) for letter in begun if letter is not None]


async def test_who_was_there_last_hears_of_it_twice(db: Database) -> None:
    await left(db, (1, NOW - DAY), (2, NOW))
    assert await nudged(db, NOW + 23 * HOUR) == []
    assert await nudges.next_due(db, NOW + 23 * HOUR) == NOW + DAY
    assert await nudged(db, NOW + DAY) == [(Nudge.DAY, 2)]
    assert await nudged(db, NOW + 2 * DAY) == []
    assert await nudges.next_due(db, NOW + 2 * DAY) == NOW + 7 * DAY
    assert await nudged(db, NOW + 7 * DAY) == [(Nudge.WEEK, 2)]
    assert await nudges.next_due(db, NOW + 7 * DAY) is None
    assert await nudged(db, NOW + 9 * DAY) == []


@pytest.mark.parametrize(
    "over",
    [
        update(models.Response).values(state="submitted", submitted_at=NOW),
        update(models.Response).values(full_at=NOW),
        update(models.Form).values(state="closed"),
        update(models.Form).values(closes_at=NOW + HOUR),
        update(models.Cursor).values(at=NOW + DAY),
    ],
    ids=["submitted", "full", "closed", "past its deadline", "taken up again"],
)
@pytest.mark.parametrize("before", [True, False], ids=["before it is left", "before it is sent"])
async def test_what_is_over_is_not_spoken_of(db: Database, over: object, before: bool) -> None:
    await left(db, (1, NOW))
    if not before:
        assert await nudges.leave_due(db, NOW + DAY) == 1
    await db.write(lambda tx: tx.execute(over))  # type: ignore[call-overload]
    assert await nudged(db, NOW + DAY) == []
    assert [state for _, _, state in await letters(db)] == ["cancelled"] * (not before)
