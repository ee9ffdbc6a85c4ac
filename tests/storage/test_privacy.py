"""A person is forgotten: nothing of theirs is left in any column of any table."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import consents, corrections, erasing, models, mydata, people, personal, unsigning
from storage.database import Database
from storage.forms import Forms
from storage.personal import Data
from tests.storage.folk import NOW, letters, meet
from tests.storage.remains import MARKS, NAME, SAYING, TELEGRAM, USERNAME, marks_in, scene

LATER = NOW + timedelta(days=1)


def test_every_column_is_classified_and_no_other() -> None:
    """Whoever adds a column says in `storage.personal` what it holds of a person."""
    there = {table.name: {column.name for column in table.columns} for table in personal.tables()}
    said = {name: personal.classified(name).keys() for name in personal.REGISTER}
    assert {name: set(columns) for name, columns in said.items()} == there
    twice = [
        name
        for name, groups in personal.REGISTER.items()
        if sum(len(names.split()) for names in groups.values()) != len(said[name])
    ]
    assert twice == []


def test_every_reference_to_a_person_is_known_as_one() -> None:
    for table in personal.tables():
        for column in table.columns:
            if any(key.column.table.name == "people" for key in column.foreign_keys):
                data = personal.classified(table.name)[column.name]
                assert data in (Data.LINK, Data.PERSONAL), f"{table.name}.{column.name}"


def test_every_table_with_something_of_a_person_is_shown_to_them() -> None:
    shown = {model.__tablename__ for model in mydata.HELD}
    for name, groups in personal.REGISTER.items():
        if Data.PERSONAL in groups:
            assert name in shown, name


async def test_nothing_of_the_erased_is_left(db: Database) -> None:
    """The walk: every column that may hold something does before, and none does after."""
    made = await scene(db)
    before = await marks_in(db)
    held = {
        ("people", "telegram_id"), ("people", "name"), ("people", "username"),
        ("answers", "value"), ("answer_events", "value"),
        ("answer_files", "content"), ("answer_files", "file_id"),
        ("registrations", "attendee"), ("registrations", "code"), ("registrations", "source"),
        ("registrations", "certificate"), ("event_log", "details"),
        ("funding_questions", "text"), ("funding_questions", "shown"), ("enquiries", "answer"),
        ("funding_corrections", "question"), ("funding_corrections", "value"),
        ("outbox", "params"), ("outbox", "error"), ("dialog_states", "data"),
        ("dialog_states", "chat_id"), ("inbox", "payload"), ("inbox", "lane"), ("inbox", "error"),
        ("mutes", "subject"), ("broadcasts", "card_chat"),
        ("eligibility_answers", "given"),
    }  # fmt: skip
    assert held <= before.keys(), held - before.keys()
    assert await erasing.forget(db, Forms(db), made.olena.id, LATER)
    assert await marks_in(db) == {}


async def test_an_organisations_answers_stay_without_the_person(db: Database) -> None:
    made = await scene(db)
    await erasing.forget(db, Forms(db), made.olena.id, LATER)
    its = models.Answer
    rows = await db.read(
        lambda c: c.execute(
            select(its.path, its.value, its.person_id).where(its.response_id == made.response.id)
        )
    )
    kept = {row.path: (row.value, row.person_id) for row in rows}
    assert kept["/data/need"] == ("апарат ШВЛ, питайте —", None)
    assert kept["/data/who"] == (None, None)  # marked as personal in the form
    assert kept["/data/voice"] == (None, None)
    state, organisation = (
        await db.read(
            lambda c: c.execute(
                select(models.Response.state, models.Response.organisation_id).where(
                    models.Response.id == made.response.id
                )
            )
        )
    ).one()
    assert (state, organisation) == ("submitted", made.organisation)


async def test_seats_go_to_who_waits_and_a_named_colleague_keeps_theirs(db: Database) -> None:
    made = await scene(db)
    await erasing.forget(db, Forms(db), made.olena.id, LATER)
    its = models.Registration
    rows = await db.read(
        lambda c: c.execute(select(its.attendee, its.state, its.person_id).order_by(its.id))
    )
    hers, named, waiting = (tuple(row) for row in rows)
    assert hers == ("—", "cancelled", made.olena.id)
    assert named == ("Ганна Колега", "confirmed", made.colleague.id)
    assert waiting[:2] == ("Петро Черга", "offered")
    assert "event_offer" in [kind for kind, _, _ in await letters(db)]


async def test_what_others_get_names_nobody_and_still_leaves(db: Database) -> None:
    made = await scene(db)
    await erasing.forget(db, Forms(db), made.olena.id, LATER)
    its = models.Outbox
    rows = await db.read(
        lambda c: c.execute(select(its.params, its.state).where(its.dedup_key == "e:1"))
    )
    [(params, state)] = [tuple(row) for row in rows]
    assert params == {"by": "—", "text": "дах", "at": [{"name": "для @—."}]}
    assert state == "pending"
    kinds = [kind for kind, _, _ in await letters(db)]
    assert "join_request" not in kinds


async def test_a_kept_answer_is_taken_back_in_every_process(db: Database) -> None:
    made = await scene(db)
    before = await corrections.revision(db)
    await erasing.forget(db, Forms(db), made.olena.id, LATER)
    assert await corrections.revision(db) > before
    assert [one.field for one in await corrections.in_force(db)] == ["as_of"]
    [kept] = await corrections.in_force(db)
    assert kept.by is None


async def test_the_last_contact_may_erase_the_organisation_too(db: Database) -> None:
    made = await scene(db, alone=True)
    [alone] = await erasing.alone_in(db, made.olena.id)
    assert (alone.organisation_id, alone.name) == (made.organisation, "Лікарня № 5")
    await erasing.forget(
        db, Forms(db), made.olena.id, LATER, organisations=[made.organisation, 999]
    )
    assert await marks_in(db, *MARKS, "Лікарня № 5", "32855961", "hospital.org.ua", "апарат") == {}
    for model in (models.Response, models.Answer, models.AnswerEvent):
        assert (await db.read(lambda c, m=model: c.execute(select(m)))).all() == []  # type: ignore[misc]


async def test_the_last_contact_may_leave_the_answers(db: Database) -> None:
    made = await scene(db, alone=True)
    await erasing.forget(db, Forms(db), made.olena.id, LATER)
    assert await marks_in(db) == {}
    row = (
        await db.read(
            lambda c: c.execute(
                select(models.Organisation.name, models.Organisation.email).where(
                    models.Organisation.id == made.organisation
                )
            )
        )
    ).one()
    assert tuple(row) == ("Лікарня № 5", None)
    assert "апарат ШВЛ, питайте —" in (await marks_in(db, "апарат"))["answers", "value"]


async def test_an_organisation_with_others_cannot_be_erased(db: Database) -> None:
    made = await scene(db)
    assert await erasing.alone_in(db, made.olena.id) == []
    await erasing.forget(db, Forms(db), made.olena.id, LATER, organisations=[made.organisation])
    assert ("organisations", "name") in await marks_in(db, "Лікарня № 5")


async def test_twice_forgotten_is_once_and_who_returns_is_somebody_new(db: Database) -> None:
    made = await scene(db)
    outcomes = await asyncio.gather(
        *(erasing.forget(db, Forms(db), made.olena.id, LATER) for _ in range(2))
    )
    assert sorted(outcomes) == [False, True]
    again = await people.meet(db, TELEGRAM, "uk", (), LATER)
    assert again.id != made.olena.id
    assert (again.name, again.consented, again.organisation_id) == (None, False, None)
    [consent] = await consents.of_person(db, made.olena.id)
    assert consent.withdrawn_at == LATER  # that she agreed, and until when, stays; not who she is


async def test_others_keep_what_is_theirs(db: Database) -> None:
    made = await scene(db)
    namesake = await meet(db, 8, "Оленка Незабутняк")
    await erasing.forget(db, Forms(db), made.olena.id, LATER)
    found = await people.get(db, namesake.id)
    assert found.name == "Оленка Незабутняк"
    assert (await people.get(db, made.organiser.id)).name == "Марія Організаторка"


async def test_everything_about_a_person_is_shown_to_them(db: Database) -> None:
    made = await scene(db)
    held = await mydata.of_person(db, made.olena.id)
    [person] = held["people"]
    assert (person["telegram_id"], person["name"], person["username"]) == (
        TELEGRAM,
        NAME,
        USERNAME,
    )
    said = str(held)
    assert said.count(SAYING) > 8
    assert "Ганна Колега" in said
    assert "Петро Черга" not in said
    empty = [name for name, rows in held.items() if not rows]
    assert empty == []
    stranger = await meet(db, 9, "Чужа")
    other = await mydata.of_person(db, stranger.id)
    assert not any(mark in str(other) for mark in MARKS)


async def test_consent_is_taken_back_and_given_again(db: Database) -> None:
    person = await meet(db, 1, "Олена")
    assert await consents.withdraw(db, person.id, LATER)
    assert not await consents.withdraw(db, person.id, LATER)
    assert not (await people.get(db, person.id)).consented
    await people.give_consent(db, person.id, "en", "Олена", None, LATER)
    assert (await people.get(db, person.id)).consented
    newest, older = await consents.of_person(db, person.id)
    assert (newest.language, newest.withdrawn_at) == ("en", None)
    assert older.withdrawn_at == LATER


@pytest.mark.parametrize("word", ["Олена", "оленапост"])
def test_a_name_is_found_as_a_whole_word_alone(word: str) -> None:
    subject = unsigning.Subject(1, 2, frozenset({"Олена"}))
    scrubbed = subject.scrub({"a": [f"{word}, так"]})
    assert scrubbed == {"a": ["—, так" if word == "Олена" else "оленапост, так"]}
