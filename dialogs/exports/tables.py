"""Responses as tables: KoboToolbox's columns, so that what reads its exports reads ours.

The main table has a row for each response, one more table each repeat. Several choices stand
joined in one column and apart in `question/code` columns of 0 and 1. Columns that a form's answers
do not fill (`_notes`, `_tags`, `_validation_status`) are there and empty, as scripts expect.
"""

import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from dialogs.exports.labels import Labels
from domain.surveys.results.codebook import CALCULATE, HIDDEN, Codebook, Variable
from storage.records import Record

Cell = str | int | float | None
NAMESPACE = uuid.UUID("6f3f3d0e-7f4b-5a53-9a43-5e6f3c1f6a10")  # of the ids of our responses


@dataclass(frozen=True, slots=True)
class Choices:
    """What a file holds: `labels` instead of codes, in `language`; personal data or none.

    Without personal data its columns are there, but blank: scripts still find them.
    """

    language: str
    labels: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `code` is set for the 0/1 columns of a select-multiple."""

    header: str
    variable: Variable | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `repeat` is the plain path of its repeat, '' for the main one."""

    name: str
    repeat: str
    columns: tuple[Column, ...]


SYSTEM = (
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "__version__",
    "_tags",
    "_index",
)
INSTANCE = ("_index", "_parent_table_name", "_parent_index", "_submission__id")


def tables(codebook: Codebook, title: str) -> list[Table]:
    """The tables of a form, the main one first; `title` names it."""
    everything = [*codebook.metadata, *codebook.variables]
    main = [one for one in everything if not one.repeats]
    made = [Table(title, "", (*_columns(main), *(Column(name) for name in SYSTEM)))]
    for repeat in dict.fromkeys(one.repeats[-1] for one in everything if one.repeats):
        inside = [one for one in everything if one.repeats and one.repeats[-1] == repeat]
        columns = (*_columns(inside), *(Column(name) for name in INSTANCE))
        made.append(Table(repeat.rpartition("/")[2], repeat, columns))
    return made


def _columns(variables: list[Variable]) -> list[Column]:
    columns: list[Column] = []
    for one in variables:
        columns.append(Column(one.name, one))
        if one.several:
            columns += [Column(f"{one.name}/{code}", one, code) for code in one.codes]
    return columns


Row = list[Cell]
Write = Callable[[Table, Row], None]


async def fill(
    made: list[Table],
    records: AsyncIterator[Record],
    labels: Labels,
    choices: Choices,
    write: Write,
) -> int:
    """Write every row of every table, in the order of the responses; how many responses.

    An instance of a repeat inside a repeat is a child of the outer instance's row.
    """
    main, *repeats = made
    places = {table.repeat: table for table in repeats}
    counters = dict.fromkeys(places, 0)
    number = 0
    async for record in records:
        number += 1
        write(main, row_of(main, record.values, labels, choices, _system(record, number)))
        index: dict[tuple[str, tuple[int, ...]], int] = {}
        for table in repeats:
            outer = _outer(table.repeat, places)
            for instance in record.instances(table.repeat):
                counters[table.repeat] += 1
                index[table.repeat, instance.positions] = counters[table.repeat]
                system: dict[str, Cell] = {
                    "_index": counters[table.repeat],
                    "_parent_table_name": places[outer].name if outer else main.name,
                    "_parent_index": index.get((outer, instance.positions[:-1]), number)
                    if outer
                    else number,
                    "_submission__id": record.id,
                }
                write(table, row_of(table, instance.values, labels, choices, system))
    return number


def _outer(repeat: str, places: Mapping[str, Any]) -> str:
    """The repeat that a repeat lies in, '' for none."""
    around = [one for one in places if repeat.startswith(f"{one}/")]
    return max(around, key=len, default="")


def instance_id(record: Record) -> str:
    """The response's uuid: its form's instanceID, or one that is always the same."""
    for path, value in record.values.items():
        if path.endswith("/instanceID"):
            return value.removeprefix("uuid:")
    return str(uuid.uuid5(NAMESPACE, str(record.id)))


def _system(record: Record, number: int) -> dict[str, Cell]:
    at = record.submitted_at.astimezone(UTC)
    return {
        "_id": record.id,
        "_uuid": instance_id(record),
        "_submission_time": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "_status": "submitted_via_web",
        "__version__": record.version,
        "_index": number,
    }


def row_of(
    table: Table,
    values: Mapping[str, str],
    labels: Labels,
    choices: Choices,
    system: Mapping[str, Cell],
) -> Row:
    """The cells of a row, in the order of the table's columns."""
    row: Row = []
    for column in table.columns:
        variable = column.variable
        if variable is None:
            row.append(system.get(column.header))
        elif variable.personal and not choices.personal:
            row.append(None)
        else:
            value = next((values[node] for node in variable.nodes if node in values), None)
            row.append(_cell(variable, column.code, value, labels, choices))
    return row


def _cell(
    variable: Variable, code: str | None, value: str | None, labels: Labels, choices: Choices
) -> Cell:
    if value is None:
        return None
    if code is not None:
        return int(code in value.split())
    if variable.several:
        if not choices.labels:
            return value
        return ", ".join(labels.code(variable, one) for one in value.split())
    if variable.type in ("integer", "decimal", "range", CALCULATE, HIDDEN):
        return _number(value)
    return labels.code(variable, value) if choices.labels and variable.codes else value


def _number(value: str) -> Cell:
    """A number where the text is one and reads back the same, so that codes keep their zeros."""
    try:
        number: int | float = int(value) if value.lstrip("-").isdigit() else float(value)
    except ValueError:
        return value
    plain = value.lstrip("-")
    keeps = plain == "0" or not plain.startswith("0") or plain.startswith("0.")
    return number if keeps and abs(number) < 1e15 else value
