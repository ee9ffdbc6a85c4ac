"""asking: questions about funding, what was shown, and what organisers have to answer"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "funding_questions",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("person_id", WHOLE, sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("organisation_id", WHOLE, sa.ForeignKey("organisations.id"), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("rating", WHOLE, nullable=True),
        sa.Column("rated_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('answered', 'unanswered', 'greeting')", name="kind"),
        sa.CheckConstraint("rating IN (1, -1)", name="rating"),
    )
    op.create_table(
        "enquiries",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column(
            "question_id",
            WHOLE,
            sa.ForeignKey("funding_questions.id"),
            nullable=False,
            unique=True,
        ),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("claimed_by", WHOLE, sa.ForeignKey("people.id"), nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by", WHOLE, sa.ForeignKey("people.id"), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("article_id", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'claimed', 'answered')", name="state"),
    )
    op.create_index(
        "ix_enquiries_waiting",
        "enquiries",
        ["id"],
        sqlite_where=sa.text("state <> 'answered'"),
        postgresql_where=sa.text("state <> 'answered'"),
    )


def downgrade() -> None:
    op.drop_index("ix_enquiries_waiting", "enquiries")
    op.drop_table("enquiries")
    op.drop_table("funding_questions")
