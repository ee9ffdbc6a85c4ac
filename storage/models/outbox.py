"""What is to be said later, and where somebody stands in a conversation."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key

PENDING = text("state = 'pending'")


class Outbox(Base):
    """A message that leaves on its own: a template and its parameters, rendered when it is sent.

    Written in the transaction that causes it. `dedup_key` makes writing it again harmless;
    `priority` 0 goes first; after `not_after` it is no longer worth sending.
    """

    __tablename__ = "outbox"

    id: Mapped[Key]
    kind: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    priority: Mapped[int]
    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    dedup_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    attempts: Mapped[int]
    leased_until: Mapped[datetime | None]
    message_id: Mapped[int | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_outbox_due",
            "priority",
            "due_at",
            "id",
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        ),
        CheckConstraint(
            "state IN ('pending', 'claimed', 'inflight', 'sent', 'failed', 'blocked',"
            " 'expired', 'cancelled', 'unknown')",
            name="state",
        ),
    )


class SendingPause(Base):
    """Until when Telegram has asked a bot to send nothing: for every process on this database."""

    __tablename__ = "sending_pauses"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]


class DialogState(Base):
    """aiogram's state of one conversation. It says only where somebody stands; it may be lost."""

    __tablename__ = "dialog_states"

    bot_id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(index=True)
