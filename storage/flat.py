"""Views of a form's responses for Metabase, Superset, R: stable names, nothing personal.

`responses_flat_<form>` has a row for each response that counts and a column for each question of
all versions; `answers_long_<form>` a row for each answer, repeats included. They are made when a
form is published and made anew with a new version. Small groups are not hidden in them: they are
the operator's, as the database is.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Any

import structlog
from sqlalchemy import (
    ColumnElement,
    Dialect,
    Double,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.results.codebook import Codebook, Variable, codebook
from domain.surveys.results.population import Population, population
from domain.surveys.xform import compile_form
from storage import models
from storage.population import counted

LONGEST = 63  # bytes of a name on PostgreSQL; kept on SQLite too, so that queries fit both
MOST = 1_500  # columns; PostgreSQL takes 1,664, SQLite 2,000
FLAT, LONG = "responses_flat_", "answers_long_"

log = structlog.get_logger()


def view_name(prefix: str, form_id: str) -> str:
    """The name of a form's view: its id where that is a plain name, else told by a digest.

    `value_chain` gives `responses_flat_value_chain`, `Value chain!` `…_value_chain_3f9a1c`.
    """
    plain = re.sub(r"[^a-z0-9_]+", "_", form_id.lower()).strip("_")
    if plain == form_id and len(prefix + plain) <= LONGEST:
        return prefix + plain
    return _marked(prefix + plain, form_id)


def _marked(name: str, of: str) -> str:
    mark = hashlib.sha256(of.encode()).hexdigest()[:6]
    return f"{name.encode()[: LONGEST - 7].decode(errors='ignore')}_{mark}"


async def renew(tx: AsyncConnection, form_pk: int) -> None:
    """Make the views of a form, or make them anew, over all its published versions."""
    version = models.FormVersion
    rows = await tx.execute(
        select(version.xform, models.Form.scope)
        .join(models.Form, models.Form.id == version.form_id)
        .where(version.form_id == form_pk, version.published)
        .order_by((version.id == models.Form.version_id).desc(), version.id.desc())
    )
    found = rows.all()
    if not found:
        return
    versions = [compile_form(row.xform) for row in found]
    book, which = codebook(versions), population(form_pk, found[0].scope, versions)
    for prefix, query in (
        (FLAT, _flat(tx.dialect, book, which)),
        (LONG, _long(book, which)),
    ):
        await _create(tx, view_name(prefix, book.form.form_id), query)


async def renew_all(tx: AsyncConnection) -> None:
    """Make the views of all forms: after the tables below them were changed."""
    forms = select(models.FormVersion.form_id).where(models.FormVersion.published).distinct()
    for form_pk in list((await tx.execute(forms)).scalars()):
        await renew(tx, form_pk)


async def drop_all(tx: AsyncConnection) -> None:
    """Drop the views of all forms: before the tables below them are changed."""
    if tx.dialect.name == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'view'"
    else:
        names = "SELECT viewname FROM pg_views WHERE schemaname = current_schema()"
    for name in list((await tx.exec_driver_sql(names)).scalars()):
        if name.startswith((FLAT, LONG)):
            await tx.exec_driver_sql(f"DROP VIEW {_quoted(name)}")


async def _create(tx: AsyncConnection, name: str, query: Select[Any]) -> None:
    sql = str(query.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True}))
    if tx.dialect.name == "sqlite":
        await tx.exec_driver_sql(f"DROP VIEW IF EXISTS {_quoted(name)}")
        await tx.exec_driver_sql(f"CREATE VIEW {_quoted(name)} AS {sql}")
        return
    # To replace a view keeps who may read it; it must be dropped where columns moved.
    for statements in (
        [f"CREATE OR REPLACE VIEW {_quoted(name)} AS {sql}"],
        [f"DROP VIEW IF EXISTS {_quoted(name)}", f"CREATE VIEW {_quoted(name)} AS {sql}"],
    ):
        try:
            async with tx.begin_nested():
                for statement in statements:
                    await tx.exec_driver_sql(statement)
        except DBAPIError as error:
            problem = error
        else:
            return
    # Somebody's own view stands on the old one. A survey can be published all the same.
    log.warning("view not renewed", view=name, problem=str(problem.orig))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def columns(book: Codebook) -> list[tuple[str, Variable, str | None]]:
    """The columns after questions outside repeats: name, variable, and code of a split one.

    They are called as in KoboToolbox's export ('stages', 'stages/rnd').
    """
    variables = [one for one in book.variables if not one.repeats and not one.personal]
    wanted: list[tuple[str, Variable, str | None]] = []
    for one in variables:
        wanted.append((one.name, one, None))
        if one.several:
            wanted += [(f"{one.name}/{code}", one, code) for code in one.codes]
    if len(wanted) > MOST:
        wanted = [one for one in wanted if one[2] is None][:MOST]
    names = _unique(name for name, _, _ in wanted)
    return [(name, one, code) for name, (_, one, code) in zip(names, wanted, strict=True)]


def _unique(names: Iterable[str]) -> list[str]:
    """Names that both databases take: short, and each once whatever its case."""
    taken = set(OWN)
    made = []
    for name in names:
        short = name if len(name.encode()) <= LONGEST else _marked(name, name)
        number = 1
        while short.casefold() in taken:
            number += 1
            short = _marked(name, f"{name} {number}")
        taken.add(short.casefold())
        made.append(short)
    return made


OWN = ("_id", "_version", "_state", "_started", "_submission_time")


def _flat(dialect: Dialect, book: Codebook, which: Population) -> Select[Any]:
    response, answer, version = models.Response, models.Answer, models.FormVersion
    made: list[Any] = [
        response.id.label("_id"),
        func.max(version.version).label("_version"),
        func.max(response.state).label("_state"),
        func.max(response.started_at).label("_started"),
        func.max(response.submitted_at).label("_submission_time"),
    ]
    for name, variable, code in columns(book):
        made.append(func.max(_cell(dialect, variable, code)).label(name))
    return (
        select(*made)
        .join(version, version.id == response.version_id)
        .outerjoin(answer, and_(answer.response_id == response.id, answer.relevant))
        .where(response.id.in_(counted(which)))
        .group_by(response.id)
    )


def _cell(dialect: Dialect, variable: Variable, code: str | None) -> ColumnElement[Any]:
    answer = models.Answer
    here = answer.node.in_(variable.nodes)
    if code is not None:
        find = func.instr if dialect.name == "sqlite" else func.strpos
        chosen = find(literal(" ") + answer.value + " ", f" {code} ") > 0
        told = case((answer.value.is_(None), null()), (chosen, 1), else_=0)
        return case((here, told))
    if variable.type in ("integer", "decimal", "range"):
        return case((here, answer.number))
    return case((here, answer.value))


def _long(book: Codebook, which: Population) -> Select[Any]:
    answer, code = models.Answer, models.AnswerCode
    shown = [one for one in book.variables if not one.personal]
    parts = []
    for rows, value, number, variables in (
        (answer, answer.value, answer.number, [one for one in shown if not one.several]),
        (code, code.code, cast(null(), Double), [one for one in shown if one.several]),
    ):
        names = {node: one.name for one in variables for node in one.nodes}
        if names:
            parts.append(_answers(rows, value, number, names, which))
    if not parts:
        parts = [_answers(answer, answer.value, answer.number, {"": ""}, which)]
    whole = parts[0].union_all(*parts[1:]).subquery("answers")
    return select(whole)


def _answers(
    rows: Any, value: Any, number: Any, names: dict[str, str], which: Population
) -> Select[Any]:
    query = select(
        rows.response_id.label("_id"),
        case(names, value=rows.node).label("question"),
        func.rtrim(rows.path, func.replace(rows.path, "]", "")).label("instance"),
        value.label("value"),
        number.label("number"),
    ).where(rows.node.in_(list(names)), rows.response_id.in_(counted(which)))
    if rows is models.Answer:
        query = query.where(rows.relevant, rows.value.is_not(None))
    return query
