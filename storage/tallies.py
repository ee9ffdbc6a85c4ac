"""Counts `counted_answers`: of any variable, by any other, in one walk through the index."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, distinct, func, join, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.surveys.results.codebook import Variable
from domain.surveys.results.figures import Tally
from domain.surveys.results.population import Population
from storage import models
from storage.counting import BLANK
from storage.database import reads
from storage.population import left_out

#: groups up to so many are counted side by side in one walk; more are sorted by the database
SIDE_BY_SIDE = 40
EVERYBODY = ""  # the group of those who are not grouped


@dataclass(slots=True)
class Count:
    """What is added up of one variable in one group."""

    asked: int = 0
    answered: int = 0
    values: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    numbers: dict[float, int] = field(default_factory=lambda: defaultdict(int))
    respondents: int | None = None

    def add(self, row: Any, n: int) -> None:
        """Add `n` rows that say the same: nothing, something, or a value."""
        if not row.several:  # a code of several stands beside the row of its answer
            self.asked += n
            self.answered += n if row.value_id != BLANK else 0
        if row.value is not None:
            self.values[row.value] += n
        if row.number is not None:
            self.numbers[row.number] += n

    def tally(self) -> Tally:
        """The sums as a plain value."""
        return Tally(
            self.asked, self.answered, dict(self.values), dict(self.numbers), self.respondents
        )


Counts = dict[str, dict[str, Count]]


@reads
async def count(
    connection: AsyncConnection,
    which: Population,
    variables: Sequence[Variable],
    by: Variable | None,
) -> Counts:
    """What was counted, by group and variable; with `by` the variables lie in the same repeats.

    Without `by` the only group is `EVERYBODY`.
    """
    found: Counts = defaultdict(lambda: defaultdict(Count))
    names = await _questions(connection, which, variables)
    if not names:
        return found
    codes: dict[int, str] | None = None
    source: Any = models.CountedAnswer
    group: Any = None
    its = models.CountedAnswer
    where = [its.question_id.in_(names), its.response_id.not_in(left_out(which))]
    if by is not None:
        known = await _values(connection, which, by)
        codes = known.codes
        if by.nodes == which.kinds:
            group = its.kind_id
            where.append(group.in_(codes))
        else:
            source, group = _grouped(connection, variables[0].repeats, known, by)
    keys: list[Any] = [its.question_id, its.value_id]
    counts: list[Any] = [func.count().label("n")]
    sorted_by: list[Any] = [] if group is None else [group.label("grp")]
    if codes and group is not its.kind_id and len(codes) <= SIDE_BY_SIDE:
        counts = [func.count().filter(group == number).label(f"n{number}") for number in codes]
        sorted_by = []
    query = select(*keys, *sorted_by, *counts).select_from(source).where(*where)
    await _add(connection, found, names, query.group_by(*keys, *sorted_by), codes)
    repeated = {one.name for one in variables if one.repeats}
    inside = [number for number, name in names.items() if name in repeated]
    if inside:
        people = func.count(distinct(its.response_id)).label("n")
        parts = [its.question_id] if group is None else [its.question_id, group.label("grp")]
        told = select(*parts, people).select_from(source).where(*where, its.value_id != BLANK)
        told = told.where(its.question_id.in_(inside)).group_by(*parts)
        for row in await connection.execute(told):
            code = EVERYBODY if codes is None else codes[row.grp]
            count = found[code][names[row.question_id]]
            count.respondents = (count.respondents or 0) + row.n
    return found


async def _add(
    connection: AsyncConnection,
    found: Counts,
    names: dict[int, str],
    counts: Any,
    codes: dict[int, str] | None = None,
) -> None:
    """Run a count and add it up, with what its value ids mean."""
    rows, value = counts.subquery("counts"), models.CountedValue
    query = select(rows, value.value, value.number, value.several).select_from(
        rows.outerjoin(value, value.id == rows.c.value_id)
    )
    for row in await connection.execute(query):
        name = names[row.question_id]
        for group, n in _parts(row, codes):
            found[group][name].add(row, n)


def _parts(row: Any, codes: dict[int, str] | None) -> Iterator[tuple[str, int]]:
    """The groups of a row of counts with how many each has."""
    if codes is None:
        yield EVERYBODY, row.n
    elif hasattr(row, "grp"):
        yield codes[row.grp], row.n
    else:
        for number, code in codes.items():
            n = getattr(row, f"n{number}")
            if n:
                yield code, n


async def _questions(
    connection: AsyncConnection, which: Population, variables: Iterable[Variable]
) -> dict[int, str]:
    """The variables' names by the numbers of their questions."""
    names = {node: one.name for one in variables for node in one.nodes}
    question = models.CountedQuestion
    query = select(question.id, question.node).where(question.form_id == which.form)
    return {
        row.id: names[row.node] for row in await connection.execute(query) if row.node in names
    }


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of a variable by their numbers, and the numbers of its questions."""

    questions: frozenset[int]
    codes: dict[int, str]


async def _values(connection: AsyncConnection, which: Population, by: Variable) -> _Values:
    value, question = models.CountedValue, models.CountedQuestion
    query = (
        select(value.id, value.value, question.id.label("question"))
        .join(question, question.id == value.question_id)
        .where(
            question.form_id == which.form,
            question.node.in_(by.nodes),
            value.several == by.several,
        )
    )
    rows = (await connection.execute(query)).all()
    return _Values(frozenset(row.question for row in rows), {row.id: row.value for row in rows})


def _grouped(
    connection: AsyncConnection, repeats: tuple[str, ...], known: _Values, by: Variable
) -> tuple[Any, Any]:
    """The counted answers joined with the groups that each belongs to, and the group's number."""
    counted_ = models.CountedAnswer
    depth = shared(repeats, by.repeats)
    if not by.repeats:
        theirs = aliased(models.CountedAnswer)
        # "+ 0" lets SQLite look up the group of each answer, and not the answers of each group.
        same = [
            theirs.question_id.in_(known.questions),
            theirs.response_id == counted_.response_id + 0,
            theirs.instance == "",
            theirs.value_id > BLANK,
        ]
        return join(counted_, theirs, and_(*same)), theirs.value_id
    groups = _members(connection, known, depth)
    same = [groups.c.response_id + 0 == counted_.response_id]
    if depth:
        same.append(groups.c.instance == _within(connection, counted_.instance, depth))
    return join(groups, counted_, and_(*same)), groups.c.value_id


