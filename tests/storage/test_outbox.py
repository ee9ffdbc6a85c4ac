"""The outbox: in which order messages leave, and what becomes of each."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.person import Person
from storage import outbox, people
from storage.database import Database, writes
from storage.outbox import LEASE, TRIES, Letter
from tests.storage.folk import NOW, letters, meet

SECOND = timedelta(seconds=1)
BOT = 4300
put = writes(outbox.enqueue)
take_back = writes(outbox.cancel)


@pytest.fixture
async def olena(db: Database) -> Person:
    return await meet(db, 1, "Олена")


async def claim(db: Database, now: datetime, limit: int) -> list[int]:
    """The numbers of the messages that are claimed, in the order of sending."""
    return [claimed.id for claimed in await outbox.claim(db, now, limit)]


async def begin_one(db: Database) -> Letter:
    """Put one message on the wire."""
    [letter_id] = await claim(db, NOW, 25)
    letter = await outbox.begin(db, letter_id, NOW)
    assert letter is not None
    return letter


async def states(db: Database) -> list[str]:
    return [state for _, _, state in await letters(db)]


async def test_a_message_is_written_once_per_key(db: Database, olena: Person) -> None:
    for _ in range(2):
        await put(db, "k", olena.id, {}, "key", NOW)
    assert await states(db) == ["pending"]


async def test_the_urgent_goes_first_then_the_older(db: Database, olena: Person) -> None:
    for key, priority, wait in [("late", 1, 3), ("early", 1, 1), ("urgent", 0, 5), ("dull", 6, 0)]:
        await put(db, key, olena.id, {}, key, NOW + wait * SECOND, priority=priority)
    claimed = await claim(db, NOW + 9 * SECOND, 3)
    order = [await outbox.begin(db, letter_id, NOW) for letter_id in claimed]
    assert [letter.kind for letter in order if letter] == ["urgent", "early", "late"]


async def test_what_is_not_due_waits(db: Database, olena: Person) -> None:
    await put(db, "k", olena.id, {}, "key", NOW + SECOND)
    assert not await outbox.is_due(db, BOT, NOW)
    assert await claim(db, NOW, 25) == []
    assert await outbox.is_due(db, BOT, NOW + SECOND)


async def test_a_letter_knows_its_reader(db: Database, olena: Person) -> None:
    await put(db, "k", olena.id, {"name": "Лікарня"}, "key", NOW)
    letter = await begin_one(db)
    assert letter == Letter(
        letter.id, "k", {"name": "Лікарня"}, 1, olena.id, 1, "uk", "Europe/Kyiv"
    )
    await outbox.sent(db, letter, 77, NOW)
    assert await states(db) == ["sent"]


async def test_nothing_is_claimed_twice(db: Database, olena: Person) -> None:
    for number in range(40):
        await put(db, "k", olena.id, {}, str(number), NOW)
    batches = await asyncio.gather(*(claim(db, NOW, 7) for _ in range(8)))
    claimed = [letter_id for batch in batches for letter_id in batch]
    assert len(claimed) == len(set(claimed))
    rest = await claim(db, NOW, 100)
    assert len(claimed) + len(rest) == 40
    assert all(len(batch) <= 7 for batch in batches)


async def test_what_came_too_late_is_not_sent(db: Database, olena: Person) -> None:
    await put(db, "k", olena.id, {}, "key", NOW, not_after=NOW + SECOND)
    [letter_id] = await claim(db, NOW, 25)
    assert await outbox.begin(db, letter_id, NOW + 2 * SECOND) is None
    assert await states(db) == ["expired"]


async def test_what_was_taken_back_is_not_sent(db: Database, olena: Person) -> None:
    for key in ("join:1:a", "join:1:b", "join:12:a", "join_1:a"):
        await put(db, "k", olena.id, {}, key, NOW)
    claimed = await claim(db, NOW, 1)
    await take_back(db, "join:1:")
    assert await states(db) == ["cancelled", "cancelled", "pending", "pending"]
    assert await outbox.begin(db, claimed[0], NOW) is None


async def test_whoever_blocked_the_bot_is_spared(db: Database, olena: Person) -> None:
    for key in "abc":
        await put(db, "k", olena.id, {}, key, NOW)
    letter_id, second = await claim(db, NOW, 2)
    letter = await outbox.begin(db, letter_id, NOW)
    assert letter is not None
    await outbox.unreachable(db, letter, "Forbidden: bot was blocked by the user", NOW)
    assert await outbox.begin(db, second, NOW) is None
    assert await states(db) == ["blocked"] * 3

    await people.set_blocked(db, olena.telegram_id, None)
    await put(db, "k", olena.id, {}, "d", NOW)
    assert (await begin_one(db)).person_id == olena.id


async def test_what_was_not_sent_comes_back_when_it_is_due(db: Database, olena: Person) -> None:
    await put(db, "k", olena.id, {}, "key", NOW)
    letter = await begin_one(db)
    await outbox.unsent(db, letter, NOW + SECOND, "flood", refund=True)
    assert not await outbox.is_due(db, BOT, NOW)
    [again] = await claim(db, NOW + SECOND, 25)
    refunded = await outbox.begin(db, again, NOW)
    assert refunded is not None
    assert refunded.attempts == 1
    await outbox.unsent(db, refunded, NOW, "no network", refund=False)
    assert (await begin_one(db)).attempts == 2


async def test_doubt_ends_after_some_tries(db: Database, olena: Person) -> None:
    await put(db, "k", olena.id, {}, "key", NOW)
    for number in range(1, TRIES + 1):
        letter = await begin_one(db)
        assert letter.attempts == number
        await outbox.doubtful(db, letter, NOW, "read timeout")
    assert await states(db) == ["unknown"]


async def test_after_a_crash_nothing_is_lost(db: Database, olena: Person) -> None:
    for key in "ab":
        await put(db, "k", olena.id, {}, key, NOW)
    on_the_wire, _ = await claim(db, NOW, 2)
    assert await outbox.begin(db, on_the_wire, NOW)
    assert await outbox.recover(db, NOW + LEASE) == 0
    assert await states(db) == ["inflight", "claimed"]
    assert await outbox.recover(db, NOW + LEASE + SECOND) == 1
    assert await states(db) == ["pending", "pending"]


async def test_an_outcome_that_comes_after_the_lease_changes_nothing(
    db: Database, olena: Person
) -> None:
    await put(db, "k", olena.id, {}, "key", NOW)
    slow = await begin_one(db)
    await outbox.recover(db, NOW + 2 * LEASE)
    quick = await begin_one(db)
    await outbox.refused(db, slow, "too late to matter")
    assert await states(db) == ["inflight"]
    await outbox.sent(db, quick, 5, NOW)
    assert await states(db) == ["sent"]


async def test_what_was_claimed_in_vain_is_free_again(db: Database, olena: Person) -> None:
    await put(db, "k", olena.id, {}, "key", NOW)
    claimed = await claim(db, NOW, 25)
    await outbox.release(db, claimed)
    assert (await begin_one(db)).attempts == 1


async def test_a_message_leaves_only_if_its_cause_is_committed(
    db: Database, olena: Person
) -> None:
    @writes
    async def fail(tx: AsyncConnection, person_id: int) -> None:
        await outbox.enqueue(tx, "k", person_id, {}, "key", NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail(db, olena.id)
    assert await letters(db) == []


async def test_a_pause_holds_for_its_bot_and_is_never_shortened(
    db: Database, olena: Person
) -> None:
    await put(db, "k", olena.id, {}, "key", NOW)
    await outbox.pause(db, BOT, NOW + 30 * SECOND)
    await outbox.pause(db, BOT, NOW + 5 * SECOND)
    assert not await outbox.is_due(db, BOT, NOW + 29 * SECOND)
    assert await outbox.is_due(db, BOT, NOW + 30 * SECOND)
    assert await outbox.is_due(db, BOT + 1, NOW)


async def test_a_claimed_message_says_to_which_chat_it_goes(db: Database, olena: Person) -> None:
    await put(db, "k", olena.id, {}, "key", NOW, priority=6)
    [claimed] = await outbox.claim(db, NOW, 25)
    assert (claimed.telegram_id, claimed.priority) == (olena.telegram_id, 6)
