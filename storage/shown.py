"""What organisations agreed to show: their free texts, and the directory that is made of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.surveys.results.chain import YES, Chain
from domain.surveys.results.codebook import Variable
from domain.surveys.results.population import Population
from storage import models
from storage.counting import BLANK
from storage.database import reads
from storage.population import counted, left_out

AT_ONCE = 5000  # organisations whose answers are asked for in one statement


def _agreed(which: Population, publish: Variable) -> ColumnElement[bool]:
    answer = models.Answer
    shown = select(answer.response_id).where(
        answer.node.in_(publish.nodes), answer.relevant, answer.value.in_(YES)
    )
    return answer.response_id.in_(counted(which)) & answer.response_id.in_(shown)


@reads
async def open_answers(
    connection: AsyncConnection,
    which: Population,
    variables: Sequence[Variable],
    publish: Variable | None,
) -> dict[str, list[str]]:
    """The free texts of organisations that agreed to be shown, by question; none without one
    that asks for it."""
    if publish is None:
        return {}
    names = {node: one.name for one in variables for node in one.nodes}
    answer = models.Answer
    query = select(answer.node, answer.value).where(
        answer.node.in_(names), answer.relevant, answer.value.is_not(None), _agreed(which, publish)
    )
    found: dict[str, list[str]] = {}
    for node, value in await connection.execute(query.order_by(answer.response_id)):
        found.setdefault(names[node], []).append(value or "")
    return found


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation in the directory, as it described itself; codes, not labels."""

    name: str
    type: str
    oblast: str
    stages: tuple[str, ...]
    offer: tuple[str, ...]
    seek: str
    email: str


@reads
async def directory(
    connection: AsyncConnection,
    which: Population,
    parts: Chain,
    wanted: Mapping[str, str],
    offset: int = 0,
    limit: int | None = None,
) -> list[Entry]:
    """The organisations that agreed to be shown and are `wanted`, by name: all, or a page.

    `wanted` holds a code by the part it is of: `stages`, `oblast`, `offer`.
    """
    if parts.publish is None or parts.org_name is None:
        return []
    answer = models.Answer
    ids = (
        select(answer.response_id)
        .where(
            answer.node.in_(parts.org_name.nodes),
            answer.relevant,
            answer.value.is_not(None),
            answer.response_id.in_(_entries(connection, which, parts, wanted)),
        )
        .order_by(func.lower(answer.value), answer.response_id)
        .offset(offset)
        .limit(limit)
    )
    order = list(await connection.scalars(ids))
    fields = {
        node: field
        for field, one in (
            ("name", parts.org_name),
            ("type", parts.org_type),
            ("oblast", parts.oblast),
            ("stages", parts.stages),
            ("offer", parts.offer),
            ("seek", parts.seek),
            ("email", parts.email),
        )
        if one is not None
        for node in one.nodes
    }
    rows: dict[int, dict[str, str]] = {one: {} for one in order}
    for start in range(0, len(order), AT_ONCE):
        query = select(answer.response_id, answer.node, answer.value).where(
            answer.response_id.in_(order[start : start + AT_ONCE]),
            answer.node.in_(fields),
            answer.relevant,
            answer.value.is_not(None),
        )
        for response_id, node, value in await connection.execute(query):
            rows[response_id][fields[node]] = value or ""
    return [
        Entry(
            name=row["name"],
            type=row.get("type", ""),
            oblast=row.get("oblast", ""),
            stages=tuple(row.get("stages", "").split()),
            offer=tuple(row.get("offer", "").split()),
            seek=row.get("seek", ""),
            email=row.get("email", ""),
        )
        for row in rows.values()
    ]


@reads
async def directory_size(
    connection: AsyncConnection, which: Population, parts: Chain, wanted: Mapping[str, str]
) -> int:
    """How many organisations `directory` has."""
    ids = _entries(connection, which, parts, wanted).subquery()
    return int(await connection.scalar(select(func.count()).select_from(ids)) or 0)


@reads
async def directory_codes(
    connection: AsyncConnection,
    which: Population,
    parts: Chain,
    wanted: Mapping[str, str],
    variable: Variable,
) -> dict[str, int]:
    """How many organisations of `directory` name each code of a question outside repeats."""
    its, value = models.CountedAnswer, models.CountedValue
    query = (
        select(value.value, func.count())
        .join(its, and_(its.value_id == value.id, its.question_id == value.question_id))
        .where(
            value.question_id.in_(_questions(which, variable)),
            its.response_id.in_(_entries(connection, which, parts, wanted)),
        )
        .group_by(value.id, value.value)
    )
    found: dict[str, int] = defaultdict(int)
    for words, n in await connection.execute(query):
        for code in dict.fromkeys(words.split()):
            found[code] += n
    return found


def _entries(
    connection: AsyncConnection, which: Population, parts: Chain, wanted: Mapping[str, str]
) -> Select[int]:
    """Whose response stands in the directory: agreed to it, and has a name."""
    its, value = models.CountedAnswer, models.CountedValue
    if parts.publish is None or parts.org_name is None:
        return select(its.response_id).where(false())
    agreed = select(value.id).where(
        value.question_id.in_(_questions(which, parts.publish)), value.value.in_(YES)
    )
    named = aliased(its)
    conditions: list[ColumnElement[bool]] = [
        its.question_id.in_(_questions(which, parts.publish)),
        its.value_id.in_(agreed),
        its.response_id.not_in(left_out(which)),
        select(named.response_id)
        .where(
            named.question_id.in_(_questions(which, parts.org_name)),
            named.response_id == its.response_id,
            named.value_id != BLANK,
        )
        .exists(),
    ]
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    filters = {"stages": parts.stages, "oblast": parts.oblast, "offer": parts.offer}
    for part, variable in filters.items():
        if variable is None or not wanted.get(part):
            continue
        other = aliased(its)
        # The codes of an answer are one value, with a space between them.
        saying = select(value.id).where(
            value.question_id.in_(_questions(which, variable)),
            find(literal(" ") + value.value + " ", f" {wanted[part]} ") > 0,
        )
        conditions.append(
            its.response_id.in_(
                select(other.response_id).where(
                    other.question_id.in_(_questions(which, variable)),
                    other.value_id.in_(saying),
                )
            )
        )
    return select(its.response_id).where(*conditions)


def _questions(which: Population, variable: Variable) -> Select[int]:
    question = models.CountedQuestion
    return select(question.id).where(
        question.form_id == which.form, question.node.in_(variable.nodes)
    )
