"""Rules about the code as a whole that neither ruff nor mypy nor the import contracts know."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from aiogram.fsm.state import StatesGroup

from dialogs import states

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "dialogs", "domain", "simulator", "storage", "tests", "benchmarks")
LINES = 450
# The states under which open windows are kept. A name that goes breaks the windows that are open:
# a new one is added here, an old one never leaves (its window then leads on to the new one).
STATES = {
    "Start": {"language", "consent", "declined"},
    "Home": {"menu", "funding", "events", "help"},
    "Events": {
        "browse",
        "card",
        "colleague",
        "registration",
        "leave",
        "hand",
        "mine",
        "organise",
        "door",
        "call_off",
    },
    "EventDesk": {"begin", "event", "field", "sure", "people", "person"},
    "Organisers": {"home", "roles", "give", "link", "take", "log"},
    "Broadcasts": {"listed", "draft", "text", "audience", "dimension", "confirm"},
    "Inviting": {"targets", "target", "look", "organisations", "organisation", "merge"},
    "Language": {"choose"},
    "Privacy": {"view", "words", "withdraw", "forget", "sure"},
    "Muting": {"topics"},
    "Organisation": {"view", "code", "asked", "field", "edit", "people", "switch", "leave"},
    "Eligibility": {"ask", "result", "group", "verdict"},
    "Results": {"choose", "cockpit", "questions", "question", "by", "files", "rounds"},
    "Directory": {"browse", "filter"},
    "Authoring": {
        "surveys",
        "file",
        "sure",
        "survey",
        "deadline",
        "audience",
        "move",
        "quotas",
    },
    "Survey": {
        "choose",
        "opening",
        "profile",
        "question",
        "ratings",
        "fields",
        "note",
        "repeat",
        "review",
        "section",
        "conflict",
        "handover",
        "receipt",
        "preview",
        "previewed",
        "full",
        "which",
    },
    "Corrections": {"article", "field", "confirm"},
    "Enquiries": {"queue", "one", "confirm", "keep"},
}


@cache
def modules() -> dict[str, ast.Module]:
    return {
        str(file.relative_to(ROOT)): ast.parse(file.read_text())
        for room in ROOMS
        for file in sorted((ROOT / room).rglob("*.py"))
    }


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_there_is_code() -> None:
    assert len(modules()) > 150


def test_files_stay_short() -> None:
    long = {name: len((ROOT / name).read_text().splitlines()) for name in modules()}
    assert {name: lines for name, lines in long.items() if lines > LINES} == {}


def test_modules_say_why_they_exist() -> None:
    silent = [
        name for name, tree in modules().items() if tree.body and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_tasks_are_kept() -> None:
    """asyncio holds tasks weakly: one that nobody keeps may vanish in the middle of its work."""
    lost = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func)
        in ("asyncio.create_task", "asyncio.ensure_future", "loop.create_task")
    ]
    assert lost == []


def test_the_program_takes_time_from_its_clock() -> None:
    """The machine's is read where the clock is made; all else can be tested at any time.

    `lanka survey walk` runs once, on the machine's time unless `--now` says otherwise.
    """
    made_in = {"bot/clock.py", "bot/result_commands.py", "bot/survey_commands.py"}
    ours = {n: t for n, t in modules().items() if n.startswith(("bot/", "dialogs/", "domain/"))}
    readers = {
        name
        for name, tree in ours.items()
        for call in calls(tree)
        if ast.unparse(call.func) in ("datetime.now", "datetime.utcnow", "date.today")
    }
    assert readers - made_in == set()


@pytest.mark.parametrize("name", STATES)
def test_states_keep_their_names(name: str) -> None:
    group = getattr(states, name)
    assert {state.state for state in group.__states__} == {f"{name}:{one}" for one in STATES[name]}


def test_all_groups_of_states_are_recorded() -> None:
    groups = {
        name
        for name, one in vars(states).items()
        if isinstance(one, type) and issubclass(one, StatesGroup) and one is not StatesGroup
    }
    assert groups == set(STATES)
