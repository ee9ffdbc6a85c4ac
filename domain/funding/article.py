"""An article about one thing that helps: what organisers write in `content/funding/*.md`.

A file is YAML front matter, then sections in both languages under `## uk: what`, `## en: what` and
so on. `docs/funding.md` describes the format for people who are not programmers; what is wrong in
a file is said in their words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    ValidationError,
    model_validator,
)

from domain.funding.rules import Rules

LANGUAGES = ("uk", "en")
Kind = Literal[
    "grant",
    "loan",
    "mobility",
    "advice",
    "network",
    "partnership",
    "service",
    "policy",
    "needs",
    "guidance",
]
#: the sections of an article in the order of reading; `questions` are kept apart
SECTIONS = ("what", "who", "pays", "amount", "apply")
QUESTIONS = "questions"
#: what every article has to say, whatever its kind
REQUIRED = ("what", "who", "apply")
REQUIRED_GUIDANCE = ("what",)
PASSAGE = 1200  # characters: a passage is shown in a chat, under a title and above its sources

HEADING = re.compile(r"^## +(uk|en): *(\w+) *$", re.MULTILINE)
DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?|unknown")


class Model(BaseModel):
    """Strict: a field that is not known is a typing error of the author's, and is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("says nothing")
    return text.strip()


Said = Annotated[str, AfterValidator(_said)]


class Bilingual(Model):
    """A text in both languages."""

    uk: Said
    en: Said

    def text(self, lang: str) -> str:
        """The text in a language, `uk` or `en`."""
        return self.uk if lang == "uk" else self.en


class Everyday(Model):
    """What people say when they mean this, without its name: searched, and not shown."""

    uk: Annotated[list[Said], Field(min_length=1)]
    en: Annotated[list[Said], Field(min_length=1)]


class Money(Model):
    """How much: in words, and as numbers where they are known. `max` is for one applicant."""

    uk: Said
    en: Said
    max: Annotated[float, Field(gt=0)] | None = None
    currency: Literal["EUR", "UAH", "USD"] | None = None

    @model_validator(mode="after")
    def _with_currency(self) -> "Money":
        if (self.max is None) != (self.currency is None):
            raise ValueError("a number needs its currency, and a currency its number")
        return self


class FrontMatter(Model):
    """What stands above the sections. `as_of` is as exact as it is known: `2026-03`, `unknown`."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    kind: Kind
    names: Bilingual
    aliases: list[Said] = []
    everyday: Everyday | None = None
    eligibility: Rules | None = None
    amount: Money | None = None
    rate: Bilingual | None = None
    deadline: Bilingual | None = None
    url: HttpUrl
    contact: Bilingual
    sources: Annotated[list[HttpUrl], Field(min_length=1)]
    verified: Literal["yes", "partly", "no"]
    as_of: Annotated[str, Field(pattern=rf"^(?:{DAY.pattern})$")]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that people ask of an article, and its answer, in one language."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article, whole: `sections` and `questions` by language, sections then by name."""

    head: FrontMatter
    sections: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, Sequence[Asked]]

    @property
    def id(self) -> str:
        return self.head.id


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file: the field (or section) and a sentence about it."""

    file: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.message}"


class ArticleError(Exception):
    """A file that is no article; `faults` names all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def parse(text: str, file: str) -> Article:
    """Read an article from the text of its file; `file` is its name, such as `een.md`.

    Raises `ArticleError` with everything that is wrong.
    """
    faults: list[Fault] = []
    front, body = _split(text, file)
    head = None
    try:
        head = FrontMatter.model_validate(front)
    except ValidationError as error:
        faults += [Fault(file, _place(one["loc"]), _words(one)) for one in error.errors()]
    if head is not None and f"{head.id}.md" != file:
        faults.append(Fault(file, "id", f"is {head.id}: that is the article of {head.id}.md"))
    sections, questions, wrong = _read_body(body, file)
    faults += wrong
    guidance = head is not None and head.kind == "guidance"
    for lang in LANGUAGES:
        for name in REQUIRED_GUIDANCE if guidance else REQUIRED:
            if name not in sections[lang]:
                faults.append(Fault(file, f"{lang}: {name}", "this section is missing"))
    for name in SECTIONS:  # questions are asked, and answered, in one language
        has = [name in sections[lang] for lang in LANGUAGES]
        if any(has) and not all(has):
            lang = LANGUAGES[has.index(False)]
            faults.append(Fault(file, f"{lang}: {name}", "stands in the other language alone"))
    if faults or head is None:
        raise ArticleError(list(dict.fromkeys(faults)))
    return Article(head, sections, questions)


