"""Results: counted in the database, on the rows that hold what is relevant.

Which responses count is `domain.surveys.results.population.Population`; `counted` spells it in
SQL, and every query here starts from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    distinct,
    exists,
    func,
    join,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.surveys.form import Form
from domain.surveys.results.codebook import Codebook, Variable, codebook
from domain.surveys.results.figures import Figures, Tally, figure, in_order
from domain.surveys.results.population import Population, population
from storage import forms, models
from storage.database import Database, reads
from storage.forms import Forms, Survey

Code = Any  # a column that holds a code


@dataclass(frozen=True, slots=True)
class Study:
    """A form with all that its results need: made by `study`, plain values inside."""

    survey: Survey
    codebook: Codebook
    population: Population

    @property
    def form(self) -> Form:
        """The newest version."""
        return self.codebook.form


async def study(db: Database, compiled: Forms, survey: Survey) -> Study:
    """The codebook and the population of a survey, over all its versions."""
    numbers = await forms.versions(db, survey.id)
    versions = [await compiled.get(number) for number in numbers]
    return Study(survey, codebook(versions), population(survey.id, survey.scope, versions))


def counted(which: Population) -> Select[int]:
    """The ids of the responses that count."""
    return select(models.Response.id).where(*counts(which))


def counts(which: Population) -> list[ColumnElement[bool]]:
    """The conditions on a row of `responses` under which it counts."""
    response, answer = models.Response, models.Answer
    conditions: list[ColumnElement[bool]] = [
        response.form_id == which.form,
        response.state == "submitted",
        response.full_at.is_(None),
    ]
    if which.consent:
        refusing = [
            and_(answer.node == node, or_(answer.value.is_(None), answer.value.not_in(codes)))
            for node, codes in which.consent.items()
        ]
        refused = select(answer.response_id).where(or_(*refusing), answer.relevant)
        conditions.append(response.id.not_in(refused))
    if which.one_per_organisation:
        later = aliased(response)
        newer = or_(
            later.submitted_at > response.submitted_at,
            and_(later.submitted_at == response.submitted_at, later.id > response.id),
        )
        # An index holds these to one response: no need to look for others.
        alone = and_(response.scope == "organisation", response.organisation_id.is_not(None))
        conditions.append(
            or_(
                alone,
                response.organisation_id.is_(None),
                ~exists().where(
                    later.form_id == response.form_id,
                    later.organisation_id == response.organisation_id,
                    later.state == "submitted",
                    newer,
                ),
            )
        )
    return conditions


@reads
async def responses(connection: AsyncConnection, which: Population) -> int:
    """How many responses count."""
    ids = counted(which).subquery()
    return int(await connection.scalar(select(func.count()).select_from(ids)) or 0)


async def figures(db: Database, which: Population, variables: Iterable[Variable]) -> Figures:
    """The figures of these variables over all responses that count."""
    wanted = list(variables)
    tallies = await _tally(db, which, wanted)
    return Figures(
        await responses(db, which), {one.name: figure(one, tallies[one.name]) for one in wanted}
    )


async def figures_by(
    db: Database,
    which: Population,
    variables: Iterable[Variable],
    by: Variable,
    *,
    sized: bool = True,
) -> dict[str, Figures]:
    """The figures by the answer to `by`: each of its codes, also those that nobody chose.

    A response counts in each group that it names: with a select-multiple, or a question inside a
    repeat, in several. What lies in the same repeat as `by` is paired within its instance.
    Without `sized` the responses of each group are not counted: its figures know who answered.
    """
    wanted = list(variables)
    sizes = await _sizes(db, which, by) if sized else {}
    tallies: dict[str, dict[str, Tally]] = {}
    for repeats in dict.fromkeys(one.repeats for one in wanted):
        together = [one for one in wanted if one.repeats == repeats]
        for code, found in (await _tally_by(db, which, together, by)).items():
            tallies.setdefault(code, {}).update(found)
    codes = dict.fromkeys([*by.codes, *sorted({*sizes, *tallies}, key=in_order)])
    seen: dict[str, dict[str, None]] = {one.name: {} for one in wanted}
    for group in tallies.values():
        for name, tally in group.items():
            seen[name].update(dict.fromkeys(tally.values or ()))
    return {
        code: Figures(
            sizes.get(code, 0),
            {
                one.name: figure(
                    one,
                    tallies.get(code, {}).get(one.name, Tally()),
                    sorted(seen[one.name], key=in_order),
                )
                for one in wanted
            },
        )
        for code in codes
    }


# -- counting


@dataclass(slots=True)
class _Count:
    asked: int = 0
    answered: int = 0
    values: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    numbers: dict[float, int] = field(default_factory=lambda: defaultdict(int))
    respondents: int | None = None

    def tally(self) -> Tally:
        return Tally(
            self.asked, self.answered, dict(self.values), dict(self.numbers), self.respondents
        )


class _Counts:
    """Rows of the three queries, put together by group and variable."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._names = {node: one.name for one in variables for node in one.nodes}
        self.groups: dict[str, dict[str, _Count]] = defaultdict(lambda: defaultdict(_Count))

    def add_values(self, rows: Iterable[Any]) -> None:
        for group, node, value, number, n in rows:
            count = self.groups[group][self._names[node]]
            count.asked += n
            if value is not None:
                count.answered += n
                count.values[value] += n
            if number is not None:
                count.numbers[number] += n

    def add_sizes(self, rows: Iterable[Any]) -> None:
        for group, node, asked, answered in rows:
            count = self.groups[group][self._names[node]]
            count.asked += asked
            count.answered += answered

    def add_respondents(self, rows: Iterable[Any]) -> None:
        for group, node, n in rows:
            count = self.groups[group][self._names[node]]
            count.respondents = (count.respondents or 0) + n

    def add_codes(self, rows: Iterable[Any]) -> None:
        for group, node, code, n in rows:
            self.groups[group][self._names[node]].values[code] += n


