"""The form model: an XForm compiled once, immutable, shared by every response to it.

Words are ODK's: a *bind* is the logic of a node, a *control* is what is put to a person, an
*itemset* is where a select takes its choices from. Paths are absolute and without positions
(`/data/links/link/p_name`) unless a docstring says otherwise.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from domain.surveys.instance import Node
from domain.surveys.order import Order
from domain.surveys.xpath import Expression


class Kind(StrEnum):
    """How a question is put in a chat."""

    CHOICE = "choice"
    CHOICES = "choices"
    RANK = "rank"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    ACKNOWLEDGE = "acknowledge"
    GEOPOINT = "geopoint"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    NOTE = "note"
    UNSUPPORTED = "unsupported"


_NOTE, _UNSUPPORTED = Kind.NOTE, Kind.UNSUPPORTED
#: kinds that choose among `Question.itemset`
SELECTS = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.RANK})
#: those whose answer holds several codes
SEVERAL = frozenset({Kind.CHOICES, Kind.RANK})
#: kinds that are answered with a file; the answer's text is the file's name
UPLOADS = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})


@dataclass(frozen=True, slots=True)
class Output:
    """A place in a label where the value of an expression is shown."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Text:
    """A label, hint or message: in each language its parts, plain (Markdown) or computed.

    Without translations the only language is ''. `media` are the files that go with it, in each
    language by XLSForm's column ('image', 'big-image', 'audio', 'video'): names of attachments.
    A text that is a picture alone has no variants.
    """

    variants: Mapping[str, tuple[str | Output, ...]]
    media: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def parts(self, *languages: str) -> tuple[str | Output, ...]:
        """The parts in the first of the languages that has them, else in any."""
        for language in languages:
            if language in self.variants:
                return self.variants[language]
        return next(iter(self.variants.values()), ())

    def files(self, *languages: str) -> Mapping[str, str]:
        """The media in the first of the languages that has any, else in any language."""
        for language in languages:
            if language in self.media:
                return self.media[language]
        return next(iter(self.media.values()), {})


@dataclass(frozen=True, slots=True)
class Bind:
    """Type and logic of a node. Expressions see the node as their context.

    `custom` holds the form's own `lanka:` attributes by local name, such as
    `{"profile": "org_type"}`.
    """

    path: str
    datatype: str = "string"
    relevant: Expression | None = None
    constraint: Expression | None = None
    required: Expression | None = None
    readonly: Expression | None = None
    calculate: Expression | None = None
    constraint_message: Text | None = None
    required_message: Text | None = None
    preload: tuple[str, str] | None = None
    custom: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SetValue:
    """A value that an event writes.

    Events are the change of the question `trigger`, the first load of a response, and a new
    instance of the repeat `new_repeat`; both are plain paths, '' where there is no such event.
    """

    path: str
    value: Expression | None
    trigger: str = ""
    first_load: bool = False
    new_repeat: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice written in the control itself."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices taken from nodes: the items of a choice list, or instances of a repeat.

    `nodeset` gives them, filtered by choice_filter. `instance` is the id of their secondary
    instance, '' for a repeat. `value` and `label` name children of an item; with `itext` the label
    child holds a key of `Form.itext`.
    """

    nodeset: Expression
    instance: str
    value: str
    label: str
    itext: bool


@dataclass(frozen=True, slots=True)
class Range:
    """The ends of a range question, which may run down, and its positive step."""

    start: float
    end: float
    step: float


@dataclass(frozen=True, slots=True)
class Question:
    """A control.

    Every element has an `index` (its number in document order, from 0) and `repeats`: the indexes
    of the repeats that it is or lies in, from the outside in.
    """

    index: int
    path: str
    repeats: tuple[int, ...]
    kind: Kind
    control: str
    bind: Bind
    label: Text | None = None
    hint: Text | None = None
    guidance: Text | None = None
    appearance: frozenset[str] = frozenset()
    choices: tuple[Choice, ...] = ()
    itemset: Itemset | None = None
    range: Range | None = None
    mediatype: str = ""

    @property
    def name(self) -> str:
        """The question's name in the XLSForm."""
        return self.path.rpartition("/")[2]

    @property
    def asked(self) -> bool:
        """Whether a person answers it: a note is only read, an unsupported one is left out."""
        return self.kind is not _NOTE and self.kind is not _UNSUPPORTED

    @property
    def profile(self) -> str | None:
        """The field of the organisation's profile that this question is tied to."""
        return (self.bind.custom or {}).get("profile")


@dataclass(frozen=True, slots=True)
class Group:
    """A group; with `field-list` in its appearance all of it is one screen."""

    index: int
    path: str
    repeats: tuple[int, ...]
    bind: Bind
    label: Text | None
    appearance: frozenset[str]
    children: "tuple[Element, ...]"

    @property
    def field_list(self) -> bool:
        """Whether its questions are put together."""
        return "field-list" in self.appearance


@dataclass(frozen=True, slots=True)
class Repeat:
    """A group that is answered several times.

    With `count` the form decides how often, without it the person does.
    """

    index: int
    path: str
    repeats: tuple[int, ...]
    bind: Bind
    label: Text | None
    appearance: frozenset[str]
    children: "tuple[Element, ...]"
    count: Expression | None

    @property
    def field_list(self) -> bool:
        """Whether the questions of one instance are put together."""
        return "field-list" in self.appearance


