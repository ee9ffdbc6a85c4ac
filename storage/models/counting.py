"""What submitted responses say, as numbers: derived from `answers`, made for counting.

A question, a value and a response are whole numbers here, so that 100,000 responses are counted
without comparing a text; only what is relevant in submitted responses has rows.
"""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key


class CountedQuestion(Base):
    """A question or calculation of a form, over all its versions: its plain path."""

    __tablename__ = "counted_questions"

    id: Mapped[Key]
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    node: Mapped[str]

    __table_args__ = (UniqueConstraint("form_id", "node"),)


class CountedValue(Base):
    """A value that was given to a question: a code, a number, what a calculation came to.

    With `several` it is the whole answer to a question that takes several codes, a space between
    them: so an answer is one row of `counted_answers` whatever it holds, and what was chosen
    together is counted together. An answer longer than 600 characters is told code by code, each
    with a space before it. Free texts are not here, nor what a calculation made that is longer:
    of them is counted only that there is one.
    """

    __tablename__ = "counted_values"

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(ForeignKey("counted_questions.id"))
    value: Mapped[str]
    number: Mapped[float | None]
    several: Mapped[bool]

    __table_args__ = (UniqueConstraint("question_id", "value", "several"),)


class CountedAnswer(Base):
    """One thing that a submitted response says.

    `value_id` is 0 where the question was asked and has no answer, -1 where its answer is told by
    other rows (in parts) or not at all (a text). `kind_id` is the value of the question after the
    kind of organisation, `place_id` that of the one after the oblast, 0 for none: most results are
    wanted by them. `instance` is the path up to its last position, '' outside repeats.
    """

    __tablename__ = "counted_answers"

    question_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    response_id: Mapped[int] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True
    )
    instance: Mapped[str] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(server_default="0")

    # The key's order makes a count one walk through it, as does that of the index by place; the
    # other index finds a response's answer.
    __table_args__ = (
        Index("ix_counted_answers_response", "question_id", "response_id", "instance", "value_id"),
        Index("ix_counted_answers_place", "question_id", "place_id", "value_id", "response_id"),
        {"sqlite_with_rowid": False},
    )
