"""Some 1,200 expressions are worth what JavaRosa says, but for a written list with reasons."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.domain.surveys.xpath import oracle
from tests.domain.surveys.xpath.evaluation import environment, same, verdict

VECTORS = oracle.read_vectors()


def test_as_recorded() -> None:
    place = environment()
    wrong = []
    for vector in VECTORS:
        mine = verdict(place, vector.context, vector.expression)
        if not same(mine, vector.ours or vector.javarosa):
            wrong.append((vector, mine))
    assert wrong == []


def test_every_difference_has_its_reason_and_is_one() -> None:
    for vector in VECTORS:
        assert bool(vector.ours) == bool(vector.why), vector
        assert not vector.ours or not same(vector.ours, vector.javarosa), vector


@pytest.mark.skipif(not oracle.available(), reason="no JDK to run JavaRosa with")
def test_javarosa_still_says_what_was_recorded() -> None:
    verdicts = oracle.ask([(vector.context, vector.expression) for vector in VECTORS])
    changed = [
        (vector, said)
        for vector, said in zip(VECTORS, verdicts, strict=True)
        if said != vector.javarosa
    ]
    assert changed == []


@pytest.mark.skipif(not oracle.available(), reason="no JDK to run JavaRosa with")
def test_as_javarosa_today() -> None:
    """Today's date is another one than that of the recording."""
    questions = [(vector.context, vector.expression) for vector in VECTORS if not vector.ours]
    place = environment(datetime.now(ZoneInfo(oracle.ZONE)))
    wrong = [
        (question, said)
        for question, said in zip(questions, oracle.ask(questions), strict=True)
        if not same(verdict(place, *question), said)
    ]
    assert wrong == []
