"""Imported responses on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.importing import Outcome, import_responses
from bot.publishing import prepare
from domain.surveys.interview import Visit
from domain.surveys.xform import compile_form
from storage import forms, models, progress, responses, results
from storage.database import Database
from storage.forms import Forms, Survey
from storage.imports import Target
from tests.domain.surveys.forms import workbook
from tests.storage.folk import NOW

ROWS = """
type | name | label | required | bind::lanka:profile
text | code | Code | | organisation.edrpou
text | title | Name | | organisation.name
select_multiple work | work | Work | yes |
"""
CHOICES = """
list_name | name | label
work | rnd | R&D
work | mfg | Making
"""
SETTINGS = """
| settings |
| | namespaces | attribute::lanka:responses |
| | lanka="https://lanka.example/xform" | organisation |
"""
HEADER = "code,title,work,_uuid,_submission_time\n"
FILE = HEADER + (
    "32855961,Clinic,rnd mfg,u1,2025-05-02T07:00:00\n"
    ",No code,mfg,u2,2025-05-03T07:00:00\n"
    ",,rnd,u3,2025-05-04T07:00:00\n"
    "32855961,Clinic again,rnd,u4,2025-05-05T07:00:00\n"
    "00032129,Bank,paint,u5,2025-05-06T07:00:00\n"
)


async def published(db: Database) -> Survey:
    content = workbook(ROWS, CHOICES) + SETTINGS.encode()
    report, book = await prepare(content, "small.md", {})
    assert report.form is not None
    assert book is not None
    assert await forms.publish(db, report.form, book, NOW)
    [survey] = await forms.surveys(db)
    assert survey.scope == "organisation"
    return survey


async def run(db: Database, survey: Survey, text: str, *, dry_run: bool = False) -> Outcome:
    xform, _ = await forms.load_source(db, survey.version_id)
    target = Target(survey.id, survey.version_id, survey.scope)
    return await import_responses(
        db,
        compile_form(xform),
        target,
        text.encode(),
        "export.csv",
        NOW,
        dry_run=dry_run,
        progress=lambda done, total: None,
    )


async def rows(db: Database, *what: Any) -> list[Any]:
    return list(await db.read(lambda c: c.execute(select(*what))))


async def test_a_file_is_imported_and_what_is_refused_is_said(db: Database) -> None:
    survey = await published(db)
    dry = await run(db, survey, FILE, dry_run=True)
    assert await rows(db, func.count(models.Response.id)) == [(0,)]
    outcome = await run(db, survey, FILE)
    for found in (dry, outcome):
        assert (found.rows, found.imported, found.already) == (5, 3, 0)
        assert found.organisations_made == 2
        assert [submission.row for submission, _ in found.refused] == [4, 6]
    stored = await rows(
        db, models.Response.import_key, models.Response.submitted_at, models.Response.person_id
    )
    assert sorted(stored) == [
        ("u1", datetime(2025, 5, 2, 7, tzinfo=UTC), None),
        ("u2", datetime(2025, 5, 3, 7, tzinfo=UTC), None),
        ("u4", datetime(2025, 5, 5, 7, tzinfo=UTC), None),
    ]
    codes = await rows(db, models.AnswerCode.code)
    assert sorted(codes) == [("mfg",), ("mfg",), ("rnd",), ("rnd",)]
    assert set(await rows(db, models.AnswerEvent.source)) == {("import",)}
    made = await rows(db, models.Organisation.edrpou, models.Organisation.imported_at)
    assert {edrpou for edrpou, at in made if at is not None} == {"32855961", None}


@pytest.mark.parametrize(
    ("end", "minutes"),
    [
        ("2025-05-02T09:11:00+03:00", 11),
        ("", 60),
        ("2025-05-02T12:00:00+03:00", 60),  # a clock that is fast
        ("2025-05-02T08:00:00+03:00", 0),
    ],
)
async def test_minutes_end_with_the_last_answer_and_not_with_the_sending(
    db: Database, end: str, minutes: float
) -> None:
    survey = await published(db)
    start = "2025-05-02T09:00:00+03:00"
    file = f"{HEADER.strip()},start,end\n32855961,Clinic,rnd,u1,2025-05-02T07:00:00,{start},{end}"
    assert (await run(db, survey, file)).imported == 1
    study = await results.study(db, Forms(db), survey)
    going = await progress.progress(db, study)
    assert going.minutes == pytest.approx(minutes, abs=1e-3)


async def test_the_same_file_again_changes_nothing(db: Database) -> None:
    survey = await published(db)
    await run(db, survey, FILE)
    before = await rows(db, func.count(models.AnswerEvent.id))
    again = await run(db, survey, FILE)
    assert (again.imported, again.already, again.organisations_made) == (0, 3, 0)
    assert await rows(db, func.count(models.AnswerEvent.id)) == before
    assert await rows(db, func.count(models.Organisation.id)) == [(2,)]


async def test_an_imported_response_is_a_response_like_any_other(db: Database) -> None:
    survey = await published(db)
    await run(db, survey, FILE)
    [(response_id,)] = [
        row
        for row in await rows(db, models.Response.id)
        if row[0] == min(r[0] for r in await rows(db, models.Response.id))
    ]
    form = await forms.Forms(db).get(survey.version_id)
    interview = await responses.interview(db, form, response_id, Visit(1, "en", NOW))
    assert interview.response.value("/data/work") == "rnd mfg"
    assert interview.response.complete


async def test_an_organisation_that_is_known_keeps_its_profile(db: Database) -> None:
    survey = await published(db)

    async def add(tx: Any) -> None:
        await tx.execute(
            insert(models.Organisation).values(
                edrpou="32855961", name="Known here", time_zone="Europe/Kyiv",
                created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip

    await db.write(add)
    outcome = await run(db, survey, FILE)
    assert outcome.organisations_made == 1
    named = await rows(db, models.Organisation.name, models.Organisation.imported_at)
    assert ("Known here", None) in named
