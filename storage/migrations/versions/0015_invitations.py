"""personal invitations of organisations"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REFERENCES = {
    "organisation_id": "organisations.id",
    "form_id": "forms.id",
    "event_id": "events.id",
    "created_by": "people.id",
    "opened_by": "people.id",
}


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("organisation_id", WHOLE, nullable=False),
        sa.Column("form_id", WHOLE, nullable=True),
        sa.Column("event_id", WHOLE, nullable=True),
        sa.Column("created_by", WHOLE, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("opened_by", WHOLE, nullable=True),
        sa.CheckConstraint(
            "(form_id IS NULL) <> (event_id IS NULL)", name=op.f("ck_invitations_target")
        ),
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_invitations_{column}"))
            for column, to in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint(
            "form_id", "organisation_id", name=op.f("uq_invitations_form_id_organisation_id")
        ),
        sa.UniqueConstraint(
            "event_id", "organisation_id", name=op.f("uq_invitations_event_id_organisation_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("invitations")
