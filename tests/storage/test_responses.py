"""Responses: every answer an event, everything else derived; two at once lose nothing."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.person import Person
from domain.surveys.interview import Given, Interview, Outcome, Result, Visit
from domain.surveys.rows import rows
from domain.surveys.screens import Screen, ScreenKind
from domain.surveys.tree import plain_path
from storage import forms, models, responses
from storage.database import Database, open_database
from storage.joining import join_in
from storage.models import Base
from storage.responses import NotYoursError
from tests.domain.surveys.ledger import BRANCH_CHOICES, BRANCHES, REPEAT_CHOICES, REPEATS
from tests.storage.folk import NOW, hospital, meet
from tests.storage.published import Begun, begin, workbook_of

Row = tuple[str, str | None, float | None, bool]


@dataclass(frozen=True, slots=True)
class Folk:
    """Two contacts of one organisation, and somebody else."""

    olena: Person
    andrii: Person
    stranger: Person
    organisation_id: int


async def settle_in(db: Database) -> Folk:
    olena, andrii = await meet(db, 1, "Олена"), await meet(db, 2, "Андрій")
    organisation_id = await hospital(db, olena)
    await db.write(lambda tx: join_in(tx, andrii.id, organisation_id, NOW))
    return Folk(olena, andrii, await meet(db, 3, "Чужа"), organisation_id)


@pytest.fixture
async def folk(db: Database) -> Folk:
    return await settle_in(db)


@pytest.fixture
async def branching(db: Database, folk: Folk) -> Begun:
    """A response to the form with branches."""
    begun = await begin(db, folk.olena, folk.organisation_id, BRANCHES, BRANCH_CHOICES)
    await begun.act(folk.olena, lambda interview: interview.begin({}))
    return begun


async def answer(begun: Begun, person: Person, path: str, value: str) -> Result:
    _, result = await begun.act(person, lambda interview: interview.answer(f"/data/{path}", value))
    return result


async def rows_of(db: Database, begun: Begun) -> set[Row]:
    """The derived rows as they are stored."""
    model = models.Answer
    query = select(model.path, model.value, model.number, model.relevant)

    found = await db.read(lambda c: c.execute(query.where(model.response_id == begun.id)))
    return {(row.path, row.value, row.number, row.relevant) for row in found}


async def codes_of(db: Database, begun: Begun) -> set[tuple[str, str]]:
    model = models.AnswerCode
    query = select(model.path, model.code).where(model.response_id == begun.id)

    found = await db.read(lambda c: c.execute(query))
    return {(row.path, row.code) for row in found}


async def replayed(db: Database, begun: Begun) -> Interview:
    """The response as its events alone give it."""
    model = models.AnswerEvent
    query = select(model).where(model.response_id == begun.id).order_by(model.id)

    events = (await db.read(lambda c: c.execute(query))).all()
    given = {e.path: Given(e.value, e.id, e.person_id, e.at) for e in events}
    return Interview(begun.form, given, None, Visit(0, "en", NOW))


async def assert_derived(db: Database, begun: Begun) -> None:
    """What is stored beside the events says what the events say, and counts what counts."""
    fresh = await replayed(db, begun)
    wanted = {(row.path, row.value, row.number, row.relevant) for row in rows(fresh.response)}
    stored = await rows_of(db, begun)
    unseen = stored - wanted
    assert wanted <= stored
    assert not any(relevant for _, _, _, relevant in unseen)
    assert await codes_of(db, begun) == {
        (row.path, code) for row in rows(fresh.response) for code in row.codes or ()
    }


# -- what is written


async def test_an_answer_is_an_event_and_a_row(db: Database, folk: Folk, branching: Begun) -> None:
    await answer(branching, folk.olena, "agree", "yes")
    await answer(branching, folk.olena, "work/fields", "clinic rehab")
    await answer(branching, folk.olena, "work/beds", "12")
    stored = await rows_of(db, branching)
    assert ("/data/work/beds", "12", 12.0, True) in stored
    assert ("/data/since", None, None, True) in stored, "asked, and not answered yet"
    assert not any(path == "/data/sure" for path, *_ in stored), "not asked"
    assert await codes_of(db, branching) == {
        ("/data/work/fields", "clinic"),
        ("/data/work/fields", "rehab"),
    }
    await assert_derived(db, branching)


async def test_what_does_not_count_any_more_is_kept_and_has_no_codes(
    db: Database, folk: Folk, branching: Begun
) -> None:
    await answer(branching, folk.olena, "agree", "yes")
    await answer(branching, folk.olena, "work/fields", "clinic")
    await answer(branching, folk.olena, "work/beds", "12")
    await answer(branching, folk.olena, "agree", "no")
    assert ("/data/work/beds", "12", 12.0, False) in await rows_of(db, branching)
    assert await codes_of(db, branching) == set()
    await answer(branching, folk.olena, "agree", "yes")
    assert ("/data/work/beds", "12", 12.0, True) in await rows_of(db, branching)
    assert await codes_of(db, branching) == {("/data/work/fields", "clinic")}


@pytest.mark.parametrize("fewer", ["count", "removal"])
async def test_an_instance_that_is_gone_is_not_counted(
    db: Database, folk: Folk, fewer: str
) -> None:
    begun = await begin(db, folk.olena, folk.organisation_id, REPEATS, REPEAT_CHOICES)
    await answer(begun, folk.olena, "size", "2" if fewer == "count" else "1")
    if fewer == "count":
        await answer(begun, folk.olena, "link[2]/kinds", "a b")
        await answer(begun, folk.olena, "size", "1")
    else:
        prompt = (await begun.interview(folk.olena)).screens[-1]
        await begun.act(folk.olena, lambda interview: interview.add_instance(prompt))
        await answer(begun, folk.olena, "visit[2]/about", "a b")
        await begun.act(folk.olena, lambda one: one.remove_instance("/data/visit[2]"))
    assert not any("[2]" in path for path, _ in await codes_of(db, begun))
    assert not any("[2]" in path for path, _, _, counts in await rows_of(db, begun) if counts)
    await assert_derived(db, begun)


def any_value(interview: Interview, screen: Screen, chance: random.Random) -> tuple[str, str]:
    """A question of the screen, and something that may be its answer."""
    placed = chance.choice(screen.questions)
    codes = [option.code for option in interview.response.choices(placed.path)]
    texts = ["1", "2", "3", "Слова", "2025-03-12", "OK", ""]
    return placed.path, " ".join(chance.sample(codes, 1)) if codes else chance.choice(texts)


@pytest.mark.parametrize("seed", range(4))
async def test_the_events_alone_give_what_is_derived(sqlite_url: str, seed: int) -> None:
    """Two people answer, skip, add and remove at random."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, guards nothing
    form = (REPEATS, REPEAT_CHOICES) if seed % 2 else (BRANCHES, BRANCH_CHOICES)

    def decide(interview: Interview) -> None:
        screen = interview.screen
        if screen is None or chance.random() < 0.1:
            interview.move(chance.choice(interview.screens[:]).key)
        elif screen.kind is ScreenKind.REPEAT and screen.repeat:
            name = screen.repeat.path.rpartition("/")[2]
            number = interview.response.instances(screen.repeat, screen.parent)
            if number > 1 and chance.random() < 0.5:
                interview.remove_instance(f"{screen.parent}/{name}[{chance.randint(1, number)}]")
            else:
                interview.add_instance(screen)
        elif not screen.questions or chance.random() < 0.2:
            interview.skip()
        else:
            interview.answer(*any_value(interview, screen, chance))
            interview.forward()

    async with open_database(sqlite_url) as db:
        folk = await settle_in(db)
        begun = await begin(db, folk.olena, folk.organisation_id, *form)
        await begun.act(folk.olena, lambda interview: interview.begin({}))
        for _ in range(60):
            await begun.act(chance.choice([folk.olena, folk.andrii]), decide)
            await assert_derived(db, begun)


