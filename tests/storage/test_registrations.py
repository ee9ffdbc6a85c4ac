"""Registrations one after the other: what each operation leads to, and what it says."""

from datetime import timedelta

import pytest

from domain.events.definition import DefinitionError
from domain.events.event import Mode, Registration, State
from domain.events.outcome import Outcome, Refusal
from domain.events.seating import Why
from storage import deciding, events, people, registrations, sweeping
from storage.database import Database
from storage.roles import NotOrganiserError
from tests.storage.audience import (
    START,
    assert_nothing_oversold,
    crowd,
    publish,
    session,
    states,
)
from tests.storage.folk import NOW, letters, meet

ONSITE, ONLINE = Mode.ONSITE, Mode.ONLINE
Who = tuple[int, int]


async def register(db: Database, event_id: int, who: Who, mode: Mode = ONSITE) -> Outcome:
    return await registrations.register(db, event_id, *who, mode, "Олена", NOW)


def made(outcome: Outcome) -> Registration:
    assert outcome.registration is not None
    return outcome.registration


async def test_a_double_tap_is_one_registration(db: Database) -> None:
    event = await publish(db)
    [who] = await crowd(db, 1)
    first, second = await register(db, event.id, who), await register(db, event.id, who)
    assert made(first).state is State.CONFIRMED
    assert made(first).id == made(second).id
    assert first.changed
    assert not second.changed


async def test_colleagues_are_named_and_told_apart(db: Database) -> None:
    event = await publish(db)
    [who] = await crowd(db, 1)

    async def name(text: str) -> Registration:
        return made(
            await registrations.register(
                db, event.id, *who, ONSITE, text, NOW, colleague=True, source="mail"
            )
        )

    await register(db, event.id, who)
    one, same, other = await name("Іван  Франко"), await name("іван франко"), await name("Леся")
    assert one.id == same.id != other.id
    assert one.source == "mail"
    assert await states(db, event.id) == {State.CONFIRMED: 3}


async def test_the_queue_is_explained_and_moves_when_a_seat_is_given_back(db: Database) -> None:
    event = await publish(db, capacity={ONSITE: 1})
    ann, ben, cor = await crowd(db, 3)
    seat = made(await register(db, event.id, ann))
    waits, later = await register(db, event.id, ben), await register(db, event.id, cor)
    assert (waits.why, waits.place) == (Why.FULL, 1)
    assert (later.why, later.place) == (Why.FULL, 2)
    await registrations.cancel(db, seat.id, ann[0], NOW)
    offered = await registrations.get(db, made(waits).id)
    assert offered is not None
    assert offered.state is State.OFFERED
    assert offered.offer_expires_at == NOW + timedelta(hours=24)
    assert ("event_offer", ben[0], "pending") in await letters(db)
    newcomer = await register(db, event.id, ann)
    assert newcomer.place == 2  # nobody jumps the queue, and the offer holds its seat
    taken = await registrations.take(db, made(waits).id, ben[0], NOW)
    assert made(taken).state is State.CONFIRMED
    again = await registrations.take(db, made(waits).id, ben[0], NOW)
    assert not again.changed
    assert ("event_offer", ben[0], "cancelled") in await letters(db)


@pytest.mark.parametrize(("late", "state"), [(-1, State.CONFIRMED), (0, State.EXPIRED)])
async def test_an_offer_ends_at_its_very_moment(db: Database, late: int, state: State) -> None:
    event = await publish(db, capacity={ONSITE: 1})
    ann, ben, cor = await crowd(db, 3)
    seat = made(await register(db, event.id, ann))
    waits, third = [made(await register(db, event.id, who)) for who in (ben, cor)]
    await registrations.cancel(db, seat.id, ann[0], NOW)
    moment = NOW + timedelta(hours=24, microseconds=late)
    outcome = await registrations.take(db, waits.id, ben[0], moment)
    found = await registrations.get(db, waits.id)
    assert found is not None
    assert found.state is state
    assert (outcome.refusal is Refusal.TOO_LATE) == (state is State.EXPIRED)
    following = await registrations.get(db, third.id)
    assert following is not None
    assert (following.state is State.OFFERED) == (state is State.EXPIRED)
    await assert_nothing_oversold(db, event.id, moment)


