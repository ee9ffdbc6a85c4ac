"""Updates from the moment Telegram hands them over until what they caused is committed.

An update is stored before Telegram is told that it arrived, and is done in the transaction that
keeps the dialog state it led to. Each chat is a lane: its updates are handled one after another,
in the order in which they arrived, by one worker. Which worker has a lane is said by the rows that
wait in it; no lock or connection is held while somebody is answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ClauseElement

from storage import models
from storage.database import writes, writes_directly
from storage.direct import Direct, Prepared
from storage.fsm import Changes, save_changes
from storage.upsert import insert

SUSPECT = 3  # processes that died with an update before it is looked at by itself

INBOX = models.InboxUpdate


class LostError(Exception):
    """Another worker has taken this update meanwhile: whatever it led to here is void."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An update as Telegram sent it: `payload` is its JSON."""

    update_id: int
    lane: int
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """An update that waits in a lane of ours."""

    id: int
    update_id: int
    lane: int
    payload: dict[str, Any]
    attempts: int
    received_at: datetime
    takeovers: int = 0

    @property
    def code(self) -> str:
        """What its person and the operator call it once processes died with it too often."""
        return f"{self.update_id:08x}"

    @property
    def is_suspect(self) -> bool:
        """Whether so many processes died with it that it is handled one at a time."""
        return self.takeovers >= SUSPECT


# No parameter: SQLite would plan a statement anew at each execution, to see whether the index of
# what waits may still be used, and that takes longer than all the rest.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_OTHER = aliased(INBOX)


def _arrive(tx: Direct) -> ClauseElement:
    """Stores an update for the worker that has its lane: whoever has what waits there, else me."""
    of_others = and_(
        _OTHER.bot_id == bindparam("bot"),
        _OTHER.lane == bindparam("chat"),
        _OTHER.state == _WAITING,
        or_(_OTHER.worker.is_(None), _OTHER.worker != bindparam("me")),
    )
    owner = select(_OTHER.worker).where(of_others).limit(1).scalar_subquery()
    return (
        insert(tx, INBOX)
        .values(
            bot_id=bindparam("bot"),
            update_id=bindparam("number"),
            lane=bindparam("chat"),
            worker=case((exists().where(of_others), owner), else_=bindparam("me", type_=String)),
            payload=bindparam("sent"),
            state="waiting",
            attempts=0,
            takeovers=0,
            received_at=bindparam("now"),
        )
        .on_conflict_do_nothing()
        .returning(INBOX.id, INBOX.update_id, INBOX.worker)
    )


_ARRIVE = Prepared(_arrive)


@writes_directly
async def receive(
    tx: Direct, bot_id: int, worker: str, arrived: Sequence[Arrived], now: datetime
) -> list[Stored]:
    """Store what is new, and return what of it this worker has to answer, in order.

    What arrived before changes nothing. What arrives in a lane where something waits for another
    worker, or for nobody, waits behind it.
    """
    await tx.hold(_key(bot_id, one.lane) for one in arrived)
    always = {"bot": bot_id, "me": worker, "now": now}
    rows = await tx.fetch_each(
        _ARRIVE,
        (
            always | {"number": one.update_id, "chat": one.lane, "sent": one.payload}
            for one in arrived
        ),
    )
    numbers = {row.update_id: row.id for row in rows if row.worker == worker}
    mine = [
        Stored(numbers[one.update_id], one.update_id, one.lane, one.payload, 0, now)
        for one in arrived
        if one.update_id in numbers
    ]
    return sorted(mine, key=lambda one: one.id)


