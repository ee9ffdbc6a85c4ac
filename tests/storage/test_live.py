"""A response that goes on in this process says what the database says, or is not used."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from domain.people.person import Person
from domain.surveys.interview import Interview, Visit
from domain.surveys.rows import rows
from storage import models, responses
from storage.database import Database
from storage.joining import join_in
from storage.live import Borrowed, Kept, LiveResponses
from tests.domain.surveys.ledger import BRANCH_CHOICES, BRANCHES, REPEAT_CHOICES, REPEATS
from tests.domain.surveys.test_going_on import ACTS, CHOICES, RESTLESS, dice
from tests.storage.folk import NOW, hospital, meet
from tests.storage.published import Begun, begin

Decide = Callable[[Interview], Any]


async def press(
    begun: Begun,
    person: Person,
    live: LiveResponses,
    decide: Decide,
    language: str = "en",
    seconds: int = 0,
) -> Interview:
    """What one update does."""
    borrowed = Borrowed(live)
    visit = Visit(person.id, language, NOW + timedelta(seconds=seconds))
    interview, _ = await responses.act(
        begun.db, begun.form, begun.id, visit, decide, live=borrowed
    )
    borrowed.give_back()
    return interview


async def stored(begun: Begun) -> dict[str, tuple[Any, ...]]:
    its = models.Answer
    columns = (its.value, its.number, its.relevant, its.event_id)
    query = select(its.path, *columns).where(its.response_id == begun.id)
    found = await begun.db.read(lambda connection: connection.execute(query))
    return {row[0]: tuple(row[1:]) for row in found}


async def codes(begun: Begun) -> set[tuple[str, str]]:
    its = models.AnswerCode
    query = select(its.path, its.code).where(its.response_id == begun.id)
    return {(row.path, row.code) for row in await begun.db.read(lambda c: c.execute(query))}


async def settle_in(db: Database, table: str, choices: str) -> tuple[Begun, Person, Person]:
    olena, andrii = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    organisation_id = await hospital(db, olena)
    await db.write(lambda tx: join_in(tx, andrii.id, organisation_id, NOW))
    begun = await begin(db, olena, organisation_id, table, choices)
    for person in (olena, andrii):
        await begun.act(person, lambda interview: interview.begin({}))
    return begun, olena, andrii


def say(value: str) -> Decide:
    return lambda interview: interview.answer("/data/agree", value)


def at(seed: float, act: Callable[[Interview, random.Random], object], one: Interview) -> object:
    return act(one, dice(seed))


@pytest.mark.parametrize(
    ("table", "choices"),
    [(BRANCHES, BRANCH_CHOICES), (REPEATS, REPEAT_CHOICES), (RESTLESS, CHOICES)],
    ids=["branches", "repeats", "restless"],
)
async def test_whatever_is_done_the_kept_one_is_the_stored_one(
    db: Database, table: str, choices: str
) -> None:
    """Two people in two languages on two processes, one of which writes now and then."""
    begun, *people = await settle_in(db, table, choices)
    here, elsewhere = LiveResponses(), LiveResponses()
    rng, went_on = dice(table), 0
    for number in range(60):
        live, person = rng.choice([here, here, here, elsewhere]), rng.choice(people)
        decide = partial(at, rng.random(), rng.choice(ACTS))
        language = rng.choice(["en", "en", "uk"])
        interview = await press(begun, person, live, decide, language, seconds=number)
        went_on += not interview.fresh
        load = partial(
            responses.load,
            form=begun.form,
            response_id=begun.id,
            visit=Visit(person.id, language, interview.visit.now),
        )
        anew, read = await db.read(load)
        kept = live.take(begun.id)
        if kept is not None:
            live.give_back(begun.id, kept)
            assert kept.interview is interview
            assert kept.stored == read == await stored(begun)
            assert kept.interview.given == anew.given
            assert list(kept.interview.screens) == list(anew.screens)
            stand = [*rows(kept.interview.response)]
            assert stand == [*rows(anew.response)]
            chosen = {(row.path, code) for row in stand for code in row.codes or ()}
            assert chosen == await codes(begun)
    assert went_on > 10


async def test_what_another_process_wrote_is_seen(db: Database) -> None:
    begun, olena, andrii = await settle_in(db, BRANCHES, BRANCH_CHOICES)
    here, elsewhere = LiveResponses(), LiveResponses()
    await press(begun, olena, here, say("yes"))
    await press(begun, andrii, elsewhere, lambda one: one.answer("/data/agree", "no", insist=True))
    interview = await press(begun, olena, here, lambda _: None)
    assert interview.fresh
    assert interview.response.value("/data/agree") == "no"
    assert not (await press(begun, olena, here, lambda _: None)).fresh


async def test_what_failed_is_dropped(db: Database) -> None:
    begun, olena, _ = await settle_in(db, BRANCHES, BRANCH_CHOICES)
    live = LiveResponses()
    await press(begun, olena, live, say("yes"))

    def fail(interview: Interview) -> None:
        interview.answer("/data/agree", "no")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await press(begun, olena, live, fail)
    assert len(live) == 0
    assert (await press(begun, olena, live, lambda _: None)).response.value("/data/agree") == "yes"


async def test_two_at_once_never_share_one(db: Database) -> None:
    begun, olena, andrii = await settle_in(db, BRANCHES, BRANCH_CHOICES)
    live = LiveResponses()
    await press(begun, olena, live, say("yes"))
    first, second = Borrowed(live), Borrowed(live)
    visit = Visit(olena.id, "en", NOW)
    acts = [
        responses.act(begun.db, begun.form, begun.id, visit, say("yes"), live=borrowed)
        for borrowed in (first, second)
    ]
    (one, _), (other, _) = await asyncio.gather(*acts)
    assert one.response is not other.response
    assert other.fresh
    newer = one if one.fresh else other  # on PostgreSQL either may have been first
    second.give_back()
    first.give_back()  # the older one, done later, must not take the newer one's place
    again = await press(begun, andrii, live, lambda _: None)
    assert again.response is newer.response


async def test_an_update_goes_on_from_its_own_act(db: Database) -> None:
    begun, olena, _ = await settle_in(db, BRANCHES, BRANCH_CHOICES)
    borrowed = Borrowed(LiveResponses())
    visit = Visit(olena.id, "en", NOW)
    for value, fresh in (("yes", True), ("no", False)):
        interview, _ = await responses.act(
            begun.db, begun.form, begun.id, visit, say(value), live=borrowed
        )
        assert interview.fresh is fresh
    assert borrowed.live.take(begun.id) is None


async def test_another_response_with_the_number_of_one_that_was_deleted(db: Database) -> None:
    begun, olena, _ = await settle_in(db, BRANCHES, BRANCH_CHOICES)
    live = LiveResponses()
    interview = await press(begun, olena, live, say("yes"))
    its = models.Response
    of_it = models.Answer.response_id == begun.id
    await db.write(lambda tx: tx.execute(delete(models.Answer).where(of_it)))
    later = update(its).values(started_at=NOW + timedelta(days=1))
    await db.write(lambda tx: tx.execute(later))
    again = await press(begun, olena, live, lambda _: None)
    assert again.fresh
    assert again.response is not interview.response
    assert again.given == {}


async def test_those_used_last_are_kept(db: Database) -> None:
    begun, olena, _ = await settle_in(db, BRANCHES, BRANCH_CHOICES)
    live = LiveResponses()
    await press(begun, olena, live, say("yes"))
    kept = live.take(begun.id)
    assert isinstance(kept, Kept)
    few = LiveResponses(most_rows=2 * len(kept.stored))
    for number in (1, 2, 3):
        few.give_back(number, kept)
    assert [few.take(number) is None for number in (1, 2, 3)] == [True, False, False]
    for number in (1, 2):
        few.give_back(number, kept)
    assert len(few) == 2