async def _tally(
    db: Database, which: Population, variables: Sequence[Variable]
) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for repeats in dict.fromkeys(one.repeats for one in variables):
        together = [one for one in variables if one.repeats == repeats]
        found = await _count(db, which, together, None)
        tallies |= {one.name: found.groups[""][one.name].tally() for one in together}
    return tallies


async def _tally_by(
    db: Database, which: Population, variables: Sequence[Variable], by: Variable
) -> dict[str, dict[str, Tally]]:
    found = await _count(db, which, variables, by)
    return {
        code: {name: count.tally() for name, count in group.items()}
        for code, group in found.groups.items()
    }


@reads
async def _count(
    connection: AsyncConnection,
    which: Population,
    variables: Sequence[Variable],
    by: Variable | None,
) -> _Counts:
    """Count variables that lie in the same repeats, in all groups at once."""
    found = _Counts(variables)
    answer, code = models.Answer, models.AnswerCode
    spread = [
        n for v in variables if not v.several and (v.countable or v.numeric) for n in v.nodes
    ]
    others = [n for v in variables if v.several or not (v.countable or v.numeric) for n in v.nodes]
    several = [n for v in variables if v.several for n in v.nodes]
    repeats = variables[0].repeats if variables else ()
    if spread:
        source, group = _grouped(connection, answer, repeats, by)
        columns = (group, answer.node, answer.value, answer.number)
        query = (
            select(*columns, func.count())
            .select_from(source)
            .where(answer.node.in_(spread), answer.relevant, *counts(which))
            .group_by(*columns)
        )
        found.add_values(await connection.execute(query))
    if others:
        source, group = _grouped(connection, answer, repeats, by)
        sizes = (
            select(group, answer.node, func.count(), func.count(answer.value))
            .select_from(source)
            .where(answer.node.in_(others), answer.relevant, *counts(which))
            .group_by(group, answer.node)
        )
        found.add_sizes(await connection.execute(sizes))
    if several:
        source, group = _grouped(connection, code, repeats, by)
        codes = (
            select(group, code.node, code.code, func.count())
            .select_from(source)
            .where(code.node.in_(several), *counts(which))
            .group_by(group, code.node, code.code)
        )
        found.add_codes(await connection.execute(codes))
    if repeats:
        source, group = _grouped(connection, answer, repeats, by)
        told = (
            select(group, answer.node, func.count(distinct(answer.response_id)))
            .select_from(source)
            .where(
                answer.node.in_([*spread, *others]),
                answer.relevant,
                answer.value.is_not(None),
                *counts(which),
            )
            .group_by(group, answer.node)
        )
        found.add_respondents(await connection.execute(told))
    return found


