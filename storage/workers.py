"""The processes that answer updates: which of them live, and who takes what the dead left."""

import os
import socket
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads, writes
from storage.inbox import COLUMNS, INBOX, Stored, lock, next_of
from storage.upsert import upsert

LEASE = timedelta(seconds=15)  # a worker that was not heard of for so long is dead


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process has taken over: the first of each lane that it may begin with, at most one
    suspect, and what was put aside."""

    begin: list[Stored]
    suspect: Stored | None
    aside: list[Stored]


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
    await lock(tx, bot_id, orphaned)
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
    begin = [await next_of(tx, bot_id, worker, lane) for lane in lanes]
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
