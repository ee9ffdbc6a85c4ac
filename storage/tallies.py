"""Counts `counted_answers`: of any variable, by any other, in one walk through the index."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    cast,
    distinct,
    func,
    join,
    literal,
    null,
    outerjoin,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.surveys.results.codebook import Variable
from domain.surveys.results.figures import Tally
from domain.surveys.results.population import Population
from storage import models
from storage.counting import BLANK, PART
from storage.database import reads
from storage.population import counted, left_out

PAIRS = 10_000  # of a group and a value, from which on they are not sorted by the database
EVERYBODY = ""  # the group of all, whether they are in one or not


@dataclass(slots=True)
class Count:
    """What is added up of one variable in one group: how often each value's number stands, and
    in how many responses it was answered, where that is told apart."""

    values: Counter[int] = field(default_factory=Counter)
    respondents: int | None = None

    def tally(self, known: "Values") -> Tally:
        """The sums as a plain value, with what the numbers of values mean."""
        codes: dict[str, int] = defaultdict(int)
        numbers: dict[float, int] = defaultdict(int)
        for value, n in self.values.items():
            for code in known.codes.get(value, ()):
                codes[code] += n
            if value in known.numbers:
                numbers[known.numbers[value]] += n
        # A part stands beside the row of its answer.
        asked = self.values.total() - sum(self.values[part] for part in known.parts)
        answered = asked - self.values[BLANK]
        return Tally(asked, answered, dict(codes), dict(numbers), self.respondents)


@dataclass(frozen=True, slots=True)
class Values:
    """What the numbers of values mean: a code, several ones, a number. `parts` are those that are
    part of an answer only; `known` is how many different ones each question has."""

    codes: Mapping[int, tuple[str, ...]]
    numbers: Mapping[int, float]
    parts: frozenset[int]
    known: Counter[int]


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
    without `by`, and with one that stands in each row.
    """
    names = await questions_of(connection, which, variables)
    if not names:
        return {EVERYBODY: {}}
    values = await values_of(connection, names)
    source = await _grouped(connection, which, variables[0].repeats, by)
    everybody = [EVERYBODY] if source.whole else []
    found: dict[str, dict[str, Count]] = defaultdict(lambda: defaultdict(Count))
    for together in source.walks(values, names):
        for question, told, value, n in await _walk(connection, source, which, together):
            for code in [*everybody, *source.groups(told)]:
                found[code][names[question]].values[value] += n
    for question in source.lists(values, names):
        for code, counts in (await _list(connection, source, which, question)).items():
            found[code][names[question]].values.update(counts)
    repeated = {one.name for one in variables if one.repeats}
    inside = [number for number, name in names.items() if name in repeated]
    if inside:
        its = models.CountedAnswer
        keys = [] if source.group is None else [source.group]
        people: Any = select(
            its.question_id, *(keys or [null()]), func.count(distinct(its.response_id))
        ).select_from(source.rows)
        people = people.where(
            its.response_id.not_in(left_out(which)),
            its.value_id != BLANK,
            its.question_id.in_(inside),
        )
        people = people.group_by(its.question_id, *keys)
        for question, told, n in (await connection.execute(people)).all():
            for code in [*everybody, *source.groups(told)]:
                one = found[code][names[question]]
                one.respondents = (one.respondents or 0) + n
    return {
        code: {name: one.tally(values) for name, one in counts.items()}
        for code, counts in found.items()
    }


async def _walk(
    connection: AsyncConnection, source: "_Source", which: Population, questions: Iterable[int]
) -> Iterable[tuple[int, Any, int, int]]:
    """Question, group, value, and how often it stands there."""
    its = models.CountedAnswer
    keys: list[Any] = [] if source.group is None else [source.group]
    counts: Any = select(its.question_id, *(keys or [null()]), its.value_id, func.count())
    counts = counts.select_from(source.rows).where(its.question_id.in_(questions))
    query = _without(which, source.response, counts.group_by(its.question_id, *keys, its.value_id))
    rows = (await connection.execute(query)).all()
    return ((question, told, value, sign * n) for question, told, value, n, sign in rows)


async def _list(
    connection: AsyncConnection, source: "_Source", which: Population, question: int
) -> dict[str, dict[int, int]]:
    """How often each value of a question stands in each group, from one text for each group."""
    its = models.CountedAnswer
    listed = (
        func.group_concat(its.value_id)
        if connection.dialect.name == "sqlite"
        else func.string_agg(cast(its.value_id, String), ",")
    )
    counts = select(source.group, listed).select_from(source.rows)
    counts = counts.where(its.question_id == question).group_by(source.group)
    rows = (await connection.execute(_without(which, source.response, counts))).all()
    everybody = [EVERYBODY] if source.whole else []
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for told, text, sign in rows:
        numbers = text.split(",")
        for code in [*everybody, *source.groups(told)]:
            (found[code].update if sign > 0 else found[code].subtract)(numbers)
    return {
        code: {int(number): n for number, n in counts.items()} for code, counts in found.items()
    }


def _without(which: Population, response: Any, counts: Select[Any]) -> CompoundSelect[Any]:
    """`counts` with 1 behind each row, and those of who is left out with -1.

    These are few: to count them apart and take them away costs half of looking at each answer
    whether it is theirs.
    """
    less = counts.where(response.in_(left_out(which)))
    return union_all(counts.add_columns(literal(1)), less.add_columns(literal(-1)))


async def questions_of(
    connection: AsyncConnection, which: Population, variables: Iterable[Variable]
) -> dict[int, str]:
    """The variables' names by the numbers of their questions."""
    names = {node: one.name for one in variables for node in one.nodes}
    question = models.CountedQuestion
    query = select(question.id, question.node).where(question.form_id == which.form)
    return {
        row.id: names[row.node] for row in await connection.execute(query) if row.node in names
    }


