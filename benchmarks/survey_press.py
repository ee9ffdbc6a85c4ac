"""A press in a form of 500 questions: from the database to the answer stored and the next screen.

    python benchmarks/survey_press.py [PRESSES]

Beside it stands the least that any program must do for it: the same five statements, which find
the response, write the event, the answer and the place, in the same database, without any form.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.survey_engine import QUESTIONS, long_form
from domain.surveys.form import Form
from domain.surveys.interview import Interview, Visit
from domain.surveys.xlsform import read_workbook
from storage import forms, models, people, responses, schema
from storage.database import Database, open_database, writes
from storage.forms import Workbook
from storage.live import Borrowed, LiveResponses
from storage.upsert import insert, upsert

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
WARM_UP = 20


def press(number: int) -> Callable[[Interview], None]:
    """Answer a question, go on, and look at the next screen as its card does."""
    path = f"/data/g{number % QUESTIONS // 50 * 50}/q{number % QUESTIONS}"
    value = str(number % 7)

    def decide(interview: Interview) -> None:
        interview.answer(path, value)
        interview.next()

    return decide


@writes
async def bare(tx: AsyncConnection, response_id: int, person_id: int, number: int) -> None:
    """The statements of one answer, with nothing decided."""
    path, at = f"/data/g0/q{number % 50}", NOW + timedelta(seconds=number)
    its, cursor = models.Response, models.Cursor
    version_id = await tx.scalar(
        update(its)
        .where(its.id == response_id)
        .values(revision=its.revision + 1, changed_at=at)
        .returning(its.version_id)
    )
    place = select(cursor.screen, cursor.step, cursor.seen, cursor.update_id)
    await tx.execute(place.where(cursor.response_id == response_id, cursor.person_id == person_id))
    given = {"value": str(number % 7), "person_id": person_id, "at": at}
    event = {"response_id": response_id, "version_id": version_id, "path": path, "source": "chat"}
    event_id = await tx.scalar(
        insert(tx, models.AnswerEvent).values(**event, **given).returning(models.AnswerEvent.id)
    )
    answer = {"response_id": response_id, "path": path, "node": path, "relevant": True}
    columns = ["value", "number", "relevant", "event_id", "person_id", "at"]
    number_of = {"number": float(number % 7), "event_id": event_id}
    await tx.execute(upsert(tx, models.Answer, columns), [{**answer, **given, **number_of}])
    here = {"screen": str(number), "step": number, "seen": event_id, "update_id": number, "at": at}
    await tx.execute(
        upsert(tx, models.Cursor, [*here]),
        [{"response_id": response_id, "person_id": person_id, **here}],
    )


async def timed(
    work: Callable[[int], Awaitable[None]], presses: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of processor time, and of the clock, without the first ones."""
    processor, clock = [], []
    for number in range(presses):
        begin, at = time.process_time(), time.perf_counter()
        await work(number)
        processor.append((time.process_time() - begin) * 1e3)
        clock.append((time.perf_counter() - at) * 1e3)
    return processor[WARM_UP:], clock[WARM_UP:]


def show(name: str, figures: tuple[list[float], list[float]]) -> float:
    processor, clock = figures
    print(
        f"  {name:<44} {median(processor):8.2f} ms median {quantiles(processor, n=20)[-1]:8.2f} ms"
        f" p95 of the processor, {median(clock):8.2f} ms median of the clock"
    )
    return median(processor)


async def begun(db: Database, form: Form) -> tuple[int, int]:
    """A response with every question answered, and whose it is."""
    survey = (await forms.surveys(db))[0]
    person = await people.meet(db, 42, "en", (), NOW)
    response_id = await responses.begin(
        db, survey.id, survey.version_id, "person", person.id, None, NOW
    )

    def answer_all(interview: Interview) -> None:
        for question in form.questions:
            interview.answer(question.path, "3")

    await responses.act(db, form, response_id, Visit(person.id, "en", NOW), answer_all)
    return response_id, person.id


async def main(presses: int = 300) -> None:
    """Measure both, one after the other."""
    report = read_workbook(long_form(), "long.md")
    form = report.form
    assert form is not None
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(f"sqlite+aiosqlite:///{folder}/lanka.sqlite3") as db:
            await schema.upgrade(db)
            book = Workbook("long.md", long_form(), report.xform, "0")
            await forms.publish(db, form, book, NOW)
            response_id, person_id = await begun(db, form)
            live = LiveResponses()

            async def one(number: int) -> None:
                visit = Visit(person_id, "en", NOW + timedelta(seconds=number))
                borrowed = Borrowed(live)
                interview, _ = await responses.act(
                    *(db, form, response_id, visit, press(number)),
                    update_id=number,
                    first=True,
                    live=borrowed,
                )
                screen = interview.screen
                if screen is not None:
                    interview.screens.progress(screen.key)
                borrowed.give_back()

            async def anew(number: int) -> None:
                live.take(response_id)  # as after a restart, or another process's press
                await one(number)

            gc.collect()
            gc.freeze()
            await one(2 * presses)  # the first press, which keeps the response
            kept = live.take(response_id)
            assert kept is not None
            last = kept.interview

            async def alone(number: int) -> None:
                nonlocal last
                visit = Visit(person_id, "en", NOW + timedelta(seconds=number))
                last = Interview(form, last.given, last.position, visit, last)
                press(number)(last)
                screen = last.screen
                if screen is not None:
                    last.screens.progress(screen.key)

            domain = await timed(alone, presses)
            made_anew = await timed(anew, presses)
            ours = await timed(lambda number: one(presses + number), presses)
            least = await timed(lambda number: bare(db, response_id, person_id, number), presses)
    print(f"a press in a form of {QUESTIONS} questions, all answered, {presses} presses")
    show("answer and next screen, nothing stored", domain)
    show("a response made anew from the database", made_anew)
    ratio = show("one that goes on in this process", ours) / show("the bare statements", least)
    print(f"  ratio {ratio:.2f}")


if __name__ == "__main__":
    asyncio.run(main(*[int(argument) for argument in sys.argv[1:]]))
