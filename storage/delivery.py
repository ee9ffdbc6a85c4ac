"""How what is in the outbox leaves: claimed, put on the wire, settled; for the notifier.

Telegram has no idempotency key, so a message that was on the wire when the program died may or
may not have arrived. Two phases keep that doubt small: a batch is `claimed`, and each message
becomes `inflight` just before its own call. After a crash a claimed message certainly was not
sent; only an inflight one is in doubt, and its kind's rule says what becomes of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messages import RULES, Doubt, put_off
from storage import consents, models
from storage.checks import still_true
from storage.database import reads, writes
from storage.mutes import is_muted
from storage.upsert import insert

LEASE = timedelta(minutes=2)  # longer than the longest call to Telegram
TRIES = 5  # of a message whose fate is unknown; after that it is left to a human
ALIKE = 5  # permanent errors in a row that say the same: it hits everybody, so their group halts
TURN = timedelta(seconds=15)  # how long a sender that says nothing more keeps the others waiting
HOLD = [kind for kind, rule in RULES.items() if rule.doubt is Doubt.HOLD]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process will send next, and to which chat."""

    id: int
    telegram_id: int
    priority: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way. `attempts` counts this one.

    `facts` is what was found when it was checked, see `storage.checks`.
    `problem` says why it could not be checked: its parameters are not those of its kind. `shaky`:
    the newest of its group that was settled met a permanent error.
    """

    id: int
    kind: str
    params: Mapping[str, Any]
    attempts: int
    person_id: int
    telegram_id: int
    language: str
    time_zone: str
    group: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    problem: str | None = None
    shaky: bool = False


@reads
async def next_due(connection: AsyncConnection, now: datetime) -> datetime | None:
    """When the next of those that wait is due, such as in somebody's morning."""
    found: datetime | None = await connection.scalar(
        select(models.Outbox.due_at)
        .where(models.Outbox.state == "pending", models.Outbox.due_at > now)
        .order_by(models.Outbox.due_at)
        .limit(1)
    )
    return found


@writes
async def take_over(
    tx: AsyncConnection, bot_id: int, holder: str, now: datetime
) -> datetime | None:
    """Be the one that sends for a bot; until when, or None while another notifier does.

    One at a time keeps to the rate, whatever else runs on this database. Whoever sends says so
    again in time; who died is replaced after `TURN`.
    """
    until = now + TURN
    made = insert(tx, models.Sender).values(bot_id=bot_id, holder=holder, until=until)
    row = await tx.execute(
        made.on_conflict_do_update(
            index_elements=[models.Sender.bot_id],
            set_={"holder": made.excluded.holder, "until": made.excluded.until},
            where=or_(models.Sender.holder == holder, models.Sender.until <= now),
        ).returning(models.Sender.holder)
    )
    return until if row.one_or_none() is not None else None


@writes
async def hand_on(tx: AsyncConnection, bot_id: int, holder: str, until: datetime) -> None:
    """Let another notifier send from `until` on: this one ends."""
    await tx.execute(
        update(models.Sender)
        .where(
            models.Sender.bot_id == bot_id,
            models.Sender.holder == holder,
            models.Sender.until > until,
        )
        .values(until=until)
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
            models.Outbox.priority,
            models.Outbox.due_at,
            models.Outbox.id,
            models.Outbox.person_id,
            models.Outbox.kind,
            models.Outbox.params,
            models.Outbox.not_after,
        )
    )
    found = sorted(rows.all(), key=lambda row: tuple(row)[:3])
    people = await tx.execute(
        select(models.Person.id, models.Person.telegram_id, models.Person.time_zone).where(
            models.Person.id.in_({row.person_id for row in found})
        )
    )
    readers = {row.id: row for row in people}
    claimed = []
    for row in found:
        reader, rule = readers[row.person_id], RULES.get(row.kind)
        morning = rule and put_off(rule, row.params, now, reader.time_zone, row.not_after)
        if morning:
            await _put_off(tx, row.id, morning)
        else:
            claimed.append(Claimed(row.id, reader.telegram_id, row.priority))
    return claimed


