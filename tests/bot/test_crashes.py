"""`kill -9` while messages are on the wire: nothing is lost, and news does not come twice."""

import sys
from pathlib import Path

import pytest

from bot.notifier import AT_ONCE
from tests.bot.crashing import AGAIN, FAULTS, HOLD, KILLS, PEOPLE, experiment, table


async def test_kills_lose_nothing_and_double_no_news(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = await experiment(tmp_path)
    with capsys.disabled():
        sys.stdout.write(f"\n{KILLS} kills\n{table(outcomes)}\n")
    again, news = outcomes[AGAIN], outcomes[HOLD]
    assert again.left == news.left == PEOPLE
    assert again.lost == news.lost == 0
    assert (again.unknown, news.twice, news.more) == (0, 0, 0)
    on_the_wire = KILLS * AT_ONCE
    doubtful = KILLS * len(FAULTS)
    assert again.twice + again.more <= on_the_wire + doubtful
    assert news.unknown <= on_the_wire + doubtful
    assert again.once + again.twice + again.more + again.spared >= again.left
    assert news.once >= news.left // 2
