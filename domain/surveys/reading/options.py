"""Choices as people name them: by number, by label or part of it, in any language of the form."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from domain.surveys.wording import Option

_YES = frozenset(
    {"так", "yes", "y", "т", "ага", "да", "ок", "ok", "okay", "згоден", "згодна", "+"}
)
_NO = frozenset({"ні", "no", "n", "н", "нет", "не", "-", "–"})
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ`′", "'"))
_WORD = re.compile(r"[\w']+")
_MARKUP = re.compile(r"<[^>]*>|[*_#]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")
_BETWEEN = re.compile(r"[,;\n]|\s(?:та|і|й|and)\s")
_MAX_NAME = 200
#: letters that a word must share from its beginning, and endings that may differ: лікарню, лікарня
_SHORTEST, _ENDING = 3, 2


def is_yes(text: str) -> bool:
    """Whether a text is a plain yes."""
    return folded(text) in _YES


def split(text: str) -> list[str]:
    """The parts of a list that somebody typed; numbers may stand with spaces alone."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) == 1 and re.fullmatch(r"[0-9]+(?:\s+[0-9]+)+", parts[0]):
        return parts[0].split()
    return parts


def matching(text: str, options: Sequence[Option]) -> list[str]:
    """The codes of the options that a text can mean, by the best kind of match that there is.

    A whole label; the number of an option as shown in a list, from 1; a code; yes or no in other
    words; words of a label, each given by its beginning.
    """
    if len(text) > _MAX_NAME:
        return []
    plain = folded(text)
    by_label = [option.code for option in options if plain in map(folded, _labels(option))]
    if by_label:
        return by_label
    number = plain.rstrip(".)")
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(options):
        return [options[int(number) - 1].code]
    by_code = [option.code for option in options if option.code.lower() == plain]
    return by_code or _yes_or_no(plain, options) or _by_words(plain, options)


def _yes_or_no(plain: str, options: Sequence[Option]) -> list[str]:
    meant = _YES if plain in _YES else _NO if plain in _NO else frozenset()
    return [
        option.code
        for option in options
        if option.code.lower() in meant or any(folded(label) in meant for label in _labels(option))
    ]


def _by_words(plain: str, options: Sequence[Option]) -> list[str]:
    words = _WORD.findall(plain)
    if not any(len(word) >= _SHORTEST for word in words):
        return []
    return [
        option.code
        for option in options
        if any(_names(words, _WORD.findall(folded(label))) for label in _labels(option))
    ]


def _names(words: Sequence[str], label: Sequence[str]) -> bool:
    return all(any(_same(word, other) for other in label) for word in words)


def _same(word: str, other: str) -> bool:
    if other.startswith(word):
        return True
    stem = word[:-_ENDING]
    return len(stem) > _SHORTEST and other.startswith(stem) and len(other) <= len(word) + _ENDING


def _labels(option: Option) -> Iterator[str]:
    """The labels of an option in all languages, the shown one first."""
    yield option.label
    if option.text is not None:
        for parts in option.text.variants.values():
            yield "".join(part for part in parts if isinstance(part, str))


def folded(text: str) -> str:
    """A label or what is made of it, to be compared: without markup, case and signs around."""
    plain = unicodedata.normalize("NFKC", _MARKUP.sub("", text)).casefold()
    return " ".join(plain.translate(_APOSTROPHES).split()).strip(' .!?«»"“”()')
