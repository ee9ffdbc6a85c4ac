"""aiogram's dialog state in the database.

aiogram-dialog asks for its context and stack several times during one update and writes both at
the end. So an update works on a buffer: one read when it begins, one write when it ends, and only
of what changed. `dialog_states` stands around everything, aiogram's error handlers included, which
its own events isolation does not. That two updates of a chat do not meet is the lanes' work.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import reads_briefly
from storage.inbox import Save
from storage.models import DialogState
from storage.upsert import upsert


@dataclass
class Entry:
    """One aiogram key's state and data, and whether this update changed them."""

    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    changed: bool = False


@dataclass
class Buffer:
    """All entries of one chat, while an update of that chat is handled."""

    bot_id: int
    chat_id: int
    entries: dict[str, Entry]

    def entry(self, key: StorageKey) -> Entry:
        if (key.bot_id, key.chat_id) != (self.bot_id, self.chat_id):
            raise LookupError("an update may touch the dialog state of its own chat alone")
        return self.entries.setdefault(_name(key), Entry())


_current: ContextVar[Buffer] = ContextVar("dialog_state_buffer")


class DialogStateStorage(BaseStorage):
    """Serves aiogram from the buffer of the update that is being handled."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        entry = _current.get().entry(key)
        entry.state = state.state if isinstance(state, State) else state
        entry.changed = True

    async def get_state(self, key: StorageKey) -> str | None:
        return _current.get().entry(key).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        entry = _current.get().entry(key)
        fresh = json.loads(json.dumps(data))  # no aliasing, and a wrong type fails here
        entry.changed = entry.changed or fresh != entry.data
        entry.data = fresh

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        copy: dict[str, Any] = json.loads(json.dumps(_current.get().entry(key).data))
        return copy

    async def close(self) -> None:
        """Nothing: the dispatcher closes its storage before the last handlers have ended."""


Close = Callable[[Save | None], Awaitable[None]]


@asynccontextmanager
async def dialog_states(
    buffer: Buffer, now: Callable[[], datetime], close: Close
) -> AsyncIterator[None]:
    """Inside, `DialogStateStorage` serves the states in `buffer`, which are those of its chat.

    What changed is handed to `close`, which writes it together with what else ends the update.
    After an exception nothing is: the update never was.
    """
    token = _current.set(buffer)
    try:
        yield
    finally:
        _current.reset(token)
    changed = any(entry.changed for entry in buffer.entries.values())
    await close(partial(save_dialog_states, buffer=buffer, now=now()) if changed else None)


STATES = select(DialogState.key, DialogState.state, DialogState.data).where(
    DialogState.bot_id == bindparam("bot"), DialogState.chat_id == bindparam("chat")
)


@reads_briefly
async def load_dialog_states(
    connection: AsyncConnection, bot_id: int, chat_id: int
) -> dict[str, Entry]:
    """Everything that is kept for a chat, by name."""
    rows = await connection.execute(STATES, {"bot": bot_id, "chat": chat_id})
    return {row.key: Entry(row.state, row.data) for row in rows}


async def save_dialog_states(tx: AsyncConnection, buffer: Buffer, now: datetime) -> None:
    """Write what an update changed; an entry that became empty is deleted."""
    changed = {name: entry for name, entry in buffer.entries.items() if entry.changed}
    gone = [name for name, entry in changed.items() if not entry.data and entry.state is None]
    rows = [
        {
            "bot_id": buffer.bot_id,
            "chat_id": buffer.chat_id,
            "key": name,
            "state": entry.state,
            "data": entry.data,
            "changed_at": now,
        }
        for name, entry in changed.items()
        if name not in gone
    ]
    if gone:
        await tx.execute(
            delete(DialogState).where(
                and_(
                    DialogState.bot_id == buffer.bot_id,
                    DialogState.chat_id == buffer.chat_id,
                    DialogState.key.in_(gone),
                )
            )
        )
    if rows:
        await tx.execute(upsert(tx, DialogState, ["state", "data", "changed_at"]), rows)


def _name(key: StorageKey) -> str:
    thread = "" if key.thread_id is None else str(key.thread_id)
    return f"{key.user_id}:{thread}:{key.business_connection_id or ''}:{key.destiny}"
