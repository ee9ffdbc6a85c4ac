"""Who organises, how they came to, and what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key

ROLES = "role IN ('owner', 'organiser', 'checkin', 'viewer')"


class Role(Base):
    """What a person may do beyond acting for an organisation.

    Without `granted_by` it comes from the settings.
    """

    __tablename__ = "roles"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime]

    __table_args__ = (CheckConstraint(ROLES, name="role"),)


class RoleInvitation(Base):
    """A link that gives a role to the first who opens it; its token is signed, not kept here."""

    __tablename__ = "role_invitations"

    id: Mapped[Key]
    role: Mapped[str]
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint(ROLES, name="role"),)


class Invitation(Base):
    """A personal invitation of an organisation to a survey or an event; its link is signed."""

    __tablename__ = "invitations"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    form_id: Mapped[int | None] = mapped_column(ForeignKey("forms.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        UniqueConstraint("form_id", "organisation_id"),
        UniqueConstraint("event_id", "organisation_id"),
        CheckConstraint("(form_id IS NULL) <> (event_id IS NULL)", name="target"),
    )


class OrganisationMerge(Base):
    """Two organisations that are one: what moved from one to the other, so that it can go back."""

    __tablename__ = "organisation_merges"

    id: Mapped[Key]
    kept_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    gone_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class AuditEntry(Base):
    """What somebody did that only some may do: who, when, what, on what.

    `subject` names a row (`form:3`), never a person's words or name. Rows are never changed.
    """

    __tablename__ = "audit_log"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    action: Mapped[str]
    subject: Mapped[str]
