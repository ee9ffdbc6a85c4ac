"""What organisers correct in the chat, over the files; and articles written out as files again.

A correction names a field as the file does: `amount`, `rate`, `deadline`, `as_of`, `url`, a
section as `section.who`, or `question` for one more question that people ask. The newest wins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import yaml
from pydantic import ValidationError

from domain.funding.article import (
    LANGUAGES,
    QUESTIONS,
    SECTIONS,
    Article,
    ArticleError,
    Asked,
    Fault,
    FrontMatter,
    parse,
)

#: fields with a text in each language
TEXTS = ("amount", "rate", "deadline")
#: fields that are the same in every language
PLAIN = ("as_of", "url")
SECTION = "section."
QUESTION = "question"
FIELDS = (*TEXTS, *PLAIN, *(SECTION + name for name in SECTIONS), QUESTION)


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: by whom (None once that person is forgotten) and when, in UTC.

    `lang` is empty for a field that is the same in every language. For a `question` the `value` is
    the answer.
    """

    id: int
    article: str
    field: str
    lang: str
    value: str
    at: datetime
    by: str | None = None
    question: str = ""


def is_field(field: str, lang: str) -> bool:
    """Whether there is such a field, in that language."""
    return field in FIELDS and (lang == "" if field in PLAIN else lang in LANGUAGES)


def value_of(article: Article, field: str, lang: str) -> str:
    """What an article says in a field now; nothing where it says nothing."""
    if field.startswith(SECTION):
        return article.sections.get(lang, {}).get(field.removeprefix(SECTION), "")
    found = getattr(article.head, field, None)
    if found is None:
        return ""
    return str(getattr(found, lang)) if field in TEXTS else str(found)


def corrected(article: Article, corrections: Iterable[Correction]) -> Article:
    """The article with its corrections, the oldest given first.

    A text in one language alone, where the article had none in either, waits for the other. What
    fits the article no longer, since its file was changed, is left out.
    """
    head: dict[str, Any] = article.head.model_dump(mode="json", exclude_unset=True)
    sections = {lang: dict(article.sections[lang]) for lang in LANGUAGES}
    questions = {lang: list(article.questions[lang]) for lang in LANGUAGES}
    for one in corrections:
        if not is_field(one.field, one.lang):
            continue
        if one.field == QUESTION:
            questions[one.lang].append(Asked(one.question, one.value))
        elif one.field.startswith(SECTION):
            sections[one.lang][one.field.removeprefix(SECTION)] = one.value
        elif one.field in PLAIN:
            head[one.field] = one.value
        else:
            head[one.field] = {**(head.get(one.field) or {}), one.lang: one.value}
            if one.field != "deadline":
                _money(one, head, sections[one.lang])
    _drop_halves(head, sections)
    try:
        return Article(FrontMatter.model_validate(head), sections, questions)
    except ValidationError:
        return replace(article, sections=sections, questions=questions)


def _drop_halves(head: dict[str, Any], sections: Mapping[str, dict[str, str]]) -> None:
    for name in SECTIONS:
        if not all(name in sections[lang] for lang in LANGUAGES):
            for lang in LANGUAGES:
                sections[lang].pop(name, None)
    for field in TEXTS:
        if field in head and not all((head[field] or {}).get(lang) for lang in LANGUAGES):
            del head[field]


def _money(one: Correction, head: dict[str, Any], sections: dict[str, str]) -> None:
    """The passage on money says what was corrected, in place of its older words."""
    for number in ("max", "currency"):  # they belonged to the words before
        head[one.field].pop(number, None)
    parts = [(head.get(name) or {}).get(one.lang, "") for name in ("amount", "rate")]
    sections["amount"] = "\n\n".join(text[:1].upper() + text[1:] for text in parts if text)


def fault_of(article: Article, one: Correction) -> Fault | None:
    """Why a correction cannot stand in the article; None where it can.

    It can where the file that it makes is right, so that what is kept can always be written out.
    """
    if not is_field(one.field, one.lang):
        return Fault(f"{article.id}.md", one.field, "there is no such field")
    if not one.value.strip():
        return Fault(f"{article.id}.md", one.field, "says nothing")
    if one.field == QUESTION and (not one.question.strip() or "\n" in one.question.strip()):
        return Fault(f"{article.id}.md", one.field, "a question is one line")
    both = [one]
    if one.lang and not value_of(article, one.field, one.lang):
        both = [replace(one, lang=lang) for lang in LANGUAGES]
    if one.field in PLAIN:
        head = {**article.head.model_dump(mode="json", exclude_unset=True), one.field: one.value}
        changed = replace(article, head=FrontMatter.model_construct(**head))
        text = _file(head, changed.sections, changed.questions)
    else:
        text = write(corrected(article, both))
    try:
        read = parse(text, f"{article.id}.md")
    except ArticleError as error:
        return error.faults[0]
    if read != corrected(article, both):
        return Fault(f"{article.id}.md", one.field, "has a line that begins as a heading does")
    return None


def write(article: Article) -> str:
    """The article as the text of its file: `parse` reads the same article from it."""
    head = article.head.model_dump(mode="json", exclude_unset=True)
    return _file(head, article.sections, article.questions)


def _file(
    head: Mapping[str, Any],
    sections: Mapping[str, Mapping[str, str]],
    questions: Mapping[str, Sequence[Asked]],
) -> str:
    front = yaml.safe_dump(
        dict(head), allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None
    )
    parts = [f"---\n{front}---"]
    for lang in LANGUAGES:
        said = {name: sections[lang][name] for name in SECTIONS if name in sections[lang]}
        parts += [f"## {lang}: {name}\n\n{text}" for name, text in said.items()]
        if asked := questions[lang]:
            parts.append(f"## {lang}: {QUESTIONS}")
            parts += [f"### {one.question}\n\n{one.answer}" for one in asked]
    return "\n\n".join(parts) + "\n"
