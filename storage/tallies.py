"""Counts `counted_answers`: of any variable, by any other, in one walk through the index."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, join, null, outerjoin, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.surveys.results.codebook import Variable
from domain.surveys.results.figures import Tally
from domain.surveys.results.population import Population
from storage import models
from storage.counting import BLANK, PART
from storage.database import reads
from storage.population import counted, left_out

EVERYBODY = ""  # the group of all, whether they are in one or not


@dataclass(slots=True)
class Count:
    """What is added up of one variable in one group: how often each value's number stands, and
    in how many responses it was answered, where that is told apart."""

    values: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    respondents: int | None = None

    def add(self, counts: Mapping[int, int]) -> None:
        """Add what was counted at once."""
        for value, n in counts.items():
            self.values[value] += n

    def tally(self, known: "Values") -> Tally:
        """The sums as a plain value, with what the numbers of values mean."""
        asked = answered = 0
        codes: dict[str, int] = defaultdict(int)
        numbers: dict[float, int] = defaultdict(int)
        for value, n in self.values.items():
            if value not in known.parts:  # a part stands beside the row of its answer
                asked += n
                answered += n if value != BLANK else 0
            for code in known.codes.get(value, ()):
                codes[code] += n
            if value in known.numbers:
                numbers[known.numbers[value]] += n
        return Tally(asked, answered, dict(codes), dict(numbers), self.respondents)


@dataclass(frozen=True, slots=True)
class Values:
    """What the numbers of values mean: a code, several ones, a number. `parts` are those that are
    part of an answer only."""

    codes: Mapping[int, tuple[str, ...]]
    numbers: Mapping[int, float]
    parts: frozenset[int]


Counts = dict[str, dict[str, Tally]]
#: which groups a row is in, by the number or word that the query tells
Groups = Callable[[Any], Iterable[str]]


@reads
async def count(
    connection: AsyncConnection,
    which: Population,
    variables: Sequence[Variable],
    by: Variable | None,
) -> Counts:
    """What was counted, by group and variable; with `by` the variables lie in the same repeats.

    `EVERYBODY` is among the groups where the walk that counts them meets each answer once:
    without `by` always, with it unless it lies in a repeat or an answer of it is in parts.
    """
    its = models.CountedAnswer
    names = await _questions(connection, which, variables)
    if not names:
        return {EVERYBODY: {}}
    values = await _values(connection, names)
    source, group, groups, whole = await _grouped(connection, which, variables[0].repeats, by)
    where = [its.question_id.in_(names), its.response_id.not_in(left_out(which))]
    found: dict[str, dict[str, Count]] = defaultdict(lambda: defaultdict(Count))
    for question, told, counts in await _walks(connection, source, group, where, names):
        for code in [*([EVERYBODY] if whole else []), *groups(told)]:
            found[code][names[question]].add(counts)
    repeated = {one.name for one in variables if one.repeats}
    inside = [number for number, name in names.items() if name in repeated]
    if inside:
        keys = [] if group is None else [group]
        people: Any = select(
            its.question_id, *(keys or [null()]), func.count(distinct(its.response_id))
        ).select_from(source)
        people = people.where(*where, its.value_id != BLANK, its.question_id.in_(inside))
        people = people.group_by(its.question_id, *keys)
        for question, told, n in (await connection.execute(people)).all():
            for code in [*([EVERYBODY] if whole else []), *groups(told)]:
                one = found[code][names[question]]
                one.respondents = (one.respondents or 0) + n
    return {
        code: {name: one.tally(values) for name, one in counts.items()}
        for code, counts in found.items()
    }


async def _walks(
    connection: AsyncConnection, source: Any, group: Any, where: list[Any], names: Iterable[int]
) -> list[tuple[int, Any, dict[int, int]]]:
    """Walk through the counted answers: question, group, how often each value stands there."""
    its = models.CountedAnswer
    joined = source is not its
    found: dict[tuple[int, Any], dict[int, int]] = defaultdict(dict)
    if not joined:
        keys: list[Any] = [] if group is None else [group]
        counts: Any = select(its.question_id, *(keys or [null()]), its.value_id, func.count())
        counts = counts.where(*where).group_by(its.question_id, *keys, its.value_id)
        for question, told, value, n in (await connection.execute(counts)).all():
            found[question, told][value] = n
    # What is joined has to be sorted by the database: less of it at a time is quicker.
    for question in names if joined else ():
        counts = select(group, its.value_id, func.count()).select_from(source)
        counts = counts.where(*where, its.question_id == question).group_by(group, its.value_id)
        for told, value, n in (await connection.execute(counts)).all():
            found[question, told][value] = n
    return [(question, told, values) for (question, told), values in found.items()]


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


async def _values(connection: AsyncConnection, questions: Iterable[int]) -> Values:
    value = models.CountedValue
    query = select(value.id, value.value, value.number, value.several).where(
        value.question_id.in_(list(questions))
    )
    codes, numbers, parts = {}, {}, set()
    for number, words, amount, several in (await connection.execute(query)).all():
        codes[number] = tuple(dict.fromkeys(words.split())) if several else (words,)
        if amount is not None:
            numbers[number] = amount
        if several and words.startswith(PART):
            parts.add(number)
    return Values(codes, numbers, frozenset(parts))


async def _grouped(
    connection: AsyncConnection, which: Population, repeats: tuple[str, ...], by: Variable | None
) -> tuple[Any, Any, Groups, bool]:
    """The counted answers joined with the groups that each belongs to, a group's column, what it
    says, and whether each answer is met once, those in no group too."""
    its = models.CountedAnswer
    if by is None:
        return its, None, lambda _: (), True
    if by.repeats:
        depth = shared(repeats, by.repeats)
        groups, codes = await _members(connection, which, by, depth)
        inner = groups.subquery("members")
        same = [inner.c.response_id + 0 == its.response_id]
        if depth:
            same.append(inner.c.instance == _within(connection, its.instance, depth))
        return join(inner, its, and_(*same)), inner.c.grp, codes, False
    questions = await _questions(connection, which, [by])
    values = await _values(connection, questions)
    codes = _meaning(values)
    if which.beside(by):
        return its, its.kind_id if by.nodes == which.kinds else its.place_id, codes, True
    theirs = aliased(its)
    same = [
        theirs.question_id.in_(questions),
        theirs.response_id == its.response_id,
        theirs.instance == "",
        theirs.value_id > BLANK,
    ]
    return outerjoin(its, theirs, and_(*same)), theirs.value_id, codes, not values.parts


def _meaning(values: Values) -> Groups:
    return lambda number: values.codes.get(number, ())


def shared(mine: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    """How many of the repeats around two variables are the same, from the outside in."""
    depth = 0
    for one, other in zip(mine, theirs, strict=False):
        if one != other:
            break
        depth += 1
    return depth


async def _members(
    connection: AsyncConnection, which: Population, by: Variable, depth: int
) -> tuple[Select[Any], Groups]:
    """Who is in which group of a question in a repeat: response, group, instance of the repeats
    down to `depth`, each once; and what a group says."""
    if by.several:
        # A code may stand in two instances, in different company: codes are told one by one.
        code = models.AnswerCode
        columns: list[Any] = [code.response_id, code.code.label("grp")]
        if depth:
            inner = _within(connection, code.path, depth)
            columns.append(inner.label("instance"))
        query = select(*columns).where(
            code.node.in_(by.nodes), code.response_id.in_(counted(which))
        )
        return query.distinct(), lambda word: (word,)
    theirs = aliased(models.CountedAnswer)
    questions = await _questions(connection, which, [by])
    columns = [theirs.response_id, theirs.value_id.label("grp")]
    if depth:
        columns.append(_within(connection, theirs.instance, depth).label("instance"))
    query = select(*columns).where(theirs.question_id.in_(questions), theirs.value_id > BLANK)
    return query.distinct(), _meaning(await _values(connection, questions))


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
    if by.repeats:
        groups, codes = await _members(connection, which, by, 0)
        inner = groups.subquery("members")
        query = select(inner.c.grp, func.count()).where(
            inner.c.response_id.not_in(left_out(which))
        )
        query = query.group_by(inner.c.grp)
    else:
        its = models.CountedAnswer
        questions = await _questions(connection, which, [by])
        codes = _meaning(await _values(connection, questions))
        query = select(its.value_id, func.count()).where(
            its.question_id.in_(questions),
            its.value_id > BLANK,
            its.response_id.not_in(left_out(which)),
        )
        query = query.group_by(its.value_id)
    found: dict[str, int] = defaultdict(int)
    for group, n in await connection.execute(query):
        for code in codes(group):
            found[code] += n
    return found


@reads
async def combinations(
    connection: AsyncConnection, which: Population, variables: Sequence[Variable]
) -> dict[tuple[str, ...], int]:
    """How often the values of variables stand together, counted at the first one.

    Those in the first one's repeats are paired within its instance, those outside it by response.
    """
    first, *others = variables
    questions = [await _questions(connection, which, [one]) for one in variables]
    meanings = [_meaning(await _values(connection, numbers)) for numbers in questions]
    base = aliased(models.CountedAnswer)
    source: Any = base
    columns: list[Any] = [base.value_id]
    for one, numbers in zip(others, questions[1:], strict=True):
        depth = shared(first.repeats, one.repeats)
        theirs = aliased(models.CountedAnswer)
        same = [
            theirs.question_id.in_(numbers),
            theirs.response_id == base.response_id + 0,
            theirs.value_id > BLANK,
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
            base.question_id.in_(questions[0]),
            base.value_id > BLANK,
            base.response_id.not_in(left_out(which)),
        )
        .group_by(*columns)
    )
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for *row, n in await connection.execute(query):
        for key in product(*(codes(one) for codes, one in zip(meanings, row, strict=True))):
            found[key] += n
    return found


@reads
async def respondents(
    connection: AsyncConnection, which: Population, variable: Variable, by: Variable
) -> dict[str, int]:
    """How many different responses answered `variable` at all, by the codes of `by`."""
    its = models.CountedAnswer
    names = await _questions(connection, which, [variable])
    source, group, groups, _ = await _grouped(connection, which, variable.repeats, by)
    query = (
        select(group, func.count(distinct(its.response_id)))
        .select_from(source)
        .where(
            its.question_id.in_(names),
            its.value_id != BLANK,
            its.response_id.not_in(left_out(which)),
        )
        .group_by(group)
    )
    found: dict[str, int] = defaultdict(int)
    for number, n in await connection.execute(query):
        for code in groups(number):
            found[code] += n
    return found
