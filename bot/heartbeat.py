"""A sign of life for `lanka health`, and so for whoever restarts a program that hangs.

Each beat waits for a write to the database and then touches a file: a fresh file says that the
event loop turns and that the database takes writes. It says nothing of Telegram: if that is away,
a restart does not help.
"""

import asyncio
import hashlib
import tempfile
import time
from enum import StrEnum
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import wait_unless
from storage.database import Database

PERIOD = 15.0  # seconds between beats
DEAD_AFTER = 60.0  # seconds without one

log = structlog.get_logger()


class Part(StrEnum):
    """What may run as a program of its own on a database."""

    BOT = "bot"
    NOTIFIER = "notifier"


def heartbeat_file(database_url: str, part: Part = Part.BOT) -> Path:
    """The file that the program on this database touches; another bot's is another.

    A notifier that runs apart has its own, so that neither hides that the other is dead.
    """
    digest = hashlib.sha256(database_url.encode()).hexdigest()
    return Path(tempfile.gettempdir()) / f"lanka-{part}-{digest[:12]}.alive"


def seconds_since_beat(file: Path) -> float | None:
    """How long ago the last beat was; None where nothing beats at all."""
    try:
        return max(0.0, time.time() - file.stat().st_mtime)
    except FileNotFoundError:
        return None


async def keep_beating(db: Database, file: Path, stop: asyncio.Event) -> None:
    """Beat until `stop` is set; then nothing is alive here any more."""
    while not stop.is_set():
        await beat(db, file)
        await wait_unless(stop, PERIOD)
    await asyncio.to_thread(file.unlink, missing_ok=True)


async def beat(db: Database, file: Path) -> None:
    """One beat; it is missed, and logged, where the database takes no writes."""
    try:
        await db.write(_nothing)
    except SQLAlchemyError:
        log.exception("the database takes no writes")
    else:
        await asyncio.to_thread(file.touch)


async def _nothing(tx: AsyncConnection) -> None:
    await tx.execute(text("SELECT 1"))
