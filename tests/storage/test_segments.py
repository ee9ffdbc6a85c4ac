"""Who is in a segment: how far with a survey, how with an event, which link of the chain."""

from datetime import datetime, timedelta

import pytest

from domain.events.event import Mode
from domain.people.person import Person
from domain.people.segment import Segment
from storage import attendees, organisations, people, registrations, segments
from storage.database import Database
from storage.joining import join_in
from storage.segments import members
from tests.storage.audience import publish
from tests.storage.folk import NOW, hospital, meet
from tests.storage.published import Begun, begin

ROWS = """
|type|name|label|
| select_multiple link | stages | Which links? |
| integer | beds | Beds |
"""
CHOICES = """
| list_name | name | label |
| link | manufacturing | Manufacturing |
| link | certification | Certification |
"""
LINKS = ("/data/stages",)
Folk = dict[str, Person]


@pytest.fixture
async def folk(db: Database) -> Folk:
    """Two of one hospital and two of firms; Sofia owns the bot."""
    met = {
        name: await meet(db, number, name, (5,))
        for number, name in enumerate(("olena", "taras", "andrii", "ivan", "sofia"), 1)
    }
    shared = await hospital(db, met["olena"])
    await db.write(lambda tx: join_in(tx, met["taras"].id, shared, NOW))
    for name in ("andrii", "ivan"):
        await organisations.make(db, met[name].id, None, {"name": name, "type": "sme"}, NOW)
    return {name: await people.get(db, person.id) for name, person in met.items()}


async def within(db: Database, folk: Folk, segment: Segment, now: datetime = NOW) -> set[str]:
    found = set((await db.read(lambda c: c.scalars(members(segment, now)))).all())
    total, unreachable = await db.read(lambda c: segments.count(c, segment, now))
    assert (total, unreachable) == (len(found), 0), "what is counted is who gets it"
    return {name for name, person in folk.items() if person.id in found}


async def answered(db: Database, olena: Person) -> Begun:
    assert olena.organisation_id is not None
    begun = await begin(db, olena, olena.organisation_id, ROWS, CHOICES)
    await begun.act(olena, lambda interview: interview.begin({}))
    await begun.act(olena, lambda it: it.answer("/data/stages", "manufacturing"))
    return begun


async def test_how_far_with_a_survey_is_the_organisations(db: Database, folk: Folk) -> None:
    begun = await answered(db, folk["olena"])

    async def at(*statuses: str) -> set[str]:
        return await within(db, folk, Segment(survey=1, survey_statuses=statuses))

    rest = {"andrii", "ivan", "sofia"}
    assert await at("unfinished") == {"olena", "taras"}
    assert await at("not_started") == rest
    assert await at("finished") == set()
    await begun.act(folk["olena"], lambda interview: interview.answer("/data/beds", "12"))
    await begun.act(folk["olena"], lambda interview: interview.submit("ABCD-2345"))
    assert await at("finished") == {"olena", "taras"}
    assert await at("unfinished") == set()
    assert await at("not_started", "finished") == rest | {"olena", "taras"}


async def test_a_link_of_the_chain_is_what_the_organisation_answered(
    db: Database, folk: Folk
) -> None:
    begun = await answered(db, folk["olena"])

    async def at(*links: str) -> set[str]:
        return await within(db, folk, Segment(links=links, nodes=LINKS))

    assert await at("manufacturing") == {"olena", "taras"}
    assert await at("certification") == set()
    await begun.act(folk["olena"], lambda it: it.answer("/data/stages", "certification"))
    assert await at("manufacturing") == set()
    assert await at("manufacturing", "certification") == {"olena", "taras"}
    both = Segment(links=("certification",), nodes=LINKS, types=("sme",))
    assert await within(db, folk, both) == set()


async def test_how_with_an_event_and_nobody_stays_away_before_its_end(
    db: Database, folk: Folk
) -> None:
    event = await publish(
        db, capacity={Mode.ONSITE: 2, Mode.ONLINE: 1}, join_url="https://a.example"
    )
    assert event.ends_at is not None
    seats = {}
    for name, mode in (
        ("olena", Mode.ONSITE),
        ("taras", Mode.ONSITE),
        ("andrii", Mode.ONLINE),
        ("ivan", Mode.ONSITE),
    ):
        person, organisation = folk[name].id, folk[name].organisation_id
        assert organisation is not None
        outcome = await registrations.register(db, event.id, person, organisation, mode, name, NOW)
        assert outcome.registration is not None
        seats[name] = outcome.registration.id

    async def at(now: datetime, *statuses: str) -> set[str]:
        segment = Segment(event=event.id, event_statuses=statuses)
        return await within(db, folk, segment, now)

    assert await at(NOW, "registered") == {"olena", "taras", "andrii"}
    assert await at(NOW, "waiting") == {"ivan"}
    assert await at(NOW, "attended") == set()
    assert await at(NOW, "no_show") == set(), "it has not taken place yet"
    await attendees.check_in(db, seats["olena"], folk["sofia"].id, NOW, anyway=True)
    await attendees.joined(db, seats["andrii"], NOW)
    after = event.ends_at + timedelta(minutes=1)
    assert await at(after, "attended") == {"olena", "andrii"}
    assert await at(after, "no_show") == {"taras"}
    assert await at(after, "attended", "no_show") == {"olena", "andrii", "taras"}
