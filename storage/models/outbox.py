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
    `priority` 0 goes first; after `not_after` it is no longer worth sending. `group_key` names
    what it belongs to, such as a broadcast: see `sending_groups`.
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
    group_key: Mapped[str | None]

    __table_args__ = (
        Index(None, "group_key", "state"),
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


class SendingGroup(Base):
    """Messages that are paused, gone on with and stopped together, such as a broadcast.

    `alike` counts the permanent errors in a row that say the same, `error`. It is `halted` when
    there were too many of them, until somebody has looked.
    """

    __tablename__ = "sending_groups"

    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    error: Mapped[str | None]
    alike: Mapped[int]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state IN ('running', 'paused', 'halted', 'stopped')", name="state"),
    )


class Sender(Base):
    """Which notifier of a bot sends, and until when it need not say so again; others stand by."""

    __tablename__ = "senders"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str]
    until: Mapped[datetime]


class Mute(Base):
    """What a person does not want to be sent: a topic, or one `subject` of it ('' is all)."""

    __tablename__ = "mutes"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("topic IN ('events', 'surveys', 'news')", name="topic"),)


class DialogState(Base):
    """aiogram's state of one conversation. It says only where somebody stands; it may be lost."""

    __tablename__ = "dialog_states"

    bot_id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(index=True)
