"""Tickets: the signed payload in the QR picture, the code that is typed where a camera fails."""

import secrets
import struct
from datetime import datetime, timedelta

from domain.events.event import Event, Registration
from domain.people.links import LinkError, LinkProblem, sign, verify

CHECK_IN, JOIN = "check-in", "join"  # what a signed payload is good for
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, no 1/I: it is read aloud at a door
CODE_LENGTH = 8
GOOD_AFTER = timedelta(days=365)  # late uploads of a door list, certificates
_PAYLOAD = struct.Struct(">IIH")


def new_code() -> str:
    """A code for a ticket or a certificate: 40 bits, easy to say and to type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str | None:
    """The code in what somebody typed, whatever its case, spaces and dashes; None for none."""
    code = "".join(typed.split()).replace("-", "").upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def ticket(secret: bytes, purpose: str, event: Event, registration: Registration) -> str:
    """A payload that only this registration, in this version of its ticket, has."""
    body = _PAYLOAD.pack(event.id, registration.id, registration.ticket_version)
    expires = (event.ends_at or registration.created_at) + GOOD_AFTER
    return sign(secret, purpose, body, expires)


def read_ticket(secret: bytes, purpose: str, token: str, now: datetime) -> tuple[int, int, int]:
    """Event, registration and version of the ticket; LinkError for what is not ours."""
    body = verify(secret, purpose, token, now)
    if len(body) != _PAYLOAD.size:
        raise LinkError(LinkProblem.FORGED)
    event_id, registration_id, version = _PAYLOAD.unpack(body)
    return event_id, registration_id, version
