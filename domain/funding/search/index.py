"""The inverted index: BM25 over fields with weights (BM25F), and over questions one by one.

Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields" (2004): a term's
frequencies in the fields are added up, each weighted and scaled by its field's length, before
they saturate. Postings are arrays, so that a term costs the same in Python however common it is.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.funding.search.thesaurus import Thesaurus
from domain.funding.search.words import STOPWORDS, lemma, stem, words

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

K1 = 2.0
B = 0.6
CONCEPT = 1.0  # what a synonym counts, beside the word itself
STEM = 0.2  # what a relative of the word counts


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of an article: its section's name and language, and what it says."""

    section: str
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """What is indexed of one article."""

    id: str
    names: Sequence[str]  # titles, abbreviations, other names, in both languages
    questions: Sequence[str]
    texts: Sequence[Text]
    everyday: Sequence[str] = ()  # what people say without naming it


def terms_of(text: str) -> list[str]:
    """The terms of a text in their order, stopwords included (phrases run across them)."""
    return [lemma(word) for word in words(text)]


def weighted(terms: Sequence[str], thesaurus: Thesaurus) -> Counter[str]:
    """A text as a bag: its terms, what they are akin to, and the concepts they name."""
    bag: Counter[str] = Counter()
    for term in terms:
        if term not in STOPWORDS:
            bag[term] += 1
            if root := stem(term):
                bag[root] += 1
    for concept in thesaurus.concepts_in(terms):
        bag[concept] += 1
    return bag


class Postings:
    """Documents of weighted fields, scored for a bag of terms."""

    def __init__(
        self, documents: Sequence[Mapping[str, Counter[str]]], weights: Mapping[str, float]
    ) -> None:
        self.size = len(documents)
        lengths = {
            name: [sum(fields[name].values()) if name in fields else 0 for fields in documents]
            for name in weights
        }
        means = {
            name: (sum(of) / max(1, sum(1 for n in of if n))) or 1.0
            for name, of in lengths.items()
        }
        found: dict[str, dict[int, float]] = {}
        for number, fields in enumerate(documents):
            for name, bag in fields.items():
                scale = weights[name] / (1 - B + B * lengths[name][number] / means[name])
                for term, count in bag.items():
                    of = found.setdefault(term, {})
                    of[number] = of.get(number, 0.0) + scale * count
        self.idf = {
            term: math.log(1 + (self.size - len(of) + 0.5) / (len(of) + 0.5))
            for term, of in found.items()
        }
        self._impacts: dict[str, tuple[Ints, Floats]] = {}
        for term, of in found.items():
            frequency = np.fromiter(of.values(), np.float32, len(of))
            impact = self.idf[term] * frequency * (K1 + 1) / (frequency + K1)
            self._impacts[term] = (np.fromiter(of, np.int32, len(of)), impact.astype(np.float32))

    def scores(self, query: Mapping[str, float]) -> Floats:
        """How well each document fits the weighted terms."""
        total = np.zeros(self.size, np.float32)
        for term, weight in query.items():
            if term in self._impacts:
                documents, impact = self._impacts[term]
                total[documents] += weight * impact
        return total


def bag_of(text: str, thesaurus: Thesaurus) -> Counter[str]:
    """A text as a bag."""
    return weighted(terms_of(text), thesaurus)


def together(bags: Iterable[Mapping[str, int]]) -> Counter[str]:
    """The bag of several texts."""
    made: Counter[str] = Counter()
    for bag in bags:
        made.update(bag)
    return made
