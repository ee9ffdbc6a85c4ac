"""Results of a large survey: figures, pictures' data, the report's figures, an export.

    python -m benchmarks.results [RESPONSES] [--postgres]

A survey of 40 questions with 100,000 responses is generated into an SQLite file, or into a
PostgreSQL server of its own. Beside each figure stands pandas: the same count from the exported
CSV, held in memory after it was read. Times are of the processor on SQLite, since the machine may
be shared; of the clock on PostgreSQL, which counts in processes of its own.
"""

import asyncio
import hashlib
import os
import random
import resource
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from dialogs.exports import export
from dialogs.exports.tables import Choices
from dialogs.i18n import Translator
from dialogs.report.build import contents
from dialogs.results import maps, views
from dialogs.results.reader import Reader
from domain.surveys.form import Form, Kind
from domain.surveys.interview import Interview, Result, Visit
from domain.surveys.results.chain import chain
from domain.surveys.xform import compile_form
from domain.surveys.xlsform import read_workbook
from storage import forms, people, responses, results, schema, shown
from storage.counting import recount_version
from storage.database import Database, open_database
from storage.forms import Forms
from storage.results import Study

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PLAN = {"one": 15, "many": 6, "rate": 8, "whole": 6, "text": 4}  # and consent: 40
CODES = {"type": 7, "place": 24, "answer": 5, "link": 12}
#: questions that the maps are drawn from have the names that maps look for
NAMES = {
    "one0": "org_type", "one1": "oblast", "one2": "disrupted", "one3": "intl", "many0": "stages",
    "many1": "missing_stages", "many2": "cycle", "one4": "publish", "text0": "org_name",
}  # fmt: skip
RUNS = 5


def name_of(kind: str, number: int) -> str:
    """The name of a question of the plan."""
    return NAMES.get(f"{kind}{number}", f"{kind}{number}")


def list_of(name: str) -> str:
    """The list that a question's codes are of."""
    lists = {"org_type": "type", "oblast": "place", "stages": "link", "missing_stages": "link"}
    lists["publish"] = "yn"
    return lists.get(name, "link" if name.startswith(("many", "cycle")) else "answer")


def workbook() -> bytes:
    """The survey as an XLSForm in Markdown."""
    kinds = {"rate": "range", "whole": "integer", "text": "text"}
    lines = ["| survey | | | | |", "| | type | name | label | parameters |"]
    lines.append("| | select_one yn | consent | Agreed? | |")
    for kind, count in PLAN.items():
        if kind == "rate":
            lines.append("| | begin_group | ratings | Ratings | |")
        for number in range(count):
            name = name_of(kind, number)
            one = kinds.get(
                kind, f"select_{'one' if kind == 'one' else 'multiple'} {list_of(name)}"
            )
            steps = "start=1 end=5 step=1" if kind == "rate" else ""
            lines.append(f"| | {one} | {name} | {name} | {steps} |")
        if kind == "rate":
            lines.append("| | end_group | | | |")
    lines += ["| choices | | | |", "| | list_name | name | label |"]
    lines += ["| | yn | yes | Yes |", "| | yn | no | No |"]
    for name, count in CODES.items():
        lines += [f"| | {name} | {name}{code} | {name} {code} |" for code in range(count)]
    lines += ["| settings | | |", "| | form_id | form_title |", "| | bench | Bench |"]
    return "\n".join(lines).encode()


def rows_of(form: Form, rng: random.Random) -> list[tuple[str, str, float | None, list[str]]]:
    """One response: path, value, number and codes of each answer."""
    made: list[tuple[str, str, float | None, list[str]]] = []
    for question in form.questions:
        name, codes = question.name, list_of(question.name)
        if name == "consent":
            made.append((question.path, "yes", None, []))
        elif name == "publish":
            made.append((question.path, rng.choice(("yes", "no")), None, []))
        elif question.kind is Kind.CHOICE:
            made.append((question.path, f"{codes}{rng.randrange(CODES[codes])}", None, []))
        elif question.kind is Kind.CHOICES:
            chosen = [f"link{code}" for code in rng.sample(range(12), rng.randint(1, 4))]
            made.append((question.path, " ".join(chosen), None, chosen))
        elif question.kind is Kind.TEXT:
            made.append((question.path, f"Слова {rng.randrange(10**6)}", None, []))
        else:
            number = rng.randint(1, 5) if name.startswith("rate") else rng.randint(0, 500)
            made.append((question.path, str(number), float(number), []))
    return made


