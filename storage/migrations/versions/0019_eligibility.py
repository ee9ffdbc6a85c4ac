"""answers about eligibility, and who wants to hear of changes"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "eligibility_answers",
        sa.Column("person_id", WHOLE, nullable=False),
        sa.Column("organisation_id", WHOLE, nullable=True),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("watches", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_eligibility_answers_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_eligibility_answers_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_eligibility_answers")),
    )


def downgrade() -> None:
    op.drop_table("eligibility_answers")
