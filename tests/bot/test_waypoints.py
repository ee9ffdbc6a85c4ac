"""What the demonstration can skip to: the next thing that really happens."""

from datetime import UTC, datetime, timedelta

from bot.waypoints import waypoints
from dialogs.context import App
from domain.events.definition import Definition
from domain.events.event import Mode
from domain.people.person import Person
from simulator.clock import Waypoint
from storage import events, organisations, people, registrations
from tests.conversations.harness import Clock


def moment(waypoint: Waypoint) -> datetime:
    return datetime.fromtimestamp(waypoint.at, UTC)


async def test_an_events_life_in_a_few_skips(app: App, clock: Clock, olena: Person) -> None:
    start = clock() + timedelta(days=12, hours=4)
    wanted = Definition(
        slug="session",
        title={"uk": "Сесія", "en": "Session"},
        zone="Europe/Kyiv",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        capacity={Mode.ONLINE: None},
        join_url="https://meet.example.org/",
        publish=True,
    )
    event = await events.save(app.db, wanted, clock())
    labels = [one.label["en"] for one in await waypoints(app)]
    assert labels == ["Skip to tomorrow morning", "Skip to the start: Session"]
    await organisations.make(app.db, olena.id, None, {"name": "Л", "type": "hospital"}, clock())
    organisation = (await people.get(app.db, olena.id)).organisation_id
    assert organisation is not None
    await registrations.register(
        app.db, event.id, olena.id, organisation, Mode.ONLINE, "Олена", clock()
    )
    skips = []
    while True:
        found = {one.label["en"]: one for one in await waypoints(app)}
        reminder = found.get("Skip to the next reminder: Session")
        if reminder is None:
            break
        assert moment(reminder) > clock()
        clock.at = moment(reminder)
        skips.append(start - clock())
    hours = [round(before.total_seconds() / 3600, 1) for before in skips]
    assert hours == [172.0, 76.0, 28.0, 1.0, 0.2]
    [begins, tomorrow] = await waypoints(app)
    assert begins.label["uk"] == "До початку: Сесія"
    assert moment(begins) == start + timedelta(seconds=1)
    assert moment(tomorrow) > moment(begins)


async def test_tomorrow_is_always_there(app: App, clock: Clock) -> None:
    [one] = await waypoints(app)
    assert moment(one) == datetime(2026, 11, 25, 7, 0, 1, tzinfo=UTC)  # 9:00 in Kyiv
