"""Updates from the moment Telegram hands them over until what they caused is committed.

An update is stored before Telegram is told that it arrived, and is done in the transaction that
keeps the dialog state it led to. Each chat is a lane: its updates are handled one after another,
in the order in which they arrived, by one worker. Which worker has a lane is said by the rows that
wait in it; no lock or connection is held while somebody is answered.
"""

import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    delete,
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
from storage.database import reads, writes, writes_directly
from storage.direct import Direct, Prepared
from storage.fsm import Changes, save_changes
from storage.upsert import insert, upsert

SUSPECT = 3  # processes that died with an update before it is looked at by itself
LEASE = timedelta(seconds=15)  # a worker that was not heard of for so long is dead

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


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process has taken over: the first of each lane that it may begin with, at most one
    suspect, and what was put aside."""

    begin: list[Stored]
    suspect: Stored | None
    aside: list[Stored]


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
    await _lock(tx, bot_id, [one.lane])
    await _settle(
        tx, worker, one, state="dead", error=error, done_at=now, attempts=one.attempts + 1
    )
    return await _next(tx, bot_id, worker, one.lane)


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


async def _next(tx: AsyncConnection, bot_id: int, worker: str, lane: int) -> Stored | None:
    found = await tx.execute(_NEXT, {"bot": bot_id, "chat": lane, "me": worker})
    row = found.one_or_none()
    return None if row is None else Stored(*row)


async def _lock(tx: AsyncConnection, bot_id: int, lanes: Iterable[int]) -> None:
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


# -- workers


@writes
async def beat(tx: AsyncConnection, worker: str, now: datetime) -> None:
    """Say that this process lives, for another LEASE."""
    statement = upsert(tx, models.Worker, ["alive_until"])
    place = {"host": socket.gethostname(), "pid": os.getpid()}
    await tx.execute(statement, [{"id": worker, **place, "alive_until": now + LEASE}])


@writes
async def leave(tx: AsyncConnection, worker: str) -> None:
    """Say that this process ends: what waits for it is anybody's at once."""
    await tx.execute(delete(models.Worker).where(models.Worker.id == worker))


@writes
async def take_over(
    tx: AsyncConnection,
    bot_id: int,
    worker: str,
    crashes: int,
    now: datetime,
    *,
    suspect: bool = True,
) -> Taken:
    """Take what nobody alive is busy with.

    Of what waited at the head of a lane when a process died, only one may be why. Who was there
    SUSPECT times is a suspect: a process has one of these in hand at a time (none where `suspect`
    is False), and the others wait for nobody, so that a further death counts against the one
    alone. At `crashes` deaths it is put aside.
    """
    orphaned = await _orphaned_lanes(tx, bot_id, worker, now)
    if not orphaned:
        return Taken([], None, [])
    await _lock(tx, bot_id, orphaned)
    orphans = and_(
        INBOX.bot_id == bot_id,
        INBOX.lane.in_(orphaned),
        INBOX.state == "waiting",
        _has_no_worker(worker, now),
    )
    busy = select(INBOX.lane).where(  # meanwhile somebody may have begun with a lane
        INBOX.bot_id == bot_id,
        INBOX.state == "waiting",
        INBOX.worker != worker,
        ~_has_no_worker(worker, now),
    )
    orphans = and_(orphans, INBOX.lane.not_in(busy))
    first = select(*COLUMNS, INBOX.worker).where(orphans).order_by(INBOX.id)
    heads: dict[int, Stored] = {}
    died_with: list[int] = []  # only the first of a lane was being handled
    for *row, whose in await tx.execute(first):
        head = Stored(*row)
        if head.lane not in heads:
            heads[head.lane] = replace(head, takeovers=head.takeovers + (whose is not None))
            died_with += [head.id] if whose is not None else []
    await tx.execute(
        update(INBOX).where(INBOX.id.in_(died_with)).values(takeovers=INBOX.takeovers + 1)
    )
    aside = [head for head in heads.values() if head.takeovers >= crashes]
    for one in aside:
        error = f"{one.code} processes died with it"
        await tx.execute(
            update(INBOX).where(INBOX.id == one.id).values(state="dead", error=error, done_at=now)
        )
    suspects = sorted(
        (one for one in heads.values() if one.is_suspect and one not in aside),
        key=lambda one: (one.takeovers, one.id),
    )
    chosen = suspects[0] if suspects and suspect else None
    waiting = [one.lane for one in suspects if one is not chosen]
    of_nobody = and_(orphans, INBOX.lane.in_(waiting))
    await tx.execute(update(INBOX).where(of_nobody).values(worker=None))
    of_mine = and_(orphans, INBOX.lane.not_in(waiting))
    await tx.execute(update(INBOX).where(of_mine).values(worker=worker))
    # What was taken over most often goes first, so that no crash after another hits it again.
    lanes = sorted(heads, key=lambda lane: -heads[lane].takeovers)
    lanes = [lane for lane in lanes if lane not in waiting and heads[lane] is not chosen]
    begin = [await _next(tx, bot_id, worker, lane) for lane in lanes]
    return Taken([one for one in begin if one is not None], chosen, aside)


@reads
async def idle(
    connection: AsyncConnection, bot_id: int, worker: str, busy: set[int]
) -> list[Stored]:
    """The first of each lane of this worker that waits while nobody is busy with it."""
    rows = await connection.execute(
        select(*COLUMNS)
        .where(
            INBOX.bot_id == bot_id,
            INBOX.state == "waiting",
            INBOX.worker == worker,
            INBOX.lane.not_in(busy),
        )
        .order_by(INBOX.id)
    )
    heads: dict[int, Stored] = {}
    for row in rows:
        heads.setdefault(row.lane, Stored(*row))
    return list(heads.values())


async def _orphaned_lanes(
    tx: AsyncConnection, bot_id: int, worker: str, now: datetime
) -> list[int]:
    await _bury_neighbours(tx, worker)
    rows = await tx.scalars(
        select(INBOX.lane)
        .where(INBOX.bot_id == bot_id, INBOX.state == "waiting", _has_no_worker(worker, now))
        .distinct()
    )
    return [lane for lane in rows if lane is not None]


def _has_no_worker(worker: str, now: datetime) -> ColumnElement[bool]:
    """Whether a row waits for nobody; nobody is dead in their own eyes."""
    alive = exists().where(models.Worker.id == INBOX.worker, models.Worker.alive_until > now)
    return or_(INBOX.worker.is_(None), and_(INBOX.worker != worker, ~alive))


async def _bury_neighbours(tx: AsyncConnection, worker: str) -> None:
    """Forget the workers of this machine whose process is gone, without waiting for their lease.

    A container that is restarted keeps its name, and its process the number: 1, ours.
    """
    neighbours = await tx.execute(
        select(models.Worker.id, models.Worker.pid).where(
            models.Worker.host == socket.gethostname(), models.Worker.id != worker
        )
    )
    gone = [row.id for row in neighbours if row.pid == os.getpid() or not _runs(row.pid)]
    if gone:
        await tx.execute(delete(models.Worker).where(models.Worker.id.in_(gone)))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
