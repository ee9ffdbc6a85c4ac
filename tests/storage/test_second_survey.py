"""Another survey than the one Lanka was built for, from a file to its figures.

The file has what real ones have: several rows of one organisation, refusals, answers that stopped
being relevant and were left in, two versions of the form. What is right is worked out by plain
Python over the rows, with the form's rules written by hand.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from statistics import mean, median
from typing import Any

import openpyxl
import pytest
from stdnum.ua import edrpou

from bot.importing import import_responses
from bot.publishing import prepare
from domain.surveys.xform import compile_form
from storage import forms, results
from storage.database import Database
from storage.forms import Forms
from storage.imports import Target
from storage.results import Study
from tests.domain.surveys.forms import workbook
from tests.storage.folk import NOW

FIRST = """
type|name|label|required|relevant|calculation|constraint|parameters|bind::lanka:profile
acknowledge | data_ok | I agree | | | | | | consent
text | code | Code | yes | ${data_ok} = 'OK' | | | | organisation.edrpou
text | shop | Shop | yes | ${data_ok} = 'OK' | | | | organisation.name
select_one yn | exports | Exports? | yes | ${data_ok} = 'OK' | | | |
select_multiple land | where | Where to? | yes | ${exports} = 'y' | | | |
integer | staff | Staff | | ${data_ok} = 'OK' | | . >= 0 | |
decimal | turnover | Turnover | | ${exports} = 'y' | | | |
range | mood | Mood | | ${data_ok} = 'OK' | | | start=-2 end=2 step=1 |
begin_repeat | good | Goods | | ${data_ok} = 'OK' | | | |
select_one kind | what | What | yes | | | | |
decimal | price | Price | | ${what} != 'free' | | | |
end_repeat | | | | | | | |
calculate | goods | | | | count(${good}) | | |
calculate | size | | | | if(${staff} > 9, 'large', 'small') | | |
"""
SECOND = FIRST.replace("integer | staff", "text | why | Why? | | | | | |\ninteger | staff")
CHOICES = """
list_name | name | label
yn | y | Yes
yn | n | No
land | pl | Poland
land | de | Germany
land | se | Sweden
kind | tool | Tool
kind | free | Gift
"""
SETTINGS = """
| settings |
| | form_id | form_title | namespaces | attribute::lanka:responses |
| | shops | Shops | lanka="https://lanka.example/xform" | organisation |
"""
CODED = {"exports": ("y", "n"), "where": ("pl", "de", "se"), "what": ("tool", "free"),
         "mood": ("-2", "-1", "0", "1", "2"), "data_ok": ("OK",)}  # fmt: skip


def codes(count: int) -> list[str]:
    """ЄДРПОУ codes with right check digits."""
    found = [code for n in range(32000000, 32010000) if edrpou.is_valid(code := str(n))]
    return found[:: len(found) // count][:count]


def made_up(random: Random, count: int) -> list[dict[str, Any]]:
    """Rows of answers; `good` is a list of rows. Some hold what is not relevant (any more)."""
    known, made = codes(count // 3), []
    for number in range(count):
        agrees = random.random() < 0.85
        exports = random.choice("yn")
        row: dict[str, Any] = {
            "data_ok": "OK" if agrees else None,
            "code": random.choice(known),
            "shop": f"Крамниця {number}",
            "exports": exports,
            "where": " ".join(random.sample(CODED["where"], random.randint(1, 3))),
            "staff": random.choice([None, 0, 3, 9, 10, 250]),
            "turnover": random.choice([None, 0.5, 12.25, 1000]),
            "mood": random.choice([None, -2, -1, 0, 1, 2]),
            "good": [],
            "_uuid": f"key-{number}",
            "_submission_time": f"2026-03-{1 + number * 7 % 28:02}T08:{number % 60:02}:00",
        }
        for _ in range(random.randint(0, 3) if agrees else 0):
            what = random.choice(CODED["what"])
            row["good"].append({"what": what, "price": random.choice([None, 1.5, 20])})
        made.append(row)
    return made


def xlsx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as KoboToolbox would export them."""
    book = openpyxl.Workbook()
    main = book.worksheets[0]
    main.title = "Shops"
    head = [name for name in rows[0] if name != "good"]
    main.append([*head, "_index"])
    goods = book.create_sheet("good")
    goods.append(["what", "price", "_index", "_parent_table_name", "_parent_index"])
    for number, row in enumerate(rows, 1):
        main.append([*(row[name] for name in head), number])
        for one in row["good"]:
            goods.append([one["what"], one["price"], goods.max_row, "Shops", number])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def relevant(row: Mapping[str, Any]) -> dict[str, Any]:
    """What counts of a row, by the form's rules."""
    kept = dict(row)
    if row["exports"] != "y":
        kept["where"] = kept["turnover"] = None
    kept["good"] = [
        {"what": one["what"], "price": None if one["what"] == "free" else one["price"],
         "priced": one["what"] != "free"}
        for one in row["good"]
    ]  # fmt: skip
    kept["goods"] = len(row["good"])
    kept["size"] = "large" if (row["staff"] or 0) > 9 else "small"
    return kept


