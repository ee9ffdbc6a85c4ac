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


LISTS = ("same", "subject", "elsewhere")
Problem = tuple[str, str]  # where in the file, and a sentence about it


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


def read_thesaurus(path: Path) -> tuple[Thesaurus, list[Problem]]:
    """Read the file, and all that is wrong in it; what is right in it is used all the same."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except FileNotFoundError:
        return Thesaurus(), [("file", "is missing")]
    except UnicodeDecodeError:
        return Thesaurus(), [("file", "is not a text in UTF-8")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        problem = getattr(error, "problem", None) or "is not YAML"
        return Thesaurus(), [(where, f"{problem}; put texts in quotes")]
    return make_thesaurus(content)


def make_thesaurus(content: Any) -> tuple[Thesaurus, list[Problem]]:
    """The thesaurus of a file's content, and what is wrong with it."""
    if not isinstance(content, dict):
        return Thesaurus(), [("file", f"expects the lists {', '.join(LISTS)}")]
    wrong: list[Problem] = [
        (str(name), f"there is no such list; known are {', '.join(LISTS)}")
        for name in content
        if name not in LISTS
    ]
    same = content.get("same", [])
    if not isinstance(same, list):
        wrong.append(("same", "expects a list of groups of words"))
        same = []
    groups = [_texts(group, f"same: group {n}", wrong) for n, group in enumerate(same, 1)]
    wrong += [
        (f"same: group {n}", "expects two words or more that mean the same")
        for n, group in enumerate(groups, 1)
        if len(group) == 1
    ]
    concepts = [(text, f"#{number}") for number, group in enumerate(groups) for text in group]
    subject = _texts(content.get("subject", []), "subject", wrong)
    elsewhere = content.get("elsewhere", {})
    if not isinstance(elsewhere, dict):
        wrong.append(("elsewhere", "expects lists of words, each under a name"))
        elsewhere = {}
    others = [
        (text, str(what))
        for what, group in elsewhere.items()
        for text in _texts(group, f"elsewhere: {what}", wrong)
    ]
    made = Thesaurus(
        _by_first(concepts),
        frozenset(term for text in subject for term in phrase(text) if term not in STOPWORDS),
        _by_first(others),
    )
    return made, wrong


def _by_first(pairs: Iterable[tuple[str, str]]) -> dict[str, list[tuple[Phrase, str]]]:
    made: dict[str, list[tuple[Phrase, str]]] = {}
    for text, meaning in pairs:
        found = phrase(text)
        made.setdefault(found[0], []).append((found, meaning))
    return made


def _texts(value: Any, where: str, wrong: list[Problem]) -> list[str]:
    """The words of a list that say something; what is none of them is added to `wrong`."""
    if not isinstance(value, list):
        wrong.append((where, "expects a list of words"))
        return []
    found = []
    for text in value:
        if isinstance(text, bool | dict | list) or text is None:
            wrong.append((where, f"{text!r} is no text; put texts in quotes"))
        elif not phrase(str(text)):
            wrong.append((where, f"{text!r} has no word"))
        elif str(text) in found:
            wrong.append((where, f"{text!r} stands twice"))
        else:
            found.append(str(text))
    return found
