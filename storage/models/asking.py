"""What people ask about funding, what was shown to them, and what a person has to answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key

WAITING = text("state <> 'answered'")


class FundingQuestion(Base):
    """A question as it was typed, with what was shown: articles, sections, scores; best first.

    `language` is the reader's. `kind` tells a greeting from a question. `rating` is 1 or -1.
    `update_id` is Telegram's number of the message that asked: however often it comes, it is one
    question.
    """

    __tablename__ = "funding_questions"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    language: Mapped[str]
    text: Mapped[str]
    kind: Mapped[str]
    shown: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rating: Mapped[int | None]
    rated_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    update_id: Mapped[int | None]

    __table_args__ = (
        Index("ix_funding_questions_asked_once", "person_id", "update_id", unique=True),
        CheckConstraint("kind IN ('answered', 'unanswered', 'greeting')", name="kind"),
        CheckConstraint("rating IN (1, -1)", name="rating"),
    )


class Enquiry(Base):
    """A question that was put to the organisers; one of them takes it and answers.

    `article_id` names the article that the question was kept with, if it was.
    """

    __tablename__ = "enquiries"

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(ForeignKey("funding_questions.id"), unique=True)
    state: Mapped[str]
    opened_at: Mapped[datetime]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    claimed_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    article_id: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("state IN ('open', 'claimed', 'answered')", name="state"),
        Index("ix_enquiries_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )


class FundingCorrection(Base):
    """What an organiser corrected in an article, over its file; or that a correction was undone.

    Rows are only added. `field` is named as in the files, `section.who`; `question` adds a
    question whose answer is `value`, perhaps from an enquiry. One that `undoes` another has no
    value of its own.
    """

    __tablename__ = "funding_corrections"

    id: Mapped[Key]
    article_id: Mapped[str] = mapped_column(index=True)
    field: Mapped[str]
    language: Mapped[str]
    question: Mapped[str]
    value: Mapped[str]
    enquiry_id: Mapped[int | None] = mapped_column(ForeignKey("enquiries.id"), unique=True)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("funding_corrections.id"), unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]


class EligibilityAnswers(Base):
    """What a person answered to “Am I eligible?”, kept because they said so.

    `given` are the fields of `domain.funding.eligibility.Profile`; `organisation_id` is whom the
    person acted for. Who `watches` hears of corrections of articles that fit.
    """

    __tablename__ = "eligibility_answers"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    watches: Mapped[bool]
    saved_at: Mapped[datetime]
