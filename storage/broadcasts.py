"""Broadcasts: drafted, confirmed, begun with a few, gone on with, taken back.

Letters are written in chunks, each a short transaction that also moves `reached` on, so that a
crash between two of them loses nothing and writes nothing twice. How far it is, is counted from
the outbox (`storage.groups`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messages import BROADCAST, RECALL, SECOND, TEST
from domain.people.permissions import Permission, roles_with
from domain.people.segment import Segment
from storage import groups, models, outbox, segments
from storage.audit import Deed, authorise
from storage.database import reads, writes
from storage.roles import ids_with
from storage.upsert import insert

CANARY = 20  # who get it first, so that a mistake meets few
CHUNK = 500  # letters in one transaction: about 10 ms
DELETABLE = timedelta(hours=48)  # Telegram lets a bot delete its message for so long


class State(StrEnum):
    """Where a broadcast is."""

    DRAFT = "draft"
    WAITING = "waiting"
    """For a second organiser's yes."""
    CANARY = "canary"
    """The first few have it; it waits for "Continue"."""
    SENDING = "sending"
    """Letters are being written."""
    WRITTEN = "written"
    """All letters are in the outbox, or it was stopped."""
    REMOVED = "removed"


EDITABLE = (State.DRAFT, State.WAITING)


class Start(StrEnum):
    """What became of pressing Send."""

    STARTED = "started"
    ASKED = "asked"
    """So many that a second organiser has to confirm it; the others are told."""
    ALONE = "alone"
    """It needs a second organiser, and there is none."""
    OWN = "own"
    """Its author cannot be the second organiser."""
    EMPTY = "empty"
    NOBODY = "nobody"
    BEFORE = "before"
    """Somebody started it already."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast as it is kept."""

    id: int
    state: State
    text: Mapping[str, str]
    media: Mapping[str, Any] | None
    segment: Segment
    created_by: int
    author: str | None
    started_at: datetime | None
    recall: str | None
    card: tuple[int, int] | None

    @property
    def key(self) -> str:
        """The group of its letters."""
        return key_of(self.id)


def key_of(broadcast_id: int) -> str:
    """The group of a broadcast's letters, and its name in the audit log."""
    return f"broadcast:{broadcast_id}"


@writes
async def create(tx: AsyncConnection, deed: Deed) -> int:
    """A new draft, to everybody."""
    made = await tx.execute(
        insert(tx, models.Broadcast)
        .values(
            state=State.DRAFT,
            text={},
            segment=Segment().as_json(),
            created_by=deed.person_id,
            created_at=deed.at,
            reached=0,
        )
        .returning(models.Broadcast.id)
    )
    number = made.scalar_one()
    await authorise(tx, deed, Permission.BROADCAST, "broadcast.draft", key_of(number))
    return number


@writes
async def change(
    tx: AsyncConnection, broadcast_id: int, values: Mapping[str, Any], deed: Deed
) -> bool:
    """Change `text`, `media` or `segment` of a draft; False once it was started.

    What waited for a second yes waits no longer: that was for other words.
    """
    await _allowed(tx, broadcast_id, deed, "edit")
    done = await tx.execute(
        update(models.Broadcast)
        .where(models.Broadcast.id == broadcast_id, models.Broadcast.state.in_(EDITABLE))
        .values(state=State.DRAFT, **values)
    )
    return done.rowcount > 0


@writes
async def start(tx: AsyncConnection, broadcast_id: int, deed: Deed, approval_above: int) -> Start:
    """Begin: the canary's letters are written with it. Of two who press at once one begins it."""
    await _allowed(tx, broadcast_id, deed, "send")
    locked = await tx.scalar(  # the row's lock: what follows is one organiser's
        update(models.Broadcast)
        .where(models.Broadcast.id == broadcast_id, models.Broadcast.state.in_(EDITABLE))
        .values(reached=0)
        .returning(models.Broadcast.id)
    )
    if locked is None:
        return Start.BEFORE
    one = await _get(tx, broadcast_id)
    if one is None or not one.text:
        return Start.EMPTY
    total, blocked = await segments.count(tx, one.segment, deed.at)
    if total == blocked:
        return Start.NOBODY
    approved = None
    if total > approval_above:
        if one.state is State.DRAFT:
            return await _ask(tx, one, deed.at)
        if one.created_by == deed.person_id:
            return Start.OWN
        approved = deed.person_id
    await groups.open_group(tx, one.key, deed.at)
    reached, more = await _write(tx, one, 0, CANARY, deed.at)
    await _set(
        tx,
        broadcast_id,
        state=State.CANARY if more else State.WRITTEN,
        approved_by=approved,
        started_at=deed.at,
        reached=reached,
    )
    return Start.STARTED


