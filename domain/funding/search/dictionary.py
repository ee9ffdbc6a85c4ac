"""simplemma's dictionaries, kept unpacked in a file so that a program starts with them at once.

simplemma decodes 780,000 words one by one in Python, about two seconds; their texts split by C
take a fifth of that. The files lie where `keep_in` says, or else in the user's cache folder
(`XDG_CACHE_HOME`). They are made where they are missing, and never needed: where they cannot be
written, or there is no such folder, simplemma decodes as before, and `problem` says why.
"""

import os
import tempfile
import zlib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simplemma import Lemmatizer
    from simplemma.strategies import DictionaryLookupStrategy

HEADER = b"lanka words 1\n"


def cache_folder() -> Path:
    """Where the unpacked dictionaries lie. Raises RuntimeError for a user without a home."""
    if _factory.folder is not None:
        return _factory.folder
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "lanka"


def keep_in(folder: Path | None) -> None:
    """Keep the dictionaries there; with None where the user keeps what can be made anew."""
    _factory.folder = folder


def problem() -> str:
    """Why the dictionaries that were loaded could not be kept; nothing where they are."""
    return _factory.problem


class Unpacked:
    """Gives simplemma its dictionaries from the cache."""

    __slots__ = ("folder", "problem")

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.problem = ""

    @lru_cache(maxsize=2)  # noqa: B019 - there is one for the whole process
    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        """The dictionary of a language, `uk` or `en`."""
        from simplemma.strategies.dictionaries.dictionary_factory import (
            DEFAULT_DICTIONARY_FACTORY,
            MappingStrToByteString,
        )

        try:
            file = cache_folder() / f"{lang}-{version('simplemma')}.words"
        except RuntimeError as error:
            self.problem = str(error)
            return DEFAULT_DICTIONARY_FACTORY.get_dictionary(lang)
        found = read(file)
        if found is not None:
            return MappingStrToByteString(found)
        made = DEFAULT_DICTIONARY_FACTORY.get_dictionary(lang)
        try:
            save(file, made)
        except OSError as error:  # read-only, or full: the next start is slower
            self.problem = str(error)
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


@cache
def _simplemma() -> "tuple[Lemmatizer, DictionaryLookupStrategy]":
    # Imported with the first word: the bot's first poll does not wait for a search's needs.
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy

    strategy = DefaultStrategy(dictionary_factory=_factory)
    return Lemmatizer(lemmatization_strategy=strategy), DictionaryLookupStrategy(_factory)


def lemmatize(word: str, lang: str) -> str:
    """The dictionary form, as simplemma finds it."""
    return _simplemma()[0].lemmatize(word, lang)


def is_known(word: str, lang: str) -> bool:
    """Whether the dictionary has the word, as it is or in small letters."""
    return _simplemma()[1].get_lemma(word, lang) is not None
