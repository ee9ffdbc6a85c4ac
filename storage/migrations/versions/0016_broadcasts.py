"""broadcasts by organisers"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=True),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("created_by", WHOLE, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("approved_by", WHOLE, nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("reached", WHOLE, nullable=False),
        sa.Column("recall", sa.String(), nullable=True),
        sa.Column("card_chat", WHOLE, nullable=True),
        sa.Column("card_message", WHOLE, nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'waiting', 'canary', 'sending', 'written', 'removed')",
            name=op.f("ck_broadcasts_state"),
        ),
        sa.CheckConstraint("recall IN ('edit', 'delete')", name=op.f("ck_broadcasts_recall")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_broadcasts_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_broadcasts_approved_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )


def downgrade() -> None:
    op.drop_table("broadcasts")
