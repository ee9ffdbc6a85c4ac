"""Strings. Lengths and places count UTF-16 units, as Java's do: '😀' is two."""

import re

from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.functions.logic import spread
from domain.surveys.xpath.functions.registry import function
from domain.surveys.xpath.numbers import java_int
from domain.surveys.xpath.patterns import compile_pattern
from domain.surveys.xpath.values import JAVA_SPACE, Scalar, Value, to_number, to_string, unpack

_JAVA_WHITESPACE = re.compile(r"[ \t\n\x0b\f\r]+")


def _read(environment: Environment, value: Scalar) -> str:
    """A value as a string that is paid for."""
    text = to_string(value)
    environment.spend_text(len(text))
    return text


@function("string", 0, 1, of_context=True, collect=(1, 1))
def string(_: Environment, value: Scalar) -> str:
    return to_string(value)


@function("concat", 0, None, nodes=True)
def concat(environment: Environment, *parts: Value) -> str:
    return _join(environment, "", parts)


@function("join", 1, None, nodes=True)
def join(environment: Environment, separator: Value, *parts: Value) -> str:
    return _join(environment, to_string(unpack(separator, environment)), parts)


def _join(environment: Environment, separator: str, parts: tuple[Value, ...]) -> str:
    texts = [to_string(value) for value in spread(environment, parts)]
    size = sum(map(len, texts)) + len(separator) * len(texts)
    environment.spend_text(size)
    return separator.join(texts)


@function("contains", 2)
def contains(environment: Environment, value: Scalar, part: Scalar) -> bool:
    return to_string(part) in _read(environment, value)


@function("starts-with", 2)
def starts_with(environment: Environment, value: Scalar, part: Scalar) -> bool:
    return _read(environment, value).startswith(to_string(part))


@function("ends-with", 2)
def ends_with(environment: Environment, value: Scalar, part: Scalar) -> bool:
    return _read(environment, value).endswith(to_string(part))


@function("substring-before", 2)
def substring_before(environment: Environment, value: Scalar, part: Scalar) -> str:
    text, sought = _read(environment, value), to_string(part)
    place = text.find(sought)
    return text[:place] if place >= 0 else ""


@function("substring-after", 2)
def substring_after(environment: Environment, value: Scalar, part: Scalar) -> str:
    text, sought = _read(environment, value), to_string(part)
    place = text.find(sought)
    return text[place + len(sought) :] if place >= 0 else ""


@function("substr", 2, 3)
def substr(
    environment: Environment, value: Scalar, start: Scalar, end: Scalar | None = None
) -> str:
    """From `start` (0 is the first) up to, without, `end`; negative places count from the end."""
    units = _units(_read(environment, value))
    length = len(units) // 2
    first = java_int(to_number(start))
    last = length if end is None else java_int(to_number(end))
    first = first + length if first < 0 else first
    last = last + length if last < 0 else last
    first, last = max(0, min(first, length)), max(0, min(last, length))
    return _text(units[2 * first : 2 * last])


@function("substring", 2, 3, collect=None)
def substring(
    environment: Environment, value: Scalar, start: Scalar, length: Scalar | None = None
) -> str:
    """XPath 1.0's: places are rounded and begin at 1."""
    units = _units(_read(environment, value))
    first = _rounded(to_number(start))
    last = float("inf") if length is None else first + _rounded(to_number(length))
    if first != first or last != last:
        return ""
    count = len(units) // 2
    begin = int(max(0, min(first - 1, count)))
    end = int(max(begin, min(last - 1, count)))
    return _text(units[2 * begin : 2 * end])


def _rounded(number: float) -> float:
    return number if number != number or abs(number) > 1e15 else float((number + 0.5) // 1)


@function("string-length", 0, 1, of_context=True)
def string_length(environment: Environment, value: Scalar) -> float:
    text = _read(environment, value)
    return float(len(text) if text.isascii() else len(_units(text)) // 2)


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _text(units: bytes) -> str:
    # half of a pair, cut off its other half, is no character
    return units.decode("utf-16-le", "replace")


@function("normalize-space", 0, 1, of_context=True)
def normalize_space(environment: Environment, value: Scalar) -> str:
    return _JAVA_WHITESPACE.sub(" ", _read(environment, value).strip(JAVA_SPACE))


@function("translate", 3)
def translate(
    environment: Environment, value: Scalar, characters: Scalar, replacements: Scalar
) -> str:
    """Replace characters one for one; those without a replacement go."""
    into = to_string(replacements)
    table: dict[int, str | None] = {}
    for place, character in enumerate(to_string(characters)):
        table.setdefault(ord(character), into[place] if place < len(into) else None)
    return _read(environment, value).translate(table)


_MATCH = 4  # steps that re2 takes for any text, however short
#: instructions of a pattern for one character that take a step: for names and codes re2 soon knows
#: a shorter way, in a long text a cruel pattern finds none
_SHORT, _MATCHED_A_STEP, _MATCHED_A_STEP_LONG = 64, 8_000, 400


@function("regex", 2)
def regex(environment: Environment, value: Scalar, pattern: Scalar) -> bool:
    """Whether the whole value matches."""
    text = _read(environment, value)
    compiled = compile_pattern(to_string(pattern), environment.spend)
    short, long = min(len(text), _SHORT), max(0, len(text) - _SHORT)
    environment.spend(_MATCH + short * compiled.size // _MATCHED_A_STEP)
    environment.spend(long * compiled.size // _MATCHED_A_STEP_LONG)
    return compiled.matches(text)
