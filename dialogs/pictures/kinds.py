"""The kinds of pictures as plain values: what they say, not how it is drawn.

What is hidden is not among the values.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around every picture: title, who and when (“104 анкети · 26 листопада”), and
    what a reader must know below."""

    title: str
    about: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: `share` from 0 to 1 of the full width, `said` the words at its end."""

    label: str
    share: float
    said: str


@dataclass(frozen=True, slots=True)
class Bars:
    """One question; `whole` where the full width is everybody, and not only the longest bar."""

    head: Head
    bars: Sequence[Bar]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a grid: `strength` from 0 to 1 makes its colour, None leaves it white.

    Below 0 it is of the other colour.
    """

    said: str
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with colours; `cells` row by row."""

    head: Head
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Pair:
    """One's own answer beside the peers'; either may be missing."""

    label: str
    own: float | None
    peers: float | None


@dataclass(frozen=True, slots=True)
class Pairs:
    """You and your peers, on a scale from `low` to `high`."""

    head: Head
    low: float
    high: float
    own: str
    peers: str
    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Flow:
    """Links from a group on the left to one on the right; `state` is an index of `states`."""

    source: int
    target: int
    state: int
    count: int


@dataclass(frozen=True, slots=True)
class Flows:
    """A graph in two columns; `states` with their colour and dashes."""

    head: Head
    sources: Sequence[str]
    targets: Sequence[str]
    states: Sequence[tuple[str, str, tuple[float, ...]]]
    flows: Sequence[Flow]
    left: str
    right: str


Picture = Bars | Grid | Pairs | Flows
