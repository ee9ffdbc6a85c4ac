"""`lanka health` says what is true of the bot that runs on a database."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import utc_now, wait_unless
from bot.compose import compose
from bot.heartbeat import DEAD_AFTER, beat, heartbeat_file, keep_beating
from bot.runner import notify
from bot.settings import load_settings
from simulator.server import Simulator
from storage.database import open_database
from tests.bot.sending import TOKEN


@pytest.fixture(autouse=True)
def only_this_database(ready_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", ready_url)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def health(*more: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["health", *more])
    return done.exit_code, done.output


async def test_a_bot_is_alive_from_its_first_beat_until_it_stops(ready_url: str) -> None:
    assert health() == (1, "no bot runs on this database\n")
    file = heartbeat_file(ready_url)
    async with open_database(ready_url) as db:
        await beat(db, file)
        assert health() == (0, "last beat 0 s ago\n")
        stop = asyncio.Event()
        stop.set()
        await keep_beating(db, file, stop)
    assert health()[0] == 1


async def test_a_beat_waits_for_the_one_writer(
    sqlite_file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_file_url)  # PostgreSQL has no such
    file = heartbeat_file(sqlite_file_url)
    async with open_database(sqlite_file_url) as db, db.writer.begin():
        beating = asyncio.create_task(beat(db, file))
        done, _ = await asyncio.wait([beating], timeout=0.05)
        assert not done
        assert health()[0] == 1
    await beating


def test_a_bot_that_hangs_is_not_alive(ready_url: str) -> None:
    file = heartbeat_file(ready_url)
    file.touch()
    long_ago = time.time() - DEAD_AFTER - 5
    os.utime(file, (long_ago, long_ago))
    code, said = health()
    assert code == 1
    assert said.startswith("last beat 6")


async def test_a_notifier_apart_has_a_heartbeat_of_its_own(
    simulator: Simulator, ready_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    beaten = asyncio.Event()

    async def wait(stop: asyncio.Event, seconds: float) -> None:
        beaten.set()
        await wait_unless(stop, seconds)

    monkeypatch.setattr("bot.heartbeat.wait_unless", wait)
    settings = load_settings(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=simulator.url,
        database_url=ready_url,
    )
    assert health("--notifier") == (1, "no notifier runs on this database\n")
    stop = asyncio.Event()
    async with compose(settings, utc_now) as program:
        await program.bot.me()
        running = asyncio.create_task(notify(program, stop))
        await asyncio.wait_for(beaten.wait(), 10)
        assert health("--notifier")[1] == "last beat 0 s ago\n"
        assert health() == (1, "no bot runs on this database\n"), "it does not answer for the bot"
        stop.set()
        await running
    assert health("--notifier")[0] == 1
