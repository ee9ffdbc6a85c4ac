"""From a question to the articles that answer it, or to "I do not know".

Three measures add up: BM25F over an article's fields, names that stand in the question as they
are, and the likeness to one of the questions that people ask of the article. Whether the best
article is an answer at all is decided apart, by how much of the question is understood.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from domain.funding.search.index import (
    CONCEPT,
    STEM,
    Floats,
    Postings,
    Source,
    bag_of,
    terms_of,
    together,
)
from domain.funding.search.intent import guess_language
from domain.funding.search.rescue import Rescuer
from domain.funding.search.thesaurus import Thesaurus
from domain.funding.search.words import STOPWORDS, has_cyrillic, is_ordinary, stem, words

WEIGHTS = {"names": 2.0, "questions": 1.5, "everyday": 1.5, "texts": 0.6}
PROGRAMMES = frozenset({"domestic_programmes", "other_donors"})  # a name decides, a word hints
NAME = 1.8  # of the names' idf
LIKENESS = 8.0
LONGEST = 4096  # characters of a question that are read: a message has no more


@dataclass(frozen=True, slots=True)
class Found:
    """An article and its score, comparable within one answer only."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against a question being ours; the names say what each one counts."""

    score: float = 0.0  # of the best article
    coverage: float = 0.0  # share of the question's weight that the articles' words cover
    covered_by_best: float = 0.0  # share that the best article alone covers
    name: float = 0.0  # 1 for a name that means nothing else, less for an ordinary word
    likeness: float = 0.0  # to the nearest of the questions people ask
    subject: float = 0.0  # how many words of funding, partners, certification, …
    unknown: int = 0  # words that no article contains
    elsewhere: int = 0  # things asked for that others answer
    content: int = 0  # words that are no stopwords


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a look into the index gives."""

    found: Sequence[Found] = ()
    signs: Signs = field(default_factory=Signs)
    nearest: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    """By article, the question people ask that is most alike, and how much: 1 is the same."""


class Finder:
    """The index of all articles. Immutable: when an article changes, a new one is made."""

    def __init__(self, sources: Sequence[Source], thesaurus: Thesaurus) -> None:
        self._ids = [source.id for source in sources]
        self._thesaurus = thesaurus
        documents = []
        asked: list[tuple[int, str, Mapping[str, int]]] = []
        for number, source in enumerate(sources):
            fields = {
                "names": source.names,
                "questions": source.questions,
                "everyday": source.everyday,
                "texts": [text.text for text in source.texts],
            }
            bags = {kind: [bag_of(text, thesaurus) for text in of] for kind, of in fields.items()}
            documents.append({kind: together(of) for kind, of in bags.items()})
            for kind in ("questions", "everyday"):
                pairs = zip(fields[kind], bags[kind], strict=True)
                asked += [(number, text, bag) for text, bag in pairs]
        self._articles = Postings(documents, WEIGHTS)
        idf = self._articles.idf
        self._unknown_idf = math.log(1 + len(sources) + 0.5)
        self._of_question = np.array([number for number, _, _ in asked], np.int32)
        self._asked = [question for _, question, _ in asked]
        self._questions = Likeness([bag for _, _, bag in asked], idf)
        self._names: dict[str, list[tuple[tuple[str, ...], int, float]]] = {}
        for number, source in enumerate(sources):
            for name in {tuple(terms_of(name)) for name in source.names}:
                if name and len(name) <= 6 and set(name) - STOPWORDS:
                    alike = tuple(thesaurus.one_for_all(term) for term in name)
                    known = (alike, number, self._rarity(name))
                    self._names.setdefault(alike[0], []).append(known)
        vocabulary = {term for term in idf if term[0] not in "~#"}
        self._rescuer = Rescuer(vocabulary | thesaurus.ours, thesaurus.others)
        self._bags = [set().union(*document.values()) for document in documents]

    def find(self, question: str, limit: int = 3) -> Findings:
        """The best articles for a question, whether or not they answer it."""
        terms, sure, lost = self._read(question)
        query = self._query(terms, sure)
        articles = self._articles.scores(query)
        names, name = self._named(terms, len(sure))
        likeness = np.zeros(len(self._ids), np.float32)
        alike = self._questions.scores(query)
        np.maximum.at(likeness, self._of_question, alike)
        total = articles + NAME * names + LIKENESS * likeness
        order = [int(number) for number in np.argsort(-total, kind="stable")[:limit]]
        found = [Found(self._ids[n], float(total[n])) for n in order if total[n] > 0]
        if not found:
            signs = Signs(unknown=len(lost), elsewhere=self._elsewhere(terms), content=len(sure))
            return Findings((), signs)
        best = order[0]
        signs = self._signs(
            sure, lost, terms, best, float(total[best]), name, float(likeness[best])
        )
        return Findings(found, signs, self._nearest(order, alike))

    def _nearest(self, order: Sequence[int], alike: Floats) -> dict[str, tuple[str, float]]:
        nearest: dict[str, tuple[str, float]] = {}
        for number in order:
            mine = np.flatnonzero(self._of_question == number)
            if len(mine):
                best = int(mine[np.argmax(alike[mine])])
                nearest[self._ids[number]] = (self._asked[best], float(alike[best]))
        return nearest

    def nearest(self, question: str, article: str) -> tuple[str, float] | None:
        """The question that people ask of an article that is most like this one."""
        terms, sure, _ = self._read(question)
        alike = self._questions.scores(self._query(terms, sure))
        return self._nearest([self._ids.index(article)], alike).get(article)

    def _read(self, question: str) -> tuple[list[str], dict[str, float], set[str]]:
        """A question's terms, how surely each is understood, and those that are not at all."""
        terms: list[str] = []
        sure: dict[str, float] = {}
        lost: set[str] = set()
        question = question[:LONGEST]
        latin = not has_cyrillic(question) and guess_language(question) == "uk"
        for word in words(question):
            term, certainty = self._rescuer.rescue(word, ukrainian=latin)
            terms.append(term)
            if term not in STOPWORDS and word not in STOPWORDS:
                sure[term] = max(certainty, sure.get(term, 0.0))
                if not certainty:
                    lost.add(term)
        return terms, sure, lost

    def _signs(
        self,
        sure: Mapping[str, float],
        lost: set[str],
        terms: Sequence[str],
        best: int,
        score: float,
        name: float,
        likeness: float,
    ) -> Signs:
        weights = {term: self._weight(term) for term in sure}
        whole = sum(weights.values()) or 1.0
        known = sum(weights[term] * certain for term, certain in sure.items())
        bag = self._bags[best]
        in_best = sum(
            weights[term] * (1.0 if term in bag else 0.5)
            for term in sure
            if term in bag or (stem(term) and stem(term) in bag)
        )
        return Signs(
            score=score,
            coverage=known / whole,
            covered_by_best=in_best / whole,
            name=name,
            likeness=likeness,
            subject=sum(1.0 for term in sure if term in self._thesaurus.subject),
            unknown=len(lost),
            elsewhere=self._elsewhere(terms),
            content=len(sure),
        )

    def _elsewhere(self, terms: Sequence[str]) -> int:
        return sum(
            2 if what in PROGRAMMES else 1 for what in set(self._thesaurus.elsewhere_in(terms))
        )

    def _query(self, terms: Sequence[str], sure: Mapping[str, float]) -> dict[str, float]:
        query: dict[str, float] = {}
        for term, certainty in sure.items():
            query[term] = certainty or 1.0
            if root := stem(term):
                query[root] = max(query.get(root, 0.0), STEM)
        for concept in self._thesaurus.concepts_in(terms):
            query[concept] = CONCEPT
        return query

    def _named(self, terms: Sequence[str], content: int) -> tuple[Floats, float]:
        """What names in the question are worth to each article, and the surest of them."""
        worth = np.zeros(len(self._ids), np.float32)
        surest = 0.0
        alike = tuple(self._thesaurus.one_for_all(term) for term in terms)
        for at, term in enumerate(alike):
            for name, number, rarity in self._names.get(term, ()):
                if alike[at : at + len(name)] != name:
                    continue
                worth[number] = max(float(worth[number]), rarity)
                telling = [part for part in terms[at : at + len(name)] if part not in STOPWORDS]
                plain = all(is_ordinary(part) for part in telling)
                certainty = 1.0 if not plain or len(telling) > 1 else 0.5
                if len(telling) == content:
                    certainty = 1.0
                surest = max(surest, certainty)
        return worth, surest

    def _rarity(self, name: Sequence[str]) -> float:
        return sum(self._weight(term) for term in name if term not in STOPWORDS)

    def _weight(self, term: str) -> float:
        return self._articles.idf.get(term, self._unknown_idf)


