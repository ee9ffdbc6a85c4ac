"""docs/xpath.md names every function."""

import re
from pathlib import Path

from domain.surveys.xpath.functions.library import FUNCTIONS

TEXT = (Path(__file__).parents[4] / "docs/xpath.md").read_text(encoding="utf-8")


def test_every_function_stands_in_the_table() -> None:
    table = TEXT.partition("## Functions")[2].partition("Not supported")[0]
    documented = set(re.findall(r"`([a-z0-9:-]+)\(", table))
    assert documented == set(FUNCTIONS)


def test_what_collect_does_not_know_is_marked() -> None:
    for function in FUNCTIONS.values():
        if function.collect is None:
            row = next(line for line in TEXT.splitlines() if f"`{function.name}(" in line)
            assert "unknown" in row, function.name