Element = Question | Group | Repeat


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What a node of a new response is made from; `text` is its literal default.

    With `place` there is no node yet, only the place of a repeat among its siblings.
    """

    path: str
    name: str
    text: str
    datatype: str
    repeat: bool
    children: "tuple[Blueprint, ...]" = ()
    place: bool = False


@dataclass(frozen=True)
class Form:
    """A compiled form.

    - `languages` are named as in the form ("Українська (uk)"), without pyxform's "default";
      `default_language` may be "default" or "" where labels have no language.
    - `children` are the elements at the top, `elements` all of them by index,
      `by_path` by path.
    - `template` is the primary instance with its literal defaults and first repeat instances;
      `repeats` holds what an instance that is added is made from, by path.
    - `binds` by path, for every node of the instance.
    - `instances` are the secondary instances (choice lists, attached CSV files) by id, `itext` the
      texts that their items name, `files` the names of the lists that it needs beside it, and
      `media` those of the pictures, sounds and films in its labels.
    - `order` is what a recompute does; `cycles` are the paths that depend on themselves (a form
      that has any must not be published).
    - `custom` holds the `lanka:` attributes of the form, such as `{"responses": "person"}`.
    """

    form_id: str
    title: str
    version: str
    languages: tuple[str, ...]
    default_language: str
    children: tuple[Element, ...]
    elements: tuple[Element, ...]
    by_path: Mapping[str, Element]
    template: Blueprint
    repeats: Mapping[str, Blueprint]
    binds: Mapping[str, Bind]
    setvalues: tuple[SetValue, ...]
    instances: Mapping[str, Node]
    itext: Mapping[str, Text]
    files: tuple[str, ...]
    media: tuple[str, ...]
    custom: Mapping[str, str]
    order: Order
    cycles: tuple[tuple[str, ...], ...]

    @property
    def questions(self) -> Iterator[Question]:
        """All controls in document order, notes and unsupported ones too."""
        return (element for element in self.elements if isinstance(element, Question))

    @cached_property
    def tied(self) -> tuple[Question, ...]:
        """The questions that are tied to a field of the profile."""
        return tuple(question for question in self.questions if question.profile)

    @cached_property
    def takes_files(self) -> bool:
        """Whether any question is answered with a file."""
        return any(question.kind in UPLOADS for question in self.questions)

    @cached_property
    def fixed_screens(self) -> bool:
        """Whether its screens follow from which nodes there are and are relevant, and no more."""
        return not any(
            element.kind is not _NOTE and element.bind.readonly is not None
            if isinstance(element, Question)
            else isinstance(element, Repeat)
            and element.count is None
            and element.bind.relevant is not None
            for element in self.elements
        )

    def language(self, code: str) -> str:
        """The form's language for a chat's language code ('uk'), else its default language."""
        return language_for(code, self.languages) or self.default_language

    def title_in(self, code: str) -> str:
        """The title for a reader of a language ('uk', 'en'): XLSForm has one title for all, so a
        form in both languages has two in it, with a sign between. Any other title is as it is.
        """
        if not all(language_for(one, self.languages) for one in _NAMES):
            return self.title
        return _half(self.title, code) or self.title


_NAMES = {
    "uk": ("ukrainian", "українська", "українською"),
    "en": ("english", "англійська"),
}
#: between the languages of a title; not a dash, which stands within titles, too
_BETWEEN = re.compile(r"(\s+[/|·•]\s+|\s*\n\s*)")


def _half(title: str, code: str) -> str:
    """The part of a title in a language, told by its letters; '' where there are not two parts,
    the one in Ukrainian letters and the other in Latin ones."""
    parts = _BETWEEN.split(title.strip())
    words, middle = parts[::2], len(parts[::2]) // 2
    cyrillic = [_is_cyrillic(part) for part in words]
    halves = (cyrillic[:middle], cyrillic[middle:])
    if len(words) % 2 or len({*halves[0]}) != 1 or halves[1] != [not one for one in halves[0]]:
        return ""
    first = cyrillic[0] == (code == "uk")
    return "".join(parts[: 2 * middle - 1] if first else parts[2 * middle :])


def _is_cyrillic(text: str) -> bool:
    """Whether most letters are Cyrillic: a Ukrainian title may name something in Latin ones."""
    letters = [letter for letter in text.lower() if letter.isalpha()]
    return sum("а" <= letter <= "ґ" for letter in letters) * 2 > len(letters)


def language_for(code: str, languages: Sequence[str]) -> str | None:
    """The language of a form that a language code means.

    ODK writes "Українська (uk)"; many forms write the name alone, some the code alone.
    """
    for language in languages:
        lowered = language.strip().lower()
        match = re.search(r"\(([a-z]{2,3})(?:[-_][a-z]+)?\)$", lowered)
        if (match is not None and match[1] == code) or lowered == code:
            return language
    for language in languages:
        if language.strip().lower().startswith(_NAMES.get(code, ())):
            return language
    return None
