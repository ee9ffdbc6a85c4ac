"""aiogram's dialog state in the database.

aiogram-dialog asks for its context and stack several times during one update and writes both at
the end. So an update works on a buffer: one read when it begins, one write when it ends, and only
of what changed. `Turns` gives each conversation its turn and that buffer together. It is taken
around everything, aiogram's error handlers included, which its own events isolation is not.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, reads, writes
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


class Turns:
    """One update at a time for each conversation, with its dialog state loaded and saved."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db = db
        self._now = now
        self._turns: dict[tuple[int, int], tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def take(self, bot_id: int, chat_id: int) -> AsyncIterator[None]:
        """Wait for the chat's turn; inside, `DialogStateStorage` serves its state."""
        chat = (bot_id, chat_id)
        turn, waiting = self._turns.get(chat, (asyncio.Lock(), 0))
        self._turns[chat] = (turn, waiting + 1)
        try:
            async with turn, self._buffer(*chat):
                yield
        finally:
            _, waiting = self._turns[chat]
            if waiting == 1:
                del self._turns[chat]
            else:
                self._turns[chat] = (turn, waiting - 1)

    @asynccontextmanager
    async def _buffer(self, bot_id: int, chat_id: int) -> AsyncIterator[None]:
        buffer = Buffer(bot_id, chat_id, await load_dialog_states(self._db, bot_id, chat_id))
        token = _current.set(buffer)
        try:
            yield
        finally:
            _current.reset(token)
            if any(entry.changed for entry in buffer.entries.values()):
                await save_dialog_states(self._db, buffer, self._now())


@reads
async def load_dialog_states(
    connection: AsyncConnection, bot_id: int, chat_id: int
) -> dict[str, Entry]:
    """Everything that is kept for a chat, by name."""
    rows = await connection.execute(
        select(DialogState.key, DialogState.state, DialogState.data).where(
            DialogState.bot_id == bot_id, DialogState.chat_id == chat_id
        )
    )
    return {row.key: Entry(row.state, row.data) for row in rows}


@writes
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
