"""drafts of forms: versions that are kept to be looked at, and not published yet"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "form_versions",
        sa.Column("published", sa.Boolean(), server_default=sa.true(), nullable=False),
    )


def downgrade() -> None:
    """Drafts would seem published, so they go."""
    drafts = "(SELECT id FROM form_versions WHERE NOT published)"
    op.execute(f"DELETE FROM form_files WHERE version_id IN {drafts}")
    op.execute("DELETE FROM form_versions WHERE NOT published")
    op.drop_column("form_versions", "published")