def shared(mine: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    """How many of the repeats around two variables are the same, from the outside in."""
    depth = 0
    for one, other in zip(mine, theirs, strict=False):
        if one != other:
            break
        depth += 1
    return depth


def _members(connection: AsyncConnection, known: _Values, depth: int) -> Subquery:
    """Who is in which group: response, instance of the repeats down to `depth`, value's number."""
    theirs = aliased(models.CountedAnswer)
    columns: list[Any] = [theirs.response_id, theirs.value_id]
    if depth:
        columns.append(_within(connection, theirs.instance, depth).label("instance"))
    query = select(*columns).where(
        theirs.question_id.in_(known.questions), theirs.value_id.in_(known.codes)
    )
    return query.distinct().subquery("members")


def _within(connection: AsyncConnection, instance: Any, depth: int) -> ColumnElement[str]:
    """The instance of the repeat `depth` from outside: '/data/a[2]' of '/data/a[2]/b[1]'."""
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    end: ColumnElement[int] = find(instance, "]")
    for _ in range(depth - 1):
        end = end + find(func.substr(instance, end + 1), "]")
    return func.substr(instance, 1, end)


@reads
async def sizes(connection: AsyncConnection, which: Population, by: Variable) -> dict[str, int]:
    """How many responses there are in each group."""
    known = await _values(connection, which, by)
    counted_ = models.CountedAnswer
    people = func.count(distinct(counted_.response_id)) if by.repeats else func.count()
    query = (
        select(counted_.value_id, people.label("n"))
        .where(
            counted_.question_id.in_(known.questions),
            counted_.value_id.in_(known.codes),
            counted_.response_id.not_in(left_out(which)),
        )
        .group_by(counted_.value_id)
    )
    found: dict[str, int] = defaultdict(int)
    for number, n in await connection.execute(query):
        found[known.codes[number]] += n
    return found


@reads
async def combinations(
    connection: AsyncConnection, which: Population, variables: Sequence[Variable]
) -> dict[tuple[str, ...], int]:
    """How often the values of single-choice variables stand together, counted at the first one.

    Those in the first one's repeats are paired within its instance, those outside it by response.
    """
    first, *others = variables
    values = [await _values(connection, which, one) for one in variables]
    base = aliased(models.CountedAnswer)
    source: Any = base
    columns: list[Any] = [base.value_id]
    for one, known in zip(others, values[1:], strict=True):
        depth = shared(first.repeats, one.repeats)
        theirs = aliased(models.CountedAnswer)
        same = [
            theirs.question_id.in_(known.questions),
            theirs.response_id == base.response_id + 0,
            theirs.value_id.in_(known.codes),
        ]
        if depth:
            inner = _within(connection, theirs.instance, depth)
            same.append(inner == _within(connection, base.instance, depth))
        source = join(source, theirs, and_(*same))
        columns.append(theirs.value_id)
    query = (
        select(*columns, func.count())
        .select_from(source)
        .where(
            base.question_id.in_(values[0].questions),
            base.value_id.in_(values[0].codes),
            base.response_id.not_in(left_out(which)),
        )
        .group_by(*columns)
    )
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for *numbers, n in await connection.execute(query):
        found[tuple(one.codes[i] for one, i in zip(values, numbers, strict=True))] += n
    return found


@reads
async def respondents(
    connection: AsyncConnection, which: Population, variable: Variable, by: Variable
) -> dict[str, int]:
    """How many different responses answered `variable` at all, by the codes of `by`."""
    counted_ = models.CountedAnswer
    known = await _values(connection, which, by)
    names = await _questions(connection, which, [variable])
    source, group = _grouped(connection, variable.repeats, known, by)
    query = (
        select(group, func.count(distinct(counted_.response_id)).label("n"))
        .select_from(source)
        .where(
            counted_.question_id.in_(names),
            counted_.value_id != BLANK,
            counted_.response_id.not_in(left_out(which)),
        )
        .group_by(group)
    )
    found: dict[str, int] = defaultdict(int)
    for number, n in await connection.execute(query):
        found[known.codes[number]] += n
    return found
