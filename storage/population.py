"""`domain.surveys.results.population.Population` spelt in SQL: which responses count."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from domain.surveys.results.population import Population
from storage import models
from storage.counting import BLANK, UNTOLD


def counted(which: Population) -> Select[int]:
    """The ids of the responses that count."""
    response = models.Response
    return select(response.id).where(
        response.form_id == which.form,
        response.state == "submitted",
        response.id.not_in(left_out(which)),
    )


def left_out(which: Population) -> CompoundSelect[int]:
    """The ids of the form's submitted responses that do not count."""
    response = models.Response
    theirs = (response.form_id == which.form, response.state == "submitted")
    without: list[Select[Any]] = [
        select(response.id).where(*theirs, response.full_at.is_not(None))
    ]
    without += [_refusing(which.form, node, codes) for node, codes in which.consent.items()]
    if which.one_per_organisation:
        its, later, counts = aliased(response), aliased(response), aliased(response)
        mine = (its.form_id == which.form, its.state == "submitted")
        others = (
            select(counts.organisation_id)
            .where(
                counts.form_id == which.form,
                counts.state == "submitted",
                counts.organisation_id.is_not(None),
            )
            .group_by(counts.organisation_id)
            .having(func.count() > 1)
        )
        newer = or_(
            later.submitted_at > its.submitted_at,
            and_(later.submitted_at == its.submitted_at, later.id > its.id),
        )
        without.append(
            select(its.id).where(
                *mine,
                its.organisation_id.in_(others),
                select(later.id)
                .where(
                    later.form_id == which.form,
                    later.organisation_id == its.organisation_id,
                    later.state == "submitted",
                    newer,
                )
                .exists(),
            )
        )
    return union_all(*without)


def _refusing(form: int, node: str, codes: Sequence[str]) -> Select[Any]:
    """Who was asked for a consent and did not agree."""
    question, value, counted_ = models.CountedQuestion, models.CountedValue, models.CountedAnswer
    asked = select(question.id).where(question.form_id == form, question.node == node)
    others = select(value.id).where(value.question_id.in_(asked), value.value.not_in(codes))
    refusals = union_all(select(literal(BLANK)), select(literal(UNTOLD)), others)
    return select(counted_.response_id).where(
        counted_.question_id.in_(asked), counted_.value_id.in_(refusals)
    )
