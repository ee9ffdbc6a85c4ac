r"""Patterns for `regex()`: Java's syntax, run by re2 in time that grows with the text alone.

What re2 cannot do (looking ahead and back, references to groups, possessive quantifiers) is
refused with a message. `\w`, `\d` and `\s` are ASCII in both.
"""

import re
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from domain.surveys.message import N_
from domain.surveys.xpath.errors import XPathError

MAX_PATTERN_LENGTH = 1_000
_MAX_MEMORY = 1 << 23

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


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """The compiled pattern, with `fullmatch(text)`. Raises XPathError for what re2 cannot take."""
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise XPathError(
            N_("the pattern is longer than %(most)s characters"), most=MAX_PATTERN_LENGTH
        )
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        return re2.compile(_translate(pattern), options)
    except re2.error as problem:
        reason = problem.args[0]
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise XPathError(
            N_("the pattern %(pattern)s cannot be used: %(reason)s"), pattern=pattern, reason=text
        ) from None


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
