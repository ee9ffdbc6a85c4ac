"""Pictures, sounds and films that go with labels: what may lie beside a form, told by content."""

from collections.abc import Callable, Mapping

MAX_BYTES = 10 * 1024 * 1024  # of one file
MAX_TOGETHER = 50 * 1024 * 1024  # of all files beside a form

Sign = Callable[[bytes], bool]


def _starts(*signs: bytes) -> Sign:
    return lambda data: data.startswith(signs)


def _riff(kind: bytes) -> Sign:
    return lambda data: data[:4] == b"RIFF" and data[8:12] == kind


def _mp4(data: bytes) -> bool:
    return data[4:8] == b"ftyp"


def _mp3(data: bytes) -> bool:
    return data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0)


_JPEG = ("image/jpeg", _starts(b"\xff\xd8\xff"))
_OGG = ("audio/ogg", _starts(b"OggS"))
#: endings, what they promise, and how the content shows that the promise is kept
_TYPES: Mapping[str, tuple[str, Sign]] = {
    "png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": ("image/gif", _starts(b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", _riff(b"WEBP")),
    "mp3": ("audio/mpeg", _mp3),
    "m4a": ("audio/mp4", _mp4),
    "ogg": _OGG,
    "oga": _OGG,
    "opus": _OGG,
    "wav": ("audio/wav", _riff(b"WAVE")),
    "mp4": ("video/mp4", _mp4),
    "m4v": ("video/mp4", _mp4),
    "mov": ("video/quicktime", _mp4),
    "3gp": ("video/3gpp", _mp4),
    "webm": ("video/webm", _starts(b"\x1a\x45\xdf\xa3")),
}
ENDINGS = tuple(f".{ending}" for ending in _TYPES)


def media_type(name: str, content: bytes) -> str:
    """The MIME type of a file that can be shown with a question; '' for anything else.

    Both its ending and its first bytes must say so, and it has at most `MAX_BYTES`.
    """
    mime, sign = _TYPES.get(name.rpartition(".")[2].lower(), ("", None))
    fits = sign is not None and len(content) <= MAX_BYTES and sign(content[:64])
    return mime if fits else ""
