"""an answer of several codes is counted as one value; the oblast stands beside each answer"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONGEST = 600
SEVERAL = "EXISTS (SELECT 1 FROM counted_values o WHERE o.question_id = q.id AND o.several)"
SEVERAL = "EXISTS (SELECT 1 FROM counted_values o WHERE o.question_id = q.id AND o.several)"
CODES = """coalesce((SELECT {joined} FROM answer_codes c
    WHERE c.response_id = a.response_id AND c.path = a.path), a.value)"""
JOINED = {
    "sqlite": "group_concat(c.code, ' ')",
    "postgresql": "string_agg(c.code, ' ' ORDER BY c.code)",
}
UP = (
    # codes are parts from now on; whole answers are new values
    "UPDATE counted_values SET value = ' ' || value WHERE several",
    f"""CREATE TEMPORARY TABLE whole AS
    SELECT a.response_id, q.id AS question_id, rtrim(a.path, replace(a.path, ']', '')) AS instance,
        {CODES} AS value
    FROM answers a JOIN responses r ON r.id = a.response_id
    JOIN counted_questions q ON q.form_id = r.form_id AND q.node = a.node
    WHERE r.state = 'submitted' AND a.relevant AND a.value IS NOT NULL
        AND {SEVERAL} AND length(a.value) <= {LONGEST}""",
    """INSERT INTO counted_values (question_id, value, several)
    SELECT DISTINCT question_id, value, true FROM whole WHERE true ON CONFLICT DO NOTHING""",
    "CREATE INDEX whole_of ON whole (question_id, response_id, instance)",
    """UPDATE counted_answers SET value_id = (SELECT v.id FROM whole w
        JOIN counted_values v ON v.question_id = w.question_id AND v.value = w.value AND v.several
        WHERE w.question_id = counted_answers.question_id
            AND w.response_id = counted_answers.response_id
            AND w.instance = counted_answers.instance)
    WHERE value_id = -1 AND EXISTS (SELECT 1 FROM whole w
        WHERE w.question_id = counted_answers.question_id
            AND w.response_id = counted_answers.response_id
            AND w.instance = counted_answers.instance)""",
    "DROP TABLE whole",
    """DELETE FROM counted_answers
    WHERE value_id IN (SELECT id FROM counted_values WHERE several AND value LIKE ' %')
        AND NOT EXISTS (SELECT 1 FROM counted_answers b WHERE b.value_id = -1
            AND b.question_id = counted_answers.question_id
            AND b.response_id = counted_answers.response_id
            AND b.instance = counted_answers.instance)""",
    """DELETE FROM counted_values WHERE several AND value LIKE ' %'
        AND id NOT IN (SELECT value_id FROM counted_answers)""",
)
DOWN = (
    """INSERT INTO counted_values (question_id, value, several)
    SELECT DISTINCT q.id, ' ' || c.code, true FROM answer_codes c
    JOIN responses r ON r.id = c.response_id
    JOIN counted_questions q ON q.form_id = r.form_id AND q.node = c.node
    WHERE r.state = 'submitted' ON CONFLICT DO NOTHING""",
    """INSERT INTO counted_answers (question_id, value_id, kind_id, response_id, instance)
    SELECT b.question_id, v.id, b.kind_id, b.response_id, b.instance FROM counted_answers b
    JOIN counted_questions q ON q.id = b.question_id
    JOIN answer_codes c ON c.response_id = b.response_id AND c.node = q.node
        AND rtrim(c.path, replace(c.path, ']', '')) = b.instance
    JOIN counted_values v ON v.question_id = q.id AND v.several AND v.value = ' ' || c.code
    ON CONFLICT DO NOTHING""",
    """UPDATE counted_answers SET value_id = -1
    WHERE value_id IN (SELECT id FROM counted_values WHERE several AND value NOT LIKE ' %')""",
    "DELETE FROM counted_values WHERE several AND value NOT LIKE ' %'",
    "UPDATE counted_values SET value = substr(value, 2) WHERE several",
)


PLACES = """UPDATE counted_answers SET place_id = coalesce((SELECT b.value_id
        FROM counted_questions q
        JOIN counted_answers b ON b.question_id = q.id
        JOIN counted_values v ON v.id = b.value_id AND NOT v.several
        WHERE q.form_id = :form AND q.node = :place AND b.instance = ''
            AND b.response_id = counted_answers.response_id), 0)
    WHERE response_id IN (SELECT id FROM responses
        WHERE version_id = :version AND state = 'submitted')"""


def upgrade() -> None:
    joined = JOINED[op.get_context().dialect.name]
    for statement in UP:
        op.execute(statement.replace("{joined}", joined))
    place = sa.Column("place_id", WHOLE, server_default="0", nullable=False)
    op.add_column("counted_answers", place)
    versions = op.get_bind().execute(sa.text("SELECT id, form_id, xform FROM form_versions"))
    for version_id, form_id, xform in versions.all():
        node = _place(xform)
        if node:
            told = {"version": version_id, "form": form_id, "place": node}
            op.get_bind().execute(sa.text(PLACES), told)
    op.create_index(
        "ix_counted_answers_place",
        "counted_answers",
        ["question_id", "place_id", "value_id", "response_id"],
    )


def _place(xform: str) -> str:
    """The path of the question after the oblast: what says so itself, is tied to it, is called so."""
    said, tied, named = "", "", ""
    for element in ET.fromstring(xform).iter():  # noqa: S314 - our own, made by pyxform
        if element.tag.rpartition("}")[2] != "bind":
            continue
        node = element.get("nodeset", "")
        for name, value in element.attrib.items():
            if name.endswith("}result") and value == "oblast":
                said = said or node
            if name.endswith("}profile") and value == "organisation.oblast":
                tied = tied or node
        if node.endswith("/oblast"):
            named = named or node
    return said or tied or named


def downgrade() -> None:
    op.drop_index("ix_counted_answers_place", "counted_answers")
    op.drop_column("counted_answers", "place_id")
    for statement in DOWN:
        op.execute(statement)
