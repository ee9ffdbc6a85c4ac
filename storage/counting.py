"""Keeps `counted_answers` in step with the answers of submitted responses.

The rows are derived, and are written in the transaction that changes what they follow from.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    and_,
    case,
    cast,
    delete,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.surveys.form import Form
from domain.surveys.results.counting import Counting, counting
from storage import models
from storage.database import writes
from storage.upsert import insert

BLANK, UNTOLD = 0, -1  # value ids of an answer that is missing, and of one told otherwise
#: characters up to which an answer is a value as it stands: PostgreSQL's index takes 2,700 bytes
LONGEST = 600
PART = " "  # what a code begins with that is part of an answer longer than that


async def recount(
    tx: AsyncConnection, form: Form, version_id: int, response_id: int | None = None
) -> None:
    """Bring what is counted to what the answers say: of one response, or of all of a version.

    `form` is compiled from the version. What is not submitted has no rows.
    """
    which = _Which(counting(form), version_id, response_id)
    await which.forget(tx)
    await which.name(tx)
    await which.write(tx)


@writes
async def recount_version(tx: AsyncConnection, form: Form, version_id: int) -> None:
    """Count all responses of a version anew: after their rows were written by other means."""
    await recount(tx, form, version_id)


class _Which:
    def __init__(self, how: Counting, version_id: int, response_id: int | None) -> None:
        self._how = how
        response = models.Response
        self._these: list[ColumnElement[bool]] = [response.version_id == version_id]
        if response_id is not None:
            self._these.append(response.id == response_id)
        self._submitted = response.state == "submitted"

    async def forget(self, tx: AsyncConnection) -> None:
        its = models.Response
        ids = select(its.id).where(*self._these)
        form = select(its.form_id).where(*self._these).limit(1).scalar_subquery()
        questions = select(models.CountedQuestion.id).where(models.CountedQuestion.form_id == form)
        counted = models.CountedAnswer
        await tx.execute(
            delete(counted).where(counted.question_id.in_(questions), counted.response_id.in_(ids))
        )

    async def name(self, tx: AsyncConnection) -> None:
        """Give a number to each question and value that has none."""
        answer, code, its = models.Answer, models.AnswerCode, models.Response
        question, value = models.CountedQuestion, models.CountedValue
        await self._insert(
            tx,
            question,
            ["form_id", "node"],
            select(its.form_id, answer.node)
            .join(answer, answer.response_id == its.id)
            .where(*self._these, self._submitted, answer.relevant)
            .distinct(),
        )
        told = [
            (self._how.spread, answer.value, answer.number, literal(False)),
            (self._how.several, _codes(tx, answer), cast(null(), Double), literal(True)),
        ]
        for nodes, words, number, several in told:
            answers = (
                select(question.id, words.label("words"), number.label("number"))
                .select_from(its)
                .join(answer, answer.response_id == its.id)
                .join(question, _question_of(answer))
                .where(*self._these, self._submitted, answer.relevant, _is_told(answer, nodes))
                .subquery()
            )
            rows = select(answers.c.id, answers.c.words, func.min(answers.c.number), several)
            await self._insert(
                tx,
                value,
                ["question_id", "value", "number", "several"],
                rows.group_by(answers.c.id, answers.c.words),
            )
        await self._insert(
            tx,
            value,
            ["question_id", "value", "several"],
            select(question.id, literal(PART) + code.code, literal(True))
            .select_from(its)
            .join(code, code.response_id == its.id)
            .join(question, _question_of(code))
            .join(answer, _in_parts(code, answer))
            .where(*self._these, self._submitted)
            .distinct(),
        )

    async def write(self, tx: AsyncConnection) -> None:
        answer, code, its = models.Answer, models.AnswerCode, models.Response
        question, value = models.CountedQuestion, models.CountedValue
        blank = answer.value.is_(None)
        several = answer.node.in_(self._how.several)
        columns = ["question_id", "value_id", "kind_id", "place_id", "response_id", "instance"]
        rows = (
            select(
                question.id,
                case((blank, BLANK), else_=func.coalesce(value.id, UNTOLD)),
                self._beside(self._how.kind),
                self._beside(self._how.place),
                its.id,
                _instance(answer.path),
            )
            .select_from(its)
            .join(answer, answer.response_id == its.id)
            .join(question, _question_of(answer))
            .outerjoin(
                value,
                and_(
                    value.question_id == question.id,
                    value.value == case((several, _codes(tx, answer)), else_=answer.value),
                    value.several == several,
                    _is_told(answer, self._how.spread | self._how.several),
                ),
            )
            .where(*self._these, self._submitted, answer.relevant)
        )
        await self._insert(tx, models.CountedAnswer, columns, rows)
        codes = (
            select(
                question.id,
                value.id,
                self._beside(self._how.kind),
                self._beside(self._how.place),
                its.id,
                _instance(code.path),
            )
            .select_from(its)
            .join(code, code.response_id == its.id)
            .join(question, _question_of(code))
            .join(answer, _in_parts(code, answer))
            .join(
                value,
                and_(
                    value.question_id == question.id,
                    value.value == literal(PART) + code.code,
                    value.several,
                ),
            )
            .where(*self._these, self._submitted)
        )
        await self._insert(tx, models.CountedAnswer, columns, codes)

    def _beside(self, path: str) -> ColumnElement[int]:
        """The id of the value that a response has at a path; 0 for none."""
        if not path:
            return literal(0)
        answer = aliased(models.Answer)
        question, value = aliased(models.CountedQuestion), aliased(models.CountedValue)
        found = (
            select(value.id)
            .select_from(answer)
            .join(question, question.node == answer.node)
            .join(value, and_(value.question_id == question.id, value.value == answer.value))
            .where(
                answer.response_id == models.Response.id,
                answer.path == path,
                answer.relevant,
                question.form_id == models.Response.form_id,
                ~value.several,
            )
            .correlate(models.Response)
            .scalar_subquery()
        )
        return func.coalesce(found, 0)

    async def _insert(
        self, tx: AsyncConnection, model: type[models.Base], columns: list[str], rows: Any
    ) -> None:
        await tx.execute(insert(tx, model).from_select(columns, rows).on_conflict_do_nothing())


def _question_of(rows: Any) -> ColumnElement[bool]:
    question = models.CountedQuestion
    return and_(question.form_id == models.Response.form_id, question.node == rows.node)


def _is_told(answer: Any, nodes: Iterable[str]) -> ColumnElement[bool]:
    """Whether an answer is a value as it stands."""
    short = func.length(answer.value) <= LONGEST
    return and_(answer.value.is_not(None), answer.node.in_(nodes), short)


def _codes(tx: AsyncConnection, answer: Any) -> ColumnElement[str]:
    """The codes of an answer in an order of their own: who pressed them in another one chose the
    same, and there are fewer values to count."""
    code = models.AnswerCode
    joined = (
        func.group_concat(code.code, " ")  # the key's order
        if tx.dialect.name == "sqlite"
        else func.string_agg(code.code, aggregate_order_by(literal(" "), code.code))
    )
    chosen = select(joined).where(code.response_id == answer.response_id, code.path == answer.path)
    return func.coalesce(chosen.correlate(answer).scalar_subquery(), answer.value)


def _in_parts(code: Any, answer: Any) -> ColumnElement[bool]:
    """Whether a code is of an answer that is too long to be a value as it stands."""
    return and_(
        answer.response_id == code.response_id,
        answer.path == code.path,
        func.length(answer.value) > LONGEST,
    )


def _instance(path: Any) -> ColumnElement[str]:
    """The path up to its last position: '/data/link[2]' of '/data/link[2]/p_name'."""
    return func.rtrim(path, func.replace(path, "]", ""))
