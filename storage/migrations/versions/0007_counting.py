"""indices that results are counted on"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_index("ix_answers_node_value", "answers")
    op.drop_index("ix_answer_codes_node_code", "answer_codes")
    # PostgreSQL refuses rows of an index above 2,704 bytes: a long answer must not be in one.
    if _on_sqlite():
        columns = ["node", "response_id", "value", "number", "relevant", "path"]
        op.create_index("ix_answers_counting", "answers", columns)
    else:
        op.create_index("ix_answers_node_response_id", "answers", ["node", "response_id"])
    op.create_index(
        "ix_answer_codes_counting", "answer_codes", ["node", "code", "response_id", "path"]
    )
    op.create_index("ix_responses_form_id", "responses", ["form_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_responses_form_id", "responses")
    op.drop_index("ix_answer_codes_counting", "answer_codes")
    own = "ix_answers_counting" if _on_sqlite() else "ix_answers_node_response_id"
    op.drop_index(own, "answers")
    op.create_index("ix_answer_codes_node_code", "answer_codes", ["node", "code"])
    op.create_index("ix_answers_node_value", "answers", ["node", "value"])


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
