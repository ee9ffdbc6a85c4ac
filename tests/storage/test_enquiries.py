"""Questions to a person: asked once, claimed by one, answered once; nobody waits silently."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.funding.enquiries import Claim, State
from domain.people.person import Person, Role
from storage import asking, enquiries, models
from storage.database import Database
from storage.roles import NotOrganiserError
from storage.upsert import insert
from tests.storage.folk import NOW, hospital, letters, meet

LATER = NOW + timedelta(minutes=5)
TEXT = "чи дасть ЄС гроші на дах?"


async def organiser(db: Database, telegram_id: int, name: str) -> Person:
    person = await meet(db, telegram_id, name)
    await db.write(
        lambda tx: tx.execute(
            insert(tx, models.Role).values(
                person_id=person.id, role=Role.ORGANISER, granted_at=NOW
            )
        )
    )
    return person


async def ask(db: Database, person: Person, text: str = TEXT, kind: str = "unanswered") -> int:
    return await asking.keep(db, person.id, person.organisation_id, "uk", text, kind, [], NOW)


async def opened(db: Database) -> tuple[Person, Person, Person, int]:
    """The asker, two organisers, and the enquiry's id."""
    asker = await meet(db, 1, "Олена")
    first, second = await organiser(db, 2, "Марія"), await organiser(db, 3, "Іван")
    enquiry = await enquiries.open_enquiry(db, await ask(db, asker), asker.id, NOW)
    assert enquiry is not None
    return asker, first, second, enquiry.id


async def test_every_organiser_hears_of_an_enquiry_once(db: Database) -> None:
    asker = await meet(db, 1, "Олена")
    await hospital(db, asker)
    first, second = await organiser(db, 2, "Марія"), await organiser(db, 3, "Іван")
    question = await ask(db, asker)
    one = await enquiries.open_enquiry(db, question, asker.id, NOW)
    two = await enquiries.open_enquiry(db, question, asker.id, LATER)
    assert one == two
    assert await letters(db) == [
        ("enquiry_opened", first.id, "pending"),
        ("enquiry_opened", second.id, "pending"),
    ]
    [waiting] = await enquiries.waiting(db, 10)
    assert (waiting.text, waiting.asker, waiting.state) == (TEXT, "Олена", State.OPEN)
    assert await enquiries.count_waiting(db) == 1


async def test_somebody_elses_question_is_put_to_nobody(db: Database) -> None:
    asker, other = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    question = await ask(db, asker)
    assert await enquiries.open_enquiry(db, question, other.id, NOW) is None
    assert await enquiries.count_waiting(db) == 0


async def test_two_organisers_claim_at_once_and_one_has_it(db: Database) -> None:
    asker, first, second, number = await opened(db)
    outcomes = await asyncio.gather(
        enquiries.claim(db, number, first.id, LATER), enquiries.claim(db, number, second.id, LATER)
    )
    assert sorted(outcome for outcome, _ in outcomes) == [Claim.MINE, Claim.TAKEN]
    told = [letter for letter in await letters(db) if letter[0] == "enquiry_taken"]
    assert told == [("enquiry_taken", asker.id, "pending")]
    assert all(
        state == "cancelled" for kind, _, state in await letters(db) if kind == "enquiry_opened"
    )


async def test_claiming_again_is_harmless(db: Database) -> None:
    _, first, _, number = await opened(db)
    for _ in range(2):
        outcome, _enquiry = await enquiries.claim(db, number, first.id, LATER)
        assert outcome is Claim.MINE
    assert len([kind for kind, _, _ in await letters(db) if kind == "enquiry_taken"]) == 1


