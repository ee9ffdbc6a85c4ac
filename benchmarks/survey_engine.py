"""The survey: what compiling, one recompute, one answer and one press cost.

    python benchmarks/survey_engine.py [WORKBOOK ...]

Beside it stands the standard library's ElementTree, which only looks up the paths that the same
expressions name, without any of their logic: the floor for whoever walks an XML tree.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from xml.etree.ElementTree import Element, SubElement
from zoneinfo import ZoneInfo

from domain.surveys.form import Blueprint, Form, Kind, Question
from domain.surveys.response import Response
from domain.surveys.screens import Screens
from domain.surveys.xform import compile_form
from domain.surveys.xlsform import read_workbook
from domain.surveys.xpath.expression import compile_expression

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 3, 12, 9, 30, tzinfo=ZoneInfo("Europe/Kyiv"))
QUESTIONS = 500
SAMPLE = {
    Kind.INTEGER: "3",
    Kind.DECIMAL: "2.5",
    Kind.TEXT: "слово",
    Kind.DATE: "2025-01-02",
    Kind.RANGE: "3",
    Kind.ACKNOWLEDGE: "OK",
}


def timed(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds of processor time."""
    times = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        times.append((time.process_time() - begin) * 1e3)
    return median(times), quantiles(times, n=20)[-1]


def line(name: str, figures: tuple[float, float]) -> None:
    print(f"  {name:<44} {figures[0]:9.3f} ms median {figures[1]:9.3f} ms p95")


def measure(name: str, data: bytes) -> None:
    begin = time.process_time()
    xform = read_workbook(data, name).xform
    workbook = time.process_time() - begin
    form = compile_form(xform)
    response = answered(form)
    print(
        f"{name}: {sum(q.asked for q in form.questions)} questions, {expressions(form)} "
        f"expressions, {len(form.order.steps)} of them in a recompute"
    )
    print(f"  {'workbook to XForm (pyxform) with all checks':<44} {workbook * 1e3:9.3f} ms once")
    line("compile the XForm", timed(lambda: compile_cold(xform), 11))
    line("recompute everything", timed(response.recompute, 200))
    line("the same paths looked up by ElementTree", timed(tree_lookups(form), 200))
    line("one answer to a response at hand", timed(change_of_mind(response), 400))
    line("a press: build, take, recompute, screens", timed(one_answer(response), 100))


def compile_cold(xform: str) -> None:
    """Compile without what earlier compilations left in the cache."""
    compile_expression.cache_clear()
    compile_form(xform)


def expressions(form: Form) -> int:
    """How many expressions a form has."""
    bound = sum(
        expression is not None
        for bind in form.binds.values()
        for expression in (
            *(bind.relevant, bind.constraint, bind.required),
            *(bind.readonly, bind.calculate),
        )
    )
    return bound + sum(question.itemset is not None for question in form.questions)


def answered(form: Form) -> Response:
    """A response with an answer to each question that takes one of the simple ones."""
    response = Response(form, now=NOW)
    response.first_load()
    for page in Screens(response):
        for placed in page.questions:
            response.accept(placed.path, sample(response, placed.path, placed.question))
    return response


def sample(response: Response, path: str, question: Question) -> str:
    options = response.choices(path)
    return options[0].code if options else SAMPLE.get(question.kind, "")


def change_of_mind(response: Response) -> Callable[[], None]:
    """One answer and all that follows from it; each time another of all that are given."""
    given = [(path, value) for path, value in response.answers.items() if value]
    turn = iter(range(10**9))

    def answer() -> None:
        path, value = given[next(turn) // 2 % len(given)]
        if response.value(path):
            response.clear(path)
        else:
            response.accept(path, value)

    return answer


def one_answer(response: Response) -> Callable[[], None]:
    """What a press costs: a response from what is stored, the answer, the screens after it."""
    stored = dict(response.answers)
    path, value = next((path, value) for path, value in stored.items() if value)
    repeats = dict(response.repeats)

    def press() -> None:
        made = Response(response.form, stored, repeats, now=NOW)
        made.accept(path, value)
        pages = Screens(made)
        pages.progress(pages[0].key)

    return press


def tree_lookups(form: Form) -> Callable[[], None]:
    """ElementTree finding every path that the expressions of a recompute name."""
    root = Element(form.template.name)
    grow(root, form.template)
    prefix = f"/{form.template.name}/"
    paths = [
        path.removeprefix(prefix)
        for step in form.order.steps
        for path in step.expression.references
        if path.startswith(prefix) and not path.endswith(("/", "*"))
    ]

    def look_up() -> None:
        for path in paths:
            root.findtext(path)

    return look_up


def grow(element: Element, plan: Blueprint) -> None:
    for child in plan.children:
        if not child.place:
            grow(SubElement(element, child.name), child)


def long_form() -> bytes:
    """A workbook of 500 questions in ten sections, four of five with logic of their own."""
    return "\n".join(long_form_lines()).encode()


def long_form_lines() -> Iterator[str]:
    yield "| survey |"
    yield "| | type | name | label | relevant | constraint | calculation |"
    for number in range(QUESTIONS):
        if number % 50 == 0:
            yield f"| | begin_group | g{number} | Section {number} | | | |"
        relevant = f"${{q{number - 1}}} != 9" if number % 5 else ""
        yield f"| | integer | q{number} | Question {number} | {relevant} | . < 100 | |"
        if number % 10 == 9:
            yield f"| | calculate | c{number} | | | | ${{q{number}}} + ${{q{number - 9}}} |"
        if number % 50 == 49:
            yield "| | end_group | | | | | |"


def growing_repeat() -> None:
    """A thousand instances must cost ten times what a hundred do."""
    rows = """| survey |
| | type | name | label | relevant | calculation | repeat_count | default |
| | integer | n | N | | | | |
| | begin_repeat | r | R | | | ${n} | |
| | integer | a | A | | | | position(..) |
| | integer | b | B | ${a} > 1 | | | |
| | calculate | c | | | ${a} + position(..) | | |
| | end_repeat | | | | | | |
| | calculate | total | | | sum(${c}) | | |
"""
    form = read_workbook(rows.encode(), "repeat.md").form
    assert form is not None
    print("a repeat that grows by its count, with a default and a calculation in each instance")
    for count in (100, 300, 1_000):
        line(f"{count} instances are made", timed(partial(begin, form, count), 10))
    print("a repeat that has grown: build and recompute everything")
    for count in (100, 300, 1_000):
        grown = partial(Response, form, {"/data/n": str(count)}, now=NOW)
        line(f"{count} instances", timed(grown, 20))


def begin(form: Form, count: int) -> None:
    """Answer a question that makes so many instances."""
    Response(form, now=NOW).accept("/data/n", str(count))


def main(workbooks: list[Path]) -> None:
    value_chain = ROOT / "content" / "surveys" / "value_chain.xlsx"
    for path in [value_chain, *workbooks]:
        measure(path.name, path.read_bytes())
    measure(f"generated, {QUESTIONS} questions", long_form())
    growing_repeat()
    sys.stdout.flush()
    # In a process of its own: the bot's imports must not weigh on the figures above.
    subprocess.run([sys.executable, ROOT / "benchmarks" / "press_latency.py"], check=True)  # noqa: S603


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