def _grouped(
    connection: AsyncConnection,
    rows: type[models.Answer] | type[models.AnswerCode],
    repeats: tuple[str, ...],
    by: Variable | None,
) -> tuple[FromClause, Code]:
    """The rows, each joined with the groups that it belongs to, and the column that names them."""
    # "+ 0" keeps SQLite from beginning at the responses and looking each one's answer up, which
    # took about three times as long with 100,000 of them.
    table = join(rows, models.Response, models.Response.id == rows.response_id + 0)
    if by is None:
        return table, literal("").label("grp")
    depth = 0
    for mine, theirs in zip(repeats, by.repeats, strict=False):
        if mine != theirs:
            break
        depth += 1
    groups = _members(connection, by, depth)
    same = [groups.c.response_id == rows.response_id]
    if depth:
        same.append(groups.c.instance == _instance(connection, rows.path, depth))
    return table.join(groups, and_(*same)), groups.c.code


def _members(connection: AsyncConnection, by: Variable, depth: int) -> Subquery:
    """Who is in which group: response, instance of the repeats down to `depth`, code."""
    rows: Any = models.AnswerCode if by.several else models.Answer
    code = rows.code if by.several else rows.value
    columns = [rows.response_id, code.label("code")]
    if depth:
        columns.append(_instance(connection, rows.path, depth).label("instance"))
    query = select(*columns).where(rows.node.in_(by.nodes))
    if not by.several:
        query = query.where(rows.relevant, rows.value.is_not(None))
    return (query.distinct() if len(by.repeats) > depth else query).subquery("members")


def _instance(connection: AsyncConnection, path: Any, depth: int) -> ColumnElement[str]:
    """The path up to its `depth`-th position: '/data/link[2]' of '/data/link[2]/p_name'."""
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    end: ColumnElement[int] = find(path, "]")
    for _ in range(depth - 1):
        end = end + find(func.substr(path, end + 1), "]")
    return func.substr(path, 1, end)


@reads
async def _sizes(connection: AsyncConnection, which: Population, by: Variable) -> dict[str, int]:
    groups = _members(connection, by, 0)
    query = (
        select(groups.c.code, func.count(distinct(groups.c.response_id)).label("n"))
        .where(groups.c.response_id.in_(counted(which)))
        .group_by(groups.c.code)
    )
    return {row.code: row.n for row in await connection.execute(query)}


@reads
async def combinations(
    connection: AsyncConnection, which: Population, variables: Sequence[Variable]
) -> dict[tuple[str, ...], int]:
    """How often the values of single-choice variables stand together, counted at the first one.

    Those in the first one's repeats are paired within its instance, those outside it by response.
    """
    first, *others = variables
    base = aliased(models.Answer)
    source: Any = base
    columns: list[Any] = [base.value]
    for one in others:
        depth = sum(
            mine == theirs for mine, theirs in zip(first.repeats, one.repeats, strict=False)
        )
        members = _members(connection, one, depth).alias()
        same = [members.c.response_id == base.response_id]
        if depth:
            same.append(members.c.instance == _instance(connection, base.path, depth))
        source = join(source, members, and_(*same))
        columns.append(members.c.code)
    query = (
        select(*columns, func.count())
        .select_from(source)
        .where(
            base.node.in_(first.nodes),
            base.relevant,
            base.value.is_not(None),
            base.response_id.in_(counted(which)),
        )
        .group_by(*columns)
    )
    return {tuple(values): n for *values, n in await connection.execute(query)}


@reads
async def respondents(
    connection: AsyncConnection, which: Population, variable: Variable, by: Variable
) -> dict[str, int]:
    """How many different responses answered `variable` at all, by the codes of `by`."""
    answer = models.Answer
    groups = _members(connection, by, 0)
    query = (
        select(groups.c.code, func.count(distinct(answer.response_id)).label("n"))
        .join(groups, groups.c.response_id == answer.response_id)
        .where(
            answer.node.in_(variable.nodes),
            answer.relevant,
            answer.value.is_not(None),
            answer.response_id.in_(counted(which)),
        )
        .group_by(groups.c.code)
    )
    return {row.code: row.n for row in await connection.execute(query)}
