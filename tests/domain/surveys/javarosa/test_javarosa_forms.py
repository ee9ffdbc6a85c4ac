"""Whole forms go as in JavaRosa: relevance, values, constraints, required, choices and labels.

Random answers, changed back and forth, instances added and removed. Where there is a JDK JavaRosa
plays along, elsewhere what it said before is compared.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.surveys.form import Repeat
from domain.surveys.tree import plain_path
from tests.domain.surveys.javarosa.differences import differences
from tests.domain.surveys.javarosa.players import Game, Player
from tests.domain.surveys.javarosa.recording import (
    Played,
    ask,
    at_random,
    names,
    player,
    recorded,
    report,
)
from tests.domain.surveys.xpath.oracle import ZONE, available

GAMES = 3
MOVES = 25


@pytest.mark.skipif(not available(), reason="no JDK to run JavaRosa with")
def test_as_javarosa_plays() -> None:
    now = datetime.now(ZoneInfo(ZONE))
    players = [
        at_random(name, f"{now.date()} {number}", MOVES, now)
        for name in names()
        for number in range(GAMES)
    ]
    accounts = ask([playing.game.actions for playing in players])
    found = {
        f"{playing.game.actions[0]} {number}": differences(playing.game, account)
        for number, (playing, account) in enumerate(zip(players, accounts, strict=True))
    }
    assert {game: these for game, these in found.items() if these} == {}


@pytest.mark.parametrize("name", names())
def test_as_javarosa_played(name: str) -> None:
    games = [game for game in recorded() if game.form == name]
    assert len(games) >= 4
    for played in games:
        assert differences(replayed(played), played.answers) == []


def replayed(played: Played) -> Game:
    """The same actions in this engine."""
    playing = player(
        played.form, played.language, datetime.fromisoformat(played.now).astimezone(ZoneInfo(ZONE))
    )
    # what is noted by beginning was recorded, too
    for action in played.actions[len(playing.game.actions) :]:
        act(playing, action)
    return playing.game


def act(playing: Player, action: tuple[str, ...]) -> None:
    match action:
        case ("set", path, value):
            playing.set(path, value)
        case ("add", path):
            repeat = playing.form.by_path[plain_path(path)]
            assert isinstance(repeat, Repeat)
            playing.add(repeat, path.rpartition("/")[0])
        case ("remove", path):
            playing.remove(path)
        case ("show",):
            playing.show()


def test_the_games_try_what_they_should() -> None:
    """Answers of every verdict, instances that come and go, several per repeat."""
    verdicts: set[str] = set()
    words: set[str] = set()
    paths: set[str] = set()
    for played in recorded():
        verdicts |= {verdict for verdict, _ in played.answers}
        words |= {word for word, *_ in played.actions}
        for _, state in played.answers:
            paths |= set(state.nodes) if state else set()
    assert verdicts == {"ok", "constraint", "required"}
    assert words == {"form", "language", "set", "add", "remove", "show", "recompute"}
    for path in (
        "/data/hh[3]/child[1]/age",
        "/data/hh[1]/child[3]/age",
        "/data/item[3]/qty",
        "/data/line[3]/z",
    ):
        assert path in paths


def test_a_difference_is_seen() -> None:
    played = next(game for game in recorded() if game.form == "values")
    for verdict, state in played.answers:
        if state is not None and state.nodes["/data/n4"][0]:
            state.nodes["/data/n4"] = (True, "other")
            assert verdict == "ok"
    found = differences(replayed(played), played.answers)
    assert [(one.what, one.path) for one in found] == [("value", "/data/n4")]


@pytest.mark.parametrize("name", names())
def test_the_forms_are_valid(name: str) -> None:
    assert report(name).ok
