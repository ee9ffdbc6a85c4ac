"""The inbox: nothing twice, nothing lost, order kept, whoever dies in between."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy import update as sql_update

from storage import aside, inbox, models
from storage import workers as processes
from storage.database import Database
from storage.fsm import Buffer, Changes, Entry, load_dialog_states
from storage.inbox import Arrived, Ending, LostError, Stored

BOT, OLENA, ANDRII = 42, 1001, 1002
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LATER = NOW + processes.LEASE + timedelta(seconds=1)


UNCHANGED = Changes([], [])


def state_of(chat: int, state: str) -> Changes:
    buffer = Buffer(BOT, chat, {"key": Entry(state, "{}", changed=True)})
    return buffer.changes(NOW)


def update(number: int, lane: int = OLENA) -> Arrived:
    return Arrived(number, lane, {"update_id": number, "message": {"text": f"№ {number}"}})


async def receive(
    db: Database, worker: str, *numbers: int, lane: int = OLENA, now: datetime = NOW
) -> list[Stored]:
    return await inbox.receive(db, BOT, worker, [update(n, lane) for n in numbers], now)


async def finish(
    db: Database, worker: str, one: Stored, changes: Changes = UNCHANGED
) -> Stored | None:
    [outcome] = await inbox.finish(db, BOT, worker, [Ending(one, changes)], NOW)
    if isinstance(outcome, LostError):
        raise outcome
    return outcome


async def take_over(db: Database, worker: str, now: datetime, crashes: int = 5) -> list[Stored]:
    return (await processes.take_over(db, BOT, worker, crashes, now)).begin


@pytest.fixture
async def workers(db: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Lets workers of other machines, whose processes cannot be looked at, beat."""

    async def beat(*names: str, now: datetime = NOW) -> None:
        for name in names:
            monkeypatch.setattr("socket.gethostname", lambda name=name: f"host of {name}")
            await processes.beat(db, name, now)
        monkeypatch.setattr("socket.gethostname", lambda: "host of nobody")

    return beat


async def test_an_update_that_comes_again_is_nothing_new(db: Database) -> None:
    [one] = await receive(db, "a", 7)
    assert await receive(db, "a", 7) == []
    assert await finish(db, "a", one) is None
    assert await receive(db, "a", 7) == []
    assert [stored.update_id for stored in await receive(db, "a", 7, 8)] == [8]


async def test_of_what_is_done_nothing_but_the_number_stays(db: Database) -> None:
    [one] = await receive(db, "a", 7)
    await finish(db, "a", one)
    rows = await db.read(lambda c: c.execute(text("SELECT state, payload, lane FROM inbox")))
    assert [tuple(row) for row in rows] == [("done", None, None)]


async def test_a_lane_is_gone_through_in_order(db: Database) -> None:
    first, *_ = await receive(db, "a", 3, 1, 2)
    await receive(db, "a", 9, lane=ANDRII)
    seen = []
    one: Stored | None = first
    while one is not None:
        seen.append((one.update_id, one.payload["message"]["text"]))
        one = await finish(db, "a", one)
    assert seen == [(3, "№ 3"), (1, "№ 1"), (2, "№ 2")]


async def test_what_another_process_takes_in_goes_to_the_one_that_is_busy_with_the_chat(
    db: Database, workers: Callable[..., Any]
) -> None:
    await workers("a", "b")
    [one] = await receive(db, "a", 1)
    assert await receive(db, "b", 2) == []
    following = await finish(db, "a", one)
    assert following is not None
    assert following.update_id == 2
    assert await finish(db, "a", following) is None
    assert [stored.update_id for stored in await receive(db, "b", 3)] == [3]


