"""The last calls of bots, so that a test can count them and a person can see them."""

from collections import deque
from dataclasses import asdict, dataclass

from simulator.errors import Json

REMEMBERED_CALLS = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """One call, as it was answered; `n` counts from 1 and has no gaps."""

    n: int
    bot: int
    method: str
    params: dict[str, str]
    at: float
    status: int
    ok: bool
    description: str


class Journal:
    """The newest calls; getUpdates too, once it is answered."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=REMEMBERED_CALLS)
        self._last = 0

    def note(
        self,
        bot: int,
        method: str,
        params: dict[str, str],
        *,
        at: float,
        status: int,
        description: str = "",
    ) -> None:
        self._last += 1
        ok = status == 200
        self._entries.append(Entry(self._last, bot, method, params, at, status, ok, description))

    def after(self, n: int) -> list[Json]:
        return [asdict(entry) for entry in self._entries if entry.n > n]
