"""The survey sheet as a tree: which row is which path, before pyxform has seen it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.surveys.message import N_, Message
from domain.surveys.xlsform.columns import BACKGROUND, Type, column, question_type, shown_types
from domain.surveys.xlsform.problems import Problem
from domain.surveys.xlsform.workbook import Row, Workbook

ROOT = "data"

UNMATCHED_END = N_("This “end %(control)s” has no beginning.")
UNMATCHED_BEGIN = N_("This %(control)s is never ended.")
WRONG_END = N_("Here “end %(expected)s” is needed, for the one begun in row %(row)s.")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the survey sheet.

    `cells` by XLSForm's column name, the texts of translated columns by name and language.
    """

    number: int
    type: Type
    name: str
    parent: str
    cells: Mapping[str, str]
    texts: Mapping[tuple[str, str], str]

    @property
    def path(self) -> str:
        """The path that its node will have."""
        return f"{self.parent}/{self.name}"

    @property
    def shown(self) -> bool:
        """Whether it is a question that a person sees."""
        return bool(self.type.list_name) or self.type.name in shown_types()

    @property
    def unsupported(self) -> bool:
        """Whether a chat cannot take it, whatever its control."""
        return self.type.name in BACKGROUND

    def has(self, *columns: str) -> bool:
        """Whether one of the columns is filled, in any language."""
        return any(name in columns for name in self.cells) or any(
            name in columns for name, _ in self.texts
        )


@dataclass(slots=True)
class Outline:
    """The lines of the survey sheet, and what does not nest."""

    lines: Sequence[Line]
    problems: Sequence[Problem]
    by_path: Mapping[str, Line] = field(default_factory=dict)

    def row(self, path: str) -> int | None:
        """The row of a plain path; of what pyxform adds to a question, that question's."""
        while path:
            line = self.by_path.get(path)
            if line is None and path.endswith(("_other", "_count")):
                line = self.by_path.get(path[: -len("_other")])
            if line is not None:
                return line.number
            path = path.rpartition("/")[0]
        return None


def settings_of(workbook: Workbook) -> dict[str, str]:
    """The settings by lower-case name."""
    rows = workbook.sheets["settings"]
    return {
        "_".join(header.lower().split()): value
        for row in rows[:1]
        for header, value in row.cells.items()
    }


def outline(workbook: Workbook) -> Outline:
    """Read the survey sheet."""
    lines: list[Line] = []
    problems: list[Problem] = []
    open_groups: list[Line] = []
    root = f"/{settings_of(workbook).get('name') or ROOT}"
    for row in workbook.sheets["survey"]:
        if not row.cells or row.cells.get("disabled", "").lower() in ("yes", "true"):
            continue
        line = _line(row, open_groups[-1].path if open_groups else root)
        if line.type.edge == "end":
            problems.extend(_close(line, open_groups))
        else:
            lines.append(line)
        if line.type.edge == "begin":
            open_groups.append(line)
    problems.extend(
        Problem(
            Message(UNMATCHED_BEGIN, {"control": line.type.control}), "survey", line.number, "type"
        )
        for line in open_groups
    )
    by_path: dict[str, Line] = {}
    for line in lines:
        by_path.setdefault(line.path, line)
    return Outline(lines, problems, by_path)


def _line(row: Row, parent: str) -> Line:
    cells: dict[str, str] = {}
    texts: dict[tuple[str, str], str] = {}
    for header, value in row.cells.items():
        found = column(header)
        text = str(value).strip()
        if not text:
            continue
        if found.language or found.name in ("label", "hint"):
            texts[found.name, found.language] = text
        else:
            cells[found.name] = text
    kind = question_type(cells.get("type", ""))
    name = cells.get("name", "")
    if not name and kind.name == "note":
        name = f"generated_note_name_{row.number}"
    return Line(row.number, kind, name or "", parent, cells, texts)


def _close(line: Line, open_groups: list[Line]) -> Iterator[Problem]:
    """End what is open: with a word where that is something else, or nothing."""
    if all(begun.type.control != line.type.control for begun in open_groups):
        message = Message(UNMATCHED_END, {"control": line.type.control})
        yield Problem(message, "survey", line.number, "type")
        return
    while (begun := open_groups.pop()).type.control != line.type.control:
        message = Message(WRONG_END, {"expected": begun.type.control, "row": begun.number})
        yield Problem(message, "survey", line.number, "type")
