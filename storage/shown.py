"""What organisations agreed to show: their free texts, and the directory that is made of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.results.chain import YES, Chain
from domain.surveys.results.codebook import Variable
from domain.surveys.results.population import Population
from storage import models
from storage.database import reads
from storage.population import counted


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
async def directory(connection: AsyncConnection, which: Population, parts: Chain) -> list[Entry]:
    """The organisations that agreed to be shown, by name."""
    if parts.publish is None or parts.org_name is None:
        return []
    wanted = {
        field: one
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
    }
    fields = {node: field for field, one in wanted.items() for node in one.nodes}
    answer = models.Answer
    query = select(answer.response_id, answer.node, answer.value).where(
        answer.node.in_(fields),
        answer.relevant,
        answer.value.is_not(None),
        _agreed(which, parts.publish),
    )
    rows: dict[int, dict[str, str]] = {}
    for response_id, node, value in await connection.execute(query):
        rows.setdefault(response_id, {})[fields[node]] = value or ""
    entries = [
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
        if row.get("name")
    ]
    return sorted(entries, key=lambda one: one.name.casefold())
