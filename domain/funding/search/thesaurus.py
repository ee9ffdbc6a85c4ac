"""What means the same in both languages, and what is none of our business: content, not code.

`content/funding/search.yaml` has three lists. `same` are groups of words and phrases that mean the
same. `subject` are words that a question about funding is made of. `elsewhere` are things that
people ask for and that the assistant knows nothing about.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from domain.funding.search.words import STOPWORDS, lemma, words

Phrase = tuple[str, ...]


class ThesaurusError(ValueError):
    """The file is not as it should be; the text says where."""


def phrase(text: str) -> Phrase:
    """A phrase as the terms that it is found by."""
    return tuple(lemma(word) for word in words(text))


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Phrases, by their first term: what each stands for."""

    concepts: Mapping[str, Sequence[tuple[Phrase, str]]] = field(default_factory=dict)
    subject: frozenset[str] = frozenset()
    elsewhere: Mapping[str, Sequence[tuple[Phrase, str]]] = field(default_factory=dict)

    def one_for_all(self, term: str) -> str:
        """One term for all single words that mean the same: names are compared by it."""
        return next((what for found, what in self.concepts.get(term, ()) if len(found) == 1), term)

    @property
    def ours(self) -> frozenset[str]:
        """The terms of the first two lists: understood, though no article may contain them."""
        return self.subject | _terms(self.concepts)

    @property
    def others(self) -> frozenset[str]:
        """The terms of the third list: none of them is a misspelt term of ours."""
        return _terms(self.elsewhere) - self.ours

    def concepts_in(self, terms: Sequence[str]) -> Iterator[str]:
        """The concepts that a text of these terms speaks of, each as a term such as `#12`."""
        return _found(self.concepts, terms)

    def elsewhere_in(self, terms: Sequence[str]) -> Iterator[str]:
        """What it asks for that is not known here."""
        return _found(self.elsewhere, terms)


def _terms(phrases: Mapping[str, Sequence[tuple[Phrase, str]]]) -> frozenset[str]:
    return frozenset(term for of in phrases.values() for found, _ in of for term in found)


def _found(
    phrases: Mapping[str, Sequence[tuple[Phrase, str]]], terms: Sequence[str]
) -> Iterator[str]:
    for at, term in enumerate(terms):
        for candidate, meaning in phrases.get(term, ()):
            if tuple(terms[at : at + len(candidate)]) == candidate:
                yield meaning


def read_thesaurus(path: Path) -> Thesaurus:
    """Read the file. Raises ThesaurusError, and OSError where there is none."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ThesaurusError(f"{path.name}: {error}") from error
    return make_thesaurus(content, path.name)


def make_thesaurus(content: Any, name: str = "search.yaml") -> Thesaurus:
    """The thesaurus of a file's content. Raises ThesaurusError."""
    if not isinstance(content, dict) or set(content) - {"same", "subject", "elsewhere"}:
        raise ThesaurusError(f"{name}: expected the lists same, subject and elsewhere")
    same = _lists(content.get("same", []), f"{name}: same")
    concepts = [(text, f"#{number}") for number, group in enumerate(same) for text in group]
    subject = _texts(content.get("subject", []), f"{name}: subject")
    elsewhere = content.get("elsewhere", {})
    if not isinstance(elsewhere, dict):
        raise ThesaurusError(f"{name}: elsewhere: expected a name for each list")
    others = [
        (text, what)
        for what, group in elsewhere.items()
        for text in _texts(group, f"{name}: elsewhere: {what}")
    ]
    return Thesaurus(
        _by_first(concepts),
        frozenset(term for text in subject for term in phrase(text) if term not in STOPWORDS),
        _by_first(others),
    )


def _by_first(pairs: Iterable[tuple[str, str]]) -> dict[str, list[tuple[Phrase, str]]]:
    made: dict[str, list[tuple[Phrase, str]]] = {}
    for text, meaning in pairs:
        if found := phrase(text):
            made.setdefault(found[0], []).append((found, meaning))
    return made


def _lists(value: Any, where: str) -> list[list[str]]:
    if not isinstance(value, list):
        raise ThesaurusError(f"{where}: expected a list of groups")
    return [_texts(group, f"{where}: group {number}") for number, group in enumerate(value, 1)]


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        raise ThesaurusError(f"{where}: expected a list of words")
    return [str(text) for text in value]