async def test_a_capped_organisation_is_passed_over_and_keeps_its_place(db: Database) -> None:
    event = await publish(db, capacity={ONSITE: 2}, organisation_limit=1)
    ann, bob = await crowd(db, 2, per_organisation=2)
    cor, dan = await crowd(db, 2, first=10)
    await register(db, event.id, ann)
    capped = await register(db, event.id, bob)
    assert capped.why is Why.ORGANISATION_LIMIT
    assert made(await register(db, event.id, cor)).state is State.CONFIRMED
    last = await register(db, event.id, dan)
    assert (last.why, last.place) == (Why.FULL, 2)
    seats = await registrations.of_person(db, cor[0])
    await registrations.cancel(db, seats[0].id, cor[0], NOW)
    offered = await registrations.get(db, made(last).id)
    assert offered is not None
    assert offered.state is State.OFFERED
    kept = await registrations.get(db, made(capped).id)
    assert kept is not None
    assert (kept.state, kept.queue_no) == (State.WAITING, made(capped).queue_no)
    mine = await registrations.of_person(db, ann[0])
    await registrations.cancel(db, mine[0].id, ann[0], NOW)
    kept = await registrations.get(db, made(capped).id)
    assert kept is not None
    assert kept.state is State.OFFERED


async def test_a_raised_capacity_moves_the_list_and_a_lower_one_is_refused(db: Database) -> None:
    event = await publish(db, capacity={ONSITE: 2})
    folk = await crowd(db, 4)
    for who in folk:
        await register(db, event.id, who)
    await events.save(db, session(capacity={ONSITE: 3}), NOW)
    assert await states(db, event.id) == {State.CONFIRMED: 2, State.OFFERED: 1, State.WAITING: 1}
    with pytest.raises(DefinitionError, match=r"3 seats .onsite. are taken already"):
        await events.save(db, session(capacity={ONSITE: 2}), NOW)
    with pytest.raises(DefinitionError, match="cannot be taken away"):
        await events.save(db, session(capacity={ONLINE: 2}, join_url="https://a.b"), NOW)
    unchanged = await events.get(db, event.id)
    assert unchanged is not None
    assert unchanged.capacity == {ONSITE: 3}


async def test_switching_the_mode_frees_the_other_seat(db: Database) -> None:
    event = await publish(
        db, capacity={ONSITE: 1, ONLINE: 1}, join_url="https://meet.example.org/x"
    )
    ann, ben, cor = await crowd(db, 3)
    seat = made(await register(db, event.id, ann))
    waits = made(await register(db, event.id, ben))
    switched = await registrations.switch(db, seat.id, ann[0], ONLINE, NOW)
    assert (made(switched).mode, made(switched).state) == (ONLINE, State.CONFIRMED)
    offered = await registrations.get(db, waits.id)
    assert offered is not None
    assert offered.state is State.OFFERED
    refused = await registrations.switch(db, waits.id, ben[0], ONLINE, NOW)
    assert refused.refusal is Refusal.FULL
    kept = await registrations.get(db, waits.id)
    assert kept is not None
    assert (kept.mode, kept.state) == (ONSITE, State.OFFERED)
    foreign = await registrations.switch(db, waits.id, cor[0], ONLINE, NOW)
    assert foreign.refusal is Refusal.GONE


async def test_only_an_organiser_cancels_or_moves_for_others(db: Database) -> None:
    event = await publish(
        db, capacity={ONSITE: 1, ONLINE: 1}, join_url="https://meet.example.org/x"
    )
    ann, ben = await crowd(db, 2)
    seat = made(await register(db, event.id, ann))
    with pytest.raises(NotOrganiserError):
        await registrations.cancel(db, seat.id, ben[0], NOW, organising=True)
    with pytest.raises(NotOrganiserError):
        await registrations.switch(db, seat.id, ben[0], ONLINE, NOW, organising=True)
    assert await registrations.get(db, seat.id) == seat


async def test_a_seat_is_handed_to_a_colleague_and_the_old_ticket_dies(db: Database) -> None:
    event = await publish(db)
    ann, bob = await crowd(db, 2, per_organisation=2)
    [stranger] = await crowd(db, 1, first=20)
    seat = made(await register(db, event.id, ann))
    no = await registrations.hand_over(db, seat.id, ann[0], stranger[0], NOW)
    assert no.refusal is Refusal.NOT_A_CONTACT
    handed = made(await registrations.hand_over(db, seat.id, ann[0], bob[0], NOW))
    assert handed.person_id == bob[0]
    assert handed.code != seat.code
    assert handed.ticket_version > seat.ticket_version
    assert ("event_handed_over", bob[0], "pending") in await letters(db)
    assert not (await register(db, event.id, bob)).changed
    mine = made(await register(db, event.id, ann))
    double = await registrations.hand_over(db, mine.id, ann[0], bob[0], NOW)
    assert double.refusal is Refusal.ALREADY


