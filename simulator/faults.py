"""Faults on order, for tests of what a bot does when Telegram does not do its part."""

from dataclasses import asdict, dataclass

from simulator.errors import Json

KINDS = frozenset(
    {"400", "401", "403", "429", "500", "502", "garbage", "delay", "drop_before", "drop_after"}
)


@dataclass(slots=True)
class Fault:
    """The next `times` calls of `method` go wrong.

    `method` "*" means every one but getUpdates, which a running bot calls all the time.
    `seconds` is how long a `delay` lasts, `retry_after` what a 429 says. A connection dropped
    before has had no effect, one dropped after has.
    """

    method: str
    kind: str
    times: int = 1
    seconds: float = 1.0
    retry_after: int = 1

    def hits(self, method: str) -> bool:
        return self.method.lower() == method.lower() or (
            self.method == "*" and method != "getUpdates"
        )


class Faults:
    """Those still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Raises ValueError for a kind that does not exist."""
        if fault.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
        self._coming.append(fault)

    def clear(self) -> None:
        self._coming.clear()

    def shown(self) -> list[Json]:
        return [asdict(fault) for fault in self._coming]

    def take(self, method: str) -> Fault | None:
        """The fault that hits this call, used up by one."""
        for fault in self._coming:
            if fault.hits(method):
                fault.times -= 1
                if fault.times <= 0:
                    self._coming.remove(fault)
                return fault
        return None
