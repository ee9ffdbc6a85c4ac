"""Files: identifiers, paths for download, and what can be told of a picture from its bytes."""

import mimetypes
import secrets
import struct
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from simulator.errors import Json
from simulator.store import Store


@dataclass(frozen=True, slots=True)
class File:
    """A stored file. `kind` is the message field that it came as: photo, document, voice…

    A file identifier is the bot's own: another bot cannot use it.
    """

    file_id: str
    unique_id: str
    bot_id: int
    kind: str
    path: str
    name: str
    mime: str
    size: int
    width: int = 0
    height: int = 0

    def base(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": self.size,
        }


class Files:
    """All files of the world."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files = {row["file_id"]: File(**row) for row in store.load("file")}
        self._by_path = {(file.bot_id, file.path): file for file in self._files.values()}

    def add(self, bot_id: int, kind: str, name: str, mime: str, data: bytes) -> File:
        """Keep a file; its name is taken without any folders."""
        name = PurePosixPath(name.replace("\\", "/")).name or "file"
        guessed = mimetypes.guess_type(name)[0]
        if mime in {"", "application/octet-stream"} and guessed:
            mime = guessed
        suffix = PurePosixPath(name).suffix or mimetypes.guess_extension(mime) or ""
        width, height = picture_size(data) or (0, 0)
        number = sum(1 for owner, _ in self._by_path if owner == bot_id)
        file = File(
            file_id=f"{kind[:2].upper()}AC{secrets.token_urlsafe(36)}",
            unique_id=f"AQAD{secrets.token_urlsafe(8)}",
            bot_id=bot_id,
            kind=kind,
            path=f"{kind}s/file_{number}{suffix}",
            name=name,
            mime=mime,
            size=len(data),
            width=width,
            height=height,
        )
        self._files[file.file_id] = file
        self._by_path[bot_id, file.path] = file
        self._store.put("file", file.file_id, asdict(file))
        self._store.put_content(file.file_id, data)
        return file

    def find(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def at_path(self, bot_id: int, path: str) -> File | None:
        return self._by_path.get((bot_id, path))

    def content(self, file: File) -> bytes:
        return self._store.content(file.file_id)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP, None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) >= 30:
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """From the first frame header (SOF0-15 without DHT, JPG and DAC)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None
