"""To whom a broadcast goes: conditions that all have to hold; an empty one holds for everybody."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

SURVEY_STATUSES = ("not_started", "unfinished", "finished")
EVENT_STATUSES = ("registered", "waiting", "attended", "no_show")


@dataclass(frozen=True, slots=True)
class Segment:
    """Conditions; within one of them any value will do.

    `survey` and `event` are row ids, which their statuses are about. `links` are codes of the
    links of the chain, answered at one of the plain paths `nodes`.
    """

    types: tuple[str, ...] = ()
    oblasts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    survey: int | None = None
    survey_statuses: tuple[str, ...] = ()
    event: int | None = None
    event_statuses: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From what `as_json` made."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in data.items()
        }
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }
