"""Messages that leave on their own: operations leave them here, `storage.delivery` sends them.

The rules for each kind are in `domain.messages`. Messages that are paused or stopped together have
a group, in `storage.groups`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messages import RULES
from storage import models
from storage.upsert import insert


async def enqueue(
    tx: AsyncConnection,
    kind: str,
    person_id: int,
    params: Mapping[str, Any],
    dedup_key: str,
    due_at: datetime,
    *,
    priority: int | None = None,
    not_after: datetime | None = None,
    group: str | None = None,
) -> None:
    """Leave a message for a person, in the transaction that causes it.

    `kind` is one of `domain.messages.RULES`, which gives the `priority`; the lowest goes first. A
    second message with the same `dedup_key` is not written. `group` is a key of `storage.groups`.
    """
    await enqueue_many(
        tx,
        kind,
        [(person_id, params, dedup_key)],
        due_at,
        priority=priority,
        not_after=not_after,
        group=group,
    )


async def enqueue_many(
    tx: AsyncConnection,
    kind: str,
    letters: Sequence[tuple[int, Mapping[str, Any], str]],
    due_at: datetime,
    *,
    priority: int | None = None,
    not_after: datetime | None = None,
    group: str | None = None,
) -> None:
    """`enqueue` for many: (person, parameters, dedup key) of each.

    5,000 take about 0.1 s, in which nothing else is written on SQLite: leave more in parts.
    """
    if not letters:
        return
    common = {
        "kind": kind,
        "priority": RULES[kind].priority if priority is None else priority,
        "due_at": due_at,
        "not_after": not_after,
        "group_key": group,
        "state": "pending",
        "attempts": 0,
        "created_at": due_at,
    }
    await tx.execute(
        insert(tx, models.Outbox).on_conflict_do_nothing(index_elements=[models.Outbox.dedup_key]),
        [
            {**common, "person_id": person, "params": dict(params), "dedup_key": key}
            for person, params, key in letters
        ],
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
