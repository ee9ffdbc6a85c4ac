"""Metadata questions (`jr:preload`): who answers, on what, when."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime


def preloaded(
    preload: tuple[str, str] | None, now: datetime, metadata: Mapping[str, str]
) -> str | None:
    """What a preload gives at the first load; None where it gives nothing then."""
    match preload:
        case ("timestamp", "start"):
            return moment_text(now)
        case ("date", "today"):
            return now.date().isoformat()
        case ("property", name):
            return metadata.get(name.removeprefix("uri:"))
        case ("uid", _):
            return f"uuid:{uuid.uuid4()}"
    return None


def metadata_of(
    device: str, *, username: str = "", phonenumber: str = "", email: str = ""
) -> dict[str, str]:
    """What a form's metadata questions get, by ODK's names; what is unknown is left out.

    `device` tells one answering account from others and must not be guessable (a keyed digest, or
    a secret beside the account's number): only its hash is handed to the form, as `deviceid`.
    Phone and e-mail only where the person shared them.
    """
    digest = hashlib.sha256(device.encode()).hexdigest()[:16]
    known = {
        "deviceid": f"lanka:{digest}",
        "username": username,
        "phonenumber": phonenumber,
        "email": email,
    }
    return {name: value for name, value in known.items() if value}


def moment_text(moment: datetime) -> str:
    """A moment as an instance holds it: '2026-03-12T09:30:00.000+02:00', or with 'Z' for UTC."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
