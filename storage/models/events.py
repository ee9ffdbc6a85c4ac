"""Events and registrations. Seats are counted from rows; there is no counter that could differ."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key

IS_LIVE = text("state IN ('pending', 'waiting', 'offered', 'confirmed')")
IS_OFFERED = text("state = 'offered'")


class Event(Base):
    """An event; texts are JSON by language. A draft may lack its dates.

    `lock_version` is what a transaction that gives or frees seats writes first: the row's lock.
    `sequence` grows with every change that a calendar must hear of.
    """

    __tablename__ = "events"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    description: Mapped[dict[str, str]] = mapped_column(JSON)
    place: Mapped[dict[str, str]] = mapped_column(JSON)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    zone: Mapped[str]
    languages: Mapped[str]
    organiser: Mapped[str]
    join_url: Mapped[str | None]
    capacity: Mapped[dict[str, int | None]] = mapped_column(JSON)
    organisation_limit: Mapped[int | None]
    approval: Mapped[bool]
    registration_open: Mapped[bool]
    registration_closes_at: Mapped[datetime | None]
    claim_hours: Mapped[int]
    form_id: Mapped[int | None] = mapped_column(ForeignKey("forms.id"))
    materials: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sequence: Mapped[int]
    lock_version: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'cancelled')", name="state"),
        CheckConstraint(
            "state <> 'published' OR (starts_at IS NOT NULL AND ends_at > starts_at)",
            name="dates",
        ),
        Index(None, "starts_at"),
    )


class Registration(Base):
    """One attendee of one event, for one organisation.

    `attendee_key` tells attendees apart (a person on Telegram, or a name within an organisation):
    one live registration for each, by a unique index. `person_id` holds it on Telegram.
    """

    __tablename__ = "registrations"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    registered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    attendee: Mapped[str]
    attendee_key: Mapped[str]
    mode: Mapped[str]
    state: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    ticket_version: Mapped[int]
    priority: Mapped[int]
    queue_no: Mapped[int | None]
    offer_no: Mapped[int]
    offer_expires_at: Mapped[datetime | None]
    source: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    checked_in_at: Mapped[datetime | None]
    checked_in_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    joined_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    certificate: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("mode IN ('onsite', 'online')", name="mode"),
        CheckConstraint(
            "state IN ('pending', 'waiting', 'offered', 'confirmed', 'declined', 'expired',"
            " 'cancelled')",
            name="state",
        ),
        CheckConstraint("(state = 'offered') = (offer_expires_at IS NOT NULL)", name="offer"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index(
            "uq_registrations_live",
            "event_id",
            "attendee_key",
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
        Index(None, "event_id", "state"),
        Index(
            "ix_registrations_offers",
            "offer_expires_at",
            sqlite_where=IS_OFFERED,
            postgresql_where=IS_OFFERED,
        ),
    )


class EventLog(Base):
    """What was done to an event or a registration, by whom, when. Rows are never changed."""

    __tablename__ = "event_log"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    action: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