async def test_what_two_processes_take_in_at_once_is_answered_by_one_at_a_time(
    db: Database, workers: Callable[..., Any]
) -> None:
    """Twenty updates of a chat through two processes: none is left behind, none overtakes."""
    await workers("a", "b")
    seen: list[int] = []
    busy: set[str] = set()
    woken: set[str] = set()

    async def take(worker: str, number: int) -> None:
        stored = await receive(db, worker, number)
        if worker in busy:
            woken.add(worker)
            return
        if not stored:
            return
        busy.add(worker)
        one: Stored | None = stored[0]
        while one is not None:
            assert busy == {worker}, "two processes answer one chat"
            await asyncio.sleep(0)
            seen.append(one.id)
            one = await finish(db, worker, one)
            if one is None and worker in woken:
                woken.remove(worker)
                one = await inbox.following(db, BOT, worker, OLENA)
        busy.remove(worker)

    await asyncio.gather(*(take("ab"[n % 2], n) for n in range(20)))
    assert seen == sorted(seen)
    assert len(seen) == 20


async def test_what_a_dead_process_left_is_taken_over_once_its_lease_has_run_out(
    db: Database, workers: Callable[..., Any]
) -> None:
    await workers("a", "b")
    await receive(db, "a", 1, 2)
    assert await take_over(db, "b", NOW) == []
    await workers("b", now=LATER)
    [one] = await take_over(db, "b", LATER)
    assert one.update_id == 1
    following = await finish(db, "b", one)
    assert following is not None
    assert following.update_id == 2


async def test_a_process_that_was_thought_dead_changes_nothing_any_more(
    db: Database, workers: Callable[..., Any]
) -> None:
    await workers("a", "b")
    [one] = await receive(db, "a", 1)
    await workers("b", now=LATER)
    await take_over(db, "b", LATER)
    for attempt in (
        finish(db, "a", one, state_of(OLENA, "Survey:asked")),
        inbox.failed(db, "a", one),
        inbox.give_up(db, BOT, "a", one, "why", LATER),
    ):
        with pytest.raises(LostError):
            await attempt
    assert await load_dialog_states(db, BOT, OLENA) == {}


async def test_updates_that_end_together_are_kept_but_for_those_that_are_lost(
    db: Database, workers: Callable[..., Any]
) -> None:
    await workers("a", "b")
    [kept] = await receive(db, "a", 1)
    [lost] = await receive(db, "a", 2, lane=ANDRII)
    await receive(db, "a", 3)
    await db.write(
        lambda tx: tx.execute(
            sql_update(models.InboxUpdate)
            .where(models.InboxUpdate.id == lost.id)
            .values(worker="b")
        )
    )
    endings = [
        Ending(kept, state_of(OLENA, "Survey:asked")),
        Ending(lost, state_of(ANDRII, "Survey:asked")),
    ]
    following, refused = await inbox.finish(db, BOT, "a", endings, NOW)
    assert isinstance(following, Stored)
    assert following.update_id == 3
    assert isinstance(refused, LostError)
    assert [one.state for one in (await load_dialog_states(db, BOT, OLENA)).values()] == [
        "Survey:asked"
    ]
    assert await load_dialog_states(db, BOT, ANDRII) == {}


async def test_a_process_that_leaves_gives_back_at_once(
    db: Database, workers: Callable[..., Any]
) -> None:
    await workers("a", "b")
    await receive(db, "a", 1)
    await processes.leave(db, "a")
    assert [one.update_id for one in await take_over(db, "b", NOW)] == [1]


async def test_a_dead_process_of_this_machine_is_known_at_once(db: Database) -> None:
    """Its number is ours, as in a container that was started again."""
    await processes.beat(db, "before the crash", NOW)
    await receive(db, "before the crash", 1)
    await processes.beat(db, "after it", NOW)
    assert [one.update_id for one in await take_over(db, "after it", NOW)] == [1]


async def test_an_update_that_processes_die_of_is_put_aside(
    db: Database, workers: Callable[..., Any]
) -> None:
    names = ["a", "b", "c"]
    now = NOW
    await workers("a")
    await receive(db, "a", 1, 2)
    taken = []
    for name in names[1:]:
        now += processes.LEASE + timedelta(seconds=1)
        await workers(name, now=now)
        taken.append([one.update_id for one in await take_over(db, name, now, 2)])
    assert taken == [[1], [2]]
    [dead] = await aside.dead(db)
    assert (dead.update_id, dead.takeovers) == (1, 2)
    assert dead.error == "00000001 processes died with it", "with the code that is shown"


