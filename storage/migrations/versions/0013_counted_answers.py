"""submitted answers as numbers, which results are counted on"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: the controls of an XForm whose values are codes
CODED = ("select1", "range", "trigger")


def upgrade() -> None:
    op.create_table(
        "counted_questions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("form_id", WHOLE, nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["forms.id"], name=op.f("fk_counted_questions_form_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_questions")),
        sa.UniqueConstraint("form_id", "node", name=op.f("uq_counted_questions_form_id_node")),
    )
    op.create_table(
        "counted_values",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("question_id", WHOLE, nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["counted_questions.id"], name=op.f("fk_counted_values_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_values")),
        sa.UniqueConstraint(
            "question_id",
            "value",
            "several",
            name=op.f("uq_counted_values_question_id_value_several"),
        ),
    )
    op.create_table(
        "counted_answers",
        sa.Column("question_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("value_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("response_id", WHOLE, nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["responses.id"],
            name=op.f("fk_counted_answers_response_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "question_id",
            "value_id",
            "kind_id",
            "response_id",
            "instance",
            name=op.f("pk_counted_answers"),
        ),
        sqlite_with_rowid=False,
    )
    _fill()
    op.create_index(
        "ix_counted_answers_response",
        "counted_answers",
        ["question_id", "response_id", "instance", "value_id"],
    )
    op.drop_index("ix_responses_form_id", "responses")
    op.create_index(
        op.f("ix_responses_form_id_state_full_at"), "responses", ["form_id", "state", "full_at"]
    )
    op.create_index(
        op.f("ix_responses_form_id_organisation_id"), "responses", ["form_id", "organisation_id"]
    )
    op.drop_index("ix_answer_codes_counting", "answer_codes")
    op.create_index(
        op.f("ix_answer_codes_node_code_response_id"),
        "answer_codes",
        ["node", "code", "response_id"],
    )
    if _on_sqlite():
        op.drop_index("ix_answers_counting", "answers")
        op.create_index(op.f("ix_answers_node_response_id"), "answers", ["node", "response_id"])


def downgrade() -> None:
    if _on_sqlite():
        op.drop_index(op.f("ix_answers_node_response_id"), "answers")
        columns = ["node", "response_id", "value", "number", "relevant", "path"]
        op.create_index("ix_answers_counting", "answers", columns)
    op.drop_index(op.f("ix_answer_codes_node_code_response_id"), "answer_codes")
    op.create_index(
        "ix_answer_codes_counting", "answer_codes", ["node", "code", "response_id", "path"]
    )
    op.drop_index(op.f("ix_responses_form_id_organisation_id"), "responses")
    op.drop_index(op.f("ix_responses_form_id_state_full_at"), "responses")
    op.create_index("ix_responses_form_id", "responses", ["form_id", "state"])
    for table in ("counted_answers", "counted_values", "counted_questions"):
        op.drop_table(table)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _fill() -> None:
    """Count what is submitted already. Which nodes hold codes, and which one the kind of
    organisation, is read off each version's XForm."""
    versions = op.get_bind().execute(sa.text("SELECT id, form_id, xform FROM form_versions"))
    for version_id, form_id, xform in versions.all():
        coded, kind = _nodes(xform)
        for statement in STATEMENTS:
            query = sa.text(statement)
            if ":coded" in statement:
                query = query.bindparams(sa.bindparam("coded", expanding=True))
            op.get_bind().execute(
                query,
                {"version": version_id, "form": form_id, "coded": sorted(coded), "kind": kind},
            )


def _nodes(xform: str) -> tuple[set[str], str]:
    coded, kind, named = {""}, "", ""
    for element in ET.fromstring(xform).iter():  # noqa: S314 - our own, made by pyxform
        tag = element.tag.rpartition("}")[2]
        if tag in CODED and element.get("ref"):
            coded.add(element.attrib["ref"])
        if tag != "bind":
            continue
        node = element.get("nodeset", "")
        if element.get("calculate"):
            coded.add(node)
        for name, value in element.attrib.items():
            tied = name.endswith("}profile") and value == "organisation.type"
            if tied or (name.endswith("}result") and value == "org_type"):
                kind = kind or node
        if node.endswith("/org_type"):
            named = node
    return coded, kind or named


THEIRS = "r.version_id = :version AND r.state = 'submitted' AND a.relevant"
SPREAD = "a.value IS NOT NULL AND (a.number IS NOT NULL OR a.node IN :coded)"
STATEMENTS = (
    f"""INSERT INTO counted_questions (form_id, node)
    SELECT DISTINCT r.form_id, a.node FROM answers a JOIN responses r ON r.id = a.response_id
    WHERE {THEIRS} ON CONFLICT DO NOTHING""",
    f"""INSERT INTO counted_values (question_id, value, number, several)
    SELECT q.id, a.value, min(a.number), false FROM answers a
    JOIN responses r ON r.id = a.response_id
    JOIN counted_questions q ON q.form_id = r.form_id AND q.node = a.node
    WHERE {THEIRS} AND {SPREAD} GROUP BY q.id, a.value ON CONFLICT DO NOTHING""",
    """INSERT INTO counted_values (question_id, value, several)
    SELECT DISTINCT q.id, c.code, true FROM answer_codes c
    JOIN responses r ON r.id = c.response_id
    JOIN counted_questions q ON q.form_id = r.form_id AND q.node = c.node
    WHERE r.version_id = :version AND r.state = 'submitted' ON CONFLICT DO NOTHING""",
    f"""INSERT INTO counted_answers (question_id, value_id, kind_id, response_id, instance)
    SELECT q.id, CASE WHEN a.value IS NULL THEN 0 ELSE coalesce(v.id, -1) END,
        coalesce(k.id, 0), a.response_id, rtrim(a.path, replace(a.path, ']', ''))
    FROM answers a JOIN responses r ON r.id = a.response_id
    JOIN counted_questions q ON q.form_id = r.form_id AND q.node = a.node
    LEFT JOIN counted_values v ON v.question_id = q.id AND v.value = a.value AND NOT v.several
        AND {SPREAD}
    LEFT JOIN answers ka ON ka.response_id = a.response_id AND ka.path = :kind AND ka.relevant
    LEFT JOIN counted_questions kq ON kq.form_id = r.form_id AND kq.node = :kind
    LEFT JOIN counted_values k ON k.question_id = kq.id AND k.value = ka.value AND NOT k.several
    WHERE {THEIRS}""",
    """INSERT INTO counted_answers (question_id, value_id, kind_id, response_id, instance)
    SELECT q.id, v.id, coalesce(k.id, 0), c.response_id,
        rtrim(c.path, replace(c.path, ']', ''))
    FROM answer_codes c JOIN responses r ON r.id = c.response_id
    JOIN counted_questions q ON q.form_id = r.form_id AND q.node = c.node
    JOIN counted_values v ON v.question_id = q.id AND v.value = c.code AND v.several
    LEFT JOIN answers ka ON ka.response_id = c.response_id AND ka.path = :kind AND ka.relevant
    LEFT JOIN counted_questions kq ON kq.form_id = r.form_id AND kq.node = :kind
    LEFT JOIN counted_values k ON k.question_id = kq.id AND k.value = ka.value AND NOT k.several
    WHERE r.version_id = :version AND r.state = 'submitted'""",
)
