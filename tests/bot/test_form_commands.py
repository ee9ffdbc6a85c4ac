"""Published forms on the command line, on a database of the test's own."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.form_commands import survey_of, with_database
from storage import forms
from storage.database import Database
from tests.domain.surveys.forms import workbook

ROWS = "type | name | label\nselect_multiple work | work | Work\ninteger | beds | Beds"
CHOICES = "list_name | name | label\nwork | rnd | R&D\nwork | mfg | Making"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}")
    (tmp_path / "clinic.md").write_bytes(workbook(ROWS, CHOICES))

    def command(*args: str) -> tuple[int, Any]:
        names = [str(tmp_path / arg) if arg.endswith((".md", ".csv")) else arg for arg in args]
        result = CliRunner().invoke(app, ["survey", *names, "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout else result.stderr

    return command


def test_publishing_listing_closing_and_comparing(run: Any, tmp_path: Path) -> None:
    code, published = run("publish", "clinic.md")
    assert (code, published["published"], published["form_id"]) == (0, True, "clinic")
    code, again = run("publish", "clinic.md")
    assert (code, again["published"]) == (0, False)
    code, [listed] = run("list")
    assert (listed["form_id"], listed["state"], listed["questions"]) == ("clinic", "open", 2)
    (tmp_path / "clinic.md").write_bytes(workbook(ROWS.replace("integer", "text"), CHOICES))
    code, found = run("diff", "clinic", "clinic.md")
    assert found["changes"] == [
        {"change": "type", "path": "/data/beds", "detail": "integer → text"}
    ]
    assert run("close", "clinic") == (
        0,
        {"form_id": "clinic", "state": "closed", "changed": True},
    )
    assert run("close", "clinic")[1]["changed"] is False
    assert run("list")[1][0]["accepts"] is False
    assert run("close", "nobody")[0] == 2
    opened = {"form_id": "clinic", "state": "open", "changed": True}
    assert run("reopen", "clinic") == (0, opened)
    assert run("reopen", "clinic") == (0, {**opened, "changed": False})
    assert run("list")[1][0]["accepts"] is True
    assert run("reopen", "nobody")[0] == 2


def test_a_deadline_that_is_over_goes_when_a_form_is_opened_again(run: Any) -> None:
    run("publish", "clinic.md")

    async def end(db: Database) -> None:
        survey = await survey_of(db, "clinic")
        await forms.set_deadline(db, survey.id, datetime(2026, 1, 31, 22, tzinfo=UTC))

    with_database(end)
    [listed] = run("list")[1]
    assert (listed["accepts"], listed["state"]) == (False, "open")
    assert listed["closes_at"].startswith("2026-01-31T22:00")
    shown = CliRunner().invoke(app, ["survey", "list"], env={"COLUMNS": "160"}).stdout
    assert "past its deadline" in shown
    assert "2026-01-31 22:00 UTC" in shown
    assert run("reopen", "clinic")[1]["changed"] is True
    [listed] = run("list")[1]
    assert (listed["accepts"], listed["closes_at"]) == (True, None)


def test_a_form_that_a_chat_cannot_put_whole_needs_a_yes(run: Any, tmp_path: Path) -> None:
    rows = "type | name | label\ntext | a | A\ngeotrace | way | Way"
    (tmp_path / "way.md").write_bytes(workbook(rows))
    code, refused = run("publish", "way.md")
    assert (code, refused["published"], refused["ok"]) == (1, False, True)
    code, published = run("publish", "way.md", "--yes")
    assert (code, published["published"]) == (0, True)


def test_a_broken_form_is_not_published(run: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.md").write_bytes(workbook("type | name | label\ntxet | a | A"))
    code, report = run("publish", "broken.md")
    assert (code, report["published"], report["ok"]) == (1, False, False)
    assert run("list")[1] == []


def test_responses_are_imported_once(run: Any, tmp_path: Path) -> None:
    run("publish", "clinic.md")
    (tmp_path / "export.csv").write_text("work,beds,_uuid\nrnd mfg,12,u1\nrnd,many,u2\n")
    code, dry = run("import-responses", "clinic", "export.csv", "--dry-run")
    assert (code, dry["imported"], dry["dry_run"]) == (1, 1, True)
    code, done = run("import-responses", "clinic", "export.csv")
    assert (done["imported"], done["already"], code) == (1, 0, 1)
    assert [(one["row"], one["path"]) for one in done["refused"]] == [(3, "/data/beds")]
    code, again = run("import-responses", "clinic", "export.csv")
    assert (again["imported"], again["already"]) == (0, 1)
    assert run("list")[1][0]["responses"] == {"draft": 0, "submitted": 1}