async def test_only_what_changed_is_written(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as db:
        folk = await settle_in(db)
        begun = await begin(db, folk.olena, folk.organisation_id, BRANCHES, BRANCH_CHOICES)
        await begun.act(folk.olena, lambda interview: interview.begin({}))
        await answer(begun, folk.olena, "agree", "yes")
        with statements(db) as made:
            await answer(begun, folk.olena, "work/rates/staff", "1")
        written = [parameters for sql, parameters in made if sql.startswith("INSERT INTO answers")]
        paths = {value for row in written for value in flat(row) if str(value).startswith("/data")}
        # the answer, and the calculation that follows from it
        assert {plain_path(path) for path in paths} == {"/data/work/rates/staff", "/data/score"}
        with statements(db) as made:
            await begun.act(folk.olena, lambda interview: interview.move("1"))
        assert not [sql for sql, _ in made if "answer" in sql and not sql.startswith("SELECT")]


def flat(parameters: Any) -> Iterator[Any]:
    for one in parameters:
        if isinstance(one, tuple | list):
            yield from flat(one)
        else:
            yield one


# -- two at once


async def test_two_who_act_at_once_lose_nothing(db: Database, folk: Folk) -> None:
    begun = await begin(db, folk.olena, folk.organisation_id, REPEATS, REPEAT_CHOICES)
    await answer(begun, folk.olena, "size", "3")
    work = [
        answer(begun, person, f"link[{number}]/{name}", value)
        for number in (1, 2, 3)
        for person, name, value in ((folk.olena, "who", "Хтось"), (folk.andrii, "kinds", "a b"))
    ]
    assert {result.outcome for result in await asyncio.gather(*work)} == {Outcome.DONE}
    values = {path: value for path, value, _, _ in await rows_of(db, begun)}
    for number in (1, 2, 3):
        assert values[f"/data/link[{number}]/who"] == "Хтось"
        assert values[f"/data/link[{number}]/kinds"] == "a b"
    await assert_derived(db, begun)


async def test_two_who_answer_the_same_question_at_once_learn_of_it(
    db: Database, folk: Folk, branching: Begun
) -> None:
    await branching.act(folk.andrii, Interview.forward)
    results = await asyncio.gather(
        answer(branching, folk.olena, "agree", "yes"),
        answer(branching, folk.andrii, "agree", "no"),
    )
    assert sorted(result.outcome for result in results) == [Outcome.CONFLICT, Outcome.DONE]
    [lost] = [result for result in results if result.outcome is Outcome.CONFLICT]
    assert lost.theirs is not None
    rows = {path: value for path, value, _, _ in await rows_of(db, branching)}
    assert rows["/data/agree"] == lost.theirs.value, "the first answer stands"


async def test_two_who_begin_at_once_get_the_same_response(db: Database, folk: Folk) -> None:
    form, book = workbook_of(BRANCHES, BRANCH_CHOICES)
    await forms.publish(db, form, book, NOW)
    [survey] = await forms.surveys(db)

    def start(person: Person) -> Any:
        version, organisation = survey.version_id, folk.organisation_id
        return responses.begin(
            db, survey.id, version, "organisation", person.id, organisation, NOW
        )

    started = await asyncio.gather(*(start(p) for p in [folk.olena, folk.andrii] * 5))
    assert len(set(started)) == 1


async def test_alone_each_has_a_response_of_their_own(db: Database, folk: Folk) -> None:
    form, book = workbook_of(BRANCHES, BRANCH_CHOICES)
    await forms.publish(db, form, book, NOW)
    [survey] = await forms.surveys(db)
    started = [
        await responses.begin(db, survey.id, survey.version_id, "person", person.id, None, NOW)
        for person in (folk.olena, folk.andrii, folk.olena)
    ]
    assert started[0] == started[2] != started[1]
    assert [one.id for one in await responses.of_person(db, folk.olena.id)] == [started[0]]


# -- who may


async def test_a_response_is_seen_by_those_it_belongs_to(
    db: Database, folk: Folk, branching: Begun
) -> None:
    for person in (folk.olena, folk.andrii):
        assert (await responses.get(db, branching.id, person.id)).id == branching.id
        assert [one.id for one in await responses.of_person(db, person.id)] == [branching.id]
    with pytest.raises(NotYoursError):
        await responses.get(db, branching.id, folk.stranger.id)
    assert await responses.of_person(db, folk.stranger.id) == []


async def test_a_submitted_response_has_its_receipt_and_stays_open_to_changes(
    db: Database, folk: Folk, branching: Begun
) -> None:
    await answer(branching, folk.olena, "agree", "no")
    await answer(branching, folk.olena, "sure", "OK")
    later = NOW + timedelta(hours=1)
    await responses.act(
        db,
        branching.form,
        branching.id,
        Visit(folk.olena.id, "en", later),
        lambda interview: interview.submit("ABCD-2345"),
    )
    found = await responses.get(db, branching.id, folk.andrii.id)
    assert (found.submitted, found.receipt, found.submitted_at) == (True, "ABCD-2345", later)
    assert (await answer(branching, folk.olena, "agree", "yes")).outcome is Outcome.DONE
    again = await responses.get(db, branching.id, folk.olena.id)
    assert (again.receipt, again.submitted_at) == ("ABCD-2345", later)


async def test_a_decision_that_fails_leaves_nothing(
    db: Database, folk: Folk, branching: Begun
) -> None:
    before = await rows_of(db, branching)

    def fail(interview: Interview) -> None:
        interview.answer("/data/agree", "yes")
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError, match="a fault"):
        await branching.act(folk.olena, fail)
    assert await rows_of(db, branching) == before
    await assert_derived(db, branching)


