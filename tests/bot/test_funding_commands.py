"""`lanka funding check` and `dump`: files in and out, exit codes, and what is said of mistakes."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from domain.funding.library import load
from domain.funding.search import dictionary
from storage import corrections, people, schema
from storage.corrections import Draft
from storage.database import open_database
from storage.library import CONTENT
from tests.domain.funding.test_article import RIGHT
from tests.storage.folk import NOW


@pytest.fixture
def database_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path / 'cli.sqlite3'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def test_check_names_file_field_and_mistake_and_takes_nothing_down(tmp_path: Path) -> None:
    (tmp_path / "een.md").write_text(RIGHT)
    (tmp_path / "copy.md").write_text(RIGHT)
    (tmp_path / "front.md").write_text(RIGHT.replace("names: {uk", "names: [uk"))
    (tmp_path / "latin.md").write_bytes(RIGHT.encode("cp1251", "replace"))
    (tmp_path / "search.yaml").write_text("same: [[гроші, money], нічого]\n")
    done = CliRunner().invoke(app, ["funding", "check", str(tmp_path)])
    assert done.exit_code == 1
    *faults, last = done.output.splitlines()
    assert [line.split(": ")[:2] for line in faults] == [
        ["copy.md", "id"],
        ["front.md", "line 4"],
        ["latin.md", "file"],
        ["search.yaml", "same"],
    ]
    assert last == "1 articles are right, 4 files are not"


def test_our_own_files_are_right() -> None:
    done = CliRunner().invoke(app, ["funding", "check"])
    assert done.exit_code == 0, done.output


def test_dump_writes_files_with_corrections_that_check_accepts(
    database_url: str, tmp_path: Path
) -> None:
    async def correct() -> None:
        async with open_database(database_url) as db:
            await schema.upgrade(db)
            person = await people.meet(db, 1, "uk", (1,), NOW)
            for draft in (
                Draft("eic-accelerator", "as_of", "", "2026-11-20"),
                Draft("eic-accelerator", "rate", "en", 'up to "75" %: #1'),
                Draft("een", "question", "uk", "Так.", "Чи є бегемот?"),
            ):
                await corrections.correct(db, draft, person.id, NOW)

    asyncio.run(correct())
    runner, out = CliRunner(), tmp_path / "out"
    done = runner.invoke(app, ["funding", "dump", "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert done.output.endswith(", 2 with corrections\n")
    done = runner.invoke(app, ["funding", "check", str(out)])
    assert done.exit_code == 0, done.output
    before, after = load(CONTENT).articles, load(out).articles
    assert {name for name in before if before[name] != after[name]} == {"een", "eic-accelerator"}
    assert after["eic-accelerator"].head.as_of == "2026-11-20"
    assert after["eic-accelerator"].head.rate is not None
    assert after["eic-accelerator"].head.rate.en == 'up to "75" %: #1'
    assert after["een"].questions["uk"][-1].question == "Чи є бегемот?"
    for name in before.keys() - {"een", "eic-accelerator"}:
        assert (out / f"{name}.md").read_bytes() == (CONTENT / f"{name}.md").read_bytes()


@pytest.mark.parametrize("command", [["check"], ["dump", "-o", "out"], ["gaps"], ["ask", "EEN"]])
def test_commands_keep_the_dictionaries_where_cache_dir_says(
    command: list[str], database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CACHE_DIR", str(tmp_path / "cache"))
    try:
        done = CliRunner().invoke(app, ["funding", *command])
        assert done.exit_code == 0, done.output
        assert dictionary.cache_folder() == tmp_path / "cache"
    finally:
        dictionary.keep_in(None)
