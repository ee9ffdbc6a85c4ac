"""Small groups are hidden, and cannot be worked out from what is shown."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.surveys.results.disclosure import FEWEST, blurred, hidden, is_small
from domain.surveys.results.figures import mean_of, median_of

SIZES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 12))


@given(SIZES)
def test_neither_a_group_nor_the_rest_of_the_total_is_small(sizes: dict[str, int]) -> None:
    gone = hidden(sizes)
    assert all(code in gone for code, size in sizes.items() if is_small(size))
    left = sum(sizes[code] for code in gone)
    shown = [code for code, size in sizes.items() if size and code not in gone]
    assert not gone or left >= FEWEST or not shown


@given(SIZES)
def test_no_more_is_hidden_than_needed(sizes: dict[str, int]) -> None:
    if not any(is_small(size) for size in sizes.values()):
        assert hidden(sizes) == frozenset()


@given(SIZES, st.integers(0, 12))
def test_those_in_no_group_cannot_be_worked_out_either(sizes: dict[str, int], more: int) -> None:
    total = sum(sizes.values()) + more
    gone = hidden(sizes, total)
    shown = [size for code, size in sizes.items() if size and code not in gone]
    assert all(size >= FEWEST for size in shown)
    assert not shown or not is_small(total - sum(shown))


@given(st.lists(st.frozensets(st.sampled_from("abcd"), max_size=4), max_size=30))
def test_of_groups_that_overlap_neither_one_nor_its_others_are_few(
    chosen: list[frozenset[str]],
) -> None:
    sizes = {code: sum(code in one for one in chosen) for code in "abcd"}
    gone = hidden(sizes, len(chosen), overlapping=True)
    for code, size in sizes.items():
        if size and code not in gone:
            assert size >= FEWEST
            assert not is_small(len(chosen) - size)


def test_the_one_small_group_takes_the_next_smallest_with_it() -> None:
    assert hidden({"hospital": 35, "cluster": 6, "authority": 3, "other": 0}) == {
        "authority",
        "cluster",
    }


@given(st.lists(st.tuples(*[st.sampled_from("xyz")] * 3), max_size=60))
def test_whoever_stands_in_a_shared_file_stands_among_five(rows: list[tuple[str, ...]]) -> None:
    made = blurred(rows)
    assert len(made) == len(rows)
    for before, after in zip(rows, made, strict=True):
        kept = len([part for part in after if part])
        assert after == before[:kept] + ("",) * (3 - kept)
    for depth in (1, 2, 3):
        shown = Counter(row[:depth] for row in made if row[depth - 1])
        assert all(n >= FEWEST for n in shown.values())


@given(st.lists(st.integers(-5, 5), max_size=30))
def test_mean_and_median_are_the_librarys(numbers: list[int]) -> None:
    from statistics import mean, median

    counted: dict[float, int] = dict(Counter(map(float, numbers)))
    if not numbers:
        assert mean_of(counted) is None
        assert median_of(counted) is None
    else:
        assert abs((mean_of(counted) or 0) - mean(numbers)) < 1e-9
        assert median_of(counted) == median(numbers)
