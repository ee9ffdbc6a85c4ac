"""What organisers write to many."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key


class Broadcast(Base):
    """A message to a segment; its letters are the outbox's group `broadcast:{id}`.

    Texts are HTML by language. `reached` is the last person whose letter was written, in the order
    of ids; what is after them is still to be written while the state is 'sending'. The live card
    stands in the chat `card_chat`.
    """

    __tablename__ = "broadcasts"

    id: Mapped[Key]
    state: Mapped[str]
    text: Mapped[dict[str, str]] = mapped_column(JSON)
    media: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    segment: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime | None]
    reached: Mapped[int]
    recall: Mapped[str | None]
    card_chat: Mapped[int | None]
    card_message: Mapped[int | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'waiting', 'canary', 'sending', 'written', 'removed')",
            name="state",
        ),
        CheckConstraint("recall IN ('edit', 'delete')", name="recall"),
    )
