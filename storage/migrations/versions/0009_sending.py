"""what is sent together, what is muted, who sends"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sending_groups",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("alike", WHOLE, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'halted', 'stopped')",
            name=op.f("ck_sending_groups_state"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sending_groups")),
    )
    op.create_table(
        "senders",
        sa.Column("bot_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_senders")),
    )
    op.create_table(
        "mutes",
        sa.Column("person_id", WHOLE, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("topic IN ('events', 'surveys', 'news')", name=op.f("ck_mutes_topic")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mutes_person_id")),
        sa.PrimaryKeyConstraint("person_id", "topic", "subject", name=op.f("pk_mutes")),
    )
    op.add_column("outbox", sa.Column("group_key", sa.String(), nullable=True))
    op.create_index(op.f("ix_outbox_group_key_state"), "outbox", ["group_key", "state"])


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_group_key_state"), "outbox")
    op.drop_column("outbox", "group_key")
    op.drop_table("mutes")
    op.drop_table("senders")
    op.drop_table("sending_groups")
