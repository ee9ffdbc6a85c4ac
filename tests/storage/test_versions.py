"""Versions, moves between them, quotas, invitations, drafts of forms: on both databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.surveys.interview import Outcome, Visit
from domain.surveys.versions import Change, compare, plan_move
from storage import forms, invitations, models, quotas, responses, schema, versions
from storage.database import Database
from tests.storage.folk import CODE, NOW, hospital, meet
from tests.storage.published import begin, workbook_of

OLD = """
type | name | label | relevant
select_one kind | kind | Kind |
integer | beds | Beds |
text | note | Note |
text | gone | Gone |
begin_repeat | ward | Ward |
text | title | Title |
end_repeat | | |
"""
NEW = """
type | name | label | relevant
begin_group | about | About |
select_one kind | kind | What kind? |
end_group | | |
text | beds | Beds |
text | note | Note | ${kind} = 'sme'
text | extra | Extra |
begin_repeat | ward | Ward |
text | title | Title |
end_repeat | | |
"""
KINDS = "list_name | name | label\nkind | hospital | Hospital\nkind | sme | SME"
FEWER = "list_name | name | label\nkind | sme | SME\nkind | ngo | NGO"


def test_what_changed_between_two_versions() -> None:
    old, _ = workbook_of(OLD, KINDS)
    new, _ = workbook_of(NEW, FEWER)
    assert [(one.change, one.path, one.detail) for one in compare(old, new)] == [
        (Change.MOVED, "/data/about/kind", "/data/kind → /data/about/kind"),
        (Change.CHOICES, "/data/about/kind", "+ngo −hospital"),
        (Change.LABEL, "/data/about/kind", "default"),
        (Change.TYPE, "/data/beds", "integer → text"),
        (Change.LOGIC, "/data/note", "relevant"),
        (Change.ADDED, "/data/extra", ""),
        (Change.REMOVED, "/data/gone", ""),
    ]
    assert compare(old, old) == []


async def answered(db: Database, kind: str) -> tuple[Any, Any]:
    olena = await meet(db, 1, "Олена")
    begun = await begin(db, olena, await hospital(db, olena), OLD, KINDS)

    def give(interview: Any) -> None:
        interview.begin({})
        for path, value in {
            "/data/kind": kind,
            "/data/beds": "12",
            "/data/note": "Вітаю",
            "/data/gone": "щось",
            "/data/ward[1]/title": "Хірургія",
        }.items():
            assert interview.answer(path, value).outcome is Outcome.DONE

    await begun.act(olena, give)
    return olena, begun


async def test_a_response_stays_in_its_version_until_it_is_moved(db: Database) -> None:
    olena, begun = await answered(db, "sme")
    [survey] = await forms.surveys(db)
    new, book = workbook_of(NEW, FEWER)
    assert await forms.publish(db, new, book, NOW)
    [now] = await forms.surveys(db)
    assert now.version_id != survey.version_id
    [behind] = await versions.behind(db, now.id, now.version_id)
    assert (behind.id, behind.version_id) == (begun.id, survey.version_id)
    compiled = {
        survey.version_id: begun.form,
        now.version_id: await forms.Forms(db).get(now.version_id),
    }
    visit = Visit(olena.id, "en", NOW)
    planned = await versions.plan(db, begun.form, compiled[now.version_id], begun.id, visit)
    moved = await versions.move(db, compiled, begun.id, now.version_id, visit)
    assert moved is not None
    assert moved.lost == planned.lost
    assert [(lost.path, lost.value) for lost in moved.lost] == [
        ("/data/beds", "12"),
        ("/data/gone", "щось"),
    ]
    interview = await responses.interview(db, compiled[now.version_id], begun.id, visit)
    kept = {path: interview.response.value(path) for path in (
        "/data/about/kind", "/data/beds", "/data/note", "/data/ward[1]/title")}  # fmt: skip
    assert kept == {
        "/data/about/kind": "sme",
        "/data/beds": "",
        "/data/note": "Вітаю",
        "/data/ward[1]/title": "Хірургія",
    }
    assert await versions.move(db, compiled, begun.id, now.version_id, visit) is None
    assert await versions.behind(db, now.id, now.version_id) == []
    with pytest.raises(responses.MovedError):
        await responses.act(
            db, begun.form, begun.id, visit, lambda interview: None, survey.version_id
        )


async def test_a_code_that_is_no_longer_offered_is_lost_and_said(db: Database) -> None:
    _, begun = await answered(db, "hospital")
    new, _ = workbook_of(NEW, FEWER)
    interview = await begun.interview(await meet(db, 1, "Олена"))
    plan = plan_move(begun.form, new, interview.given, NOW)
    assert {lost.path for lost in plan.lost} == {"/data/kind", "/data/beds", "/data/gone"}
    assert plan.values["/data/kind"] is None
    assert "/data/about/kind" not in plan.values


async def test_the_same_draft_is_kept_once_and_published(db: Database) -> None:
    olena = await meet(db, 1, "Олена", (1,))
    old, book = workbook_of(OLD, KINDS)
    new, newer = workbook_of(NEW, FEWER)
    first = await forms.keep_draft(db, old, book, NOW, olena.id)
    assert await forms.surveys(db) == []
    assert not await forms.is_published(db, book.sha256)
    assert await forms.keep_draft(db, old, book, NOW, olena.id) == first
    second = await forms.keep_draft(db, new, newer, NOW, olena.id)
    assert await forms.source(db, first) is None
    published = await forms.publish_draft(db, second, NOW, olena.id)
    assert published is not None
    assert published[1]
    assert (await forms.publish_draft(db, second, NOW, olena.id)) == (published[0], False)
    [survey] = await forms.surveys(db)
    assert survey.version_id == second
    assert await forms.versions(db, survey.id) == [second]


async def test_a_full_quota_ends_politely_and_counts_race_safely(db: Database) -> None:
    form, book = workbook_of("type | name | label\nselect_one kind | kind | Kind", KINDS)
    await forms.publish(db, form, book, NOW)
    [survey] = await forms.surveys(db)
    await quotas.set_quota(db, survey.id, "/data/kind", "hospital", 2)
    people = [await meet(db, number, f"P{number}") for number in range(1, 7)]
    ids = [
        await responses.begin(db, survey.id, survey.version_id, "person", one.id, None, NOW)
        for one in people
    ]

    async def answer(place: int, code: str) -> bool:
        visit = Visit(people[place].id, "en", NOW)
        interview, _ = await responses.act(
            db, form, ids[place], visit, lambda it: it.answer("/data/kind", code)
        )
        return interview.full

    full = await asyncio.gather(*(answer(place, "hospital") for place in range(6)))
    assert sum(full) == 4
    loser, winner = full.index(True), full.index(False)
    visit = Visit(people[loser].id, "en", NOW)
    interview, _ = await responses.act(db, form, ids[loser], visit, lambda it: it.submit("R-1"))
    assert (interview.full, interview.receipt) == (True, None)
    assert not await answer(loser, "sme")
    interview, _ = await responses.act(db, form, ids[loser], visit, lambda it: it.submit("R-1"))
    assert (interview.full, interview.receipt) == (False, "R-1")
    other = next(n for n, it in enumerate(full) if it and n != loser)
    assert await answer(other, "hospital")
    assert not await answer(winner, "sme")
    assert not await answer(other, "hospital")
    await quotas.set_quota(db, survey.id, "/data/kind", "hospital", None)
    assert await quotas.of_form(db, survey.id) == []


async def test_only_invited_organisations_may_begin(db: Database) -> None:
    olena = await meet(db, 1, "Олена", (1,))
    organisation_id = await hospital(db, olena)
    form, book = workbook_of("type | name | label\ntext | a | A")
    await forms.publish(db, form, book, NOW)
    [survey] = await forms.surveys(db)
    await invitations.set_audience(db, survey.id, invitations.INVITED)
    begin_it = (survey.id, survey.version_id, "organisation", olena.id, organisation_id, NOW)
    with pytest.raises(responses.NotInvitedError):
        await responses.begin(db, *begin_it)
    assert await invitations.invite(db, survey.id, [CODE, "00032129"], olena.id, NOW) == [
        "00032129"
    ]
    assert await responses.begin(db, *begin_it)
    assert not await invitations.set_scope(db, survey.id, "person")


async def test_migrations_of_a_filled_database_go_down_and_up(db: Database) -> None:
    olena, begun = await answered(db, "sme")

    async def imported(tx: Any) -> None:
        await tx.execute(
            update(models.Response)
            .where(models.Response.id == begun.id)
            .values(person_id=None, import_key="k")
        )

    await db.write(imported)
    await schema.downgrade(db, "0001")
    await schema.upgrade(db)
    left = await db.read(lambda c: c.execute(select(models.Response.id)))
    assert left.all() == []
    assert (await meet(db, 1, "Олена")).id == olena.id
