"""organisations that are one, merged so that it can be undone"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REFERENCES = {
    "kept_id": "organisations.id",
    "gone_id": "organisations.id",
    "merged_by": "people.id",
}


def upgrade() -> None:
    op.create_table(
        "organisation_merges",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kept_id", WHOLE, nullable=False),
        sa.Column("gone_id", WHOLE, nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_by", WHOLE, nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_organisation_merges_{column}"))
            for column, to in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_merges")),
    )


def downgrade() -> None:
    op.drop_table("organisation_merges")
