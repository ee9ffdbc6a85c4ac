"""simplemma's dictionaries, kept unpacked in a file so that a program starts with them at once.

simplemma decodes 780,000 words one by one in Python, about a second; their texts split by C take a
third of that. The file lies in the user's cache folder (`XDG_CACHE_HOME`), is made where it is
missing, and is never needed: where it cannot be written, simplemma decodes as before.
"""

import contextlib
import os
import tempfile
import zlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy
from simplemma.strategies.dictionaries.dictionary_factory import (
    DEFAULT_DICTIONARY_FACTORY,
    DictionaryFactory,
    MappingStrToByteString,
)

HEADER = b"lanka words 1\n"


def cache_folder() -> Path:
    """Where the unpacked dictionaries lie."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "lanka"


class Unpacked(DictionaryFactory):
    """Gives simplemma its dictionaries from the cache."""

    __slots__ = ()

    @lru_cache(maxsize=2)  # noqa: B019 - there is one for the whole process
    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        """The dictionary of a language, `uk` or `en`."""
        file = cache_folder() / f"{lang}-{version('simplemma')}.words"
        found = read(file)
        if found is not None:
            return MappingStrToByteString(found)
        made = DEFAULT_DICTIONARY_FACTORY.get_dictionary(lang)
        with contextlib.suppress(OSError):  # read-only, or full: the next start is slower
            save(file, made)
        return made


def read(file: Path) -> dict[bytes, bytes] | None:
    """Words and lemmas of a file; None where there is none, or it is damaged."""
    try:
        packed = file.read_bytes()
        if not packed.startswith(HEADER):
            return None
        words, lemmas = zlib.decompress(packed[len(HEADER) :]).split(b"\n\n")
    except (OSError, ValueError, zlib.error):
        return None
    keys, values = words.split(b"\n"), lemmas.split(b"\n")
    return dict(zip(keys, values, strict=True)) if len(keys) == len(values) else None


def save(file: Path, dictionary: Mapping[str, str]) -> None:
    """Write a dictionary, whole or not at all."""
    text = "\n\n".join(("\n".join(dictionary), "\n".join(dictionary[word] for word in dictionary)))
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as made:
        made.write(HEADER + zlib.compress(text.encode(), 6))
    Path(made.name).replace(file)


_factory = Unpacked()
_known = DictionaryLookupStrategy(_factory)
_lemmatizer = Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=_factory))


def lemmatize(word: str, lang: str) -> str:
    """The dictionary form, as simplemma finds it."""
    return _lemmatizer.lemmatize(word, lang)


def is_known(word: str, lang: str) -> bool:
    """Whether the dictionary has the word, as it is or in small letters."""
    return _known.get_lemma(word, lang) is not None
