"""Answers to questions about funding: the articles' own passages, or "I do not know"."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from domain.funding.article import LANGUAGES, QUESTIONS, SECTIONS, Article
from domain.funding.corrections import PLAIN, QUESTION, SECTION, Correction
from domain.funding.search.intent import is_definition, is_greeting, section_of
from domain.funding.search.thesaurus import Thesaurus

if TYPE_CHECKING:
    from domain.funding.search.finder import Finder, Signs
    from domain.funding.search.index import Source

RESULTS = 3
TAIL = 0.35  # of the best score: what is further off is left out
SURE = 0.3  # below this the assistant does not know
VERY_SURE = 0.8  # above this a text in a survey is taken to be a question
SAME_QUESTION = 0.7  # likeness from which a question people ask is the very one


@dataclass(frozen=True, slots=True)
class Reply:
    """A question that people ask of an article, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Mark:
    """That an organiser corrected what is shown: who (if still known), and when, in UTC."""

    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it is read: each text by language (`uk`, `en`), as plain text.

    `as_of` is the date of the information, as exact as it is known: `2025-12`, `2026`, `unknown`.
    The first `paired` replies of the languages are each other's translations. `marks` are by
    section and language; what concerns all of them is under `""`.
    """

    id: str
    kind: str
    names: Mapping[str, str]
    aliases: Sequence[str]
    everyday: Sequence[str]
    sections: Mapping[str, Mapping[str, str]]  # language, section
    replies: Mapping[str, Sequence[Reply]]
    url: str  # the official page
    contact: Mapping[str, str]
    as_of: str
    sources: Sequence[str] = ()  # the pages that the words come from
    judged: bool = False  # has rules for applicants
    paired: int = 0
    marks: Mapping[tuple[str, str], Mark] = field(default_factory=dict)

    def mark(self, section: str, lang: str) -> Mark | None:
        """The newest correction of what stands on a card with this section."""
        keys = ((section, lang), ("", lang), ("", ""))
        found = [mark for key in keys if (mark := self.marks.get(key))]
        return max(found, key=lambda mark: mark.at, default=None)

    def section(self, lang: str, section: str) -> str:
        """A section's text; of the questions people ask, all with their answers."""
        if section == QUESTIONS:
            return "\n\n".join(f"{r.question}\n{r.answer}" for r in self.replies.get(lang, ()))
        return self.sections.get(lang, {}).get(section, "")

    def available(self, lang: str) -> list[str]:
        """The sections that have something to say, in their order."""
        return [name for name in (*SECTIONS, QUESTIONS) if self.section(lang, name)]


DEADLINES = {"uk": "Строки", "en": "Deadlines"}


def entry_of(article: Article, corrections: Sequence[Correction] = ()) -> Entry:
    """An article as it is read: line breaks inside a paragraph are the file's alone.

    `corrections` are those that the article has taken already, for their marks.
    """
    head = article.head
    sections = {
        lang: {name: _flow(text) for name, text in of.items()}
        for lang, of in article.sections.items()
    }
    for lang, of in sections.items():
        extra = [getattr(one, lang) for one in (head.amount, head.rate) if one is not None]
        if extra and "amount" not in of:
            of["amount"] = "\n".join(text[:1].upper() + text[1:] for text in extra)
        if head.deadline is not None and "apply" in of:
            of["apply"] += f"\n\n{DEADLINES[lang]}: {head.deadline.text(lang)}"
    added = [one.lang for one in corrections if one.field == QUESTION]
    of_file = {len(article.questions[lang]) - added.count(lang) for lang in LANGUAGES}
    return Entry(
        id=article.id,
        kind=head.kind,
        names={lang: head.names.text(lang) for lang in LANGUAGES},
        aliases=head.aliases,
        everyday=[*head.everyday.uk, *head.everyday.en] if head.everyday else (),
        sections=sections,
        replies={
            lang: [Reply(one.question, _flow(one.answer)) for one in asked]
            for lang, asked in article.questions.items()
        },
        url=str(head.url),
        contact={lang: head.contact.text(lang) for lang in LANGUAGES},
        as_of=head.as_of,
        sources=[str(source) for source in head.sources],
        judged=head.eligibility is not None,
        paired=min(of_file) if len(of_file) == 1 else 0,
        marks={_where(one): Mark(one.by, one.at) for one in corrections},
    )