@writes
async def begin(tx: AsyncConnection, letter_id: int, now: datetime) -> Letter | None:
    """Mark a claimed message as being sent now; None where it should not be sent any more.

    Its time may be over, the person may have blocked the bot, muted it or taken their consent
    back, its group may be paused, or what it says may not be true any more.
    """
    row = (
        await tx.execute(
            update(models.Outbox)
            .where(models.Outbox.id == letter_id, models.Outbox.state == "claimed")
            .values(
                state="inflight",
                attempts=models.Outbox.attempts + 1,
                leased_until=now + LEASE,
            )
            .returning(
                models.Outbox.kind,
                models.Outbox.params,
                models.Outbox.attempts,
                models.Outbox.person_id,
                models.Outbox.not_after,
                models.Outbox.group_key,
            )
        )
    ).one_or_none()
    if row is None:
        return None
    rule = RULES.get(row.kind)
    group = models.SendingGroup
    reader = (
        await tx.execute(  # one statement: each costs a message several hops to SQLite's thread
            select(
                models.Person.telegram_id,
                models.Person.language,
                models.Person.time_zone,
                models.Person.blocked_at,
                group.state.label("group_state"),
                group.alike,
                is_muted(rule, row.params, row.person_id).label("muted"),
            )
            .outerjoin(group, group.key == row.group_key)
            .where(models.Person.id == row.person_id)
        )
    ).one()
    facts: Mapping[str, Any] | None = {}
    problem, state = None, "inflight"
    if row.not_after is not None and row.not_after < now:
        state = "expired"
    elif reader.blocked_at is not None or await consents.are_taken_back(tx, row.person_id):
        state = "blocked"
    elif reader.group_state not in (None, "running"):
        state = "cancelled" if reader.group_state == "stopped" else "pending"
    elif reader.muted:
        state = "cancelled"
    elif rule is not None:  # else it cannot be worded, which is seen then
        try:
            facts = await still_true(tx, rule, row.params, row.person_id, now)
        except (LookupError, TypeError, ValueError) as error:
            problem = repr(error)
        state = "inflight" if facts is not None else "cancelled"
    if state != "inflight":
        await tx.execute(
            update(models.Outbox)
            .where(models.Outbox.id == letter_id)
            .values(state=state, attempts=row.attempts - 1, leased_until=None)
        )
        return None
    return Letter(
        letter_id,
        row.kind,
        row.params,
        row.attempts,
        row.person_id,
        reader.telegram_id,
        reader.language,
        reader.time_zone,
        row.group_key,
        facts or {},
        problem,
        bool(reader.alike),
    )


@writes
async def sent(tx: AsyncConnection, letter: Letter, message_id: int, now: datetime) -> None:
    """It arrived, as this message of the chat."""
    await _settle(tx, letter, state="sent", message_id=message_id, sent_at=now, error=None)
    if letter.shaky:
        await tx.execute(
            update(models.SendingGroup)
            .where(models.SendingGroup.key == letter.group)
            .values(alike=0)
        )


@writes
async def refused(tx: AsyncConnection, letter: Letter, error: str, now: datetime) -> bool:
    """Telegram will never take this message: a fault of ours, for the operator.

    The fifth in a row with the same error halts its group, which would meet it again and again;
    True where this one did that.
    """
    await _settle(tx, letter, state="failed", error=error)
    if letter.group is None:
        return False
    group = models.SendingGroup
    row = await tx.execute(
        update(group)
        .where(group.key == letter.group)
        .values(
            alike=case((group.error == error, group.alike + 1), else_=1),
            error=error,
            state=case(
                (
                    and_(
                        group.state == "running",
                        group.error == error,
                        group.alike + 1 >= ALIKE,
                    ),
                    "halted",
                ),
                else_=group.state,
            ),
            changed_at=now,
        )
        .returning(group.state, group.alike)
    )
    found = row.one_or_none()
    return found is not None and found.state == "halted" and found.alike == ALIKE


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
    """It may have arrived: send it again at `due_at` where its kind bears that.

    Else, and after `TRIES`, it stays `unknown`.
    """
    held = letter.kind in HOLD or letter.attempts >= TRIES
    state = "unknown" if held else "pending"
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
        given_back.where(
            or_(models.Outbox.attempts >= TRIES, models.Outbox.kind.in_(HOLD))
        ).values(state="unknown", leased_until=None)
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


async def _put_off(tx: AsyncConnection, letter_id: int, due_at: datetime) -> None:
    await tx.execute(
        update(models.Outbox)
        .where(models.Outbox.id == letter_id)
        .values(state="pending", due_at=due_at, leased_until=None)
    )


def _due(now: datetime) -> ColumnElement[bool]:
    held = select(models.SendingGroup.key).where(models.SendingGroup.state != "running")
    return and_(
        models.Outbox.state == "pending",
        models.Outbox.due_at <= now,
        or_(models.Outbox.group_key.is_(None), models.Outbox.group_key.not_in(held)),
    )
