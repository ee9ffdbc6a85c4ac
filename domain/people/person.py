"""Who acts: a person on Telegram, with what they agreed to and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

CONSENT_VERSION = "2026-11-26"  # of the words in content/privacy/consent.yaml


class Role(StrEnum):
    """What a person may do beyond acting for an organisation."""

    OWNER = "owner"
    ORGANISER = "organiser"
    CHECK_IN = "checkin"
    """Stands at the door of an event."""
    VIEWER = "viewer"
    """Sees results, changes nothing."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person as every handler gets them. `time_zone` is an IANA name."""

    id: int
    telegram_id: int
    language: str
    time_zone: str
    name: str | None
    consented: bool
    organisation_id: int | None
    roles: frozenset[Role]

    @property
    def organises(self) -> bool:
        """Whether the organisers' screens are theirs: an owner is an organiser, too."""
        return bool(self.roles & {Role.OWNER, Role.ORGANISER})