async def values_of(connection: AsyncConnection, questions: Iterable[int]) -> Values:
    """What the numbers of the values of some questions mean."""
    value = models.CountedValue
    query = select(value.id, value.value, value.number, value.several, value.question_id).where(
        value.question_id.in_(list(questions))
    )
    codes, numbers, parts, known = {}, {}, set(), Counter[int]()
    for number, words, amount, several, question in (await connection.execute(query)).all():
        known[question] += 1
        codes[number] = tuple(dict.fromkeys(words.split())) if several else (words,)
        if amount is not None:
            numbers[number] = amount
        if several and words.startswith(PART):
            parts.add(number)
    return Values(codes, numbers, frozenset(parts), known)


@dataclass(frozen=True, slots=True)
class _Source:
    """The counted answers with the groups that each belongs to.

    `group` is a column that `groups` says the meaning of, of about `size` different ones;
    `response` the column by which who is left out is found; `whole` where each answer is met
    once, those in no group too; `ordered` where rows come by group, not by question and value.
    """

    rows: Any
    group: Any
    groups: Groups
    size: int
    response: Any
    whole: bool = True
    ordered: bool = False

    def lists(self, values: "Values", questions: Iterable[int]) -> list[int]:
        """Questions of which a group's values are best had as one text, to be counted here: where
        the database would have to sort all pairs, and where these are nearly as many as rows."""
        if self.group is None:
            return []
        return [one for one in questions if self.ordered or self.size * values.known[one] > PAIRS]

    def walks(self, values: "Values", questions: Iterable[int]) -> list[list[int]]:
        """The other questions, as they are best counted by the database: in one walk; one by one
        where rows are joined and have to be sorted."""
        others = set(questions).difference(self.lists(values, questions))
        if self.rows is models.CountedAnswer:
            return [sorted(others)] if others else []
        return [[one] for one in others]


async def _grouped(
    connection: AsyncConnection, which: Population, repeats: tuple[str, ...], by: Variable | None
) -> _Source:
    """The counted answers, joined with the groups that each belongs to."""
    its = models.CountedAnswer
    if by is None:
        return _Source(its, None, lambda _: (), 1, its.response_id)
    if by.repeats:
        depth = shared(repeats, by.repeats)
        members, codes = await _members(connection, which, by, depth)
        inner = members.subquery("members")
        same = [inner.c.response_id + 0 == its.response_id]
        if depth:
            same.append(inner.c.instance == _within(connection, its.instance, depth))
        rows = join(inner, its, and_(*same))
        return _Source(rows, inner.c.grp, codes, 1, inner.c.response_id, whole=False)
    questions = await questions_of(connection, which, [by])
    values = await values_of(connection, questions)
    codes, size = _meaning(values), values.known.total()
    if which.beside(by):
        group = its.kind_id if by.nodes == which.kinds else its.place_id
        return _Source(its, group, codes, size, its.response_id)
    theirs = aliased(its)
    same = [
        theirs.question_id.in_(questions),
        theirs.instance == "",
        theirs.value_id > BLANK,
    ]
    if connection.dialect.name == "sqlite":  # has no other way to join than to look up each row
        same.append(theirs.response_id + 0 == its.response_id)  # it begins with the groups
        rows = join(theirs, its, and_(*same))
        return _Source(
            rows, theirs.value_id, codes, size, theirs.response_id, whole=False, ordered=True
        )
    same.append(theirs.response_id == its.response_id)
    rows = outerjoin(its, theirs, and_(*same))
    return _Source(rows, theirs.value_id, codes, size, its.response_id, whole=not values.parts)


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
    questions = await questions_of(connection, which, [by])
    columns = [theirs.response_id, theirs.value_id.label("grp")]
    if depth:
        columns.append(_within(connection, theirs.instance, depth).label("instance"))
    query = select(*columns).where(theirs.question_id.in_(questions), theirs.value_id > BLANK)
    return query.distinct(), _meaning(await values_of(connection, questions))


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
        counts = select(inner.c.grp, func.count()).group_by(inner.c.grp)
        response: Any = inner.c.response_id
    else:
        its = models.CountedAnswer
        questions = await questions_of(connection, which, [by])
        codes = _meaning(await values_of(connection, questions))
        counts = select(its.value_id, func.count()).where(
            its.question_id.in_(questions), its.value_id > BLANK
        )
        counts, response = counts.group_by(its.value_id), its.response_id
    found: dict[str, int] = defaultdict(int)
    for group, n, sign in await connection.execute(_without(which, response, counts)):
        for code in codes(group):
            found[code] += sign * n
    return found


@reads
async def combinations(
    connection: AsyncConnection, which: Population, variables: Sequence[Variable]
) -> dict[tuple[str, ...], int]:
    """How often the values of variables stand together, counted at the first one.

    Those in the first one's repeats are paired within its instance, those outside it by response.
    """
    first, *others = variables
    questions = [await questions_of(connection, which, [one]) for one in variables]
    meanings = [_meaning(await values_of(connection, numbers)) for numbers in questions]
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
    names = await questions_of(connection, which, [variable])
    source = await _grouped(connection, which, variable.repeats, by)
    query = (
        select(source.group, func.count(distinct(its.response_id)))
        .select_from(source.rows)
        .where(
            its.question_id.in_(names),
            its.value_id != BLANK,
            its.response_id.not_in(left_out(which)),
        )
        .group_by(source.group)
    )
    found: dict[str, int] = defaultdict(int)
    for number, n in await connection.execute(query):
        for code in source.groups(number):
            found[code] += n
    return found
