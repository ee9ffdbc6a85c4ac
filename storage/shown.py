"""What organisations agreed to show: their free texts, and the directory that is made of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.surveys.results.chain import YES, Chain
from domain.surveys.results.codebook import Variable
from domain.surveys.results.population import Population
from storage import models
from storage.counting import BLANK
from storage.database import reads
from storage.population import counted, left_out
from storage.tallies import questions_of, values_of

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
    connection: AsyncConnection, which: Population, parts: Chain, wanted: Mapping[str, str]
) -> list[Entry]:
    """The organisations that agreed to be shown and are `wanted`, by name.

    `wanted` holds a code by the part it is of: `stages`, `oblast`, `offer`.
    """
    if parts.publish is None or parts.org_name is None:
        return []
    answer = models.Answer
    ids = await _named(connection, which, parts, wanted, answer.response_id)
    return await _described(connection, parts, list(await connection.scalars(ids)))


@reads
async def directory_page(
    connection: AsyncConnection,
    which: Population,
    parts: Chain,
    wanted: Mapping[str, str],
    page: int,
    on_page: int,
) -> tuple[list[Entry], int]:
    """A page of `directory`, from 0, and how many it has in all; past the end, its last page."""
    if parts.publish is None or parts.org_name is None:
        return [], 0
    answer = models.Answer
    every = await _named(connection, which, parts, wanted, answer.response_id, func.count().over())
    rows = (await connection.execute(every.offset(page * on_page).limit(on_page))).all()
    if not rows and page:
        size = await connection.scalar(every.with_only_columns(func.count()).order_by(None)) or 0
        page = max(size - 1, 0) // on_page
        rows = (await connection.execute(every.offset(page * on_page).limit(on_page))).all()
    size = rows[0][1] if rows else 0
    return await _described(connection, parts, [row[0] for row in rows]), size


async def _named(
    connection: AsyncConnection,
    which: Population,
    parts: Chain,
    wanted: Mapping[str, str],
    *columns: Any,
) -> Select[Any]:
    """Columns of the answers that name the organisations of the directory, by name."""
    answer = models.Answer
    assert parts.org_name is not None  # noqa: S101 - for the type checker
    return (
        select(*columns)
        .where(
            answer.node.in_(parts.org_name.nodes),
            answer.relevant,
            answer.value.is_not(None),
            answer.response_id.in_(await _entries(connection, which, parts, wanted)),
        )
        .order_by(func.lower(answer.value), answer.response_id)
    )


async def _described(
    connection: AsyncConnection, parts: Chain, order: Sequence[int]
) -> list[Entry]:
    """The organisations of responses, as these describe them."""
    answer = models.Answer
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
async def directory_codes(
    connection: AsyncConnection,
    which: Population,
    parts: Chain,
    wanted: Mapping[str, str],
    variable: Variable,
) -> dict[str, int]:
    """How many organisations of `directory` name each code of a question outside repeats."""
    its = models.CountedAnswer
    numbers = await questions_of(connection, which, [variable])
    query = (
        select(its.value_id, func.count())
        .where(
            its.question_id.in_(numbers),
            its.response_id.in_(await _entries(connection, which, parts, wanted)),
        )
        .group_by(its.value_id)
    )
    known = await values_of(connection, numbers)
    found: dict[str, int] = defaultdict(int)
    for number, n in await connection.execute(query):
        for code in known.codes.get(number, ()):
            found[code] += n
    return found


async def _entries(
    connection: AsyncConnection, which: Population, parts: Chain, wanted: Mapping[str, str]
) -> Select[int]:
    """Whose response stands in the directory: agreed to it, and has a name."""
    its = models.CountedAnswer
    if parts.publish is None or parts.org_name is None:
        return select(its.response_id).where(false())
    named = aliased(its)
    conditions: list[ColumnElement[bool]] = [
        *await _says(connection, which, its, parts.publish, YES),
        its.response_id.not_in(left_out(which)),
        its.response_id.in_(
            select(named.response_id).where(
                named.question_id.in_(await questions_of(connection, which, [parts.org_name])),
                named.value_id != BLANK,
            )
        ),
    ]
    filters = {"stages": parts.stages, "oblast": parts.oblast, "offer": parts.offer}
    for part, variable in filters.items():
        if variable is not None and wanted.get(part):
            other = aliased(its)
            says = await _says(connection, which, other, variable, (wanted[part],))
            conditions.append(its.response_id.in_(select(other.response_id).where(*says)))
    return select(its.response_id).where(*conditions)


async def _says(
    connection: AsyncConnection,
    which: Population,
    its: Any,
    variable: Variable,
    codes: Sequence[str],
) -> list[ColumnElement[bool]]:
    """That an answer names one of some codes. The numbers of its values are asked for first:
    PostgreSQL, which cannot guess how many rows they have, looks up each answer otherwise."""
    numbers = await questions_of(connection, which, [variable])
    known = await values_of(connection, numbers)
    values = [value for value, said in known.codes.items() if not set(codes).isdisjoint(said)]
    return [its.question_id.in_(numbers), its.value_id.in_(values)]