def _where(one: Correction) -> tuple[str, str]:
    """Section and language on whose card a correction shows."""
    if one.field in PLAIN:
        return "", ""
    section = {QUESTION: QUESTIONS, "rate": "amount", "deadline": "apply"}.get(one.field)
    return section or one.field.removeprefix(SECTION), one.lang


def _flow(text: str) -> str:
    """Paragraphs and list items each on one line, as a phone wraps them."""
    return re.sub(r"(?<=[^\n])\n(?![\n*•–-])", " ", text)


@dataclass(frozen=True, slots=True)
class Result:
    """One article of an answer, with the passage that fits the question."""

    id: str
    title: str
    section: str
    passage: str
    score: float
    url: str
    contact: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to a question. `confidence` is between 0 and 1."""

    question: str
    lang: str
    kind: str  # answered, unanswered, greeting
    results: Sequence[Result] = ()
    confidence: float = 0.0

    @property
    def answered(self) -> bool:
        return self.kind == "answered"

    def as_json(self) -> dict[str, Any]:
        """The shape that `lanka funding ask --json` prints."""
        return {
            "question": self.question,
            "lang": self.lang,
            "answered": self.answered,
            "results": [
                {
                    "id": one.id,
                    "title": one.title,
                    "section": one.section,
                    "passage": one.passage,
                    "score": round(one.score, 3),
                    "url": one.url,
                    "contact": one.contact,
                    "as_of": one.as_of,
                }
                for one in self.results
            ],
        }


# Fitted to the development questions and our own, each without its list of things that others
# answer, too, so that nothing leans on that list alone; see benchmarks/funding_search.py.
WEIGHTS: Mapping[str, float] = {
    "score": 2.26,
    "coverage": 1.78,
    "covered_by_best": 1.42,
    "name": 1.76,
    "likeness": 0.49,
    "subject": 3.08,
    "unknown": -1.45,
    "elsewhere": -2.83,
    "one_word": 1.56,
    "length": 1.77,
    "uncovered": -1.34,
}
BIAS = -11.65


def features(signs: "Signs") -> dict[str, float]:
    """What the decision "is it ours" looks at, each between 0 and about 4."""
    few = min(signs.content, 4) / 4
    return {
        "score": math.log1p(signs.score),
        "coverage": signs.coverage,
        "covered_by_best": signs.covered_by_best,
        "name": signs.name,
        "likeness": signs.likeness,
        "subject": min(signs.subject, 5.0) / 5,
        "unknown": min(signs.unknown, 4) / 4,
        "elsewhere": float(min(signs.elsewhere, 2)),
        "one_word": 1.0 if signs.content <= 1 else 0.0,
        "length": math.log1p(signs.content),
        "uncovered": (1 - signs.coverage) * few,
    }


def confidence(signs: "Signs") -> float:
    """How likely the best article answers the question at all: a logistic regression."""
    if not signs.score:
        return 0.0
    z = BIAS + sum(WEIGHTS[name] * value for name, value in features(signs).items())
    return 1 / (1 + math.exp(-z))


@dataclass(frozen=True)
class Assistant:
    """All articles and their index. Immutable: a change makes a new one."""

    entries: Mapping[str, Entry]
    finder: "Finder" = field(repr=False)

    @classmethod
    def of(cls, entries: Sequence[Entry], thesaurus: Thesaurus) -> "Assistant":
        """Build the index; takes a fraction of a second for hundreds of articles."""
        # With numpy 0.1 s to import: the bot's first poll does not wait for what only this needs.
        from domain.funding.search.finder import Finder

        return cls(
            {entry.id: entry for entry in entries},
            Finder([_source(entry) for entry in entries], thesaurus),
        )

    def ask(self, question: str, lang: str) -> Answer:
        """The best articles for a question in any language, as passages in the reader's."""
        if is_greeting(question):
            return Answer(question, lang, "greeting")
        findings = self.finder.find(question, RESULTS)
        sure = confidence(findings.signs)
        if sure < SURE:
            return Answer(question, lang, "unanswered", (), sure)
        best = findings.found[0].score
        results = [
            self._result(
                self.entries[found.id], found.score, question, findings.nearest.get(found.id), lang
            )
            for found in findings.found
            if found.score >= TAIL * best
        ]
        return Answer(question, lang, "answered", results, sure)

    def passage(self, article: str, question: str, section: str, lang: str) -> tuple[str, str]:
        """Section and passage of an article for a question that was answered before."""
        entry = self.entries[article]
        if section == QUESTIONS:
            nearest = self.finder.nearest(question, article)
            return passage_of(entry, question, nearest, lang)
        text = entry.section(lang, section)
        return (section, text) if text else passage_of(entry, question, None, lang)

    def search(self, text: str, limit: int) -> list[Entry]:
        """Articles for an inline query: no verdict, the best first; all where nothing is typed."""
        if not text.strip():
            return list(self.entries.values())[:limit]
        found = self.finder.find(text, limit).found
        return [self.entries[one.id] for one in found if one.score >= TAIL * found[0].score]

    def _result(
        self,
        entry: Entry,
        score: float,
        question: str,
        nearest: tuple[str, float] | None,
        lang: str,
    ) -> Result:
        section, passage = passage_of(entry, question, nearest, lang)
        return Result(
            id=entry.id,
            title=entry.names.get(lang, entry.id),
            section=section,
            passage=passage,
            score=score,
            url=entry.url,
            contact=entry.contact.get(lang, ""),
            as_of=entry.as_of,
        )


