"""aiogram's dialog state in the database.

aiogram-dialog asks for its context and stack several times during one update and writes both at
the end. So an update works on a buffer: one read when it begins, one write when it ends, and only
of what changed. `dialog_states` stands around everything, aiogram's error handlers included, which
its own events isolation does not. That two updates of a chat do not meet is the lanes' work.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlalchemy import JSON, Dialect, Text, bindparam, cast, delete, select
from sqlalchemy.types import TypeDecorator

from storage.database import reads_directly
from storage.direct import Direct, Prepared
from storage.models import DialogState
from storage.upsert import upsert

NOTHING = "{}"


@dataclass
class Entry:
    """One aiogram key's state and data (as JSON), and whether this update changed them."""

    state: str | None = None
    data: str = NOTHING
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

    def changes(self, now: datetime) -> "Changes":
        """What became of the entries; one that became empty is deleted."""
        changes = Changes([], [])
        for name, entry in self.entries.items():
            if not entry.changed:
                continue
            if entry.data == NOTHING and entry.state is None:
                changes.gone.append({"bot": self.bot_id, "chat": self.chat_id, "name": name})
                continue
            changes.kept.append(
                {
                    "bot_id": self.bot_id,
                    "chat_id": self.chat_id,
                    "key": name,
                    "state": entry.state,
                    "written": entry.data,
                    "changed_at": now,
                }
            )
        return changes


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
        fresh = json.dumps(data)  # nobody else holds it, and a wrong type fails here
        entry.changed = entry.changed or fresh != entry.data
        entry.data = fresh

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(_current.get().entry(key).data)
        return data

    async def close(self) -> None:
        """Nothing: the dispatcher closes its storage before the last handlers have ended."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update changed of the dialog states of its chat: rows as they are written, and the
    keys of those that became empty."""

    kept: list[dict[str, Any]]
    gone: list[dict[str, Any]]


Close = Callable[[Changes], Awaitable[None]]


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
    await close(buffer.changes(now()))


DATA = cast(DialogState.data, Text).label("data")  # as it is kept
_THEIRS = (DialogState.bot_id == bindparam("bot"), DialogState.chat_id == bindparam("chat"))
STATES = Prepared(lambda _: select(DialogState.key, DialogState.state, DATA).where(*_THEIRS))


@reads_directly
async def load_dialog_states(connection: Direct, bot_id: int, chat_id: int) -> dict[str, Entry]:
    """Everything that is kept for a chat, by name."""
    rows = await connection.fetch(STATES, {"bot": bot_id, "chat": chat_id})
    return {row.key: Entry(row.state, row.data) for row in rows}


class _Written(TypeDecorator[str]):
    """JSON that is written down already."""

    impl = JSON
    cache_ok = True

    def bind_processor(self, _: Dialect) -> None:
        """As it is."""


_KEEP = Prepared(
    lambda tx: upsert(tx, DialogState, ["state", "data", "changed_at"]).values(
        data=bindparam("written", type_=_Written)
    ),
    columns=["bot_id", "chat_id", "key", "state", "changed_at"],
)
_FORGET = Prepared(
    lambda _: delete(DialogState).where(*_THEIRS, DialogState.key == bindparam("name"))
)


async def save_changes(tx: Direct, changes: Collection[Changes]) -> None:
    """Write what updates of different chats changed."""
    if gone := [row for one in changes for row in one.gone]:
        await tx.run(_FORGET, gone)
    if kept := [row for one in changes for row in one.kept]:
        await tx.run(_KEEP, kept)


def _name(key: StorageKey) -> str:
    thread = "" if key.thread_id is None else str(key.thread_id)
    return f"{key.user_id}:{thread}:{key.business_connection_id or ''}:{key.destiny}"
