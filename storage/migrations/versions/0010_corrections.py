"""corrections of articles"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "funding_corrections",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("enquiry_id", WHOLE, nullable=True),
        sa.Column("undoes", WHOLE, nullable=True),
        sa.Column("made_by", WHOLE, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiries.id"], name=op.f("fk_funding_corrections_enquiry_id")
        ),
        sa.ForeignKeyConstraint(
            ["undoes"], ["funding_corrections.id"], name=op.f("fk_funding_corrections_undoes")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name=op.f("fk_funding_corrections_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_corrections")),
        sa.UniqueConstraint("enquiry_id", name=op.f("uq_funding_corrections_enquiry_id")),
        sa.UniqueConstraint("undoes", name=op.f("uq_funding_corrections_undoes")),
    )
    op.create_index(
        op.f("ix_funding_corrections_article_id"), "funding_corrections", ["article_id"]
    )
    # Questions that organisers kept with an article become corrections like any other.
    op.execute(
        "INSERT INTO funding_corrections"
        " (article_id, field, language, question, value, enquiry_id, made_by, made_at)"
        " SELECT e.article_id, 'question', q.language, q.text, e.answer, e.id, e.answered_by,"
        " e.answered_at FROM enquiries AS e JOIN funding_questions AS q ON q.id = e.question_id"
        " WHERE e.article_id IS NOT NULL AND e.answer IS NOT NULL ORDER BY e.id"
    )


def downgrade() -> None:
    op.drop_table("funding_corrections")