async def _ask(tx: AsyncConnection, one: Broadcast, now: datetime) -> Start:
    """Tell all who may confirm it, other than its author; what they were told before is over."""
    found = await ids_with(tx, roles_with(Permission.BROADCAST))
    others = [person for person in found if person != one.created_by]
    if not others:
        return Start.ALONE
    await _set(tx, one.id, state=State.WAITING)
    key = f"confirm:{one.id}:"
    await outbox.cancel(tx, key)
    letters = [
        (person, {"broadcast": one.id}, f"{key}{person}:{now.isoformat()}") for person in others
    ]
    await outbox.enqueue_many(tx, SECOND, letters, now)
    return Start.ASKED


@writes
async def go_on(tx: AsyncConnection, broadcast_id: int, deed: Deed) -> bool:
    """After the canary: to all others; False where that was said before."""
    await _allowed(tx, broadcast_id, deed, "continue")
    done = await tx.execute(
        update(models.Broadcast)
        .where(models.Broadcast.id == broadcast_id, models.Broadcast.state == State.CANARY)
        .values(state=State.SENDING)
    )
    return done.rowcount > 0


@writes
async def write_on(tx: AsyncConnection, broadcast_id: int, now: datetime) -> bool:
    """Write the next chunk of letters; False where there is nothing (more) to write."""
    row = (
        await tx.execute(
            update(models.Broadcast)
            .where(models.Broadcast.id == broadcast_id, models.Broadcast.state == State.SENDING)
            .values(reached=models.Broadcast.reached)
            .returning(models.Broadcast.reached)
        )
    ).one_or_none()
    one = await _get(tx, broadcast_id)
    if row is None or one is None:
        return False
    reached, more = await _write(tx, one, row.reached, CHUNK, now)
    state = State.SENDING if more else State.WRITTEN
    await _set(tx, broadcast_id, state=state, reached=reached)
    return more


async def _write(
    tx: AsyncConnection, one: Broadcast, after: int, limit: int, now: datetime
) -> tuple[int, bool]:
    """Letters for the next people of the segment; the last of them, and whether there are more."""
    rows = await tx.scalars(
        segments.members(one.segment, now)
        .where(models.Person.id > after, models.Person.blocked_at.is_(None))
        .order_by(models.Person.id)
        .limit(limit + 1)
    )
    found = list(rows)
    params = {"text": dict(one.text), "media": dict(one.media) if one.media else None}
    letters = [(person, params, f"{one.key}:{person}") for person in found[:limit]]
    await outbox.enqueue_many(tx, BROADCAST, letters, now, group=one.key)
    return (found[:limit] or [after])[-1], len(found) > limit


@writes
async def pause(tx: AsyncConnection, broadcast_id: int, deed: Deed) -> None:
    """Let nothing of it leave until `resume`."""
    key = await _allowed(tx, broadcast_id, deed, "pause")
    await groups.pause(tx, key, deed.at)


@writes
async def resume(tx: AsyncConnection, broadcast_id: int, deed: Deed) -> None:
    """Go on after a pause, or after too many errors alike."""
    key = await _allowed(tx, broadcast_id, deed, "resume")
    await groups.resume(tx, key, deed.at)


@writes
async def stop(tx: AsyncConnection, broadcast_id: int, deed: Deed) -> None:
    """Write no more letters, and send none of those that are written."""
    await _allowed(tx, broadcast_id, deed, "stop")
    await _stop(tx, broadcast_id, deed.at)


async def _allowed(tx: AsyncConnection, broadcast_id: int, deed: Deed, action: str) -> str:
    """Check who does it, and write it down; the group of its letters."""
    key = key_of(broadcast_id)
    await authorise(tx, deed, Permission.BROADCAST, f"broadcast.{action}", key)
    return key


async def _stop(tx: AsyncConnection, broadcast_id: int, now: datetime) -> None:
    await tx.execute(
        update(models.Broadcast)
        .where(
            models.Broadcast.id == broadcast_id,
            models.Broadcast.state.in_((State.CANARY, State.SENDING)),
        )
        .values(state=State.WRITTEN)
    )
    await groups.stop(tx, key_of(broadcast_id), now)


@writes
async def recall(tx: AsyncConnection, broadcast_id: int, how: str, deed: Deed) -> tuple[int, int]:
    """Stop it and take back what arrived: 'delete', or 'edit' into a sentence that says so.

    Returns how many messages are changed, and how many are too old for Telegram to delete; these
    can only be edited. A second time takes back what arrived since.
    """
    await _allowed(tx, broadcast_id, deed, f"recall_{how}")
    one = await _get(tx, broadcast_id)
    if one is None:
        return 0, 0
    await _stop(tx, broadcast_id, deed.at)
    table = models.Outbox
    rows = await tx.execute(
        select(table.person_id, table.message_id, table.sent_at).where(
            table.group_key == one.key, table.state == "sent", table.message_id.is_not(None)
        )
    )
    found = rows.all()
    old = [row for row in found if row.sent_at is None or row.sent_at <= deed.at - DELETABLE]
    chosen = [row for row in found if how == "edit" or row not in old]
    letters = [
        (
            row.person_id,
            {
                "message": row.message_id,
                "delete": how == "delete",
                "media": dict(one.media) if one.media else None,
            },
            f"{one.key}:{row.person_id}:{how}",
        )
        for row in chosen
    ]
    await groups.open_group(tx, f"{one.key}:recall", deed.at)
    for first in range(0, len(letters), CHUNK):
        part = letters[first : first + CHUNK]
        await outbox.enqueue_many(tx, RECALL, part, deed.at, group=f"{one.key}:recall")
    await _set(tx, broadcast_id, recall=how)
    return len(chosen), len(old) if how == "delete" else 0


