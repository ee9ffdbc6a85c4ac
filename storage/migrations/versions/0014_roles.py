"""roles of helpers and viewers, links that give roles, the audit log"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ROLES = "role IN ('owner', 'organiser', 'checkin', 'viewer')"


def upgrade() -> None:
    _let_roles_be(ROLES)
    op.create_table(
        "role_invitations",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_by", WHOLE, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_by", WHOLE, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_role_invitations_role")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_role_invitations_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["people.id"], name=op.f("fk_role_invitations_used_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_invitations")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person_id", WHOLE, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_audit_log_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"])


def downgrade() -> None:
    op.drop_table("audit_log")
    op.drop_table("role_invitations")
    op.execute("DELETE FROM roles WHERE role IN ('checkin', 'viewer')")
    _let_roles_be("role IN ('owner', 'organiser')")


def _let_roles_be(condition: str) -> None:
    """No table refers to `roles`, so SQLite may copy it."""
    with op.batch_alter_table("roles") as roles:
        roles.drop_constraint(op.f("ck_roles_role"), type_="check")
        roles.create_check_constraint(op.f("ck_roles_role"), condition)