async def test_approval_comes_before_a_seat_and_the_first_decision_stands(db: Database) -> None:
    sofia = await meet(db, 1003, "Софія", (1003,))
    event = await publish(db, capacity={ONSITE: 1}, approval=True)
    ann, ben = await crowd(db, 2)
    one, two = [made(await register(db, event.id, who)) for who in (ann, ben)]
    assert (one.state, two.state) == (State.PENDING, State.PENDING)
    with pytest.raises(NotOrganiserError):
        await deciding.decide(db, one.id, ann[0], True, NOW)
    yes = await deciding.decide(db, one.id, sofia.id, True, NOW)
    assert made(yes).state is State.CONFIRMED
    late = await deciding.decide(db, one.id, sofia.id, False, NOW)
    assert made(late).state is State.CONFIRMED
    assert not late.changed
    queued = await deciding.decide(db, two.id, sofia.id, True, NOW)
    assert (made(queued).state, queued.why) == (State.WAITING, Why.FULL)
    sent = await letters(db)
    assert sent.count(("event_request", sofia.id, "pending")) == 2
    assert sent.count(("event_approved", ann[0], "pending")) == 1


async def test_moving_and_cancelling_an_event_tells_everybody(db: Database) -> None:
    event = await publish(db, capacity={ONSITE: 1})
    ann, ben = await crowd(db, 2)
    for who in (ann, ben):
        await register(db, event.id, who)
    later: dict[str, object] = {
        "starts_at": START + timedelta(days=1),
        "ends_at": START + timedelta(days=1, hours=1),
    }
    moved = await events.save(db, session("deep-dive", **{"capacity": {ONSITE: 1}, **later}), NOW)
    assert moved.sequence == event.sequence + 1
    same = await events.save(db, session("deep-dive", **{"capacity": {ONSITE: 1}, **later}), NOW)
    assert same.sequence == moved.sequence
    await events.cancel(db, event.id, None, NOW)
    await events.cancel(db, event.id, None, NOW)
    kinds = [(kind, person) for kind, person, _ in await letters(db)]
    for kind in ("event_moved", "event_cancelled"):
        assert sorted(p for k, p in kinds if k == kind) == sorted([ann[0], ben[0]])
    assert (await register(db, event.id, ann)).changed is False
    [cor] = await crowd(db, 1, first=30)
    assert (await register(db, event.id, cor)).refusal is Refusal.CLOSED


async def test_what_cannot_be_registered_for_changes_nothing(db: Database) -> None:
    event = await publish(db)
    ann, ben = await crowd(db, 2)
    assert (await register(db, 9999, ann)).refusal is Refusal.NO_EVENT
    assert (await register(db, event.id, ann, ONLINE)).refusal is Refusal.NO_MODE
    assert (await register(db, event.id, (ann[0], ben[1]))).refusal is Refusal.NOT_A_CONTACT
    await events.set_registration_open(db, event.id, False, None, NOW)
    assert (await register(db, event.id, ann)).refusal is Refusal.CLOSED
    assert await states(db, event.id) == {}
    person = await people.get(db, ann[0])
    with pytest.raises(NotOrganiserError):
        await events.cancel(db, event.id, person.id, NOW)


async def test_the_sweep_mends_what_a_crash_left(db: Database) -> None:
    event = await publish(db, capacity={ONSITE: 1})
    ann, ben = await crowd(db, 2)
    seat = made(await register(db, event.id, ann))
    waits = made(await register(db, event.id, ben))

    async def lose(tx: object) -> None:  # a cancellation whose promotion never happened
        from sqlalchemy import text

        await tx.execute(  # type: ignore[attr-defined]
            text("UPDATE registrations SET state = 'cancelled' WHERE id = :id"), {"id": seat.id}
        )

    await db.write(lose)
    assert await sweeping.sweep(db, NOW) == 1
    await sweeping.sweep(db, NOW)
    found = await registrations.get(db, waits.id)
    assert found is not None
    assert (found.state, found.offer_no) == (State.OFFERED, 1)