Batch = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def batches(survey: forms.Survey, form: Form, count: int, at: Any) -> Iterator[Batch]:
    """Rows of the tables: name, columns, rows; `at` is NOW as the driver takes it."""
    rng = random.Random(1)
    for start in range(0, count, 5000):
        people, heads, answers, codes = [], [], [], []
        for number in range(start + 1, min(start + 5000, count) + 1):
            people.append((number, 10**9 + number, "uk", "Europe/Kyiv", at))
            heads.append(
                (number, survey.id, survey.version_id, "person", number, "submitted", 1,
                 at, at, at)
            )  # fmt: skip
            for path, value, amount, chosen in rows_of(form, rng):
                answers.append((number, path, path, value, amount, True))
                codes += [(number, path, code, path) for code in chosen]
        yield "people", ("id", "telegram_id", "language", "time_zone", "created_at"), people
        columns: tuple[str, ...] = (
            "id", "form_id", "version_id", "scope", "person_id", "state", "revision",
            "started_at", "changed_at", "submitted_at",
        )  # fmt: skip
        yield "responses", columns, heads
        columns = ("response_id", "path", "node", "value", "number", "relevant")
        yield "answers", columns, answers
        yield "answer_codes", ("response_id", "path", "code", "node"), codes


async def generate(url: str, survey: forms.Survey, form: Form, count: int) -> None:
    """Write the responses with the driver alone: the program would take an hour."""
    if url.startswith("postgresql"):
        base = await asyncpg.connect(url.replace("+asyncpg", ""))
        for table, columns, rows in batches(survey, form, count, NOW):
            await base.copy_records_to_table(table, columns=columns, records=rows)
        for table in ("people", "responses"):
            await base.execute(f"SELECT setval('{table}_id_seq', {count})")
        await base.close()
        return
    lite = sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))
    lite.execute("PRAGMA synchronous = OFF")
    with lite:
        at = NOW.strftime("%Y-%m-%d %H:%M:%S.000000")
        for table, columns, rows in batches(survey, form, count, at):
            marks = ", ".join("?" * len(columns))
            lite.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
    lite.close()


async def tidy(db: Database, url: str) -> None:
    """What the database does by itself in the days in which so many responses come in."""
    if db.dialect == "sqlite":
        await db.write(lambda tx: tx.exec_driver_sql("ANALYZE"))
        return
    base = await asyncpg.connect(url.replace("+asyncpg", ""))
    await base.execute("VACUUM ANALYZE")
    await base.close()


