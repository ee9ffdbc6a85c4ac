"""Writes `docs/schema.md` and `docs/images/schema.svg` from the models: `make schema`.

Words come from docstrings (modules and tables), the rest from SQLAlchemy's metadata, so that
neither page can tell more or less than the database has. A test compares both with the models.
"""

import inspect
import runpy
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sqlalchemy import Column, Table, UniqueConstraint
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import JSON, BigInteger, Boolean, Float, LargeBinary, String

from storage.models import Base
from storage.models.base import Moment

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "schema.md"
PICTURE = DOCS / "images" / "schema.svg"

TYPES = (
    (Moment, "moment"),
    (JSON, "JSON"),
    (Boolean, "yes/no"),
    (Float, "number"),
    (BigInteger, "integer"),
    (LargeBinary, "bytes"),
    (String, "text"),
)
INTRO = """\
# The schema

Made from the models in `storage/models/` by `make schema`; do not edit. A *moment* is a date and
time in UTC. Tables are created and changed by the migrations in `storage/migrations/`, and a test
holds both together.

![The tables and what refers to what](images/schema.svg)
"""


@dataclass(frozen=True, slots=True)
class Group:
    """The tables of one module of `storage.models`, in the order of the code."""

    text: str
    models: Sequence[type[Base]]

    @property
    def tables(self) -> list[Table]:
        return [table_of(model) for model in self.models]


def table_of(model: type[Base]) -> Table:
    """The table of a model."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not a plain table")
    return table


def groups() -> list[Group]:
    """The models by module; what others refer to comes first."""
    by_module: dict[str, list[type[Base]]] = {}
    for mapper in Base.registry.mappers:
        by_module.setdefault(mapper.class_.__module__, []).append(mapper.class_)
    referred: Counter[str] = Counter()
    home = {table_of(model).name: name for name, models in by_module.items() for model in models}
    for name, models in by_module.items():
        for model in models:
            targets = {home[key.column.table.name] for key in table_of(model).foreign_keys}
            referred.update(targets - {name})
    order = sorted(by_module, key=lambda name: (-referred[name], -len(by_module[name]), name))
    return [
        Group(
            inspect.getdoc(sys.modules[name]) or "",
            sorted(by_module[name], key=lambda model: inspect.getsourcelines(model)[1]),
        )
        for name in order
    ]


# -- the page


def page() -> str:
    """`docs/schema.md`."""
    return INTRO + "".join(_group(group) for group in groups())


def _group(group: Group) -> str:
    title, _, rest = group.text.partition("\n")
    head, _, more = title.partition(". ")
    words = " ".join([more, *rest.split()]).strip()
    lines = [f"\n## {head.rstrip('.')}\n", *([f"\n{words}\n"] if words else [])]
    return "".join([*lines, *(_model(model) for model in group.models)])


def _model(model: type[Base]) -> str:
    table = table_of(model)
    lines = [f"\n### {table.name}\n", inspect.getdoc(model) or "", ""]
    lines += ["| column | type | empty | what it is |", "| --- | --- | --- | --- |"]
    for column in table.columns:
        empty = "may be" if column.nullable else ""
        notes = "; ".join(_notes(column))
        lines.append(f"| `{column.name}` | {type_name(column)} | {empty} | {notes} |")
    several = [*_rules(table)]
    return "\n".join([*lines, "", *(f"- {rule}" for rule in several)]).rstrip() + "\n"


def type_name(column: Column[object]) -> str:
    """A column's type in a word that holds on every database."""
    for kind, name in TYPES:
        if isinstance(column.type, kind):
            return name
    raise LookupError(f"no word for the type of {column}")


def _notes(column: Column[object]) -> Iterator[str]:
    if column.primary_key:
        yield "key"
    for key in column.foreign_keys:
        yield f"→ `{key.target_fullname}`"
    if column.unique:
        yield "unique"
    if column.index:
        yield "indexed"
    if isinstance(column.default, ScalarElementColumnDefault):
        yield f"`{column.default.arg}` unless said otherwise"


def _rules(table: Table) -> Iterator[str]:
    """What holds across columns: uniqueness, checks, indexes that stand in `__table_args__`."""
    for constraint in sorted(table.constraints, key=lambda c: str(c.name)):
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) > 1:
            yield f"unique together: {_names(constraint.columns.keys())}"
        sqltext = getattr(constraint, "sqltext", None)
        if sqltext is not None:
            yield f"always `{sqltext}`"
    for index in sorted(table.indexes, key=lambda i: str(i.name)):
        if len(index.columns) == 1 and index.columns[0].index:
            continue
        where = index.dialect_options["sqlite"]["where"]
        kind = "unique" if index.unique else "index"
        yield f"{kind}: {_names(index.columns.keys())}" + (
            f" where `{where}`" if where is not None else ""
        )


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# -- the picture

