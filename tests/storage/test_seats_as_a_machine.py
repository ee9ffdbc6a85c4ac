"""Any order of register, cancel, take, switch, expiry, capacity changes and offers out of turn
keeps the promises."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from domain.events import seating as rules
from domain.events.definition import DefinitionError
from domain.events.event import Event, Mode, State
from storage import deciding, events, registrations, seating, sweeping
from storage.database import Database, open_database
from tests.storage.audience import assert_nothing_oversold, crowd, publish, session
from tests.storage.folk import NOW, meet

T = TypeVar("T")
PEOPLE = 8
LINK = "https://meet.example.org/x"
who = st.integers(0, PEOPLE - 1)
mode = st.sampled_from(list(Mode))


def machine(template: Path) -> type[RuleBasedStateMachine]:  # noqa: C901 - one class
    """A machine whose every run has a copy of the migrated database."""

    class Seats(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.loop = asyncio.Runner()
            self.folder = tempfile.TemporaryDirectory()
            copy = shutil.copy(template, Path(self.folder.name) / "machine.sqlite3")
            self.opening = open_database(f"sqlite+aiosqlite:///{copy}")
            self.db: Database = self.loop.run(self.opening.__aenter__())
            self.now = NOW
            self.capacity: dict[Mode, int | None] = {Mode.ONSITE: 2, Mode.ONLINE: 1}
            self.run(self.prepare())

        async def prepare(self) -> None:
            self.event: Event = await publish(
                self.db, capacity=self.capacity, organisation_limit=2, join_url=LINK
            )
            self.folk = await crowd(self.db, PEOPLE, per_organisation=4)
            self.organiser = (await meet(self.db, 1003, "Софія", (1003,))).id

        def run(self, work: Awaitable[T]) -> T:
            async def wait() -> T:
                return await work

            return self.loop.run(wait())

        def teardown(self) -> None:
            self.loop.run(self.opening.__aexit__(None, None, None))
            self.loop.close()
            self.folder.cleanup()

        def mine(self, number: int) -> int | None:
            found = self.run(registrations.of_person(self.db, self.folk[number][0], self.event.id))
            return next((one.id for one in found if one.live), None)

        @rule(number=who, mode=mode)
        def register(self, number: int, mode: Mode) -> None:
            person, organisation = self.folk[number]
            before = self.mine(number)
            outcome = self.run(
                registrations.register(
                    self.db, self.event.id, person, organisation, mode, "A", self.now
                )
            )
            assert outcome.registration is not None
            if before is not None and not outcome.changed:
                assert outcome.registration.id == before

        @rule(number=who)
        def cancel(self, number: int) -> None:
            if (found := self.mine(number)) is not None:
                self.run(registrations.cancel(self.db, found, self.folk[number][0], self.now))
                assert self.mine(number) is None

        @rule(number=who)
        def take(self, number: int) -> None:
            if (found := self.mine(number)) is not None:
                self.run(registrations.take(self.db, found, self.folk[number][0], self.now))

        @rule(number=who, mode=mode)
        def switch(self, number: int, mode: Mode) -> None:
            if (found := self.mine(number)) is not None:
                person = self.folk[number][0]
                self.run(registrations.switch(self.db, found, person, mode, self.now))

        @rule(number=who)
        def put_first(self, number: int) -> None:
            if (found := self.mine(number)) is None:
                return
            done = self.run(deciding.put_first(self.db, found, self.organiser, self.now))
            assert done.registration is not None
            if done.registration.state is State.WAITING:
                assert done.place == 1

        @rule(hours=st.integers(1, 30))
        def wait(self, hours: int) -> None:
            if self.now + timedelta(hours=hours) < NOW + timedelta(days=25):
                self.now += timedelta(hours=hours)

        @rule()
        def sweep(self) -> None:
            self.run(sweeping.sweep(self.db, self.now))

        @rule(mode=mode, seats=st.integers(1, 4))
        def change_capacity(self, mode: Mode, seats: int) -> None:
            wanted = {**self.capacity, mode: seats}
            held = self.run(events.taken(self.db, self.event.id, self.now)).by_mode
            try:
                self.run(
                    events.save(
                        self.db,
                        session(capacity=wanted, organisation_limit=2, join_url=LINK),
                        self.now,
                    )
                )
                self.capacity = wanted
            except DefinitionError:
                assert held.get(mode, 0) > seats

        @invariant()
        def never_oversold(self) -> None:
            self.run(assert_nothing_oversold(self.db, self.event.id, self.now))

        @invariant()
        def nobody_waits_for_a_free_seat(self) -> None:
            """What is free and could be offered is offered, as soon as somebody sweeps."""
            self.run(sweeping.sweep(self.db, self.now))
            event = self.run(events.get(self.db, self.event.id))
            assert event is not None
            queue = self.run(self.db.read(lambda c: seating.waiting(c, event.id)))
            held = self.run(events.taken(self.db, event.id, self.now))
            assert rules.promote(event, held, queue, self.now) == []

        @invariant()
        def one_live_registration_each(self) -> None:
            for person, _ in self.folk:
                found = self.run(registrations.of_person(self.db, person, self.event.id))
                live = [one for one in found if one.live]
                assert len(live) <= 1
                assert all((r.state is State.OFFERED) == bool(r.offer_expires_at) for r in found)

    return Seats


@pytest.mark.usefixtures("logs")
def test_seats_keep_their_promises(migrated_sqlite: Path) -> None:
    run_state_machine_as_test(
        machine(migrated_sqlite),
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