_DONE = Prepared(
    lambda _: (
        update(INBOX)
        .where(
            INBOX.id == bindparam("number"),
            INBOX.worker == bindparam("me"),
            INBOX.state == _WAITING,
        )
        .values(state="done", payload=None, lane=None, done_at=bindparam("now"))
        .returning(
            INBOX.id,
            select(_OTHER.id)
            .where(
                _OTHER.bot_id == bindparam("bot"),
                _OTHER.lane == bindparam("chat"),
                _OTHER.state == _WAITING,
                _OTHER.worker == bindparam("me"),
                _OTHER.id != bindparam("number"),
            )
            .limit(1)
            .scalar_subquery()
            .label("another"),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Ending:
    """An update that is done, and what it changed of the dialog states of its chat."""

    one: Stored
    changes: Changes


@writes_directly
async def finish(
    tx: Direct, bot_id: int, worker: str, endings: Sequence[Ending], now: datetime
) -> list[Stored | LostError | None]:
    """Keep what updates of different lanes led to, and be done with them.

    For each the next of its lane is returned; a LostError for one that is no longer this worker's,
    and nothing of that is kept.
    """
    await tx.hold(_key(bot_id, ending.one.lane) for ending in endings)
    always = {"bot": bot_id, "me": worker, "now": now}
    rows = await tx.fetch_each(
        _DONE,
        (always | {"number": ending.one.id, "chat": ending.one.lane} for ending in endings),
    )
    settled = {row.id: row.another is not None for row in rows}
    await save_changes(tx, [one.changes for one in endings if one.one.id in settled])
    return [
        LostError(one.update_id)
        if one.id not in settled
        else (await _first(tx, bot_id, worker, one.lane) if settled[one.id] else None)
        for one in (ending.one for ending in endings)
    ]


@writes
async def give_up(
    tx: AsyncConnection, bot_id: int, worker: str, one: Stored, error: str, now: datetime
) -> Stored | None:
    """Put an update that cannot be handled aside for the operator, and return the next."""
    await lock(tx, bot_id, [one.lane])
    await _settle(
        tx, worker, one, state="dead", error=error, done_at=now, attempts=one.attempts + 1
    )
    return await next_of(tx, bot_id, worker, one.lane)


@writes
async def failed(tx: AsyncConnection, worker: str, one: Stored) -> None:
    """Remember that an attempt failed, in case the process does not live to make the next."""
    await _settle(tx, worker, one, attempts=one.attempts + 1)


async def _settle(tx: AsyncConnection, worker: str, one: Stored, **values: Any) -> None:
    found = await tx.execute(
        update(INBOX)
        .where(INBOX.id == one.id, INBOX.worker == worker, INBOX.state == _WAITING)
        .values(**values)
    )
    if found.rowcount != 1:
        raise LostError(one.update_id)


@writes_directly
async def following(tx: Direct, bot_id: int, worker: str, lane: int) -> Stored | None:
    """What waits first in a lane of this worker."""
    await tx.hold([_key(bot_id, lane)])
    return await _first(tx, bot_id, worker, lane)


COLUMNS = (
    INBOX.id,
    INBOX.update_id,
    INBOX.lane,
    INBOX.payload,
    INBOX.attempts,
    INBOX.received_at,
    INBOX.takeovers,
)


_NEXT = (
    select(*COLUMNS)
    .where(
        INBOX.bot_id == bindparam("bot"),
        INBOX.lane == bindparam("chat"),
        INBOX.state == _WAITING,
        INBOX.worker == bindparam("me"),
    )
    .order_by(INBOX.id)
    .limit(1)
)
_FIRST = Prepared(lambda _: _NEXT)


async def _first(tx: Direct, bot_id: int, worker: str, lane: int) -> Stored | None:
    row = await tx.one(_FIRST, {"bot": bot_id, "chat": lane, "me": worker})
    return None if row is None else Stored(*row)


async def next_of(tx: AsyncConnection, bot_id: int, worker: str, lane: int) -> Stored | None:
    """What waits first in a lane of a worker."""
    found = await tx.execute(_NEXT, {"bot": bot_id, "chat": lane, "me": worker})
    row = found.one_or_none()
    return None if row is None else Stored(*row)


async def lock(tx: AsyncConnection, bot_id: int, lanes: Iterable[int]) -> None:
    """Who stores and who finishes in a lane see each other's rows: nothing is left behind.

    As `Direct.hold`. The lock ends with the transaction, a few milliseconds later.
    """
    if tx.dialect.name == "postgresql":
        await tx.execute(
            text(
                "SELECT pg_advisory_xact_lock(key) FROM (SELECT unnest(CAST(:keys AS bigint[]))"
                " AS key ORDER BY key) AS keys"
            ),
            {"keys": sorted({_key(bot_id, lane) for lane in lanes})},
        )


def _key(bot_id: int, lane: int) -> int:
    """What stands for a lane among the locks of the database."""
    return (bot_id * 1_000_003 + lane) % 2**63
