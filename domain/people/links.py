"""Signed links: a payload that only Lanka can have made, for one purpose, for some time.

A deep link carries at most 64 of the characters A-Z a-z 0-9 _ -, and says by its first one where
it leads. What is signed is readable by everybody who gets the link: no names, no addresses.
"""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from enum import StrEnum

PAYLOAD_LIMIT = 32  # bytes; then a token has at most 62 characters
_EXPIRY = 4  # bytes: seconds since 1970, enough until 2106
_MAC = 10  # bytes: 80 bits, which nobody guesses through a chat


class LinkProblem(StrEnum):
    """Why a link is refused, for the asker to word."""

    FORGED = "forged"
    EXPIRED = "expired"


class LinkError(ValueError):
    """A token that is not (or no longer) valid; `problem` says why."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def sign(secret: bytes, purpose: str, payload: bytes, expires: datetime) -> str:
    """A token for `payload`, good for `purpose` until `expires` (to the second)."""
    if len(payload) > PAYLOAD_LIMIT:
        raise ValueError(f"a signed link holds {PAYLOAD_LIMIT} bytes, not {len(payload)}")
    body = int(expires.timestamp()).to_bytes(_EXPIRY, "big") + payload
    return urlsafe_b64encode(body + _mac(secret, purpose, body)).rstrip(b"=").decode()


def verify(secret: bytes, purpose: str, token: str, now: datetime) -> bytes:
    """The payload of a token that `sign` made with the same secret for the same purpose.

    Raises LinkError. Each payload has one spelling: a token that decodes to the same bytes but is
    written otherwise is refused, too.
    """
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise LinkError(LinkProblem.FORGED) from error
    body, mac = raw[:-_MAC], raw[-_MAC:]
    genuine = hmac.compare_digest(mac, _mac(secret, purpose, body))
    canonical = urlsafe_b64encode(raw).rstrip(b"=").decode() == token
    if not (genuine and canonical):
        raise LinkError(LinkProblem.FORGED)
    if now >= datetime.fromtimestamp(int.from_bytes(body[:_EXPIRY], "big"), UTC):
        raise LinkError(LinkProblem.EXPIRED)
    return body[_EXPIRY:]


def _mac(secret: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(secret, purpose.encode() + b"\0" + body, hashlib.sha256)[:_MAC]