async def test_suspects_are_handled_one_at_a_time_and_only_the_one_in_hand_is_blamed(
    db: Database, workers: Callable[..., Any]
) -> None:
    now = NOW
    names = iter("abcdefgh")

    async def die_and_take() -> processes.Taken:
        nonlocal now
        now += processes.LEASE + timedelta(seconds=1)
        name = next(names)
        await workers(name, now=now)
        return await processes.take_over(db, BOT, name, 5, now)

    await workers("z")
    for lane in (1, 2, 3):
        await receive(db, "z", lane, lane=lane)
    for _ in range(inbox.SUSPECT - 1):
        assert len((await die_and_take()).begin) == 3
    seen = [await die_and_take() for _ in range(5)]
    suspects = [(one.suspect.lane, one.suspect.takeovers) for one in seen if one.suspect]
    assert suspects == [(1, 3), (2, 3), (3, 3), (1, 4), (2, 4)]
    assert [one.begin for one in seen] == [[]] * 5
    assert [[one.lane for one in taken.aside] for taken in seen] == [[], [], [], [], [1]]


async def test_what_arrives_behind_a_suspect_waits_for_its_turn(
    db: Database, workers: Callable[..., Any]
) -> None:
    now = NOW
    await workers("z")
    await receive(db, "z", 1, lane=1)
    await receive(db, "z", 2, lane=2)
    for name in "abc":
        now += processes.LEASE + timedelta(seconds=1)
        await workers(name, now=now)
        taken = await processes.take_over(db, BOT, name, 5, now)
    assert taken.suspect is not None
    assert taken.suspect.lane == 1
    assert await receive(db, "c", 3, lane=2) == []
    assert await processes.take_over(db, BOT, "c", 5, now, suspect=False) == processes.Taken(
        [], None, []
    )
    assert await finish(db, "c", taken.suspect) is None
    taken = await processes.take_over(db, BOT, "c", 5, now)
    assert taken.suspect is not None
    following = await finish(db, "c", taken.suspect)
    assert following is not None
    assert (taken.suspect.update_id, following.update_id) == (2, 3)


async def test_what_waited_through_a_crash_goes_first_after_the_next(
    db: Database, workers: Callable[..., Any]
) -> None:
    """However many chats wait beside it: none is starved until it is put aside."""
    await workers("a")
    await receive(db, "a", 1, lane=ANDRII)
    later = NOW + processes.LEASE + timedelta(seconds=1)
    await workers("b", now=later)
    await take_over(db, "b", later)
    await receive(db, "b", 2, lane=OLENA, now=later)
    later += processes.LEASE + timedelta(seconds=1)
    await workers("c", now=later)
    taken = await take_over(db, "c", later)
    assert [one.update_id for one in taken] == [1, 2]


async def test_what_was_put_aside_is_tried_again_on_request(db: Database) -> None:
    one, _ = await receive(db, "a", 1, 2)
    following = await inbox.give_up(db, BOT, "a", one, "c0de ValueError at x.py:1 f", NOW)
    assert following is not None
    assert following.update_id == 2
    [dead] = await aside.dead(db)
    assert await aside.replay(db, [dead.id]) == 1
    assert await aside.replay(db, [dead.id]) == 0
    await finish(db, "a", following)
    await processes.beat(db, "a", NOW)
    [again] = await take_over(db, "a", NOW)
    assert again == replace(one, attempts=0)


async def test_old_numbers_are_forgotten(db: Database) -> None:
    done, failed, waits = await receive(db, "a", 1, 2, 3)
    await finish(db, "a", done)
    await inbox.give_up(db, BOT, "a", failed, "why", NOW)
    assert await aside.purge(db, NOW + aside.KEPT) == 0
    assert await aside.purge(db, NOW + aside.KEPT + timedelta(seconds=1)) == 1
    assert await aside.purge(db, NOW + aside.DEAD_KEPT + timedelta(seconds=1)) == 1
    assert await inbox.following(db, BOT, "a", OLENA) == waits
