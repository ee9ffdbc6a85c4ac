"""Messages that leave on their own: written by operations, sent by the notifier.

Telegram has no idempotency key, so a message that was on the wire when the program died may or
may not have arrived. Two phases keep that doubt small: a batch is `claimed`, and each message
becomes `inflight` just before its own call. After a crash a claimed message certainly was not
sent; only an inflight one is in doubt.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads, writes
from storage.upsert import insert

LEASE = timedelta(minutes=2)  # longer than the longest call to Telegram
TRIES = 5  # of a message whose fate is unknown; after that it is left to a human
NORMAL = 1  # the priority of what people wait for


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process will send next, and to which chat."""

    id: int
    telegram_id: int
    priority: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way. `attempts` counts this one."""

    id: int
    kind: str
    params: Mapping[str, Any]
    attempts: int
    person_id: int
    telegram_id: int
    language: str
    time_zone: str


async def enqueue(
    tx: AsyncConnection,
    kind: str,
    person_id: int,
    params: Mapping[str, Any],
    dedup_key: str,
    due_at: datetime,
    *,
    priority: int = NORMAL,
    not_after: datetime | None = None,
) -> None:
    """Leave a message for a person, in the transaction that causes it.

    A second one with the same `dedup_key` is not written. The lowest `priority` goes first.
    """
    await tx.execute(
        insert(tx, models.Outbox)
        .values(
            kind=kind,
            person_id=person_id,
            params=dict(params),
            priority=priority,
            due_at=due_at,
            not_after=not_after,
            dedup_key=dedup_key,
            state="pending",
            attempts=0,
            created_at=due_at,
        )
        .on_conflict_do_nothing(index_elements=[models.Outbox.dedup_key])
    )


async def cancel(tx: AsyncConnection, dedup_prefix: str) -> None:
    """Take back the messages whose key begins so and that are not on the wire yet."""
    await tx.execute(
        update(models.Outbox)
        .where(
            models.Outbox.dedup_key.startswith(dedup_prefix, autoescape=True),
            models.Outbox.state.in_(("pending", "claimed")),
        )
        .values(state="cancelled", leased_until=None)
    )


@reads
async def is_due(connection: AsyncConnection, bot_id: int, now: datetime) -> bool:
    """Whether anything may be sent now: a look that takes no lock. False during a pause."""
    paused = (
        select(models.SendingPause.bot_id)
        .where(models.SendingPause.bot_id == bot_id, models.SendingPause.until > now)
        .exists()
    )
    found = await connection.scalar(select(models.Outbox.id).where(_due(now), ~paused).limit(1))
    return found is not None


@writes
async def pause(tx: AsyncConnection, bot_id: int, until: datetime) -> None:
    """Telegram wants a bot to be silent until then. A pause is never shortened."""
    made = insert(tx, models.SendingPause).values(bot_id=bot_id, until=until)
    await tx.execute(
        made.on_conflict_do_update(
            index_elements=[models.SendingPause.bot_id],
            set_={"until": made.excluded.until},
            where=models.SendingPause.until < made.excluded.until,
        )
    )


@writes
async def claim(tx: AsyncConnection, now: datetime, limit: int) -> list[Claimed]:
    """Take up to `limit` due messages for this process, in the order of sending."""
    pick = (
        select(models.Outbox.id)
        .where(_due(now))
        .order_by(models.Outbox.priority, models.Outbox.due_at, models.Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer anyway
        .cte("pick")
        .prefix_with("MATERIALIZED", dialect="postgresql")  # else its LIMIT may not hold
    )
    rows = await tx.execute(
        update(models.Outbox)
        .where(models.Outbox.id.in_(select(pick.c.id)))
        .values(state="claimed", leased_until=now + LEASE)
        .returning(
            models.Outbox.priority, models.Outbox.due_at, models.Outbox.id, models.Outbox.person_id
        )
    )
    found = sorted(rows.all(), key=tuple)
    people = await tx.execute(
        select(models.Person.id, models.Person.telegram_id).where(
            models.Person.id.in_({row.person_id for row in found})
        )
    )
    chats = {row.id: row.telegram_id for row in people}
    return [Claimed(row.id, chats[row.person_id], row.priority) for row in found]


@writes
async def begin(tx: AsyncConnection, letter_id: int, now: datetime) -> Letter | None:
    """Mark a claimed message as being sent now; None where it should not be sent any more.

    Its time may be over, the person may have blocked the bot, or its cause may have gone.
    """
    blocked = (
        select(models.Person.id)
        .where(models.Person.id == models.Outbox.person_id, models.Person.blocked_at.is_not(None))
        .exists()
    )
    mine = and_(models.Outbox.id == letter_id, models.Outbox.state == "claimed")
    done = update(models.Outbox).values(leased_until=None)
    await tx.execute(done.where(mine, models.Outbox.not_after < now).values(state="expired"))
    await tx.execute(done.where(mine, blocked).values(state="blocked"))
    row = (
        await tx.execute(
            update(models.Outbox)
            .where(mine)
            .values(
                state="inflight",
                attempts=models.Outbox.attempts + 1,
                leased_until=now + LEASE,
            )
            .returning(models.Outbox.id)
        )
    ).one_or_none()
    if row is None:
        return None
    found = await tx.execute(
        select(
            models.Outbox.id,
            models.Outbox.kind,
            models.Outbox.params,
            models.Outbox.attempts,
            models.Outbox.person_id,
            models.Person.telegram_id,
            models.Person.language,
            models.Person.time_zone,
        )
        .join(models.Person, models.Person.id == models.Outbox.person_id)
        .where(models.Outbox.id == letter_id)
    )
    return Letter(*found.one())


@writes
async def sent(tx: AsyncConnection, letter: Letter, message_id: int, now: datetime) -> None:
    """It arrived, as this message of the chat."""
    await _settle(tx, letter, state="sent", message_id=message_id, sent_at=now, error=None)


@writes
async def refused(tx: AsyncConnection, letter: Letter, error: str) -> None:
    """Telegram will never take this message: a fault of ours, for the operator."""
    await _settle(tx, letter, state="failed", error=error)


@writes
async def unreachable(tx: AsyncConnection, letter: Letter, error: str, now: datetime) -> None:
    """The person blocked the bot or is gone: remember it, and spare them the rest."""
    await _settle(tx, letter, state="blocked", error=error)
    await tx.execute(
        update(models.Person)
        .where(models.Person.id == letter.person_id, models.Person.blocked_at.is_(None))
        .values(blocked_at=now)
    )
    await tx.execute(
        update(models.Outbox)
        .where(models.Outbox.person_id == letter.person_id, models.Outbox.state == "pending")
        .values(state="blocked", error=error)
    )


@writes
async def unsent(
    tx: AsyncConnection, letter: Letter, due_at: datetime, error: str, *, refund: bool
) -> None:
    """It certainly did not arrive: send it at `due_at`. `refund`: this was no attempt at all."""
    attempts = letter.attempts - 1 if refund else letter.attempts
    await _settle(tx, letter, state="pending", due_at=due_at, attempts=attempts, error=error)


@writes
async def doubtful(tx: AsyncConnection, letter: Letter, due_at: datetime, error: str) -> None:
    """It may have arrived: send it again at `due_at`, since all that is sent today bears that.

    After `TRIES` it stays `unknown`.
    """
    state = "pending" if letter.attempts < TRIES else "unknown"
    await _settle(tx, letter, state=state, due_at=due_at, error=error)


@writes
async def release(tx: AsyncConnection, letter_ids: Collection[int]) -> None:
    """Give claimed messages back untried."""
    await tx.execute(
        update(models.Outbox)
        .where(models.Outbox.id.in_(letter_ids), models.Outbox.state == "claimed")
        .values(state="pending", leased_until=None)
    )


@writes
async def recover(tx: AsyncConnection, now: datetime) -> int:
    """Take back what a process that died had claimed; returns how many were in doubt."""
    expired = models.Outbox.leased_until < now
    await tx.execute(
        update(models.Outbox)
        .where(models.Outbox.state == "claimed", expired)
        .values(state="pending", leased_until=None)
    )
    in_doubt = and_(models.Outbox.state == "inflight", expired)
    count = await tx.scalar(select(func.count()).select_from(models.Outbox).where(in_doubt))
    given_back = update(models.Outbox).where(in_doubt)
    await tx.execute(
        given_back.where(models.Outbox.attempts >= TRIES).values(
            state="unknown", leased_until=None
        )
    )
    await tx.execute(given_back.values(state="pending", leased_until=None))
    return count or 0


async def _settle(tx: AsyncConnection, letter: Letter, **values: object) -> None:
    """Write the outcome of a call, unless the lease ran out and another process took over."""
    await tx.execute(
        update(models.Outbox)
        .where(
            models.Outbox.id == letter.id,
            models.Outbox.state == "inflight",
            models.Outbox.attempts == letter.attempts,
        )
        .values(leased_until=None, **values)
    )


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(models.Outbox.state == "pending", models.Outbox.due_at <= now)
