"""authoring: deadline, audience, invitations, quotas, files of a form; imported responses"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "forms", sa.Column("audience", sa.String(), server_default="anyone", nullable=False)
    )
    op.add_column("forms", sa.Column("closes_at", MOMENT, nullable=True))
    op.add_column("organisations", sa.Column("imported_at", MOMENT, nullable=True))
    op.add_column("responses", sa.Column("import_key", sa.String(), nullable=True))
    op.add_column("responses", sa.Column("full_at", MOMENT, nullable=True))
    op.create_index("uq_responses_import_key", "responses", ["form_id", "import_key"], unique=True)
    _let_person_be_null(nullable=True)
    op.create_table(
        "form_files",
        sa.Column("version_id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["form_versions.id"], name=op.f("fk_form_files_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "name", name=op.f("pk_form_files")),
    )
    op.create_table(
        "form_invitations",
        sa.Column("form_id", WHOLE, nullable=False),
        sa.Column("organisation_id", WHOLE, nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("invited_by", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["form_id"], ["forms.id"], name=op.f("fk_form_invitations_form_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_form_invitations_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["people.id"], name=op.f("fk_form_invitations_invited_by")
        ),
        sa.PrimaryKeyConstraint("form_id", "organisation_id", name=op.f("pk_form_invitations")),
    )
    op.create_table(
        "form_quotas",
        sa.Column("form_id", WHOLE, nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("places", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name=op.f("fk_form_quotas_form_id")),
        sa.PrimaryKeyConstraint("form_id", "node", "code", name=op.f("pk_form_quotas")),
    )


def downgrade() -> None:
    """Imported responses have no place in the older schema and are removed."""
    op.drop_table("form_quotas")
    op.drop_table("form_invitations")
    op.drop_table("form_files")
    imported = "(SELECT id FROM responses WHERE person_id IS NULL)"
    for table in ("answer_codes", "answers", "cursors", "answer_events"):
        op.execute(f"DELETE FROM {table} WHERE response_id IN {imported}")
    op.execute("DELETE FROM responses WHERE person_id IS NULL")
    _let_person_be_null(nullable=False)
    op.drop_index("uq_responses_import_key", "responses")
    op.drop_column("responses", "full_at")
    op.drop_column("responses", "import_key")
    op.drop_column("organisations", "imported_at")
    op.drop_column("forms", "closes_at")
    op.drop_column("forms", "audience")


def _let_person_be_null(*, nullable: bool) -> None:
    """Loosen (or tighten) `responses.person_id`.

    SQLite can change no column. A copy of the table under another name, as Alembic makes it, would
    drop the original, which its answers refer to; foreign keys cannot be turned off inside a
    transaction. The rows need no change, so the definition is rewritten instead, as SQLite's
    documentation on ALTER TABLE says for this very case.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.alter_column("responses", "person_id", existing_type=WHOLE, nullable=nullable)
        return
    strict, loose = "person_id INTEGER NOT NULL", "person_id INTEGER"
    before, after = (strict, loose) if nullable else (loose, strict)
    schema_version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (before, after, "responses"),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {schema_version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
