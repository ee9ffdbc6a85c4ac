"""Two rounds side by side: points, and what may be told of them."""

import pytest

from domain.surveys.results.codebook import Variable
from domain.surveys.results.figures import Figures, Tally, figure
from domain.surveys.results.rounds import changes


def variable(
    name: str, kind: str = "select_one", codes: tuple[str, ...] = ("yes", "no")
) -> Variable:
    return Variable(name, kind, (f"/data/{name}",), (), None, dict.fromkeys(codes))


def figures(n: int, **values: dict[str, int]) -> Figures:
    questions = {}
    for name, found in values.items():
        told = sum(found.values())
        questions[name] = figure(variable(name), Tally(told, told, found))
    return Figures(n, questions)


def test_a_share_goes_up_or_down_in_points_of_those_who_answered() -> None:
    found = changes(figures(10, a={"yes": 6, "no": 4}), figures(20, a={"yes": 5, "no": 15}))
    assert found["a"].shares["yes"] == (0.6, 0.25)
    assert found["a"].points == pytest.approx({"yes": -35, "no": 35})
    assert found["a"].tellable
    assert found["a"].as_json()["points"] == pytest.approx({"yes": -35, "no": 35})


def test_codes_of_one_round_alone_are_none_in_the_other() -> None:
    later = Figures(
        9, {"a": figure(variable("a", codes=("yes", "no", "new")), Tally(9, 9, {"new": 9}))}
    )
    found = changes(figures(8, a={"yes": 8}), later)
    assert found["a"].shares == {"yes": (1.0, 0.0), "no": (0.0, 0.0), "new": (0.0, 1.0)}


@pytest.mark.parametrize(("before", "after"), [(4, 20), (20, 4), (0, 20), (20, 0)])
def test_what_fewer_than_five_answered_in_a_round_is_not_told(before: int, after: int) -> None:
    found = changes(figures(9, a={"yes": before}), figures(20, a={"yes": after}))
    assert not found["a"].tellable


def test_only_what_both_rounds_ask_alike_is_compared() -> None:
    old = figures(9, a={"yes": 9}, gone={"yes": 9}, b={"yes": 9})
    several = figure(variable("b", "select_multiple"), Tally(9, 9, {"yes": 9}))
    new = Figures(9, {"a": figures(9, a={"yes": 9}).questions["a"], "b": several})
    assert list(changes(old, new)) == ["a"]


def test_means_are_compared_where_both_have_one() -> None:
    number = variable("n", "integer", ())
    old = Figures(2, {"n": figure(number, Tally(2, 2, None, {1.0: 1, 3.0: 1}))})
    new = Figures(1, {"n": figure(number, Tally(1, 1, None, {5.0: 1}))})
    assert changes(old, new)["n"].mean == 3
    assert changes(old, Figures(1, {"n": figure(number, Tally(1, 0))})) == {}