# -- what it costs

Made = list[tuple[str, Any]]


@contextmanager
def statements(db: Database) -> Iterator[Made]:
    """Collects the SQL that is executed, transactions' own statements aside."""
    made: Made = []

    def note(_: Any, __: Any, sql: str, parameters: Any, *___: Any) -> None:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "EXPLAIN")):
            made.append((sql, parameters))

    engines = [db.writer.sync_engine, db.reader.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield made
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    async with open_database(sqlite_url) as database:
        yield database


async def test_a_press_costs_a_handful_of_statements(sqlite: Database) -> None:
    """A budget: lock, answers, position, quotas; event, rows, position, header. Codes: two."""
    folk = await settle_in(sqlite)
    begun = await begin(sqlite, folk.olena, folk.organisation_id, BRANCHES, BRANCH_CHOICES)
    await begun.act(folk.olena, lambda interview: interview.begin({}))
    with statements(sqlite) as made:
        await answer(begun, folk.olena, "agree", "yes")
    assert len(made) <= 8, made
    with statements(sqlite) as made:
        await answer(begun, folk.olena, "work/fields", "clinic other")
    assert len(made) <= 10, made
    with statements(sqlite) as made:
        await begun.act(folk.olena, Interview.forward)
    assert len(made) <= 4, made
    with statements(sqlite) as made:
        await begun.interview(folk.olena)
        await responses.get(sqlite, begun.id, folk.olena.id)
    assert len(made) <= 3, made


MANY = range(1_000, 5_000)


async def fill(tx: AsyncConnection) -> None:
    """Answers and responses of many others, enough for the planner to care."""

    async def add(model: type[Base], row: Callable[[int], dict[str, Any]]) -> None:
        await tx.execute(insert(model), [row(number) for number in MANY])

    stamps = {"created_at": NOW, "updated_at": NOW}
    draft = {"form_id": 1, "version_id": 1, "state": "draft", "revision": 0}
    times = {"started_at": NOW, "changed_at": NOW}
    place = {"screen": "1", "step": 1, "seen": 0, "at": NOW}
    await add(models.Organisation, lambda n: {"id": n, "name": "Лікарня", **stamps})
    await add(
        models.Person,
        lambda n: {"id": n, "telegram_id": n, "language": "uk", "created_at": NOW},
    )
    await add(
        models.Contact,
        lambda n: {"person_id": n, "organisation_id": n, "state": "active", "requested_at": NOW},
    )
    await add(
        models.Response,
        lambda n: {
            "id": n,
            "person_id": n,
            "scope": "person" if n % 2 else "organisation",
            "organisation_id": None if n % 2 else n,
            **draft,
            **times,
        },
    )
    await add(
        models.Answer,
        lambda n: {"response_id": n, "path": "/data/a", "node": "/data/a", "relevant": True},
    )
    await add(models.Cursor, lambda n: {"response_id": n, "person_id": n, **place})
    await tx.execute(text("ANALYZE"))
