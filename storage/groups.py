"""Messages that belong together, such as a broadcast: paused, gone on with, stopped, counted.

A group is opened before its messages are left (`outbox.enqueue_many(…, group=key)`). Pausing and
stopping count from the next message on: at most what is on the wire still arrives. A group that
met five permanent errors alike in a row halts itself. Who may pause and stop is for the operation
to check that does it, such as `storage.broadcasts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads
from storage.upsert import insert

UNSETTLED = ("pending", "claimed", "inflight")


class GroupState(StrEnum):
    """Whether the messages of a group leave."""

    RUNNING = "running"
    PAUSED = "paused"
    HALTED = "halted"
    """Too many errors alike; `resume` tries again."""
    STOPPED = "stopped"
    """For good: what had not left is cancelled."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a group is. `counts` has the messages by their state in the outbox.

    `first_at` and `last_at` are when the first and the newest one arrived; `error` is what the
    newest permanent error said.
    """

    state: GroupState
    counts: Mapping[str, int]
    first_at: datetime | None
    last_at: datetime | None
    error: str | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """How many may still leave."""
        return sum(self.counts.get(state, 0) for state in UNSETTLED)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message of a group as it stands in a chat: what a recall edits or deletes."""

    person_id: int
    telegram_id: int
    language: str
    message_id: int
    sent_at: datetime


async def open_group(tx: AsyncConnection, key: str, now: datetime) -> None:
    """Begin a group, in the transaction that leaves its first messages; again: no change."""
    await tx.execute(
        insert(tx, models.SendingGroup)
        .values(key=key, state=GroupState.RUNNING, alike=0, changed_at=now)
        .on_conflict_do_nothing()
    )


async def pause(tx: AsyncConnection, key: str, now: datetime) -> GroupState | None:
    """Let nothing leave until `resume`; the state that the group has now, None: no such group."""
    await _change(tx, key, (GroupState.RUNNING,), GroupState.PAUSED, now)
    return await _state(tx, key)


async def resume(tx: AsyncConnection, key: str, now: datetime) -> GroupState | None:
    """Go on after a pause or a halt; a stopped group stays stopped."""
    await _change(tx, key, (GroupState.PAUSED, GroupState.HALTED), GroupState.RUNNING, now)
    return await _state(tx, key)


async def stop(tx: AsyncConnection, key: str, now: datetime) -> GroupState | None:
    """Send no more of it, ever; what is on the wire may still arrive."""
    going = (GroupState.RUNNING, GroupState.PAUSED, GroupState.HALTED)
    await _change(tx, key, going, GroupState.STOPPED, now)
    state = await _state(tx, key)
    if state is GroupState.STOPPED:
        await tx.execute(
            update(models.Outbox)
            .where(models.Outbox.group_key == key, models.Outbox.state.in_(("pending", "claimed")))
            .values(state="cancelled", leased_until=None)
        )
    return state


@reads
async def progress(connection: AsyncConnection, key: str) -> Progress | None:
    """How far a group is, counted from its messages; None: no such group."""
    group = (
        await connection.execute(
            select(models.SendingGroup.state, models.SendingGroup.error).where(
                models.SendingGroup.key == key
            )
        )
    ).one_or_none()
    if group is None:
        return None
    rows = await connection.execute(
        select(
            models.Outbox.state,
            func.count().label("n"),
            func.min(models.Outbox.sent_at),
            func.max(models.Outbox.sent_at),
        )
        .where(models.Outbox.group_key == key)
        .group_by(models.Outbox.state)
    )
    counts, first, last = {}, None, None
    for state, n, earliest, latest in rows.all():
        counts[state] = n
        if state == "sent":
            first, last = earliest, latest
    return Progress(GroupState(group.state), counts, first, last, group.error)


@reads
async def arrived(
    connection: AsyncConnection, key: str, limit: int, after: int = 0
) -> list[Arrived]:
    """What of a group stands in chats, in the order of the message's person.

    `after` is the last person of the page before.
    """
    rows = await connection.execute(
        select(
            models.Outbox.person_id,
            models.Person.telegram_id,
            models.Person.language,
            models.Outbox.message_id,
            models.Outbox.sent_at,
        )
        .join(models.Person, models.Person.id == models.Outbox.person_id)
        .where(
            models.Outbox.group_key == key,
            models.Outbox.state == "sent",
            models.Outbox.message_id.is_not(None),
            models.Outbox.person_id > after,
        )
        .order_by(models.Outbox.person_id)
        .limit(limit)
    )
    return [
        Arrived(person, chat, language, message_id, sent_at)
        for person, chat, language, message_id, sent_at in rows.all()
        if message_id is not None and sent_at is not None
    ]


async def _change(
    tx: AsyncConnection,
    key: str,
    before: tuple[GroupState, ...],
    after: GroupState,
    now: datetime,
) -> None:
    await tx.execute(
        update(models.SendingGroup)
        .where(models.SendingGroup.key == key, models.SendingGroup.state.in_(before))
        .values(state=after, alike=0, changed_at=now)
    )


async def _state(tx: AsyncConnection, key: str) -> GroupState | None:
    found = await tx.scalar(
        select(models.SendingGroup.state).where(models.SendingGroup.key == key)
    )
    return None if found is None else GroupState(found)