class Likeness:
    """Cosine of a question to each of the questions that people ask."""

    def __init__(self, questions: Sequence[Mapping[str, int]], idf: Mapping[str, float]) -> None:
        self._idf = idf
        self._size = len(questions)
        found: dict[str, list[tuple[int, float]]] = {}
        for number, bag in enumerate(questions):
            norm = math.sqrt(sum((idf.get(term, 0.0) * _kind(term)) ** 2 for term in bag)) or 1.0
            for term in bag:
                found.setdefault(term, []).append(
                    (number, idf.get(term, 0.0) * _kind(term) / norm)
                )
        self._impacts = {
            term: (
                np.array([number for number, _ in of], np.int32),
                np.array([impact for _, impact in of], np.float32),
            )
            for term, of in found.items()
        }

    def scores(self, query: Mapping[str, float]) -> Floats:
        total = np.zeros(self._size, np.float32)
        norm = 0.0
        for term, weight in query.items():
            idf = self._idf.get(term, 5.0 if term[0] not in "~#" else 0.0) * weight
            norm += idf * idf
            if term in self._impacts:
                numbers, impact = self._impacts[term]
                total[numbers] += idf * impact
        return total / (math.sqrt(norm) or 1.0)


def _kind(term: str) -> float:
    return CONCEPT if term[0] == "#" else STEM if term[0] == "~" else 1.0
