"""a question that comes again with the same update is the same question"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("funding_questions", sa.Column("update_id", WHOLE, nullable=True))
    op.create_index(
        "ix_funding_questions_asked_once",
        "funding_questions",
        ["person_id", "update_id"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("ix_funding_questions_asked_once", "funding_questions")
    op.drop_column("funding_questions", "update_id")
