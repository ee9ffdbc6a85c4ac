"""Views of responses: what an analyst's tool finds, on both databases."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from bot.publishing import prepare, publish_content
from storage import flat, forms, results, schema
from storage.database import Database
from storage.forms import Forms
from tests.domain.surveys.forms import workbook
from tests.storage import exported
from tests.storage.folk import NOW
from tests.storage.published import workbook_of
from tests.storage.test_second_survey import imported, made_up, population


async def rows(db: Database, query: str) -> list[dict[str, Any]]:
    found = await db.read(lambda c: c.execute(text(query)))
    return [dict(row) for row in found.mappings()]


async def test_a_row_for_each_response_that_counts_over_both_versions(db: Database) -> None:
    answered = made_up(Random(4), 40)  # noqa: S311 - test data
    await imported(db, answered)
    right = population(answered)
    found = await rows(db, "SELECT * FROM responses_flat_shops")
    assert len(found) == len(right)
    assert {row["_state"] for row in found} == {"submitted"}
    assert "shop" not in found[0]
    assert "code" not in found[0]
    for name in ("exports", "where", "staff", "turnover", "size"):
        mine = sorted(str(row[name]) for row in found)
        theirs = [None if row[name] is None else row[name] for row in right]
        like = float if name in ("staff", "turnover") else str
        assert mine == sorted(str(None if one is None else like(one)) for one in theirs), name
    told = [row["where/pl"] for row in found]
    assert sum(one or 0 for one in told) == sum("pl" in (row["where"] or "") for row in right)
    assert told.count(None) == sum(row["where"] is None for row in right)


async def test_a_row_for_each_answer_with_its_instance(db: Database) -> None:
    answered = made_up(Random(4), 40)  # noqa: S311 - test data
    await imported(db, answered)
    right = population(answered)
    found = await rows(db, "SELECT * FROM answers_long_shops")
    goods = [row for row in found if row["question"] == "price"]
    prices = [one["price"] for row in right for one in row["good"] if one["price"] is not None]
    assert sorted(row["number"] for row in goods) == sorted(prices)
    assert all(row["instance"].startswith("/data/good[") for row in goods)
    lands = [row["value"] for row in found if row["question"] == "where"]
    assert sorted(lands) == sorted(c for row in right for c in (row["where"] or "").split())
    assert not {"shop", "code"} & {row["question"] for row in found}


HOSTILE = """
| type                | name                  | label |
| select_multiple odd | Aa                    | A?    |
| select_one odd      | aA                    | A?    |
| select_multiple odd | {long}                | L?    |
| text                | _id                   | Id?   |
| integer             | _state                | S?    |
"""
ODD = "| list_name | name | label |\n" + "".join(
    f"| odd | {code} | X |\n" for code in ("o'k", '"; --', "%s", ":x", "'', y", "é" * 40)
).replace('"; --', '";--').replace("'', y", "'',y")


async def test_hostile_names_and_codes_are_names_and_codes(db: Database) -> None:
    long = "q" * 70
    settings = (
        "\n| settings |\n| | form_id | form_title | namespaces | attribute::lanka:responses |\n"
        '| | x\'; DROP VIEW "y"; -- | Odd | lanka="https://lanka.example/xform" | organisation |\n'
    )
    content = workbook(HOSTILE.format(long=long), ODD) + settings.encode()
    report, book = await prepare(content, "odd.md", {})
    assert report.form is not None, report
    assert book is not None
    assert await forms.publish(db, report.form, book, NOW)
    survey = await forms.by_form_id(db, report.form.form_id)
    assert survey is not None
    study = await results.study(db, Forms(db), survey)
    export = exported.made_up(study.form, 12)
    await exported.load(db, study.survey, study.form, export)
    name = flat.view_name(flat.FLAT, report.form.form_id)
    assert len(name) <= flat.LONGEST
    assert name.isidentifier()
    found = await rows(db, f"SELECT * FROM {name}")  # noqa: S608
    assert len(found) == 12
    columns = list(found[0])
    assert all(len(one.encode()) <= flat.LONGEST for one in columns)
    assert len({one.casefold() for one in columns}) == len(columns)
    assert {"Aa", "Aa/o'k", 'Aa/";--', "Aa/%s", "Aa/:x", "_id", "_state"} <= set(columns)
    for row, answers in zip(found, export.rows, strict=True):
        chosen = (answers.get("Aa") or "").split()
        assert row["Aa/o'k"] == (int("o'k" in chosen) if chosen else None)
        assert row["Aa/:x"] == (int(":x" in chosen) if chosen else None)


@pytest.mark.parametrize(
    ("form_id", "name"),
    [
        ("value_chain", "responses_flat_value_chain"),
        ("Value_Chain", "responses_flat_value_chain_"),
        ("форма", "responses_flat_"),
        ("x" * 80, "responses_flat_xxx"),
    ],
)
def test_names_are_stable_and_told_apart(form_id: str, name: str) -> None:
    made = flat.view_name(flat.FLAT, form_id)
    assert made.startswith(name)
    assert len(made) <= flat.LONGEST
    assert made == flat.view_name(flat.FLAT, form_id)
    assert (made == name) == (form_id == "value_chain")
    assert made != flat.view_name(flat.FLAT, form_id + "x")


async def test_views_do_not_stand_in_the_way_of_migrations(db: Database) -> None:
    await publish_content(db, NOW)
    before = await rows(db, "SELECT * FROM responses_flat_value_chain")
    assert before == []
    await schema.downgrade(db, "0001")
    await schema.upgrade(db)


async def test_publishing_succeeds_where_somebody_built_on_a_view(db: Database) -> None:
    first, book = workbook_of("| type | name | label |\n| integer | n | N |")
    await forms.publish(db, first, book, NOW)
    name = flat.view_name(flat.FLAT, first.form_id)
    await db.write(
        lambda tx: tx.exec_driver_sql(f"CREATE VIEW theirs AS SELECT n FROM {name}")  # noqa: S608
    )
    second, book = workbook_of("| type | name | label |\n| text | n | N |\n| date | d | D |")
    assert await forms.publish(db, second, book, NOW)