def _split(text: str, file: str) -> tuple[Any, str]:
    parts = re.split(r"^---[ \t]*$", text.removeprefix("\ufeff"), maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        message = "the file begins with a line ---, then the fields, then a line ---"
        raise ArticleError([Fault(file, "front matter", message)])
    try:
        front = yaml.load(parts[1], Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "front matter"
        problem = getattr(error, "problem", None) or "is not YAML"
        raise ArticleError([Fault(file, where, f"{problem}; put texts in quotes")]) from None
    if not isinstance(front, dict):
        raise ArticleError([Fault(file, "front matter", "has no fields such as `id: een`")])
    return _as_texts(front), parts[2]


def _as_texts(front: dict[Any, Any]) -> dict[str, Any]:
    """YAML reads 2026-03-01 as a date, 2026 as a number and yes as true; authors mean texts."""
    found = {str(key): value for key, value in front.items()}
    if "as_of" in found:
        found["as_of"] = str(found["as_of"])
    if isinstance(found.get("verified"), bool):
        found["verified"] = "yes" if found["verified"] else "no"
    return found


def _read_body(
    body: str, file: str
) -> tuple[dict[str, dict[str, str]], dict[str, list[Asked]], list[Fault]]:
    sections: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    questions: dict[str, list[Asked]] = {lang: [] for lang in LANGUAGES}
    faults: list[Fault] = []
    before, *parts = HEADING.split(body)
    if before.strip():
        faults.append(Fault(file, "body", "there is text before the first heading `## uk: what`"))
    for lang, name, written in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        place, text = f"{lang}: {name}", written.strip()
        if stray := re.search(r"^##? .*$", text, re.MULTILINE):
            faults.append(Fault(file, place, f"a heading that is not known: {stray[0]}"))
        if name == QUESTIONS:
            questions[lang], wrong = _read_questions(text, file, place)
            faults += wrong
        elif name not in SECTIONS:
            known = ", ".join((*SECTIONS, QUESTIONS))
            faults.append(Fault(file, place, f"there is no such section; known are {known}"))
        elif name in sections[lang]:
            faults.append(Fault(file, place, "stands twice"))
        elif not text:
            faults.append(Fault(file, place, "says nothing"))
        elif len(text) > PASSAGE:
            faults.append(Fault(file, place, f"has {len(text)} characters; {PASSAGE} at most"))
        else:
            sections[lang][name] = text
    return sections, questions, faults


def _read_questions(text: str, file: str, place: str) -> tuple[list[Asked], list[Fault]]:
    before, *parts = re.split(r"^### +(.+?) *$", text, flags=re.MULTILINE)
    found = [Asked(q, a.strip()) for q, a in zip(parts[::2], parts[1::2], strict=True)]
    faults = [
        Fault(file, place, f"this question has no answer: {asked.question}")
        for asked in found
        if not asked.answer
    ]
    if before.strip() or not found:
        faults.append(Fault(file, place, "each question is a line `### …?`, its answer is below"))
    return found, faults


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)


def _words(error: Any) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "there is no such field"
        case "string_pattern_mismatch" if error["loc"] == ("as_of",):
            return "expects a date such as 2026, 2026-03 or 2026-03-15, or unknown"
        case "string_pattern_mismatch" if error["loc"] == ("id",):
            return "expects small letters, digits and hyphens, such as eic-accelerator"
        case _:
            return str(error["msg"]).removeprefix("Value error, ")
