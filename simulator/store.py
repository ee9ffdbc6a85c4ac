"""What outlives a restart: one SQLite file with the world's objects as JSON, and files as blobs.

The world itself is held in memory; the store is told of every change at once, one small
autocommitted statement each, so killing the simulator loses nothing.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from simulator.errors import Json

SCHEMA = """
create table if not exists object (
    kind text not null, key text not null, body text not null, primary key (kind, key)
) without rowid;
create table if not exists content (file_id text primary key, data blob not null);
"""


class Store:
    """Objects by kind and key; without a path they live in memory only.

    Opening the same file twice fails at once (`sqlite3.OperationalError: database is locked`):
    two simulators on one world would each believe their own half.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=0)
        try:
            self._db.execute("pragma locking_mode = exclusive")
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
            self._db.executescript(SCHEMA)
        except sqlite3.Error:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    def put(self, kind: str, key: str, body: Json) -> None:
        self._db.execute(
            "insert into object values (?, ?, ?) on conflict do update set body = excluded.body",
            (kind, key, json.dumps(body)),
        )

    def drop(self, kind: str, key: str) -> None:
        self._db.execute("delete from object where kind = ? and key = ?", (kind, key))

    def load(self, kind: str) -> Iterator[Json]:
        rows = self._db.execute("select body from object where kind = ?", (kind,))
        return (json.loads(body) for (body,) in rows)

    def put_content(self, file_id: str, data: bytes) -> None:
        self._db.execute("insert into content values (?, ?)", (file_id, data))

    def content(self, file_id: str) -> bytes:
        row = self._db.execute("select data from content where file_id = ?", (file_id,)).fetchone()
        data: bytes = row[0]
        return data
