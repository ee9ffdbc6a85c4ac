"""Broadcasts: who is in a segment, who may send, chunks that survive a crash, taking back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.messages import BROADCAST, RULES, SECOND, Topic, put_off
from domain.people.segment import Segment
from storage import broadcasts, delivery, groups, models, mutes, organisations, people
from storage.audit import Deed
from storage.broadcasts import CANARY, CHUNK, Start, State
from storage.database import Database
from storage.roles import NotOrganiserError
from tests.storage.folk import NOW, letters, meet

OWNERS = (901, 902)


async def crowd(db: Database, size: int) -> list[int]:
    """Two owners, and people who agreed; their ids."""
    for number in OWNERS:
        await meet(db, number, f"O{number}", OWNERS)
    return [(await meet(db, number, f"P{number}")).id for number in range(1, size + 1)]


async def drafted(db: Database, author: int, **segment: Any) -> int:
    number = await broadcasts.create(db, Deed(author, NOW))
    values = {"text": {"uk": "<b>Привіт</b>"}, "segment": Segment(**segment).as_json()}
    assert await broadcasts.change(db, number, values, Deed(author, NOW))
    return number


async def owner(db: Database, number: int = 901) -> int:
    found = await people.find(db, number)
    assert found is not None
    return found.id


async def test_conditions_combine(db: Database) -> None:
    ids = await crowd(db, 4)
    for person, kind, oblast in (
        (0, "hospital", "lviv"),
        (1, "hospital", "rivne"),
        (2, "sme", "lviv"),
    ):
        profile = {"name": f"Org {person}", "type": kind, "oblast": oblast}
        await organisations.make(db, ids[person], None, profile, NOW)
    await people.set_language(db, ids[1], "en")

    async def size(**conditions: Any) -> tuple[int, int]:
        return await broadcasts.audience(db, Segment(**conditions), NOW)

    assert await size() == (6, 0)
    assert await size(types=("hospital",)) == (2, 0)
    assert await size(types=("hospital", "sme"), oblasts=("lviv",)) == (2, 0)
    assert await size(types=("hospital",), languages=("en",)) == (1, 0)
    await people.set_blocked(db, 1, NOW)
    assert await size(types=("hospital",)) == (2, 1)
    await mutes.mute(db, ids[1], Topic.NEWS, "", NOW)
    assert await size(types=("hospital",)) == (1, 1)
    segment = Segment(types=("hospital",), survey=3, survey_statuses=("finished",))
    assert Segment.of(segment.as_json()) == segment
    assert await size(event=99, event_statuses=("registered",)) == (0, 0)


async def test_the_first_few_then_all_in_chunks_each_once(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd(db, CANARY + 15)
    me = await owner(db)
    number = await drafted(db, me)
    assert await broadcasts.start(db, number, Deed(me, NOW), 1000) is Start.STARTED
    assert len(await letters(db)) == CANARY
    assert not await broadcasts.write_on(db, number, NOW), "nobody has said Continue"
    assert await broadcasts.go_on(db, number, Deed(me, NOW))
    assert not await broadcasts.go_on(db, number, Deed(me, NOW))
    monkeypatch.setattr("storage.broadcasts.CHUNK", 6)
    assert await broadcasts.write_on(db, number, NOW)
    assert len(await letters(db)) == CANARY + 6
    while await broadcasts.write_on(db, number, NOW):
        pass
    found = await letters(db)
    assert len({person for _, person, _ in found}) == len(found) == CANARY + 17
    one = await broadcasts.get(db, number)
    assert one is not None
    assert one.state is State.WRITTEN
    assert CHUNK > CANARY


async def test_two_organisers_who_press_at_once_start_it_once(db: Database) -> None:
    await crowd(db, 3)
    first, second = await owner(db), await owner(db, 902)
    number = await drafted(db, first)
    both = await asyncio.gather(
        broadcasts.start(db, number, Deed(first, NOW), 1000),
        broadcasts.start(db, number, Deed(second, NOW), 1000),
    )
    assert sorted(both) == [Start.BEFORE, Start.STARTED]
    assert len(await letters(db)) == 5


async def test_many_need_a_second_organiser_and_new_words_a_new_yes(db: Database) -> None:
    await crowd(db, 3)
    first, second = await owner(db), await owner(db, 902)
    number = await drafted(db, first)
    assert await broadcasts.start(db, number, Deed(first, NOW), 4) is Start.ASKED
    assert await broadcasts.start(db, number, Deed(first, NOW), 4) is Start.OWN
    assert await broadcasts.change(db, number, {"text": {"uk": "Інше"}}, Deed(first, NOW))
    later = NOW + timedelta(minutes=1)
    assert await broadcasts.start(db, number, Deed(second, later), 4) is Start.ASKED
    told = await letters(db)
    assert told == [(SECOND, second, "cancelled"), (SECOND, second, "pending")]
    assert await broadcasts.start(db, number, Deed(second, later), 4) is Start.STARTED
    assert not await broadcasts.change(db, number, {"text": {}}, Deed(first, NOW))


async def test_the_request_for_a_second_yes_leaves_only_while_it_waits(db: Database) -> None:
    await crowd(db, 3)
    first, second = await owner(db), await owner(db, 902)
    number = await drafted(db, first)
    await broadcasts.start(db, number, Deed(first, NOW), 4)
    [claimed] = await delivery.claim(db, NOW, 9)
    letter = await delivery.begin(db, claimed.id, NOW)
    assert letter is not None
    assert letter.person_id == second
    assert letter.facts == {"text": {"uk": "<b>Привіт</b>"}, "author": "O901", "people": 5}
    await delivery.release(db, [letter.id])
    await broadcasts.change(db, number, {"text": {"uk": "Інше"}}, Deed(first, NOW))
    later = NOW + timedelta(minutes=1)
    await broadcasts.start(db, number, Deed(first, later), 4)
    [claimed] = await delivery.claim(db, later, 9)
    await broadcasts.remove(db, number, Deed(first, later))
    assert await delivery.begin(db, claimed.id, later) is None


async def test_who_organises_alone_is_told_that_nobody_can_confirm(db: Database) -> None:
    me = (await meet(db, 901, "O901", (901,))).id
    await meet(db, 1, "P1")
    number = await drafted(db, me)
    assert await broadcasts.start(db, number, Deed(me, NOW), 1) is Start.ALONE
    one = await broadcasts.get(db, number)
    assert one is not None
    assert one.state is State.DRAFT
    assert await letters(db) == []


async def test_nothing_to_say_or_nobody_to_hear(db: Database) -> None:
    await crowd(db, 1)
    me = await owner(db)
    number = await broadcasts.create(db, Deed(me, NOW))
    assert await broadcasts.start(db, number, Deed(me, NOW), 9) is Start.EMPTY
    number = await drafted(db, me, types=("cluster",))
    assert await broadcasts.start(db, number, Deed(me, NOW), 9) is Start.NOBODY


async def test_only_organisers(db: Database) -> None:
    [person] = await crowd(db, 1)
    me = await owner(db)
    number = await drafted(db, me)
    deed = Deed(person, NOW)
    for work in (
        broadcasts.create(db, deed),
        broadcasts.change(db, number, {"text": {}}, deed),
        broadcasts.start(db, number, deed, 9),
        broadcasts.go_on(db, number, deed),
        broadcasts.stop(db, number, deed),
        broadcasts.recall(db, number, "delete", deed),
        broadcasts.remove(db, number, deed),
        broadcasts.test(db, number, deed),
        broadcasts.pause(db, number, deed),
        broadcasts.resume(db, number, deed),
    ):
        with pytest.raises(NotOrganiserError):
            await work
    assert await letters(db) == []


async def test_a_card_that_was_pressed_meanwhile_is_not_left(db: Database) -> None:
    """Who keeps it up to date saw it at rest; then somebody continued."""
    await crowd(db, 30)
    me = await owner(db)
    number = await drafted(db, me)
    await broadcasts.start(db, number, Deed(me, NOW), 1000)
    await broadcasts.place_card(db, number, 1003, 7)
    at_rest = await broadcasts.get(db, number)
    assert at_rest is not None
    await broadcasts.go_on(db, number, Deed(me, NOW))
    await broadcasts.leave_card(db, at_rest)
    pressed = await broadcasts.get(db, number)
    assert pressed is not None
    assert pressed.card == (1003, 7)
    await broadcasts.leave_card(db, pressed)
    left = await broadcasts.get(db, number)
    assert left is not None
    assert left.card is None


async def test_a_test_does_not_wait_for_the_morning(db: Database) -> None:
    await crowd(db, 0)
    me = await owner(db)
    number = await drafted(db, me)
    night = NOW.replace(hour=23)
    await broadcasts.test(db, number, Deed(me, night))
    [kind] = await db.read(lambda c: c.scalars(select(models.Outbox.kind)))
    assert put_off(RULES[kind], {}, night, "Europe/Kyiv", None) is None
    assert put_off(RULES[BROADCAST], {}, night, "Europe/Kyiv", None) is not None


async def test_what_is_too_old_to_delete_is_counted_and_can_be_edited(db: Database) -> None:
    await crowd(db, 3)
    me = await owner(db)
    number = await drafted(db, me)
    await broadcasts.start(db, number, Deed(me, NOW), 1000)
    table = models.Outbox
    ids = list(await db.read(lambda c: c.scalars(select(table.id).order_by(table.id))))

    async def arrive(tx: Any) -> None:
        for place, letter in enumerate(ids[:4]):
            at = NOW if place < 3 else NOW - timedelta(hours=49)
            values = {"state": "sent", "message_id": 10 + place, "sent_at": at}
            await tx.execute(update(table).where(table.id == letter).values(**values))

    await db.write(arrive)
    await broadcasts.stop(db, number, Deed(me, NOW))
    later = replace(Deed(me, NOW), at=NOW + timedelta(minutes=5))
    assert await broadcasts.recall(db, number, "delete", later) == (3, 1)
    assert await broadcasts.recall(db, number, "delete", later) == (3, 1)
    recalled = await groups.progress(db, f"broadcast:{number}:recall")
    assert recalled is not None
    assert recalled.total == 3, "pressed twice, written once"
    assert await broadcasts.recall(db, number, "edit", later) == (4, 0)