WIDTH, GAP, ROW, MARGIN = 230, 90, 18, 24  # pixels
TALL = 52  # rows after which a group goes on in the next column
COLOURS = ("#2563eb", "#0f766e", "#b45309", "#9333ea", "#be123c", "#4d7c0f", "#475569")
STYLE = """\
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2937; }
.name { font-weight: 600; fill: #fff; } .type { fill: #6b7280; } .key { font-weight: 600; }
.box { fill: #fff; stroke: #9ca3af; } .line { fill: none; stroke-width: 1.3; opacity: .7; }"""


@dataclass(frozen=True, slots=True)
class Box:
    """A table at its place in the picture: pixels from the upper left corner."""

    table: Table
    x: int
    y: int

    @property
    def height(self) -> int:
        return ROW * (len(self.table.columns) + 1) + 6

    def row(self, column: str) -> int:
        """The middle of a column's line."""
        place = list(self.table.columns.keys()).index(column)
        return self.y + ROW * (place + 1) + ROW // 2 + 3


def picture() -> str:
    """`docs/images/schema.svg`: a box for each table, a line for each foreign key."""
    boxes = {box.table.name: box for box in _layout()}
    width = max(box.x for box in boxes.values()) + WIDTH + GAP // 2 + MARGIN
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    targets = sorted({key.name for box in boxes.values() for key in _targets(box.table)})
    colours = {name: COLOURS[n % len(COLOURS)] for n, name in enumerate(targets)}
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg"',
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<title>The tables of Lanka and what refers to what</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#f9fafb"/>',
        *(line for box in boxes.values() for line in _lines(box, boxes, colours)),
        *(shape for box in boxes.values() for shape in _shapes(box, colours)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _layout() -> Iterator[Box]:
    """Tables under each other, each group in columns of its own."""
    x = MARGIN
    for group in groups():
        rows, y = 0, MARGIN
        for table in group.tables:
            if rows and rows + len(table.columns) > TALL:
                x, rows, y = x + WIDTH + GAP, 0, MARGIN
            box = Box(table, x, y)
            yield box
            rows, y = rows + len(table.columns) + 2, y + box.height + ROW
        x += WIDTH + GAP


def _targets(table: Table) -> Iterator[Table]:
    for key in table.foreign_keys:
        yield key.column.table


def _lines(box: Box, boxes: dict[str, Box], colours: dict[str, str]) -> Iterator[str]:
    for key in (key for column in box.table.columns for key in column.foreign_keys):
        to = boxes[key.column.table.name]
        x1, x2, bend = _ends(box, to)
        y1, y2 = box.row(key.parent.name), to.row(key.column.name)
        yield (
            f'<path class="line" stroke="{colours[to.table.name]}"'
            f' d="M{x1} {y1} C{x1 + bend[0]} {y1} {x2 + bend[1]} {y2} {x2} {y2}"/>'
            f'<circle cx="{x2}" cy="{y2}" r="3" fill="{colours[to.table.name]}"/>'
        )


def _ends(box: Box, to: Box) -> tuple[int, int, tuple[int, int]]:
    """Where a line begins and ends, and how far it swings out there."""
    half = GAP // 2
    if box.x > to.x:
        return box.x, to.x + WIDTH, (-half, half)
    if box.x < to.x:
        return box.x + WIDTH, to.x, (half, -half)
    return box.x + WIDTH, to.x + WIDTH, (half, half)


def _shapes(box: Box, colours: dict[str, str]) -> Iterator[str]:
    x, y = box.x, box.y
    colour = colours.get(box.table.name, "#6b7280")
    yield f'<rect class="box" x="{x}" y="{y}" width="{WIDTH}" height="{box.height}" rx="4"/>'
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{ROW + 2}" rx="4" fill="{colour}"/>'
    yield f'<text class="name" x="{x + 8}" y="{y + 14}">{escape(box.table.name)}</text>'
    for column in box.table.columns:
        line = box.row(column.name) + 4
        kind = "key" if column.primary_key else "plain"
        optional = "?" if column.nullable else ""
        yield f'<text class="{kind}" x="{x + 8}" y="{line}">{escape(column.name)}</text>'
        yield (
            f'<text class="type" x="{x + WIDTH - 8}" y="{line}" text-anchor="end">'
            f"{type_name(column)}{optional}</text>"
        )


def main() -> None:
    """Write both files, and the list of messages (`make_messages.py`)."""
    PICTURE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")
    runpy.run_path(str(DOCS / "make_messages.py"), run_name="__main__")


if __name__ == "__main__":
    main()
