"""Figures counted a second way: plain Python over the cells of an export."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mean, median
from typing import Any

import pytest

from domain.surveys.form import Form
from domain.surveys.results.codebook import Variable
from domain.surveys.results.figures import Figures


def units(form: Form, variable: Variable, row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The row, or the rows of the repeat that the variable lies in."""
    if not variable.repeats:
        return [row]
    found: Sequence[Mapping[str, Any]] = row[variable.repeats[-1].rpartition("/")[2]]
    return found


def check(variable: Variable, figures: Figures, cells: Sequence[str | None]) -> None:
    """Compare a figure with the cells of its column."""
    figure = figures.questions[variable.name]
    given = [cell for cell in cells if cell is not None]
    assert figure.answered == len(given), variable.name
    assert figure.answered <= figure.asked
    codes = [code for cell in given for code in (cell.split() if variable.several else [cell])]
    if variable.countable:
        assert {c: n for c, n in figure.counts.items() if n} == Counter(codes), variable.name
        assert set(variable.codes) <= set(figure.counts)
        assert figure.shares == {
            c: (n / len(given) if given else 0) for c, n in figure.counts.items()
        }
    else:
        assert figure.counts == {}
    numbers = [float(cell) for cell in given if variable.numeric and _is_number(cell)]
    assert figure.mean == (pytest.approx(mean(numbers)) if numbers else None), variable.name
    assert figure.median == (median(numbers) if numbers else None), variable.name


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()