def passage_of(
    entry: Entry, question: str, nearest: tuple[str, float] | None, lang: str
) -> tuple[str, str]:
    """The section that fits the form of a question, or the very answer where one is kept."""
    # "What is a PIC?" has one word that tells, and so has many a question about something else.
    if nearest is not None and nearest[1] >= SAME_QUESTION and not is_definition(question):
        for language, replies in entry.replies.items():
            for at, reply in enumerate(replies):
                if reply.question == nearest[0] and reply.answer:
                    mine = entry.replies.get(lang, ())
                    if language == lang:
                        return QUESTIONS, reply.answer
                    if at < min(entry.paired, len(mine)):  # written side by side
                        return QUESTIONS, mine[at].answer
    wanted = section_of(question)
    for section in (wanted, "what", *SECTIONS, QUESTIONS):
        if text := entry.section(lang, section):
            return section, text
    return wanted, ""


def is_old(as_of: str, today: date) -> bool:
    """Whether information is older than twelve months, or nobody knows how old it is."""
    year, _, rest = as_of.partition("-")
    if not year.isdigit():
        return True
    month = int(rest[:2]) if rest[:2].isdigit() else 1
    return (today.year - int(year)) * 12 + today.month - month > 12


def _source(entry: Entry) -> "Source":
    from domain.funding.search.index import Source, Text

    texts = [
        Text(section, lang, text)
        for lang, sections in entry.sections.items()
        for section, text in sections.items()
    ]
    replies = [reply for of in entry.replies.values() for reply in of]
    texts += [Text(QUESTIONS, "", reply.answer) for reply in replies]
    return Source(
        entry.id,
        (*entry.names.values(), *entry.aliases, entry.id.replace("-", " ")),
        [reply.question for reply in replies],
        texts,
        entry.everyday,
    )
