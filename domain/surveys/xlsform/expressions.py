"""Logic as it stands in the cells: read where pyxform gave no form that could be compiled."""

import re
from collections.abc import Iterator, Mapping

from domain.surveys.message import N_, Message
from domain.surveys.xlsform.outline import Line, Outline
from domain.surveys.xlsform.problems import Problem
from domain.surveys.xpath.lint import Code, lint

EXPRESSIONS = ("relevant", "constraint", "required", "read_only", "calculation", "repeat_count")
CYCLE = N_("The logic goes round in a circle: %(names)s.")
BREAK_CYCLE = N_("Take one of these references out.")
CURLED = N_("Write straight quotes ' or \" around texts.")
EQUALS = N_("Write = instead of ==, != instead of <>, and and or instead of && and ||.")
BRACKETS = N_("Check that every bracket and quote is closed.")

_REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^}]*?)\s*\}")
_WORDS = frozenset({"yes", "no", "true", "false", "TRUE", "FALSE", "true()", "false()"})


def unread_logic(outline: Outline) -> Iterator[Problem]:
    """Expressions that cannot be read, and circles among those that can."""
    for line in outline.lines:
        for column in EXPRESSIONS:
            source = line.cells.get(column, "")
            if source and source not in _WORDS:
                yield from _read(line, column, source)
    yield from _circles(outline)


def syntax_hint(source: str) -> Message:
    """How to mend an expression that cannot be read."""
    if any(quote in source for quote in "„«»"):
        return Message(CURLED)
    if any(sign in source for sign in ("==", "<>", "&&", "||")):
        return Message(EQUALS)
    return Message(BRACKETS)


def _read(line: Line, column: str, source: str) -> Iterator[Problem]:
    readable = _REFERENCE.sub(" /data/x ", source)
    for finding in lint(readable):
        if finding.is_error:
            hint = syntax_hint(source) if finding.code is Code.SYNTAX else None
            yield Problem(finding.message, "survey", line.number, column, hint)


def _circles(outline: Outline) -> Iterator[Problem]:
    """Names that depend on themselves through calculations and relevance, each circle once."""
    by_name = {line.name: line for line in outline.lines if line.name}
    refers = {name: _looks_at(line, by_name) for name, line in by_name.items()}
    done: set[str] = set()
    for name in refers:
        circle = _circle(name, refers, done)
        if circle:
            names = " → ".join([*circle, circle[0]])
            line = by_name[circle[0]]
            where = "calculation" if "calculation" in line.cells else "relevant"
            message = Message(CYCLE, {"names": names})
            yield Problem(message, "survey", line.number, where, Message(BREAK_CYCLE))


def _looks_at(line: Line, by_name: Mapping[str, Line]) -> list[str]:
    text = " ".join(line.cells.get(column, "") for column in ("calculation", "relevant"))
    return [name for name in dict.fromkeys(_REFERENCE.findall(text)) if name in by_name]


def _circle(start: str, refers: Mapping[str, list[str]], done: set[str]) -> list[str]:
    """A circle that can be reached from a name; all that was looked at is done afterwards."""
    path: list[str] = []
    waiting = [(start, iter(refers[start]))] if start not in done else []
    path.extend(name for name, _ in waiting)
    while waiting:
        name, ahead = waiting[-1]
        following = next(ahead, None)
        if following is None:
            done.add(name)
            waiting.pop()
            path.pop()
        elif following in path:
            circle = path[path.index(following) :]
            done.update(path)
            return circle
        elif following not in done:
            waiting.append((following, iter(refers[following])))
            path.append(following)
    return []
