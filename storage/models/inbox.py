"""What Telegram has delivered and is not answered yet, and which processes answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key

WAITING = text("state = 'waiting'")


class InboxUpdate(Base):
    """An update, stored before Telegram is told that it arrived.

    `lane` is the chat whose order it keeps. Of one that is done only its number stays, so that it
    is known when it comes again. `worker` has all that waits in a lane, as long as it is alive.
    `attempts` counts failures, `takeovers` the processes that died with it.
    """

    __tablename__ = "inbox"

    id: Mapped[Key]
    bot_id: Mapped[int]
    update_id: Mapped[int]
    lane: Mapped[int | None]
    worker: Mapped[str | None]
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str]
    attempts: Mapped[int]
    takeovers: Mapped[int]
    error: Mapped[str | None]
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index(
            "ix_inbox_waiting",
            "bot_id",
            "lane",
            "id",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        CheckConstraint("state IN ('waiting', 'done', 'dead')", name="state"),
    )


class Worker(Base):
    """A process that answers updates. After `alive_until` others take what waits for it."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    alive_until: Mapped[datetime]