def population(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """With consent, and of each organisation the latest."""
    latest: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row["data_ok"] is None:
            continue
        before = latest.get(row["code"])
        if before is None or before["_submission_time"] <= row["_submission_time"]:
            latest[row["code"]] = row
    return [relevant(row) for row in latest.values()]


def text_of(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def expected(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """The figures of a question over rows."""
    if name in ("what", "price"):
        cells = [one[name] for row in rows for one in row["good"]
                 if name == "what" or one["priced"]]  # fmt: skip
    else:
        cells = [row[name] for row in rows]
    asked = len(cells)
    if name in ("where", "turnover"):
        asked = sum(row["exports"] == "y" for row in rows)
    given = [cell for cell in cells if cell is not None]
    counts: dict[str, int] = {}
    if name in CODED or name in ("goods", "size"):
        counts = dict.fromkeys(CODED.get(name, ()), 0)
        for cell in given:
            for code in str(cell).split() if name == "where" else [text_of(cell)]:
                counts[code] = counts.get(code, 0) + 1
    numbers = [cell for cell in given if isinstance(cell, int | float)]
    return {
        "asked": asked,
        "answered": len(given),
        "counts": counts,
        "shares": {code: n / len(given) if given else 0 for code, n in counts.items()},
        "mean": pytest.approx(mean(numbers)) if numbers else None,
        "median": median(numbers) if numbers else None,
    }


NAMES = ("exports", "where", "staff", "turnover", "mood", "what", "price", "goods", "size")


async def imported(db: Database, rows: Sequence[Mapping[str, Any]]) -> results.Study:
    """The first half under the first version, the rest under the second."""
    half = len(rows) // 2
    for text, part in ((FIRST, rows[:half]), (SECOND, rows[half:])):
        content = workbook(text, CHOICES) + SETTINGS.encode()
        report, book = await prepare(content, "shops.md", {})
        assert report.form is not None, report
        assert book is not None
        await forms.publish(db, report.form, book, NOW)
        survey = await forms.by_form_id(db, "shops")
        assert survey is not None
        xform, _ = await forms.load_source(db, survey.version_id)
        outcome = await import_responses(
            db, compile_form(xform), Target(survey.id, survey.version_id, survey.scope),
            xlsx(part), "shops.xlsx", NOW, dry_run=False, progress=lambda done, total: None,
        )  # fmt: skip
        assert outcome.refused == []
        assert outcome.imported == len(part)
    survey = await forms.by_form_id(db, "shops")
    assert survey is not None
    return await results.study(db, Forms(db), survey)


async def test_every_figure_of_another_survey(db: Database) -> None:
    rows = made_up(Random(4), 90)  # noqa: S311 - test data
    study = await imported(db, rows)
    right = population(rows)
    assert len(right) < len({row["code"] for row in rows}) + 1 < len(rows)
    found = (await results.figures(db, study.population, study.codebook.variables)).as_json()
    assert found["responses"] == len(right)
    questions: Any = found["questions"]
    assert json.loads(json.dumps(questions)) == questions
    for name in NAMES:
        of = {key: value for key, value in questions[name].items() if key != "type"}
        assert of == expected(right, name), name
    assert questions["why"]["answered"] == 0
    assert (questions["why"]["mean"], questions["why"]["median"]) == (None, None)


GROUPS: dict[str, Callable[[Mapping[str, Any], str], bool]] = {
    "exports": lambda row, code: row["exports"] == code,
    "where": lambda row, code: code in (row["where"] or "").split(),
    "size": lambda row, code: row["size"] == code,
    "mood": lambda row, code: row["mood"] is not None and text_of(row["mood"]) == code,
    "what": lambda row, code: any(one["what"] == code for one in row["good"]),
}


async def test_every_figure_of_another_survey_by_each_question(db: Database) -> None:
    rows = made_up(Random(5), 60)  # noqa: S311 - test data
    study = await imported(db, rows)  # once: it takes longer than the figures
    for by in GROUPS:
        await check_by(db, study, population(rows), by)


async def check_by(db: Database, study: Study, right: list[dict[str, Any]], by: str) -> None:
    variables = study.codebook.variables
    question = study.codebook.by_name[by]
    total, groups = await results.figures_by(db, study.population, variables, question)
    assert total == await results.figures(db, study.population, variables)
    assert set(groups) >= set(CODED.get(by, ()))
    for code, group in groups.items():
        members = [row for row in right if GROUPS[by](row, code)]
        assert group.responses == len(members)
        for name in NAMES:
            within = members
            if by == "what" and name in ("what", "price"):  # paired within the instance
                within = [
                    {**row, "good": [one for one in row["good"] if one["what"] == code]}
                    for row in members
                ]
            figure: Any = group.questions[name].as_json()
            right_one = expected(within, name)
            counts = {code: n for code, n in right_one["counts"].items() if n}
            assert {c: n for c, n in figure["counts"].items() if n} == counts, (code, name)
            for key in ("asked", "answered", "mean", "median"):
                assert figure[key] == right_one[key], (code, name, key)
