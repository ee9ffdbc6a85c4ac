"""A start is quick: nothing is loaded, and nothing begins, that the first poll can do without."""

import asyncio
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.runner import SOON, get_ready
from dialogs.context import App
from simulator.server import Simulator
from tests.bot.sending import TOKEN

# Each takes 20 to 500 ms to import; what is asked for soon is loaded beside the first poll.
LATER = {
    "alembic",
    "icalendar",
    "markdown_it",
    "matplotlib",
    "numpy",
    "openpyxl",
    "PIL",
    "pyreadstat",
    "pyxform",
    "rapidfuzz",
    "simplemma",
    "telegram",
    "typst",
    "xlsxwriter",
}
START = """
import asyncio, sys
import bot.__main__
from bot import runner
from bot.settings import load_settings

answer = runner.answer

async def answer_and_tell(program, stop, begun):
    def tell():
        print(*sys.modules)
        stop.set()
    await answer(program, stop, tell)

runner.answer = answer_and_tell
asyncio.run(runner.run_until_signal(load_settings(_env_file=None)))
"""


async def test_the_first_poll_waits_for_nothing_that_only_rare_things_need(
    simulator: Simulator, ready_url: str, tmp_path: Path
) -> None:
    told = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "BOT_TOKEN": TOKEN,
            "DATABASE_URL": ready_url,
            "TELEGRAM_API_URL": simulator.url,
            "CACHE_DIR": str(tmp_path),
        },
    )
    out, _ = await told.communicate()
    loaded = set(out.decode().split())
    assert told.returncode == 0
    assert "aiogram" in loaded
    assert loaded & LATER == set()


@pytest.fixture
def collector() -> Iterator[None]:
    """The collector as it was, whatever a test made of it."""
    thresholds = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("collector")
async def test_no_collection_walks_the_articles_once_they_are_loaded(app: App) -> None:
    await get_ready(app)
    made = await app.funding.assistant()
    assert all(held is not made.finder and held is not made.entries for held in gc.get_objects())
    assert all(module in sys.modules for module in SOON)
