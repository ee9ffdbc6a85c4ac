"""Forms and responses. `answer_events` is the truth about a response, the rest is derived."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key

ONE_PER_ORGANISATION = text("scope = 'organisation'")
ONE_PER_PERSON = text("scope = 'person'")


class Form(Base):
    """A survey, known by its XLSForm form id; its versions are the workbooks published for it.

    `audience` is who may answer: 'anyone', or the 'invited' organisations of `form_invitations`.
    After `closes_at` nobody can, as if it were closed.
    """

    __tablename__ = "forms"

    id: Mapped[Key]
    form_id: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    scope: Mapped[str]
    version_id: Mapped[int | None]
    created_at: Mapped[datetime]
    audience: Mapped[str] = mapped_column(server_default="anyone")
    closes_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("scope IN ('organisation', 'person')", name="scope"),
    )


class FormVersion(Base):
    """One workbook, as it came and as the XForm that pyxform made of it.

    Until it is `published` it is a draft, kept so that it can be looked through; `published_at`
    and `published_by` are then when and by whom it was sent.
    """

    __tablename__ = "form_versions"

    id: Mapped[Key]
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    version: Mapped[str]
    workbook_name: Mapped[str]
    workbook: Mapped[bytes]
    xform: Mapped[str]
    sha256: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published: Mapped[bool] = mapped_column(server_default=true())

    __table_args__ = (UniqueConstraint("form_id", "sha256"),)


class FormFile(Base):
    """A file that came with a workbook: a list that its form looks into, or media of a label.

    Media have a `mime` type, lists have ''. `file_id` is Telegram's, once it was sent, and
    `sent_as` how: photo, document, voice, audio or video.
    """

    __tablename__ = "form_files"

    version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    mime: Mapped[str] = mapped_column(server_default="")
    file_id: Mapped[str | None]
    sent_as: Mapped[str | None]


class FormInvitation(Base):
    """An organisation that may answer a form whose audience is 'invited'."""

    __tablename__ = "form_invitations"

    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    invited_at: Mapped[datetime]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class FormQuota(Base):
    """How many responses may hold a code at a question (`node`, a path without positions)."""

    __tablename__ = "form_quotas"

    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"), primary_key=True)
    node: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    places: Mapped[int]


class Response(Base):
    """One organisation's (or person's) response to a form, in the version it was begun in.

    One that was imported has no person; `import_key` is its id where it came from (`_uuid`,
    `KEY`, `instanceID`). `full_at` is when it met a full quota, and since when it does not count.
    """

    __tablename__ = "responses"

    id: Mapped[Key]
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    scope: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str]
    receipt: Mapped[str | None] = mapped_column(unique=True)
    revision: Mapped[int]
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    import_key: Mapped[str | None]
    full_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'submitted')", name="state"),
        Index(None, "form_id", "state", "full_at"),
        Index(None, "form_id", "organisation_id"),
        CheckConstraint("scope <> 'organisation' OR organisation_id IS NOT NULL", name="scope"),
        Index("uq_responses_import_key", "form_id", "import_key", unique=True),
        Index(
            "uq_responses_organisation",
            "form_id",
            "organisation_id",
            unique=True,
            sqlite_where=ONE_PER_ORGANISATION,
            postgresql_where=ONE_PER_ORGANISATION,
        ),
        Index(
            "uq_responses_person",
            "form_id",
            "person_id",
            unique=True,
            sqlite_where=ONE_PER_PERSON,
            postgresql_where=ONE_PER_PERSON,
        ),
    )


class AnswerEvent(Base):
    """An answer as it was given, changed or cleared: by whom, when, from where. Never changed."""

    __tablename__ = "answer_events"

    id: Mapped[Key]
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    path: Mapped[str]
    value: Mapped[str | None]
    source: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (
        Index(None, "response_id", "path"),
        CheckConstraint("source IN ('chat', 'profile', 'form', 'import')", name="source"),
    )


class Answer(Base):
    """What stands at a path of a response now.

    `node` is the path without positions (`/data/links/link/p_name`), `relevant` is the form's
    verdict: what does not count is kept, in case it becomes relevant again. A relevant question
    that waits for its answer has a row without a value, so that SQL can count who was asked.
    `number` is set where the question is numeric.
    """

    __tablename__ = "answers"

    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[str]
    value: Mapped[str | None]
    number: Mapped[float | None]
    relevant: Mapped[bool]
    event_id: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime | None]

    __table_args__ = (Index(None, "node", "response_id"),)


class AnswerFile(Base):
    """A file that an answer names: Telegram's id of it, and a copy where it has at most 10 MB."""

    __tablename__ = "answer_files"

    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file_id: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes | None]
    at: Mapped[datetime]


class AnswerCode(Base):
    """One chosen code of a relevant select-multiple answer."""

    __tablename__ = "answer_codes"

    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[str]

    __table_args__ = (Index(None, "node", "code", "response_id"),)


class Cursor(Base):
    """Where a person stands in a response.

    A press counts only if it was shown with this `screen` and `step`; `seen` is the newest answer
    event when the screen was shown, so that a colleague's later answer is noticed. `update_id` is
    Telegram's number of what moved it last: the same update again moves nothing.
    """

    __tablename__ = "cursors"

    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    screen: Mapped[str]
    step: Mapped[int]
    seen: Mapped[int]
    update_id: Mapped[int | None]
    at: Mapped[datetime]
