"""Results of a large survey: figures, pictures' data, the report's figures, an export.

    python benchmarks/results.py [RESPONSES]

A survey of 40 questions with 100,000 responses is generated into an SQLite file. Beside each
figure stands pandas: the same count from the exported CSV, held in memory after it was read.
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
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

from dialogs.exports import export
from dialogs.exports.tables import Choices
from domain.surveys.form import Form
from domain.surveys.interview import Interview, Result, Visit
from domain.surveys.results.codebook import Variable
from domain.surveys.xform import compile_form
from domain.surveys.xlsform import read_workbook
from storage import forms, people, responses, results, schema
from storage.counting import recount_version
from storage.database import Database, open_database
from storage.forms import Forms
from storage.results import Study

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PLAN = {"one": 15, "many": 6, "rate": 8, "whole": 6, "text": 4}  # and consent: 40
CODES = {"type": 7, "answer": 5, "link": 12}
RUNS = 7


def workbook() -> bytes:
    """The survey as an XLSForm in Markdown."""
    kinds = {
        "one": "select_one answer", "many": "select_multiple link", "rate": "range",
        "whole": "integer", "text": "text",
    }  # fmt: skip
    lines = ["| survey | | | | |", "| | type | name | label | parameters |"]
    lines.append("| | select_one yn | consent | Agreed? | |")
    for name, count in PLAN.items():
        for number in range(count):
            kind = "select_one type" if (name, number) == ("one", 0) else kinds[name]
            steps = "start=1 end=5 step=1" if name == "rate" else ""
            lines.append(f"| | {kind} | {name}{number} | {name} {number} | {steps} |")
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
        name = question.name
        if name == "consent":
            made.append((question.path, "yes", None, []))
        elif name.startswith("one"):
            codes = "type" if name == "one0" else "answer"
            made.append((question.path, f"{codes}{rng.randrange(CODES[codes])}", None, []))
        elif name.startswith("many"):
            chosen = [f"link{code}" for code in rng.sample(range(12), rng.randint(1, 4))]
            made.append((question.path, " ".join(chosen), None, chosen))
        elif name.startswith("text"):
            made.append((question.path, f"Слова {rng.randrange(10**6)}", None, []))
        else:
            number = rng.randint(1, 5) if name.startswith("rate") else rng.randint(0, 500)
            made.append((question.path, str(number), float(number), []))
    return made


def generate(file: Path, survey: forms.Survey, form: Form, count: int) -> None:
    """Write the responses with the driver alone: the program would take an hour."""
    rng = random.Random(1)
    base = sqlite3.connect(file)
    base.execute("PRAGMA synchronous = OFF")
    at = NOW.strftime("%Y-%m-%d %H:%M:%S.000000")
    with base:
        for start in range(0, count, 5000):
            heads, answers, codes = [], [], []
            for number in range(start + 1, min(start + 5000, count) + 1):
                heads.append(
                    (number, survey.id, survey.version_id, "person", number, "submitted", 1,
                     at, at, at)
                )  # fmt: skip
                for path, value, amount, chosen in rows_of(form, rng):
                    answers.append((number, path, path, value, amount))
                    codes += [(number, path, code, path) for code in chosen]
            base.executemany(
                "INSERT INTO people (id, telegram_id, language, time_zone, created_at)"
                " VALUES (?, ?, 'uk', 'Europe/Kyiv', ?)",
                [(head[0], 10**9 + head[0], at) for head in heads],
            )
            base.executemany(
                "INSERT INTO responses (id, form_id, version_id, scope, person_id, state,"
                " revision, started_at, changed_at, submitted_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                heads,
            )
            base.executemany(
                "INSERT INTO answers (response_id, path, node, value, number, relevant)"
                " VALUES (?, ?, ?, ?, ?, 1)",
                answers,
            )
            base.executemany(
                "INSERT INTO answer_codes (response_id, path, code, node) VALUES (?, ?, ?, ?)",
                codes,
            )
    base.execute("ANALYZE")
    base.close()


async def best(work: Callable[[], Awaitable[Any]]) -> float:
    """The median of some runs in milliseconds of processor time: the machine may be shared."""
    times = []
    for _ in range(RUNS):
        begin = time.process_time()
        await work()
        times.append((time.process_time() - begin) * 1e3)
    return sorted(times)[RUNS // 2]


def line(name: str, ours: float, theirs: float | None, goal: str) -> None:
    beside = "" if theirs is None else f"  pandas {theirs:8.0f} ms"
    print(f"  {name:<46} {ours:8.0f} ms{beside}  goal {goal}")


async def measure(db: Database, study: Study, frame: Any) -> None:
    """Figures beside pandas on the same data."""
    by_name, which = study.codebook.by_name, study.population

    def some(*names: str) -> list[Variable]:
        return [by_name[name] for name in names]

    async def theirs(work: Callable[[], object]) -> float:
        async def run() -> None:
            work()

        return await best(run)

    rates = [f"rate{number}" for number in range(PLAN["rate"])]
    line(
        "one choice",
        await best(lambda: results.figures(db, which, some("one1"))),
        await theirs(frame["one1"].value_counts),
        "< 200 ms",
    )
    line(
        "several choices",
        await best(lambda: results.figures(db, which, some("many1"))),
        await theirs(lambda: frame["many1"].str.split().explode().value_counts()),
        "< 200 ms",
    )
    line(
        "numbers: mean, median, spread",
        await best(lambda: results.figures(db, which, some("whole1"))),
        await theirs(frame["whole1"].describe),
        "< 200 ms",
    )
    line(
        "a choice by type",
        await best(
            lambda: results.figures_by(db, which, some("one1"), by_name["one0"], sized=False)
        ),
        await theirs(frame.groupby("one0")["one1"].value_counts),
        "< 200 ms",
    )
    line(
        "eight ratings by type (heat map)",
        await best(lambda: results.figures_by(db, which, some(*rates), by_name["one0"])),
        await theirs(frame.groupby("one0")[rates].mean),
        "–",
    )
    everything = study.codebook.variables

    def all_of_them() -> None:
        for one in everything:
            column = frame[one.name]
            (column.str.split().explode() if one.several else column).value_counts()

    line(
        "all 40 questions (the report's figures)",
        await best(lambda: results.figures(db, which, everything)),
        await theirs(all_of_them),
        "< 5,000 ms",
    )


def answer(code: str, interview: Interview) -> Result:
    """A person chooses a code."""
    return interview.answer("/data/one1", code)


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


async def main(count: int) -> None:
    """Generate, measure, print."""
    import pandas as pd  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory(prefix="lanka-results-") as folder:
        file = Path(folder) / "bench.sqlite3"
        url = f"sqlite+aiosqlite:///{file}"
        content = workbook()
        form = compile_form(read_workbook(content, "bench.md").xform)
        async with open_database(url) as db:
            await schema.upgrade(db)
            xform = read_workbook(content, "bench.md").xform
            digest = hashlib.sha256(content).hexdigest()
            book = forms.Workbook("bench.md", content, xform, digest)
            await forms.publish(db, form, book, NOW)
            survey = await forms.by_form_id(db, "bench")
            assert survey is not None
        begin = time.perf_counter()
        generate(file, survey, form, count)
        print(
            f"{count:,} responses of {sum(PLAN.values()) + 1} answers: generated in"
            f" {time.perf_counter() - begin:.0f} s, {file.stat().st_size / 1e6:,.0f} MB"
        )
        async with open_database(url) as db:
            begin = time.perf_counter()
            await recount_version(db, form, survey.version_id)
            print(f"  all counted anew {time.perf_counter() - begin:28.1f} s")
            study = await results.study(db, Forms(db), survey)
            zipped = Path(folder) / "all.zip"
            begin = time.perf_counter()
            await export(db, study, zipped, "csv", Choices("en", personal=True))
            print(f"  CSV export {time.perf_counter() - begin:38.1f} s")
            with zipfile.ZipFile(zipped) as archive, archive.open("Bench.csv") as stream:
                frame = pd.read_csv(stream)
            await measure(db, study, frame)
            del frame
            stop = asyncio.Event()
            stop.set()
            idle = await presses(db, study.form, stop, 200)
            stop = asyncio.Event()
            answering = asyncio.create_task(presses(db, study.form, stop, 200))
            begin = time.perf_counter()
            peak = await in_worker(url, Path(folder) / "all.xlsx")
            seconds = time.perf_counter() - begin
            stop.set()
            busy = await answering
        print(f"  XLSX export in its worker: {seconds:.0f} s, peak {peak:.0f} MB (goal < 500 MB)")
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
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