@writes
async def test(tx: AsyncConnection, broadcast_id: int, deed: Deed) -> None:
    """Send it to who asks, as it stands and at any hour, through the outbox; it counts nowhere."""
    await _allowed(tx, broadcast_id, deed, "test")
    one = await _get(tx, broadcast_id)
    if one is None or not one.text:
        return
    params = {"text": dict(one.text), "media": dict(one.media) if one.media else None}
    key = f"test:{broadcast_id}:{deed.person_id}:{deed.at.timestamp():.0f}"
    await outbox.enqueue(tx, TEST, deed.person_id, params, key, deed.at)


@writes
async def remove(tx: AsyncConnection, broadcast_id: int, deed: Deed) -> None:
    """Take a draft out of the list."""
    await _allowed(tx, broadcast_id, deed, "remove")
    await tx.execute(
        update(models.Broadcast)
        .where(models.Broadcast.id == broadcast_id, models.Broadcast.state.in_(EDITABLE))
        .values(state=State.REMOVED)
    )


@writes
async def place_card(tx: AsyncConnection, broadcast_id: int, chat: int, message: int) -> None:
    """Where the live card stands now."""
    await _set(tx, broadcast_id, card_chat=chat, card_message=message)


@writes
async def leave_card(tx: AsyncConnection, seen: Broadcast) -> None:
    """Keep the card up to date no longer: nothing on it changes by itself, as it was `seen`.

    Not where somebody has pressed one of its buttons meanwhile.
    """
    table = models.Broadcast
    chat, message = seen.card or (None, None)
    await tx.execute(
        update(table)
        .where(
            table.id == seen.id,
            table.state == seen.state,
            table.recall.is_not_distinct_from(seen.recall),
            table.card_chat == chat,
            table.card_message == message,
        )
        .values(card_chat=None, card_message=None)
    )


@reads
async def get(connection: AsyncConnection, broadcast_id: int) -> Broadcast | None:
    """The broadcast with this id."""
    return await _get(connection, broadcast_id)


@reads
async def listed(connection: AsyncConnection, limit: int) -> list[Broadcast]:
    """The newest first, without those removed."""
    rows = await connection.scalars(
        select(models.Broadcast.id)
        .where(models.Broadcast.state != State.REMOVED)
        .order_by(models.Broadcast.id.desc())
        .limit(limit)
    )
    found = [await _get(connection, number) for number in rows]
    return [one for one in found if one is not None]


@reads
async def moving(connection: AsyncConnection) -> list[Broadcast]:
    """Those with letters to write, or with a live card."""
    rows = await connection.scalars(
        select(models.Broadcast.id)
        .where((models.Broadcast.state == State.SENDING) | models.Broadcast.card_chat.is_not(None))
        .order_by(models.Broadcast.id)
    )
    found = [await _get(connection, number) for number in rows]
    return [one for one in found if one is not None]


@reads
async def audience(
    connection: AsyncConnection, segment: Segment, now: datetime
) -> tuple[int, int]:
    """How many a segment has, and how many of them cannot be reached."""
    return await segments.count(connection, segment, now)


@reads
async def count(connection: AsyncConnection, *states: State) -> int:
    """How many broadcasts are in one of these states."""
    query = select(func.count()).select_from(models.Broadcast)
    return await connection.scalar(query.where(models.Broadcast.state.in_(states))) or 0


async def _set(tx: AsyncConnection, broadcast_id: int, **values: Any) -> None:
    await tx.execute(
        update(models.Broadcast).where(models.Broadcast.id == broadcast_id).values(**values)
    )


async def _get(connection: AsyncConnection, broadcast_id: int) -> Broadcast | None:
    table = models.Broadcast
    row = (
        await connection.execute(
            select(
                *(table.id, table.state, table.text, table.media, table.segment),
                *(table.created_by, table.started_at, table.recall, table.card_chat),
                table.card_message,
                models.Person.name.label("author"),
            )
            .join(models.Person, models.Person.id == table.created_by)
            .where(table.id == broadcast_id)
        )
    ).one_or_none()
    if row is None:
        return None
    card = (row.card_chat, row.card_message) if row.card_chat and row.card_message else None
    return Broadcast(
        row.id,
        State(row.state),
        row.text,
        row.media,
        Segment.of(row.segment),
        row.created_by,
        row.author,
        row.started_at,
        row.recall,
        card,
    )
