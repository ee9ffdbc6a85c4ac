"""pictures, sounds and films lie beside a form, with Telegram's id of each"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("form_files", sa.Column("mime", sa.String(), server_default="", nullable=False))
    op.add_column("form_files", sa.Column("file_id", sa.String(), nullable=True))
    op.add_column("form_files", sa.Column("sent_as", sa.String(), nullable=True))


def downgrade() -> None:
    # A program of before takes every file for a list, and would read pictures as such.
    op.execute("DELETE FROM form_files WHERE mime <> ''")
    for column in ("sent_as", "file_id", "mime"):
        op.drop_column("form_files", column)
