"""Keeps `counted_answers` in step with the answers of submitted responses.

The rows are derived, and are written in the transaction that changes what they follow from.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.surveys.form import Form
from domain.surveys.results.counting import Counting, counting
from storage import models
from storage.database import writes
from storage.upsert import insert

BLANK, UNTOLD = 0, -1  # value ids of an answer that is missing, and of one told otherwise


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
        await self._insert(
            tx,
            value,
            ["question_id", "value", "number", "several"],
            select(question.id, answer.value, func.min(answer.number), literal(False))
            .select_from(its)
            .join(answer, answer.response_id == its.id)
            .join(question, _question_of(answer))
            .where(*self._these, self._submitted, answer.relevant, self._is_spread(answer))
            .group_by(question.id, answer.value),
        )
        await self._insert(
            tx,
            value,
            ["question_id", "value", "several"],
            select(question.id, code.code, literal(True))
            .select_from(its)
            .join(code, code.response_id == its.id)
            .join(question, _question_of(code))
            .where(*self._these, self._submitted)
            .distinct(),
        )

    async def write(self, tx: AsyncConnection) -> None:
        answer, code, its = models.Answer, models.AnswerCode, models.Response
        question, value = models.CountedQuestion, models.CountedValue
        blank = answer.value.is_(None)
        columns = ["question_id", "value_id", "kind_id", "response_id", "instance"]
        rows = (
            select(
                question.id,
                case((blank, BLANK), else_=func.coalesce(value.id, UNTOLD)),
                self._kind(),
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
                    value.value == answer.value,
                    ~value.several,
                    self._is_spread(answer),
                ),
            )
            .where(*self._these, self._submitted, answer.relevant)
        )
        await self._insert(tx, models.CountedAnswer, columns, rows)
        codes = (
            select(question.id, value.id, self._kind(), its.id, _instance(code.path))
            .select_from(its)
            .join(code, code.response_id == its.id)
            .join(question, _question_of(code))
            .join(
                value,
                and_(value.question_id == question.id, value.value == code.code, value.several),
            )
            .where(*self._these, self._submitted)
        )
        await self._insert(tx, models.CountedAnswer, columns, codes)

    def _is_spread(self, answer: Any) -> ColumnElement[bool]:
        return and_(answer.value.is_not(None), answer.node.in_(self._how.spread))

    def _kind(self) -> ColumnElement[int]:
        """The id of the value that says what kind of organisation a response is of."""
        answer = aliased(models.Answer)
        question, value = aliased(models.CountedQuestion), aliased(models.CountedValue)
        found = (
            select(value.id)
            .select_from(answer)
            .join(question, question.node == answer.node)
            .join(value, and_(value.question_id == question.id, value.value == answer.value))
            .where(
                answer.response_id == models.Response.id,
                answer.path == self._how.kind,
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


def _instance(path: Any) -> ColumnElement[str]:
    """The path up to its last position: '/data/link[2]' of '/data/link[2]/p_name'."""
    return func.rtrim(path, func.replace(path, "]", ""))
