"""Games played at random on the forms of this folder, and JavaRosa's account of them on record.

`python -m tests.domain.surveys.javarosa.recording` plays and records anew; it needs a JDK.
"""

import json
import lzma
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.surveys.xlsform import Report, check_workbook
from tests.domain.surveys.javarosa.oracle import Action, Answer, State, play
from tests.domain.surveys.javarosa.players import Player
from tests.domain.surveys.xpath.oracle import ZONE

FORMS = Path(__file__).with_name("forms")
RECORD = Path(__file__).with_name("games.json.xz")
#: forms in which instances of a repeat look at one another: JavaRosa leaves what it computed in
#: one when another changes, until the response is opened again, so it is opened again each time
REOPENED = frozenset(
    {
        "assessment",
        "gatherings",
        "households",
        "needs",
        "nesting",
        "parcels",
        "roster",
        "visits",
    }
)


@dataclass(slots=True)
class Played:
    """A game as JavaRosa played it, at a moment."""

    form: str
    language: str
    now: str
    actions: list[Action]
    answers: list[Answer]


def names() -> list[str]:
    """The names of the forms."""
    return sorted(path.stem for path in FORMS.glob("*.md"))


@cache
def report(name: str) -> Report:
    """A form, checked, with the lists beside it."""
    path = FORMS / f"{name}.md"
    files = {file.name: file.read_bytes() for file in FORMS.glob("*.csv")}
    return check_workbook(path.read_bytes(), path.name, files)


def player(name: str, language: str, now: datetime) -> Player:
    """A new response to a form."""
    form = report(name).form
    assert form is not None, report(name).errors
    begin = ("form", name)
    return Player(form, begin, now=now, language=language, reopen=name in REOPENED)


def at_random(name: str, seed: str, moves: int, now: datetime) -> Player:
    """A game of so many moves."""
    chance = random.Random(seed)  # noqa: S311 - guards nothing
    form = report(name).form
    assert form is not None, report(name).errors
    languages = form.languages or (form.default_language,)
    playing = player(name, chance.choice(languages), now)
    for _ in range(moves):
        playing.move(chance)
        playing.show()
    return playing


def ask(games: Sequence[Sequence[Action]]) -> Iterator[list[Answer]]:
    """JavaRosa's account of games, all in one process."""
    with tempfile.TemporaryDirectory() as folder:
        actions: list[Action] = []
        for name in names():
            Path(folder, f"{name}.xml").write_text(report(name).xform, "utf-8")
        for game in games:
            (word, name), *rest = game
            actions += [(word, str(Path(folder, f"{name}.xml")), str(FORMS)), *rest]
        answers = iter(play(actions))
        for game in games:
            yield [next(answers) for _ in game]


def record(games_each: int = 4, moves: int = 35) -> None:
    """Play, ask JavaRosa and keep its account."""
    now = datetime.now(ZoneInfo(ZONE))
    players = [
        (name, at_random(name, f"{name} {number}", moves, now))
        for name in names()
        for number in range(games_each)
    ]
    accounts = ask([playing.game.actions for _, playing in players])
    played = [
        asdict(
            Played(name, playing.response.language, now.isoformat(), playing.game.actions, account)
        )
        for (name, playing), account in zip(players, accounts, strict=True)
    ]
    RECORD.write_bytes(lzma.compress(json.dumps(played, ensure_ascii=False).encode()))


def recorded() -> list[Played]:
    """The games on record."""
    games = json.loads(lzma.decompress(RECORD.read_bytes()))
    for game in games:
        game["actions"] = [tuple(action) for action in game["actions"]]
        game["answers"] = [(verdict, _state(state)) for verdict, state in game["answers"]]
    return [Played(**game) for game in games]


def _state(kept: dict[str, Any] | None) -> State | None:
    if kept is None:
        return None
    return State(
        nodes={path: (node[0], node[1]) for path, node in kept["nodes"].items()},
        questions={
            path: (one[0], one[1], one[2], one[3]) for path, one in kept["questions"].items()
        },
        choices={
            path: [(code, label) for code, label in offered]
            for path, offered in kept["choices"].items()
        },
        groups=kept["groups"],
        prompts=kept["prompts"],
    )


if __name__ == "__main__":
    record()
