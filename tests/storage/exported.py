"""A KoboToolbox export loaded as responses, and the same export counted by plain Python.

The loader is for tests: it writes what the form makes of each row straight into the tables.
"""

import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
from sqlalchemy import insert

from domain.surveys.form import Form, Kind, Question, Repeat
from domain.surveys.response import Response
from domain.surveys.rows import rows
from storage import models
from storage.counting import recount_version
from storage.database import Database
from storage.forms import Survey

BEGUN = datetime(2025, 5, 2, 6, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Export:
    """The rows of the main sheet by column, each with its repeats' rows under their names."""

    rows: list[dict[str, Any]]


def read(file: Path) -> Export:
    """Read a workbook in KoboToolbox's layout."""
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    main, *others = (_table(sheet) for sheet in book.worksheets)
    names = book.sheetnames[1:]
    for name, sheet in zip(names, others, strict=True):
        children: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for row in sheet:
            children[row["_parent_index"]].append(row)
        for row in main:
            row[name] = children[row["_index"]]
    return Export(main)


def _table(sheet: Any) -> list[dict[str, Any]]:
    header, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in body]


def called(workbook: bytes, form_id: str) -> bytes:
    """A form's workbook under another form id: its next round."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book["settings"]
    [place] = [cell for cell in next(sheet.iter_rows(max_row=1)) if cell.value == "form_id"]
    sheet.cell(2, place.column).value = form_id
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def load(db: Database, survey: Survey, form: Form, export: Export, first: int = 1) -> None:
    """Write every row as a submitted response of an organisation of its own, from id `first`."""
    answers: list[dict[str, Any]] = []
    codes: list[dict[str, Any]] = []
    responses, organisations = [], []
    for number, row in enumerate(export.rows, first):
        at = BEGUN + timedelta(hours=number - first + 1)
        organisations.append(
            {"id": number, "edrpou": row.get("edrpou") and str(row["edrpou"]),
             "name": row.get("org_name") or "–", "created_at": at, "updated_at": at,
             "time_zone": "Europe/Kyiv"}
        )  # fmt: skip
        responses.append(
            {"id": number, "form_id": survey.id, "version_id": survey.version_id,
             "scope": survey.scope, "organisation_id": number, "person_id": first,
             "state": "submitted", "receipt": f"R{number}", "revision": 1, "started_at": at,
             "changed_at": at + timedelta(minutes=11),
             "submitted_at": at + timedelta(minutes=11)}
        )  # fmt: skip
        for one in rows(response_of(form, row, at)):
            answers.append(
                {"response_id": number, "path": one.path, "node": one.node, "value": one.value,
                 "number": one.number, "relevant": one.relevant, "at": at}
            )  # fmt: skip
            codes += [
                {"response_id": number, "path": one.path, "node": one.node, "code": code}
                for code in one.codes or ()
            ]

    async def write(tx: Any) -> None:
        await tx.execute(
            insert(models.Person),
            [{"id": first, "telegram_id": first, "language": "uk", "time_zone": "Europe/Kyiv",
              "created_at": BEGUN}],
        )  # fmt: skip
        await tx.execute(insert(models.Organisation), organisations)
        await tx.execute(insert(models.Response), responses)
        await tx.execute(insert(models.Answer), answers)
        if codes:
            await tx.execute(insert(models.AnswerCode), codes)

    await db.write(write)
    await recount_version(db, form, survey.version_id)


def response_of(form: Form, row: dict[str, Any], now: datetime) -> Response:
    """What the form makes of a row."""
    answers: dict[str, str] = {}
    repeats: dict[str, int] = {}
    for question in form.questions:
        around = form.elements[question.repeats[-1]] if question.repeats else None
        if around is None:
            if row.get(question.name) is not None:
                answers[question.path] = str(row[question.name])
            continue
        assert isinstance(around, Repeat)
        instances = row.get(around.path.rpartition("/")[2], [])
        repeats[around.path] = len(instances)
        for place, instance in enumerate(instances, 1):
            if instance.get(question.name) is not None:
                inner = question.path.removeprefix(around.path)
                answers[f"{around.path}[{place}]{inner}"] = str(instance[question.name])
    return Response(form, answers, repeats, now=now)


def made_up(form: Form, count: int, seed: int = 1) -> Export:
    """As many responses as wished, answered at random as the form allows; the same every time."""
    random = Random(seed)  # noqa: S311 - test data
    return Export([_answered(form, random, number) for number in range(1, count + 1)])


def _answered(form: Form, random: Random, number: int) -> dict[str, Any]:
    response = Response(form, now=BEGUN)
    fixed = {"consent": "no" if number % 20 == 0 else "yes", "edrpou": None}
    for question in form.questions:
        for entry in list(response.entries()):
            if entry.plain != question.path or not entry.relevant or not question.asked:
                continue
            for _ in range(8):  # until the form takes one
                value = fixed.get(question.name, _value(response, question, entry.path, random))
                if value is None or response.accept(entry.path, value) is None:
                    break
    return {"_index": number, **_cells(response)}


def _cells(response: Response) -> dict[str, Any]:
    elements = response.form.elements
    row: dict[str, Any] = {
        one.path.rpartition("/")[2]: [] for one in elements if isinstance(one, Repeat)
    }
    for entry in response.entries():
        if not entry.relevant or not entry.value or entry.path.endswith("]"):
            continue
        name = entry.plain.rpartition("/")[2]
        if "[" in entry.path:
            repeat, _, rest = entry.path.partition("[")
            place = int(rest.partition("]")[0])
            instances = row[repeat.rpartition("/")[2]]
            while len(instances) < place:
                instances.append({})
            instances[place - 1][name] = entry.value
        elif entry.plain in response.form.binds:
            row[name] = entry.value
    return row


def _value(response: Response, question: Question, path: str, random: Random) -> str | None:
    if question.bind.required is None and random.random() < 0.3:
        return None
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            codes = [option.code for option in response.choices(path)]
            many = min(len(codes), random.randint(1, 3)) if question.kind is Kind.CHOICES else 1
            return " ".join(random.sample(codes, many))
        case Kind.RANGE:
            assert question.range is not None
            return str(random.randint(int(question.range.start), int(question.range.end)))
        case Kind.INTEGER:
            return str(random.randint(0, 5))
        case _:
            return random.choice(["Таємниця, сім", "=cmd|' /C calc'!A0", "ми@example.org"])
