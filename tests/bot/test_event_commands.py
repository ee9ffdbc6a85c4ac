"""`lanka event …` as scripts run it: files in, JSON and exit codes out."""

import json
from pathlib import Path

import openpyxl
import pypdf
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import ROOT

GOOD = """
id: call
title: {uk: Дзвінок, en: Call}
zone: Europe/Kiev
start: 2099-03-10 14:00
end: 2099-03-10 15:30
join_url: https://meet.example.org/abc
capacity: {onsite: 10, online: null}
publish: true
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'cli.sqlite3'}")
    return CliRunner()


def write(folder: Path, text: str) -> str:
    file = folder / "event.yaml"
    file.write_text(text)
    return str(file)


def test_import_list_and_files(run: CliRunner, tmp_path: Path) -> None:
    done = run.invoke(app, ["event", "import", write(tmp_path, GOOD)])
    assert (done.exit_code, done.output) == (0, "call: published\n")
    assert run.invoke(app, ["event", "import", write(tmp_path, GOOD)]).exit_code == 0
    [event] = json.loads(run.invoke(app, ["event", "list", "--json"]).output)
    assert event["zone"] == "Europe/Kyiv"
    assert event["start"] == "2099-03-10T12:00:00+00:00"
    assert event["capacity"] == {"onsite": 10, "online": None}
    assert event["taken"] == {"onsite": 0, "online": 0}
    assert json.loads(run.invoke(app, ["event", "registrations", "call", "--json"]).output) == []
    sheet, paper = tmp_path / "a.xlsx", tmp_path / "a.pdf"
    assert run.invoke(app, ["event", "export", "call", "-o", str(sheet)]).exit_code == 0
    assert openpyxl.load_workbook(sheet)["attendees"]["A1"].value == "code"
    done = run.invoke(app, ["event", "door-list", "call", "-o", str(paper)])
    assert done.exit_code == 0
    assert "Дзвінок" in pypdf.PdfReader(paper).pages[0].extract_text()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("2099-03-10 14:00", "2019-03-10 14:00"), "in the past"),
        (("2099-03-10 15:30", "2099-03-10 13:00"), "end must be after the start"),
        (("Europe/Kiev", "Europe/Atlantis"), "no time zone “Europe/Atlantis”"),
        (("onsite: 10", "onsite: 0"), "whole number from 1"),
        (("https://meet", "http://meet"), "begins with https://"),
        (("publish: true", "publish: true\ncolour: red"), "Nobody knows the key “colour”"),
        (("start: 2099-03-10 14:00\n", ""), "needs its start and end"),
        (("id: call", "id: Дзвінок"), "small Latin letters"),
        ((GOOD, "- 1"), "must describe one event"),
        ((GOOD, "a: ["), "not YAML"),
    ],
)
def test_a_mistake_is_a_sentence_and_changes_nothing(
    run: CliRunner, tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    done = run.invoke(app, ["event", "import", write(tmp_path, GOOD.replace(*change))])
    assert done.exit_code == 1
    assert why in done.output
    assert json.loads(run.invoke(app, ["event", "list", "--json"]).output) == []


def test_an_event_that_nobody_knows_is_a_usage_error(run: CliRunner) -> None:
    done = run.invoke(app, ["event", "registrations", "nothing"])
    assert done.exit_code == 2
    assert "there is no event nothing" in done.output


def test_the_templates_are_drafts(run: CliRunner) -> None:
    for file in sorted((ROOT / "content" / "events").glob("*.yaml")):
        assert run.invoke(app, ["event", "import", str(file)]).exit_code == 0
    found = json.loads(run.invoke(app, ["event", "list", "--json"]).output)
    assert len(found) == 3
    assert {event["state"] for event in found} == {"draft"}
    assert {event["start"] for event in found} == {None}


def test_questions_that_are_not_there_or_no_form_change_nothing(
    run: CliRunner, tmp_path: Path
) -> None:
    file = write(tmp_path, GOOD + "questions: own.xlsx\n")
    done = run.invoke(app, ["event", "import", file, "--json"])
    assert done.exit_code == 1
    assert "own.xlsx" in json.loads(done.output)["errors"][0]
    (tmp_path / "own.xlsx").write_bytes(b"no workbook")
    done = run.invoke(app, ["event", "import", file, "--json"])
    assert done.exit_code == 1
    assert "own.xlsx" in json.loads(done.output)["errors"][0]
    assert json.loads(run.invoke(app, ["event", "list", "--json"]).output) == []


def test_an_event_that_cannot_be_leaves_no_questions_behind(
    run: CliRunner, tmp_path: Path
) -> None:
    (tmp_path / "own.md").write_text(
        "| survey | | | |\n| | type | name | label |\n| | text | diet | What do you eat? |\n"
    )
    past = GOOD.replace("2099", "2009") + "questions: own.md\n"
    assert run.invoke(app, ["event", "import", write(tmp_path, past)]).exit_code == 1
    assert "own" not in run.invoke(app, ["survey", "list"]).output
    good = write(tmp_path, GOOD + "questions: own.md\n")
    once = run.invoke(app, ["event", "import", good, "--json"])
    again = run.invoke(app, ["event", "import", good, "--json"])
    assert (once.exit_code, again.exit_code) == (0, 0)
    assert json.loads(once.output) == json.loads(again.output)
