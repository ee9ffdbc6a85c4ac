"""People, the organisations that they act for, and what they agreed to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key


class Person(Base):
    """Somebody on Telegram. Before consent only the id and the language are known.

    Who was forgotten (`erased_at`) keeps the row, empty, so that records point somewhere.
    """

    __tablename__ = "people"

    id: Mapped[Key]
    telegram_id: Mapped[int] = mapped_column(unique=True)
    language: Mapped[str]
    name: Mapped[str | None]
    username: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(default="Europe/Kyiv")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Consent(Base):
    """What a person agreed to, in which words, and since when. Rows are never removed."""

    __tablename__ = "consents"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    purpose: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Organisation(Base):
    """Who answers and registers; known by its ЄДРПОУ code where it has one.

    `imported_at` is set where nobody named it here: it came with imported responses.
    """

    __tablename__ = "organisations"

    id: Mapped[Key]
    edrpou: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    type: Mapped[str | None]
    type_other: Mapped[str | None]
    ownership: Mapped[str | None]
    oblast: Mapped[str | None]
    size: Mapped[str | None]
    email: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(default="Europe/Kyiv")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]


class Contact(Base):
    """A person who acts for an organisation, or asks to. A former contact keeps the row."""

    __tablename__ = "contacts"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[str]
    role: Mapped[str | None]
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        Index(None, "organisation_id"),
        CheckConstraint("state IN ('requested', 'active', 'declined', 'left')", name="state"),
    )