async def best(
    work: Callable[[], Awaitable[Any]],
    runs: int = RUNS,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """The median of some runs in milliseconds."""
    times = []
    for _ in range(runs):
        begin = clock()
        await work()
        times.append((clock() - begin) * 1e3)
    return sorted(times)[runs // 2]


def line(name: str, ours: float, theirs: float | None, goal: str) -> None:
    beside = "" if theirs is None else f"  pandas {theirs:8.0f} ms"
    print(f"  {name:<46} {ours:8.0f} ms{beside}  goal {goal}")


async def measure(db: Database, study: Study, frame: Any) -> None:
    """What pictures and the report are made of, beside pandas on the same data."""
    by_name = study.codebook.by_name
    clock = time.process_time if db.dialect == "sqlite" else time.perf_counter
    reader = Reader.of(study.codebook, Translator("uk", "Europe/Kyiv"), NOW)

    async def theirs(work: Callable[[], object]) -> float:
        async def run() -> None:
            work()

        return await best(run)

    def one(name: str) -> Callable[[], Awaitable[Any]]:
        return lambda: views.question(db, study, by_name[name], reader)

    def two(name: str, by: str) -> Callable[[], Awaitable[Any]]:
        return lambda: views.crossed(db, study, by_name[name], by_name[by], reader)

    def several(name: str) -> Any:
        return frame[name].str.split().explode()

    def pairs(name: str, by: str) -> Any:
        return frame[[by]].join(several(name)).groupby(by)[name].value_counts()

    def crossed() -> object:
        both = frame[["many3", "many4"]].apply(lambda one: one.str.split())
        rows = both.explode("many3").explode("many4")
        return rows.groupby("many4")["many3"].value_counts()

    def everything() -> None:
        for variable in study.codebook.variables:
            column = several(variable.name) if variable.several else frame[variable.name]
            column.value_counts()
            if variable.numeric:
                frame.groupby("org_type")[variable.name].mean()
            else:
                kinds = frame["org_type"].rename("kind")
                column.to_frame().join(kinds).value_counts()

    rates = [f"rate{number}" for number in range(PLAN["rate"])]
    goal = "< 200 ms"
    charts: list[tuple[str, Callable[[], Awaitable[Any]], Callable[[], object]]] = [
        ("one choice", one("disrupted"), frame["disrupted"].value_counts),
        ("several choices", one("many3"), lambda: several("many3").value_counts()),
        ("numbers: mean, median, spread", one("whole1"), frame["whole1"].describe),
        (
            "one choice by kind of organisation",
            two("disrupted", "org_type"),
            frame.groupby("org_type")["disrupted"].value_counts,
        ),
        (
            "one choice by another question",
            two("disrupted", "one5"),
            frame.groupby("one5")["disrupted"].value_counts,
        ),
        (
            "several choices by another question",
            two("many3", "one5"),
            lambda: pairs("many3", "one5"),
        ),
        (
            "several choices by several others",
            two("many3", "many4"),
            crossed,
        ),
        (
            "map of the chain",
            lambda: maps.chain_map(db, study, reader),
            lambda: pairs("stages", "org_type"),
        ),
        (
            "heat map of eight ratings",
            lambda: maps.heat_map(db, study, reader),
            frame.groupby("org_type")[rates].mean,
        ),
        (
            "heat map by oblast",
            lambda: maps.heat_map(db, study, reader, by_name["oblast"]),
            frame.groupby("oblast")[rates].mean,
        ),
        (
            "gaps by oblast",
            lambda: maps.gaps(db, study, reader),
            lambda: (pairs("stages", "oblast"), pairs("missing_stages", "oblast")),
        ),
    ]
    for name, ours, pandas in charts:
        line(name, await best(ours, clock=clock), await theirs(pandas), goal)
    page = await best(partial(directory, db, study), clock=clock)
    line("a page of the directory, by link", page, None, goal)
    line(
        "all figures of the report",
        await best(lambda: contents(db, study, reader), 3, clock),
        await theirs(everything),
        "< 5,000 ms",
    )


async def directory(db: Database, study: Study) -> None:
    """What a page in the middle of the organisations that work in a link is made of."""
    parts, wanted = chain(study.codebook), {"stages": "link3"}
    await shown.directory_page(db, study.population, parts, wanted, 100, 4)


def answer(code: str, interview: Interview) -> Result:
    """A person chooses a code."""
    return interview.answer("/data/one5", code)


async def presses(db: Database, form: Form, stop: asyncio.Event, at_least: int) -> float:
    """What one answer costs (95th percentile, ms) until `stop` is set: load, decide, write."""
    survey = await forms.by_form_id(db, "bench")
    assert survey is not None
    visitor = await people.meet(db, 42, "uk", (), NOW)
    response_id = await responses.begin(
        db, survey.id, survey.version_id, "person", visitor.id, None, NOW
    )
    times: list[float] = []
    while not stop.is_set() or len(times) < at_least:
        begin = time.perf_counter()
        code = f"answer{len(times) % 5}"
        visit = Visit(visitor.id, "uk", NOW + timedelta(seconds=len(times)))
        await responses.act(db, form, response_id, visit, partial(answer, code))
        times.append((time.perf_counter() - begin) * 1e3)
        await asyncio.sleep(0.01)
    return quantiles(times, n=20)[-1]


async def publish(db: Database, content: bytes, form: Form) -> forms.Survey:
    """The form in a database that has nothing yet."""
    await schema.upgrade(db)
    xform = read_workbook(content, "bench.md").xform
    digest = hashlib.sha256(content).hexdigest()
    await forms.publish(db, form, forms.Workbook("bench.md", content, xform, digest), NOW)
    survey = await forms.by_form_id(db, "bench")
    assert survey is not None
    return survey


async def main(count: int, url: str, folder: Path) -> None:
    """Generate, measure, print."""
    import pandas as pd  # type: ignore[import-untyped]

    content = workbook()
    form = compile_form(read_workbook(content, "bench.md").xform)
    stop = asyncio.Event()
    stop.set()
    async with open_database(url) as db:
        survey = await publish(db, content, form)
        begin = time.perf_counter()
        await generate(url, survey, form, count)
        print(
            f"{count:,} responses of {sum(PLAN.values()) + 1} answers on {db.dialect}:"
            f" generated in {time.perf_counter() - begin:.0f} s"
        )
        begin = time.perf_counter()
        await db.write(lambda tx: tx.exec_driver_sql("ANALYZE"))
        await recount_version(db, form, survey.version_id)
        await tidy(db, url)
        print(f"  all counted anew {time.perf_counter() - begin:28.1f} s")
        study = await results.study(db, Forms(db), survey)
        zipped = folder / "all.zip"
        begin = time.perf_counter()
        await export(db, study, zipped, "csv", Choices("en", personal=True))
        print(f"  CSV export {time.perf_counter() - begin:38.1f} s")
        with zipfile.ZipFile(zipped) as archive, archive.open("Bench.csv") as stream:
            frame = pd.read_csv(stream)
        await measure(db, study, frame)
        del frame
        idle = await presses(db, study.form, stop, 200)
        async with open_database(f"sqlite+aiosqlite:///{folder}/empty.sqlite3") as nothing:
            await publish(nothing, content, form)
            empty = await presses(nothing, study.form, stop, 200)
        stop = asyncio.Event()
        answering = asyncio.create_task(presses(db, study.form, stop, 200))
        begin = time.perf_counter()
        peak = await in_worker(url, folder / "all.xlsx")
        seconds = time.perf_counter() - begin
        stop.set()
        busy = await answering
    print(f"  XLSX export in its worker: {seconds:.0f} s, peak {peak:.0f} MB (goal < 500 MB)")
    answers = count * (sum(PLAN.values()) + 1)
    print(
        f"  an answer in a database of {answers:,}: p95 {idle:.1f} ms, in an empty SQLite"
        f" {empty:.1f} ms: {idle / empty:.2f} ×"
    )
    print(
        f"  an answer meanwhile: p95 {busy:.1f} ms, idle {idle:.1f} ms:"
        f" {busy / idle:.2f} × (goal ≤ 1.5 ×)"
    )


async def in_worker(url: str, file: Path) -> float:
    """Export XLSX in a process of its own, niced as the bot's worker is; its peak in MB."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--export", url, str(file), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return float(out)


async def export_alone(url: str, file: str) -> None:
    """What `in_worker` starts."""
    os.nice(10)
    async with open_database(url) as db:
        survey = await forms.by_form_id(db, "bench")
        assert survey is not None
        study = await results.study(db, Forms(db), survey)
        await export(db, study, Path(file), "xlsx", Choices("en"))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--export"]:
        asyncio.run(export_alone(*sys.argv[2:4]))
    else:
        numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
        with tempfile.TemporaryDirectory(prefix="lanka-results-") as made:
            where = f"sqlite+aiosqlite:///{made}/bench.sqlite3"
            server = None
            if "--postgres" in sys.argv:
                from tests.databases import Postgres

                server = Postgres(durable=True)
                where = server.create()
            try:
                asyncio.run(main(numbers[0] if numbers else 100_000, where, Path(made)))
            finally:
                if server is not None:
                    server.stop()
