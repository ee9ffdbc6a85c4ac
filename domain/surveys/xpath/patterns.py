r"""Patterns for `regex()`: Java's syntax, run by re2 in time that grows with the text alone.

Looks ahead at the beginning, as in `^(?=.*[0-9])(?!0).{8}$`, are patterns of their own. What else
re2 cannot do (looking ahead elsewhere and back, references to groups, possessive quantifiers) is
refused with a message. `\w`, `\d` and `\s` are ASCII in both.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import re2  # type: ignore[import-untyped]

from domain.surveys.message import N_
from domain.surveys.xpath.errors import XPathError

MAX_PATTERN_LENGTH = 1_000
#: enough for a hundred letters of any alphabet
_MAX_MEMORY = 1 << 21
#: patterns that are kept; the longest take as much memory as may be each
_CACHED = 256
#: instructions of a pattern that are compiled in a step, and steps for one that is refused
_COMPILED_A_STEP, _REFUSED = 8, 4_000

_POSIX = {
    "Alnum": "[:alnum:]",
    "Alpha": "[:alpha:]",
    "ASCII": "[:ascii:]",
    "Blank": "[:blank:]",
    "Cntrl": "[:cntrl:]",
    "Digit": "[:digit:]",
    "Graph": "[:graph:]",
    "Lower": "[:lower:]",
    "Print": "[:print:]",
    "Punct": "[:punct:]",
    "Space": "[:space:]",
    "Upper": "[:upper:]",
    "XDigit": "[:xdigit:]",
}
_UNICODE = re.compile(r"\\u[0-9A-Fa-f]{4}")
_GENERAL = {"IsAlphabetic": "L", "IsLetter": "L", "IsDigit": "Nd", "IsUppercase": "Lu"}


class Pattern:
    """A pattern: what the whole text must match, and what it must begin with or must not."""

    def __init__(self, whole: Any, ahead: list[tuple[bool, Any]]) -> None:
        self._whole = whole
        self._ahead = ahead
        #: instructions: how long it may take for one character
        self.size: int = whole.programsize + sum(look.programsize for _, look in ahead)

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        return self._whole.fullmatch(text) is not None and all(
            (look.match(text) is not None) is wanted for wanted, look in self._ahead
        )


_known: dict[str, Pattern | XPathError] = {}


def compile_pattern(pattern: str, pay: Callable[[int], None] | None = None) -> Pattern:
    """The compiled pattern; `pay` is told of the steps where it was not known yet.

    Raises XPathError for what re2 cannot take.
    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise XPathError(
            N_("the pattern is longer than %(most)s characters"), most=MAX_PATTERN_LENGTH
        )
    known = _known.get(pattern)
    if known is None:
        try:
            known = _compile(pattern)
        except XPathError as refusal:
            known = refusal
        while len(_known) >= _CACHED:
            del _known[next(iter(_known))]
        _known[pattern] = known
        if pay is not None:
            pay(known.size // _COMPILED_A_STEP if isinstance(known, Pattern) else _REFUSED)
    if isinstance(known, XPathError):
        raise known.with_traceback(None)
    return known


def _compile(pattern: str) -> Pattern:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    ahead, whole = _taken_apart(_translate(pattern))
    try:
        return Pattern(
            re2.compile(whole, options),
            [(wanted, re2.compile(look, options)) for wanted, look in ahead],
        )
    except re2.error as problem:
        reason = problem.args[0]
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise XPathError(
            N_("the pattern %(pattern)s cannot be used: %(reason)s"), pattern=pattern, reason=text
        ) from None


def _taken_apart(pattern: str) -> tuple[list[tuple[bool, str]], str]:
    """The looks ahead that a pattern begins with (True for what must follow), and the rest."""
    ahead: list[tuple[bool, str]] = []
    rest = pattern.removeprefix("^")
    while rest.startswith(("(?=", "(?!")):
        end = _end_of_group(rest)
        if end is None:
            break
        ahead.append((rest[2] == "=", rest[3:end]))
        rest = rest[end + 1 :]
    # of alternatives the first alone would be looked at
    return (ahead, rest) if ahead and not _has_alternatives(rest) else ([], pattern)


def _end_of_group(pattern: str) -> int | None:
    """Where the group that a pattern begins with is closed."""
    return next((place for place, depth in _depths(pattern) if depth == 0), None)


def _has_alternatives(pattern: str) -> bool:
    return any(depth == 0 and pattern[place] == "|" for place, depth in _depths(pattern))


def _depths(pattern: str) -> Iterator[tuple[int, int]]:
    """The places of a pattern that mean something, with how many groups are open after each."""
    depth = 0
    place = 0
    in_class = False
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 2
            continue
        if in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
            if pattern[place + 1 : place + 2] == "^":
                place += 1
        else:
            depth += {"(": 1, ")": -1}.get(character, 0)
            yield place, depth
        place += 1


def _translate(pattern: str) -> str:
    r"""What Java spells otherwise in re2's words: `\p{IsCyrillic}`, `\p{Alpha}`, `\u0457`."""
    if "\\p" not in pattern and "\\P" not in pattern and "\\u" not in pattern:
        return pattern
    pieces: list[str] = []
    place = 0
    in_class = False
    while place < len(pattern):
        character = pattern[place]
        if character == "\\" and pattern[place + 1 : place + 3] in ("p{", "P{"):
            end = pattern.find("}", place)
            name = pattern[place + 3 : end]
            pieces.append(_property(name, pattern[place + 1], in_class=in_class))
            place = end + 1 if end > 0 else len(pattern)
            continue
        if character == "\\" and _UNICODE.match(pattern, place):
            pieces.append(f"\\x{{{pattern[place + 2 : place + 6]}}}")
            place += 6
            continue
        length = 2 if character == "\\" else 1
        pieces.append(pattern[place : place + length])
        if length == 1 and character in "[]":
            in_class = character == "["
        place += length
    return "".join(pieces)


def _property(name: str, letter: str, *, in_class: bool) -> str:
    if name in _POSIX:
        negated = _POSIX[name] if letter == "p" else _POSIX[name].replace("[:", "[:^")
        return negated if in_class else f"[{negated}]"
    short = _GENERAL.get(name, name.removeprefix("Is"))
    return f"\\{letter}{{{short}}}"
