"""The parameters of a call: GET, urlencoded, multipart and JSON bodies look alike afterwards.

The real server keeps every value as a string (structured ones as JSON) and reads it when a
method asks, so a number may come as `5` or `"5"`; so do we.
"""

import json
from dataclasses import dataclass, field

from aiohttp import web

from simulator.errors import Json, bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """Values as strings, uploads under their part's name."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Json) -> "Params":
        """From a JSON object; null means that the parameter is absent."""
        return cls({key: _as_string(value) for key, value in source.items() if value is not None})

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; what is not one counts as absent, as on the real server."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def decimal(self, name: str) -> float | None:
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def array(self, name: str, what: str) -> list[object] | None:
        """A JSON array, None if absent; `what` names it in the refusal."""
        if not self.text(name):
            return None
        try:
            value = json.loads(self.text(name))
        except json.JSONDecodeError:
            raise bad_request(f"can't parse {what} JSON object") from None
        if not isinstance(value, list):
            raise bad_request(f"expected an Array of {what}")
        return value

    def object(self, name: str) -> Json | None:
        """A JSON object, None if absent."""
        if not self.text(name):
            return None
        try:
            value = json.loads(self.text(name))
        except json.JSONDecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None
        if not isinstance(value, dict):
            raise bad_request(f'Field "{name}" must be of type Object')
        return value

    def check_encoding(self) -> None:
        """Half of a surrogate pair is no text; 400 where a value has one."""
        try:
            "".join(self.values.values()).encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None

    def shown(self) -> dict[str, str]:
        """For the journal: values as they came, an upload by name and size."""
        files = {name: f"<{up.name}, {len(up.data)} bytes>" for name, up in self.uploads.items()}
        return {**self.values, **files}


def _as_string(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


async def read_params(request: web.Request) -> Params:
    """Query string and body together; the body wins."""
    values = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise bad_request("can't parse request body JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("request body must be a JSON object")
        values |= Params.of(body).values
    elif request.can_read_body:
        for name, part in (await request.post()).items():
            if isinstance(part, web.FileField):
                uploads[name] = Upload(part.filename, part.content_type, part.file.read())
            elif isinstance(part, str):
                values[name] = part
            else:
                uploads[name] = Upload(name, "application/octet-stream", bytes(part))
    return Params(values, uploads)