async def test_only_the_holder_answers_and_only_once(db: Database) -> None:
    asker, first, second, number = await opened(db)
    assert (await enquiries.answer(db, number, first.id, "Так", LATER))[0] is Claim.TAKEN
    await enquiries.claim(db, number, first.id, LATER)
    assert (await enquiries.answer(db, number, second.id, "Ні", LATER))[0] is Claim.TAKEN
    outcomes = await asyncio.gather(
        *(enquiries.answer(db, number, first.id, text, LATER) for text in ("Так", "Так"))
    )
    assert sorted(outcome for outcome, _ in outcomes) == [Claim.ANSWERED, Claim.MINE]
    answers = [letter for letter in await letters(db) if letter[0] == "enquiry_answered"]
    assert answers == [("enquiry_answered", asker.id, "pending")]
    [params] = await db.read(
        lambda c: c.scalars(
            select(models.Outbox.params).where(models.Outbox.kind == "enquiry_answered")
        )
    )
    assert params == {"text": TEXT, "answer": "Так", "by": "Марія"}
    assert await enquiries.waiting(db, 10) == []


async def test_what_is_given_back_can_be_taken_and_the_asker_hears_again(db: Database) -> None:
    _, first, second, number = await opened(db)
    await enquiries.claim(db, number, first.id, LATER)
    await enquiries.release(db, number, second.id)  # not theirs: nothing happens
    assert (await enquiries.claim(db, number, second.id, LATER))[0] is Claim.TAKEN
    await enquiries.release(db, number, first.id)
    later = LATER + timedelta(minutes=1)
    assert (await enquiries.claim(db, number, second.id, later))[0] is Claim.MINE


async def test_a_role_that_is_gone_does_nothing(db: Database) -> None:
    asker, first, _, number = await opened(db)
    with pytest.raises(NotOrganiserError):
        await enquiries.claim(db, number, asker.id, LATER)
    await enquiries.claim(db, number, first.id, LATER)
    await db.write(
        lambda tx: tx.execute(
            update(models.Role).where(models.Role.person_id == first.id).values(person_id=asker.id)
        )
    )
    with pytest.raises(NotOrganiserError):
        await enquiries.answer(db, number, first.id, "Так", LATER)


async def test_the_oldest_is_first(db: Database) -> None:
    asker = await meet(db, 1, "Олена")
    for text in ("перше?", "друге?", "третє?"):
        await enquiries.open_enquiry(db, await ask(db, asker, text), asker.id, NOW)
    assert [one.text for one in await enquiries.waiting(db, 2)] == ["перше?", "друге?"]
    assert [one.text for one in await enquiries.waiting(db, 2, 2)] == ["третє?"]


async def test_ratings_and_gaps(db: Database) -> None:
    asker, other = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    for _ in range(2):
        await ask(db, asker, "невідоме")
    known = await ask(db, asker, "відоме", "answered")
    await ask(db, asker, "привіт", "greeting")
    await asking.rate(db, known, other.id, -1, LATER)  # not theirs
    assert [(one.text, one.times) for one in await asking.unanswered(db)] == [("невідоме", 2)]
    await asking.rate(db, known, asker.id, -1, LATER)
    assert [(one.text, one.times) for one in await asking.unanswered(db)] == [
        ("невідоме", 2),
        ("відоме", 1),
    ]
    found = await asking.get(db, known, asker.id)
    assert found is not None
    assert found.rating == -1
    assert await asking.get(db, known, other.id) is None


async def test_an_update_that_comes_again_is_the_same_question(db: Database) -> None:
    olena, other = await meet(db, 1, "Олена"), await meet(db, 2, "Іван")

    async def keep(person: Person, update_id: int | None, article: str) -> int:
        shown = [{"id": article, "section": "what", "score": 1.0}]
        return await asking.keep(
            db, person.id, None, "uk", TEXT, "answered", shown, NOW, update_id
        )

    first = await keep(olena, 77, "life")
    await enquiries.open_enquiry(db, first, olena.id, NOW)
    assert await keep(olena, 77, "eic-accelerator") == first
    found = await asking.get(db, first, olena.id)
    assert found is not None
    assert [one["id"] for one in found.shown] == ["eic-accelerator"]
    assert await enquiries.count_waiting(db) == 1
    others = {
        await keep(olena, 78, "life"),
        await keep(other, 77, "life"),
        await keep(olena, None, "life"),
        await keep(olena, None, "life"),
    }
    assert len(others | {first}) == 5
