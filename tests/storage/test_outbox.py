"""The outbox: in which order messages leave, and what becomes of each."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messages import Topic
from domain.people.person import Person
from storage import delivery, groups, mutes, outbox, people
from storage.database import Database, writes
from storage.delivery import LEASE, TRIES, Letter
from storage.groups import GroupState
from tests.storage.folk import NOW, letters, meet

KIND = "join_accepted"
SECOND = timedelta(seconds=1)
BOT = 4300
put = writes(outbox.enqueue)
take_back = writes(outbox.cancel)
pause, resume, stop = writes(groups.pause), writes(groups.resume), writes(groups.stop)


@pytest.fixture
async def olena(db: Database) -> Person:
    return await meet(db, 1, "Олена")


async def claim(db: Database, now: datetime, limit: int) -> list[int]:
    """The numbers of the messages that are claimed, in the order of sending."""
    return [claimed.id for claimed in await delivery.claim(db, now, limit)]


async def begin_one(db: Database) -> Letter:
    """Put one message on the wire."""
    [letter_id] = await claim(db, NOW, 25)
    letter = await delivery.begin(db, letter_id, NOW)
    assert letter is not None
    return letter


async def states(db: Database) -> list[str]:
    return [state for _, _, state in await letters(db)]


async def test_a_message_is_written_once_per_key(db: Database, olena: Person) -> None:
    for _ in range(2):
        await put(db, KIND, olena.id, {}, "key", NOW)
    assert await states(db) == ["pending"]


async def test_the_urgent_goes_first_then_the_older(db: Database, olena: Person) -> None:
    for key, priority, wait in [("late", 1, 3), ("early", 1, 1), ("urgent", 0, 5), ("dull", 6, 0)]:
        await put(db, key, olena.id, {}, key, NOW + wait * SECOND, priority=priority)
    claimed = await claim(db, NOW + 9 * SECOND, 3)
    order = [await delivery.begin(db, letter_id, NOW) for letter_id in claimed]
    assert [letter.kind for letter in order if letter] == ["urgent", "early", "late"]


async def test_what_is_not_due_waits(db: Database, olena: Person) -> None:
    await put(db, KIND, olena.id, {}, "key", NOW + SECOND)
    assert not await delivery.is_due(db, BOT, NOW)
    assert await claim(db, NOW, 25) == []
    assert await delivery.is_due(db, BOT, NOW + SECOND)


async def test_a_letter_knows_its_reader(db: Database, olena: Person) -> None:
    await put(db, KIND, olena.id, {"name": "Лікарня"}, "key", NOW)
    letter = await begin_one(db)
    assert letter == Letter(
        letter.id, KIND, {"name": "Лікарня"}, 1, olena.id, 1, "uk", "Europe/Kyiv", None
    )
    await delivery.sent(db, letter, 77, NOW)
    assert await states(db) == ["sent"]


async def test_nothing_is_claimed_twice(db: Database, olena: Person) -> None:
    for number in range(40):
        await put(db, KIND, olena.id, {}, str(number), NOW)
    batches = await asyncio.gather(*(claim(db, NOW, 7) for _ in range(8)))
    claimed = [letter_id for batch in batches for letter_id in batch]
    assert len(claimed) == len(set(claimed))
    rest = await claim(db, NOW, 100)
    assert len(claimed) + len(rest) == 40
    assert all(len(batch) <= 7 for batch in batches)


async def test_what_came_too_late_is_not_sent(db: Database, olena: Person) -> None:
    await put(db, KIND, olena.id, {}, "key", NOW, not_after=NOW + SECOND)
    [letter_id] = await claim(db, NOW, 25)
    assert await delivery.begin(db, letter_id, NOW + 2 * SECOND) is None
    assert await states(db) == ["expired"]


async def test_what_was_taken_back_is_not_sent(db: Database, olena: Person) -> None:
    for key in ("join:1:a", "join:1:b", "join:12:a", "join_1:a"):
        await put(db, KIND, olena.id, {}, key, NOW)
    claimed = await claim(db, NOW, 1)
    await take_back(db, "join:1:")
    assert await states(db) == ["cancelled", "cancelled", "pending", "pending"]
    assert await delivery.begin(db, claimed[0], NOW) is None


async def test_whoever_blocked_the_bot_is_spared(db: Database, olena: Person) -> None:
    for key in "abc":
        await put(db, KIND, olena.id, {}, key, NOW)
    letter_id, second = await claim(db, NOW, 2)
    letter = await delivery.begin(db, letter_id, NOW)
    assert letter is not None
    await delivery.unreachable(db, letter, "Forbidden: bot was blocked by the user", NOW)
    assert await delivery.begin(db, second, NOW) is None
    assert await states(db) == ["blocked"] * 3

    await people.set_blocked(db, olena.telegram_id, None)
    await put(db, KIND, olena.id, {}, "d", NOW)
    assert (await begin_one(db)).person_id == olena.id


async def test_what_was_not_sent_comes_back_when_it_is_due(db: Database, olena: Person) -> None:
    await put(db, KIND, olena.id, {}, "key", NOW)
    letter = await begin_one(db)
    await delivery.unsent(db, letter, NOW + SECOND, "flood", refund=True)
    assert not await delivery.is_due(db, BOT, NOW)
    [again] = await claim(db, NOW + SECOND, 25)
    refunded = await delivery.begin(db, again, NOW)
    assert refunded is not None
    assert refunded.attempts == 1
    await delivery.unsent(db, refunded, NOW, "no network", refund=False)
    assert (await begin_one(db)).attempts == 2


async def test_doubt_ends_after_some_tries(db: Database, olena: Person) -> None:
    await put(db, KIND, olena.id, {}, "key", NOW)
    for number in range(1, TRIES + 1):
        letter = await begin_one(db)
        assert letter.attempts == number
        await delivery.doubtful(db, letter, NOW, "read timeout")
    assert await states(db) == ["unknown"]


async def test_after_a_crash_nothing_is_lost(db: Database, olena: Person) -> None:
    for key in "ab":
        await put(db, KIND, olena.id, {}, key, NOW)
    on_the_wire, _ = await claim(db, NOW, 2)
    assert await delivery.begin(db, on_the_wire, NOW)
    assert await delivery.recover(db, NOW + LEASE) == 0
    assert await states(db) == ["inflight", "claimed"]
    assert await delivery.recover(db, NOW + LEASE + SECOND) == 1
    assert await states(db) == ["pending", "pending"]


async def test_an_outcome_that_comes_after_the_lease_changes_nothing(
    db: Database, olena: Person
) -> None:
    await put(db, KIND, olena.id, {}, "key", NOW)
    slow = await begin_one(db)
    await delivery.recover(db, NOW + 2 * LEASE)
    quick = await begin_one(db)
    await delivery.refused(db, slow, "too late to matter", NOW)
    assert await states(db) == ["inflight"]
    await delivery.sent(db, quick, 5, NOW)
    assert await states(db) == ["sent"]


async def test_what_was_claimed_in_vain_is_free_again(db: Database, olena: Person) -> None:
    await put(db, KIND, olena.id, {}, "key", NOW)
    claimed = await claim(db, NOW, 25)
    await delivery.release(db, claimed)
    assert (await begin_one(db)).attempts == 1


async def test_a_message_leaves_only_if_its_cause_is_committed(
    db: Database, olena: Person
) -> None:
    @writes
    async def fail(tx: AsyncConnection, person_id: int) -> None:
        await outbox.enqueue(tx, KIND, person_id, {}, "key", NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail(db, olena.id)
    assert await letters(db) == []


async def test_a_pause_holds_for_its_bot_and_is_never_shortened(
    db: Database, olena: Person
) -> None:
    await put(db, KIND, olena.id, {}, "key", NOW)
    await delivery.pause(db, BOT, NOW + 30 * SECOND)
    await delivery.pause(db, BOT, NOW + 5 * SECOND)
    assert not await delivery.is_due(db, BOT, NOW + 29 * SECOND)
    assert await delivery.is_due(db, BOT, NOW + 30 * SECOND)
    assert await delivery.is_due(db, BOT + 1, NOW)


async def test_a_claimed_message_says_to_which_chat_it_goes(db: Database, olena: Person) -> None:
    await put(db, KIND, olena.id, {}, "key", NOW, priority=6)
    [claimed] = await delivery.claim(db, NOW, 25)
    assert (claimed.telegram_id, claimed.priority) == (olena.telegram_id, 6)


NEWS = "broadcast"  # a kind that is not sent twice


@writes
async def leave_group(tx: AsyncConnection, person: int, keys: str) -> None:
    await groups.open_group(tx, "g", NOW)
    letters = [(person, {"text": {"uk": key}}, key) for key in keys]
    await outbox.enqueue_many(tx, NEWS, letters, NOW, group="g")


async def test_a_group_is_paused_and_goes_on(db: Database, olena: Person) -> None:
    await leave_group(db, olena.id, "abc")
    [first, second] = await claim(db, NOW, 2)
    assert await pause(db, "g", NOW) is GroupState.PAUSED
    assert await delivery.begin(db, first, NOW) is None
    assert not await delivery.is_due(db, BOT, NOW)
    assert await claim(db, NOW, 25) == []
    assert await resume(db, "g", NOW) is GroupState.RUNNING
    assert await delivery.begin(db, second, NOW) is not None  # claimed before the pause
    assert len(await claim(db, NOW, 25)) == 2


async def test_a_stopped_group_stays_stopped(db: Database, olena: Person) -> None:
    await leave_group(db, olena.id, "abc")
    await put(db, KIND, olena.id, {}, "another", NOW)
    [claimed] = await claim(db, NOW, 1)
    answer = await delivery.begin(db, claimed, NOW)
    assert answer is not None
    assert answer.kind == KIND
    assert await stop(db, "g", NOW) is GroupState.STOPPED
    assert await resume(db, "g", NOW) is GroupState.STOPPED
    progress = await groups.progress(db, "g")
    assert progress is not None
    assert (progress.left, progress.counts) == (0, {"cancelled": 3})


async def test_a_group_counts_what_arrived_and_where(db: Database, olena: Person) -> None:
    await leave_group(db, olena.id, "abc")
    sent, unknown, _ = [await delivery.begin(db, one, NOW) for one in await claim(db, NOW, 3)]
    assert sent is not None
    assert unknown is not None
    await delivery.sent(db, sent, 77, NOW + SECOND)
    await delivery.doubtful(db, unknown, NOW, "read timeout")
    progress = await groups.progress(db, "g")
    assert progress is not None
    assert progress.counts == {"sent": 1, "unknown": 1, "inflight": 1}
    assert (progress.total, progress.left, progress.last_at) == (3, 1, NOW + SECOND)
    [arrived] = await groups.arrived(db, "g", 10)
    assert (arrived.telegram_id, arrived.message_id) == (1, 77)
    assert await groups.arrived(db, "g", 10, after=olena.id) == []


async def test_five_errors_alike_halt_a_group(db: Database, olena: Person) -> None:
    await leave_group(db, olena.id, "abcdefghijkl")
    claimed = await claim(db, NOW, 12)
    halted = []
    for number, letter_id in enumerate(claimed[:-2]):
        letter = await delivery.begin(db, letter_id, NOW)
        assert letter is not None
        assert letter.shaky == (number not in (0, 5))
        if number == 4:  # four alike, then one that arrives: counted from the start again
            await delivery.sent(db, letter, 5, NOW)
        else:
            halted.append(await delivery.refused(db, letter, "can't parse entities", NOW))
    assert halted == [False] * 8 + [True]
    assert await delivery.begin(db, claimed[-1], NOW) is None
    progress = await groups.progress(db, "g")
    assert progress is not None
    assert (progress.state, progress.error) == (GroupState.HALTED, "can't parse entities")
    assert await resume(db, "g", NOW) is GroupState.RUNNING
    assert len(await claim(db, NOW, 25)) == 1


async def test_different_errors_halt_nothing(db: Database, olena: Person) -> None:
    await leave_group(db, olena.id, "abcdefgh")
    for letter_id in await claim(db, NOW, 8):
        letter = await delivery.begin(db, letter_id, NOW)
        assert letter is not None
        assert not await delivery.refused(db, letter, f"error {letter_id}", NOW)


async def test_a_kind_that_must_not_come_twice_is_held_when_in_doubt(
    db: Database, olena: Person
) -> None:
    await leave_group(db, olena.id, "a")
    [letter_id] = await claim(db, NOW, 25)
    assert await delivery.begin(db, letter_id, NOW)
    assert await delivery.recover(db, NOW + LEASE + SECOND) == 1
    assert await states(db) == ["unknown"]


async def test_who_muted_news_gets_none_and_all_else(db: Database, olena: Person) -> None:
    await mutes.mute(db, olena.id, Topic.NEWS, mutes.ALL, NOW)
    await mutes.mute(db, olena.id, Topic.NEWS, mutes.ALL, NOW)
    await leave_group(db, olena.id, "a")
    await put(db, KIND, olena.id, {}, "another", NOW)
    begun = [await delivery.begin(db, one, NOW) for one in await claim(db, NOW, 25)]
    assert [letter.kind for letter in begun if letter] == [KIND]
    assert await mutes.muted_by(db, olena.id) == {(Topic.NEWS, mutes.ALL)}
    await mutes.unmute(db, olena.id, Topic.NEWS)
    assert await mutes.muted_by(db, olena.id) == set()


async def test_news_waits_for_the_morning_of_its_reader(db: Database, olena: Person) -> None:
    night = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 22:00 in Kyiv
    await leave_group(db, olena.id, "a")
    await put(db, KIND, olena.id, {}, "another", NOW)
    assert len(await claim(db, night, 25)) == 1
    assert not await delivery.is_due(db, BOT, night + 9 * 3600 * SECOND)
    assert await delivery.is_due(db, BOT, night + 10 * 3600 * SECOND)
