"""Corrections by organisers: who and when, at once in every process, undone, never twice."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.funding.article import parse
from storage import corrections, models
from storage.corrections import Draft, Outcome
from storage.database import Database
from storage.library import Funding
from storage.roles import NotOrganiserError
from tests.domain.funding.test_article import RIGHT
from tests.storage.folk import NOW, meet

LATER = NOW + timedelta(minutes=5)
WHO = Draft("een", "section.who", "uk", "Усі МСП.")


def een(db: Database) -> Funding:
    """The articles as a process of its own holds them."""
    made = Funding(db)
    made.use([parse(RIGHT, "een.md")])
    return made


async def test_a_correction_is_seen_in_every_process_with_who_and_when(db: Database) -> None:
    maria = await meet(db, 1, "Марія", (1,))
    one, two = een(db), een(db)
    for funding in (one, two):
        assert (await funding.assistant()).entries["een"].section("uk", "who") == "МСП."
    assert await corrections.correct(db, WHO, maria.id, LATER) is Outcome.KEPT
    for funding in (one, two):
        entry = (await funding.assistant()).entries["een"]
        assert entry.section("uk", "who") == "Усі МСП."
        mark = entry.mark("who", "uk")
        assert mark is not None
        assert (mark.by, mark.at) == ("Марія", LATER)
    [kept] = await corrections.in_force(db)
    assert await corrections.undo(db, kept.id, maria.id, LATER) == kept
    assert await corrections.undo(db, kept.id, maria.id, LATER) is None
    for funding in (one, two):
        assert (await funding.assistant()).entries["een"].section("uk", "who") == "МСП."


async def test_undo_brings_back_the_correction_before(db: Database) -> None:
    maria = await meet(db, 1, "Марія", (1,))
    await corrections.correct(db, WHO, maria.id, NOW)
    [first] = await corrections.in_force(db)
    second = Draft("een", "section.who", "uk", "Усі.", over=first.id)
    assert await corrections.correct(db, second, maria.id, LATER) is Outcome.KEPT
    newest = (await corrections.in_force(db))[-1]
    await corrections.undo(db, newest.id, maria.id, LATER)
    assert await corrections.in_force(db) == [first]


async def test_two_taps_keep_one_and_a_colleague_is_not_overwritten(db: Database) -> None:
    maria, ivan = await meet(db, 1, "Марія", (1, 2)), await meet(db, 2, "Іван", (1, 2))
    outcomes = await asyncio.gather(
        *(corrections.correct(db, WHO, maria.id, NOW) for _ in range(2))
    )
    assert outcomes == [Outcome.KEPT, Outcome.KEPT]
    other = Draft("een", "section.who", "uk", "Лише лікарні.")
    assert await corrections.correct(db, other, ivan.id, LATER) is Outcome.OVERTAKEN
    [kept] = await corrections.in_force(db)
    assert kept.value == "Усі МСП."


async def test_a_question_is_added_once_and_several_stand_side_by_side(db: Database) -> None:
    maria = await meet(db, 1, "Марія", (1,))
    for question in ("Чи так?", "Чи так?", "Чи ні?"):
        draft = Draft("een", "question", "uk", "Так.", question)
        await corrections.correct(db, draft, maria.id, NOW)
    assert [one.question for one in await corrections.in_force(db)] == ["Чи так?", "Чи ні?"]


async def test_a_role_that_is_gone_corrects_and_undoes_nothing(db: Database) -> None:
    maria, olena = await meet(db, 1, "Марія", (1,)), await meet(db, 2, "Олена")
    with pytest.raises(NotOrganiserError):
        await corrections.correct(db, WHO, olena.id, NOW)
    await corrections.correct(db, WHO, maria.id, NOW)
    [kept] = await corrections.in_force(db)
    await db.write(
        lambda tx: tx.execute(
            update(models.Role).where(models.Role.person_id == maria.id).values(person_id=olena.id)
        )
    )
    with pytest.raises(NotOrganiserError):
        await corrections.undo(db, kept.id, maria.id, LATER)
    rows = await db.read(lambda c: c.scalars(select(models.FundingCorrection.id)))
    assert list(rows) == [kept.id]
