"""Submissions out of the tables of an export: rows put together with the rows of their repeats."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.surveys.form import Form, Repeat
from domain.surveys.imports.headers import Columns, columns
from domain.surveys.imports.labels import Spelling
from domain.surveys.imports.tables import ExportError, Line, Table, read_tables
from domain.surveys.message import N_, Message

NOTHING_KNOWN = N_("No column of this file belongs to the form %(form)s.")

_KEYS = ("_uuid", "KEY", "meta/instanceID", "meta-instanceID", "instanceID", "_id")
_SUBMITTED = ("_submission_time", "SubmissionDate", "end", "today")
_STARTED, _ENDED = ("start",), ("end",)


@dataclass(frozen=True, slots=True)
class Part:
    """A row: values by plain path, and the rows of the repeats inside it by their plain path.

    A repeat that the export has no table for is missing in `repeats`.
    """

    row: int
    values: Mapping[str, str]
    repeats: dict[str, list["Part"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """A row of the export's main table. `key` is the same whenever it is exported again."""

    key: str
    part: Part
    started_at: datetime | None
    submitted_at: datetime | None
    ended_at: datetime | None = None

    @property
    def row(self) -> int:
        """The number of its row in the file."""
        return self.part.row


@dataclass(frozen=True, slots=True)
class Export:
    """The submissions of a file, and the headers that the form knows nothing of, by table."""

    submissions: tuple[Submission, ...]
    unknown: Mapping[str, tuple[str, ...]]


def read_export(data: bytes, name: str, form: Form) -> Export:
    """Read an export of KoboToolbox or ODK Central. Raises ExportError."""
    tables = read_tables(data, name)
    main = next((t for t in tables if not _is_repeat(t)), tables[0])
    root = f"/{form.template.name}"
    known, spelling = columns(form, root, main.headers), Spelling(form)
    if not known.nodes and not known.split:
        raise ExportError(Message(NOTHING_KNOWN, {"form": form.form_id}))
    unknown = {main.name: known.unknown}
    parts = [Part(line.number, known.values(line.cells, spelling)) for line in main.lines]
    repeats = {table.name: _repeat(form, table) for table in tables if table is not main}
    rows_of: dict[str, list[Part]] = {}
    holders: dict[tuple[str, str], Part] = {}
    _hold(holders, main, parts)
    inner = [table for table in tables if table is not main and repeats[table.name]]
    for table in sorted(inner, key=lambda one: repeats[one.name].count("/")):
        path = repeats[table.name]
        its = columns(form, path, table.headers)
        unknown[table.name] = its.unknown
        for part in rows_of.get(_around(form, path), parts):
            part.repeats.setdefault(path, [])  # it has a table, so no rows mean no instances
        rows = [Part(line.number, its.values(line.cells, spelling)) for line in table.lines]
        rows_of[path] = rows
        _hold(holders, table, rows)
        for line, part in zip(table.lines, rows, strict=True):
            holder = _holder(holders, main, line)
            if holder is not None:
                holder.repeats.setdefault(path, []).append(part)
    submissions = tuple(
        Submission(
            _key(line, part),
            part,
            _moment(line, _STARTED),
            _moment(line, _SUBMITTED),
            _moment(line, _ENDED),
        )
        for line, part in zip(main.lines, parts, strict=True)
    )
    return Export(submissions, {name: found for name, found in unknown.items() if found})


def _is_repeat(table: Table) -> bool:
    return "_parent_index" in table.headers or "PARENT_KEY" in table.headers


def _hold(holders: dict[tuple[str, str], Part], table: Table, parts: Sequence[Part]) -> None:
    """Remember by which names the rows of other tables call the rows of this one."""
    for number, (line, part) in enumerate(zip(table.lines, parts, strict=True), start=1):
        if "KEY" in line.cells:
            holders["", line.cells["KEY"]] = part
        else:
            holders[table.name, line.cells.get("_index", str(number))] = part


def _holder(holders: Mapping[tuple[str, str], Part], main: Table, line: Line) -> Part | None:
    if "PARENT_KEY" in line.cells:
        return holders.get(("", line.cells["PARENT_KEY"]))
    table = line.cells.get("_parent_table_name", main.name)
    index = line.cells.get("_parent_index", "")
    return holders.get((table, index)) or holders.get((main.name, index))


def _repeat(form: Form, table: Table) -> str:
    """The path of the repeat whose rows a table holds; '' where it is none of the form's."""
    paths = [element.path for element in form.elements if isinstance(element, Repeat)]
    named = [path for path in paths if _names(table.name, path)]
    best = max(
        named or paths,
        key=lambda path: (_fit(columns(form, path, table.headers)), path),
        default="",
    )
    return best if best and (named or _fit(columns(form, best, table.headers))) else ""


def _fit(found: Columns) -> int:
    return len(found.nodes) + len(found.split)


def _names(table: str, path: str) -> bool:
    """Whether a sheet (31 letters at most) or file (`form-repeat`) is called like a repeat."""
    name = path.rpartition("/")[2]
    return table in (name, name[:31]) or table.endswith((f"-{name}", f"_{name}"))


def _around(form: Form, path: str) -> str:
    """The path of the innermost repeat around a repeat; '' where there is none."""
    around = (
        element.path
        for element in form.elements
        if isinstance(element, Repeat) and path.startswith(f"{element.path}/")
    )
    return max(around, key=len, default="")


def _key(line: Line, part: Part) -> str:
    for name in _KEYS:
        key = line.cells.get(name, "").removeprefix("uuid:")
        if key:
            return key
    content = json.dumps([sorted(line.cells.items()), repr(part.repeats)], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _moment(line: Line, names: Sequence[str]) -> datetime | None:
    """The first of the columns that holds a moment; without an offset it is UTC."""
    for name in names:
        try:
            moment = datetime.fromisoformat(line.cells.get(name, ""))
        except ValueError:
            continue
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return None
