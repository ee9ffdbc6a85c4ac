"""Responses that go on from one press to the next, in this process, instead of being made anew.

What is stored is the truth: `responses.act` goes on from a kept one only where the row of the
response says that nothing was written since. One that is in use is nobody else's: it is taken out
for an update, and comes back once all of that is done and committed. Whatever fails drops it.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from domain.surveys.interview import Interview

#: rows of all kept responses together: one of 500 questions has some 560, in half a megabyte
MOST_ROWS = 60_000

#: what a row of `answers` says: value, number, whether it is relevant, the number of its event
Stored = tuple[str | None, float | None, bool, int | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """What must be the same in the database: the version, the revision, which response it is."""

    version_id: int
    revision: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The last interview about a response, and the rows of `answers` beside it, by path."""

    mark: Mark
    interview: Interview
    stored: dict[str, Stored]


class LiveResponses:
    """Kept responses by id, those used last; as many as have few enough rows."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most = most_rows
        self._rows = 0
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, response_id: int) -> Kept | None:
        """The response, which nobody else has then."""
        kept = self._kept.pop(response_id, None)
        if kept is not None:
            self._rows -= len(kept.stored)
        return kept

    def give_back(self, response_id: int, kept: Kept) -> None:
        """Keep a response that nobody uses any more, unless there is a newer one."""
        other = self.take(response_id)
        if other is not None and other.mark.revision > kept.mark.revision:
            kept = other
        self._kept[response_id] = kept
        self._rows += len(kept.stored)
        while self._rows > self._most and self._kept:
            self.take(next(iter(self._kept)))


@dataclass(slots=True)
class Borrowed:
    """The kept responses that one update uses, until it is over."""

    live: LiveResponses
    _mine: dict[int, Kept] = field(default_factory=dict)

    def take(self, response_id: int) -> Kept | None:
        """The response as this update left it, else as an earlier one did."""
        return self._mine.pop(response_id, None) or self.live.take(response_id)

    def keep(self, response_id: int, kept: Kept) -> None:
        """Hold a response whose transaction is committed, while its card is still drawn."""
        self._mine[response_id] = kept

    def give_back(self) -> None:
        """The update is over: others may go on."""
        for response_id, kept in self._mine.items():
            self.live.give_back(response_id, kept)
        self._mine.clear()
