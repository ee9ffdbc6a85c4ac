"""A response is made anew for every press: what is stored must be all that it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.surveys.response import Response
from tests.domain.surveys.javarosa.oracle import State
from tests.domain.surveys.javarosa.players import state_of
from tests.domain.surveys.javarosa.recording import at_random, names
from tests.domain.surveys.xpath.oracle import ZONE

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=ZoneInfo(ZONE))


@pytest.mark.parametrize("name", names())
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), moves=st.integers(0, 30))
def test_made_anew_from_what_is_stored_it_is_the_same(name: str, seed: int, moves: int) -> None:
    """Also: what followed from each change alone is what follows from everything."""
    played = at_random(name, f"{seed}", moves, NOW).response
    again = Response(
        played.form, played.answers, played.repeats, now=NOW, language=played.language
    )
    assert standing(again) == standing(played)
    played.recompute()
    assert standing(again) == standing(played)


def standing(response: Response) -> State:
    """How a response stands, but for what is not relevant."""
    state = state_of(response)
    state.nodes = {path: node for path, node in state.nodes.items() if node[0]}
    return state
