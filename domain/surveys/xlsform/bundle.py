"""A form with its lists and media in one archive, as organisers keep them in a folder."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from domain.surveys.media import ENDINGS, MAX_BYTES, MAX_TOGETHER
from domain.surveys.message import N_, Message
from domain.surveys.xlsform.problems import Problem, UnreadableError

#: files in one archive; more are no form
MAX_FILES = 500
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".md")
LISTS = (".csv", ".xml", ".geojson")

DAMAGED = N_("The archive is damaged: it cannot be unpacked.")
LOCKED = N_("The archive is protected by a password. Please pack it without one.")
TOO_MUCH = N_("The archive unpacks to more than %(megabytes)s MB and was not read.")
TOO_MANY = N_("The archive has more than %(limit)s files and was not read.")
TOO_LARGE = N_("“%(name)s” has more than %(megabytes)s MB.")
SEVERAL = N_("The archive has several forms, and only one can be checked at a time: %(names)s.")
TWICE = N_("The archive has two files called “%(name)s”.")
NOTHING = N_("The archive has no form and no files that can go with one.")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What an archive holds: `name` and `content` of the form, '' where it has none.

    `files` are all others by name, without their folders, as XLSForm names lists and media.
    """

    name: str = ""
    content: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)


def is_archive(data: bytes) -> bool:
    """Whether this is a zip archive of files, not an Excel workbook, which is one inside, too."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True  # a damaged one; `unpack` says so
    return not any(name.startswith(("xl/", "[Content_Types]")) for name in names)


def is_form(content: bytes, name: str) -> bool:
    """Whether a file is a form; of a CSV file the first cells say it: they name a sheet."""
    if not name.lower().endswith(".csv"):
        return name.lower().endswith(WORKBOOKS)
    head = content[:2_000].decode("utf-8", "ignore").lstrip("\ufeff \r\n").lower()
    return head.startswith(("survey", "choices", "settings", '"survey"', "|"))


def unpack(data: bytes) -> Bundle:
    """Read an archive; raises UnreadableError where it is damaged, too large or ambiguous."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = _read(archive)
    except UnreadableError:
        raise
    except RuntimeError as error:  # zipfile's way to say that it needs a password
        raise _unreadable(LOCKED) from error
    except Exception as error:  # BadZipFile, but also whatever zipfile meets in broken bytes
        raise _unreadable(DAMAGED) from error
    workbooks = [name for name, content in found.items() if is_form(content, name)]
    if len(workbooks) > 1:
        raise _unreadable(SEVERAL, names=", ".join(sorted(workbooks)))
    files = {name: content for name, content in found.items() if name not in workbooks}
    if not workbooks and not any(name.lower().endswith((*LISTS, *ENDINGS)) for name in files):
        raise _unreadable(NOTHING)
    name = workbooks[0] if workbooks else ""
    return Bundle(name, found.get(name, b""), files)


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    parts = [part for part in archive.infolist() if not part.is_dir() and _wanted(part)]
    if len(parts) > MAX_FILES:
        raise _unreadable(TOO_MANY, limit=MAX_FILES)
    if sum(part.file_size for part in parts) > MAX_TOGETHER:
        raise _unreadable(TOO_MUCH, megabytes=MAX_TOGETHER // 2**20)
    found: dict[str, bytes] = {}
    for part in parts:
        name = PurePosixPath(_name(part)).name
        if part.file_size > MAX_BYTES:
            raise _unreadable(TOO_LARGE, name=name, megabytes=MAX_BYTES // 2**20)
        if name in found:
            raise _unreadable(TWICE, name=name)
        with archive.open(part) as packed:  # a header can lie about the size
            found[name] = packed.read(MAX_BYTES + 1)
        if len(found[name]) > MAX_BYTES:
            raise _unreadable(TOO_LARGE, name=name, megabytes=MAX_BYTES // 2**20)
    return found


def _wanted(part: zipfile.ZipInfo) -> bool:
    """Without what macOS adds, hidden files, and Excel's lock files."""
    return not any(piece.startswith((".", "~$", "__MACOSX")) for piece in _pieces(part))


def _pieces(part: zipfile.ZipInfo) -> Iterator[str]:
    return iter(PurePosixPath(_name(part)).parts)


def _name(part: zipfile.ZipInfo) -> str:
    """The name as it was: Windows packs Cyrillic names in cp866 and does not say so."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("cp866").replace("\\", "/")
    except UnicodeError:
        return part.filename


def _unreadable(msgid: str, **params: str | int) -> UnreadableError:
    return UnreadableError(Problem(Message(msgid, params)))
