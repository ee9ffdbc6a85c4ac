"""What the chat shows of a response, screen after screen.

    pages = Screens(response)
    here = pages.find(key) or pages[0]
    then = pages.following(here.key)

One question is one screen, a group with the appearance `field-list` is one screen with all of its
questions, a note stands above the next question (or alone, where none follows). After the last
instance of a repeat without a count comes the prompt whether to add another.

A screen's key is the index of its element and the positions of the repeat instances around it
('12', '25.2', '31.2.1'): short enough for callback data, the same whatever else is answered, gone
when the screen is. Screens are made anew from the response after every answer, hundreds at a time:
they are tuples, which are made fastest.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, overload

from domain.surveys.form import Element, Form, Group, Kind, Question, Repeat
from domain.surveys.instance import Node
from domain.surveys.response import Response

#: Seconds that a screen takes, by kind. Research on our own outline gives 10-12 minutes for 41-48
#: questions, three quarters of them taps (survey.md 4.6); split into a tap, a typed answer and a
#: rating in a list of its like by judgement, not by measurement.
TAP, TYPED, RATING, NOTE = 7, 20, 4, 5
_SECONDS = {
    Kind.CHOICE: TAP,
    Kind.CHOICES: 2 * TAP,
    Kind.RANK: 2 * TAP,
    Kind.RANGE: TAP,
    Kind.ACKNOWLEDGE: TAP,
    Kind.DATE: TAP,
    Kind.NOTE: NOTE,
}


_AFTER_ALL = 10**9


class ScreenKind(StrEnum):
    """What a screen puts to a person."""

    QUESTION = "question"
    FIELD_LIST = "field_list"
    REPEAT = "repeat"
    NOTE = "note"


class Placed(NamedTuple):
    """A question of the form at its positioned path in the response."""

    path: str
    question: Question


@dataclass(frozen=True, slots=True)
class Heading:
    """A group or repeat around a screen, from the outside in.

    For an instance of a repeat `position` is its place among `count`, for a group both are 0.
    """

    path: str
    element: Group | Repeat
    position: int = 0
    count: int = 0


class Screen(NamedTuple):
    """One screen.

    - `questions`: one for QUESTION, several for FIELD_LIST, none else.
    - `notes`: read before them, or alone for NOTE.
    - `headings`: the groups and repeat instances around, the outermost is the section.
    - `repeat` and `parent`: for REPEAT what `Response.add_instance(repeat, parent)` takes.
    """

    key: str
    kind: ScreenKind
    questions: tuple[Placed, ...] = ()
    notes: tuple[Placed, ...] = ()
    headings: tuple[Heading, ...] = ()
    repeat: Repeat | None = None
    parent: str = ""

    @property
    def section(self) -> int | None:
        """The index of the top-level group that it belongs to."""
        return self.headings[0].element.index if self.headings else None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a screen stands.

    `section` is its top-level group, the `number`th (from 1; 0 outside of all) of `sections`.
    `minutes` are those left, rounded up.
    """

    section: Group | Repeat | None
    number: int
    sections: int
    minutes: int


class Screens(Sequence[Screen]):
    """All screens of a response that are relevant now, in order.

    `following` and `preceding` take any key that a screen of this form ever had: where that screen
    is gone, they give its neighbours.
    """

    def __init__(self, response: Response, without: Collection[str] = ()) -> None:
        """`without` are paths of questions that are settled elsewhere: they have no screen."""
        self._response = response
        self._form = response.form
        root = f"/{self._form.template.name}"
        start = _Here(response.root, root, root)
        walk = _Walk(response)
        walk.into(self._form.children, start)
        self._pages = _with_notes(walk.pages)
        if without:
            self._pages = [
                page
                for page in self._pages
                if not page.questions or any(one.path not in without for one in page.questions)
            ]

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, index: int) -> Screen: ...
    @overload
    def __getitem__(self, index: slice) -> list[Screen]: ...
    def __getitem__(self, index: int | slice) -> Screen | list[Screen]:
        return self._pages[index]

    def find(self, key: str) -> Screen | None:
        """The screen with a key, None where it is not there (any more)."""
        return next((page for page in self._pages if page.key == key), None)

    def of_path(self, path: str) -> Screen | None:
        """The screen on which the question at a path is put."""
        return next(
            (page for page in self._pages if any(one.path == path for one in page.questions)), None
        )

    def following(self, key: str) -> Screen | None:
        """The next screen."""
        index = bisect_right(self._pages, _place(self._form, key), key=self._place_of)
        return self._pages[index] if index < len(self._pages) else None

    def preceding(self, key: str) -> Screen | None:
        """The screen before."""
        index = bisect_left(self._pages, _place(self._form, key), key=self._place_of)
        return self._pages[index - 1] if index else None

    def first_open(self) -> Screen | None:
        """The first screen with a question that needs an answer and has none."""
        missing = set(self._response.missing())
        return next(
            (page for page in self._pages if any(one.path in missing for one in page.questions)),
            None,
        )

    def progress(self, key: str) -> Progress:
        """Section and minutes left from a screen on, over what is relevant and unanswered now."""
        sections = list(dict.fromkeys(page.section for page in self._pages if page.headings))
        here = self.find(key)
        rest = bisect_left(self._pages, _place(self._form, key), key=self._place_of)
        seconds = sum(map(self._seconds, self._pages[rest:]))
        return Progress(
            section=here.headings[0].element if here is not None and here.headings else None,
            number=sections.index(here.section) + 1 if here is not None and here.headings else 0,
            sections=len(sections),
            minutes=-(-seconds // 60),
        )

    def _place_of(self, page: Screen) -> tuple[int, ...]:
        return _place(self._form, page.key)

    def _seconds(self, page: Screen) -> int:
        seconds = 0
        for placed in page.questions:
            if not self._response.value(placed.path):
                kind = placed.question.kind
                rating = page.kind is ScreenKind.FIELD_LIST and kind in (Kind.RANGE, Kind.CHOICE)
                seconds += RATING if rating else _SECONDS.get(kind, TYPED)
        return seconds


def _place(form: Form, key: str) -> tuple[int, ...]:
    """Where a key stands in the form: element indexes and positions from the outside in.

    The prompt of a repeat has no position of its own and comes after all of its instances.
    """
    index, *positions = map(int, key.split("."))
    place: list[int] = []
    for level, repeat in enumerate(form.elements[index].repeats):
        place += [repeat, positions[level] if level < len(positions) else _AFTER_ALL]
    return (*place, index)


def _with_notes(pages: Iterable[Screen]) -> list[Screen]:
    """Put notes on the next screen that can bear them; what is left stands alone at the end."""
    merged: list[Screen] = []
    waiting: list[Screen] = []
    for page in pages:
        if page.kind is _NOTE_SCREEN:
            waiting.append(page)
        elif not waiting:
            merged.append(page)
        else:
            notes = tuple(note for held in waiting for note in held.notes)
            merged.append(page._replace(notes=notes + page.notes))
            waiting.clear()
    if waiting:
        notes = tuple(note for held in waiting for note in held.notes)
        merged.append(waiting[-1]._replace(notes=notes))
    return merged


# looked up for every question of a response: members of an enum are found slowly
_NOTE = Kind.NOTE
_NOTE_SCREEN = ScreenKind.NOTE
_QUESTION_SCREEN = ScreenKind.QUESTION


@dataclass(frozen=True, slots=True)
class _Here:
    """A group, a repeat instance or the form itself, where a walk has come to."""

    node: Node
    path: str
    plain: str
    headings: tuple[Heading, ...] = ()
    positions: str = ""

    def path_of(self, element: Element) -> str:
        """The positioned path of an element below, of a repeat without its own position."""
        return self.path + element.path[len(self.plain) :]

    def child(self, element: Element) -> Node | None:
        """The node of an element below, of a repeat its first instance."""
        name = element.path[len(self.plain) + 1 :]
        return self.node.child(name) if "/" not in name else self.node.find(name)

    def into(self, node: Node, group: Group) -> "_Here":
        """The place of a group below."""
        path = self.path_of(group)
        headings = (*self.headings, Heading(path, group))
        return _Here(node, path, group.path, headings, self.positions)

    def into_instance(self, node: Node, repeat: Repeat, count: int) -> "_Here":
        """The place of a repeat instance below."""
        path = f"{self.path_of(repeat)}[{node.index}]"
        headings = (*self.headings, Heading(path, repeat, node.index, count))
        return _Here(node, path, repeat.path, headings, f"{self.positions}.{node.index}")


class _Walk:
    """Collects the screens along the nodes of the response."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self.pages: list[Screen] = []

    def into(self, elements: Sequence[Element], here: _Here) -> None:
        """Walk the elements below a place."""
        for element in elements:
            if isinstance(element, Repeat):
                self._repeat(element, here)
                continue
            node = here.child(element)
            if node is None or not node.relevant:
                continue
            if isinstance(element, Question):
                self._question(element, node, here)
            else:
                self._inside(element, here.into(node, element))

    def _inside(self, group: Group | Repeat, here: _Here) -> None:
        if not is_one_screen(group):
            self.into(group.children, here)
            return
        placed = list(self._questions(group.children, here))
        notes = tuple(one for one, is_note in placed if is_note)
        questions = tuple(one for one, is_note in placed if not is_note)
        key = f"{group.index}{here.positions}"
        if questions:
            page = Screen(key, ScreenKind.FIELD_LIST, questions, notes, here.headings)
            self.pages.append(page)
        elif notes:
            self.pages.append(Screen(key, ScreenKind.NOTE, (), notes, here.headings))

    def _questions(
        self, elements: Sequence[Element], here: _Here
    ) -> Iterator[tuple[Placed, bool]]:
        """The questions and notes of a field-list; True for what is only read."""
        for element in elements:
            node = here.child(element)
            if node is None or not node.relevant:
                continue
            if isinstance(element, Group):
                yield from self._questions(element.children, here.into(node, element))
            elif isinstance(element, Question):
                is_note = self._is_note(element, node)
                if is_note or element.asked:
                    yield Placed(here.path_of(element), element), is_note

    def _question(self, question: Question, node: Node, here: _Here) -> None:
        is_note = self._is_note(question, node)
        if not is_note and not question.asked:
            return
        placed = (Placed(here.path_of(question), question),)
        key = f"{question.index}{here.positions}"
        if is_note:
            page = Screen(key, _NOTE_SCREEN, (), placed, here.headings)
        else:
            page = Screen(key, _QUESTION_SCREEN, placed, (), here.headings)
        self.pages.append(page)

    def _is_note(self, question: Question, node: Node) -> bool:
        if question.kind is _NOTE or question.bind.readonly is None:
            return question.kind is _NOTE
        return self._response.readonly(node.path())

    def _repeat(self, repeat: Repeat, here: _Here) -> None:
        parent, _, name = here.path_of(repeat).rpartition("/")
        first = here.child(repeat)
        around = here.node if first is None or first.parent is None else first.parent
        if not around.relevant:
            return
        instances = around.by_name.get(name, [])
        for node in instances:
            if node.relevant:
                self._inside(repeat, here.into_instance(node, repeat, len(instances)))
        if self._response.may_add(repeat, parent):
            key = f"{repeat.index}{here.positions}"
            page = Screen(key, ScreenKind.REPEAT, (), (), here.headings, repeat, parent)
            self.pages.append(page)


def is_one_screen(group: Group | Repeat) -> bool:
    """Whether a field-list can be shown at once: not where a repeat lies in it."""
    return group.field_list and not _has_repeat(group.children)


def _has_repeat(elements: Sequence[Element]) -> bool:
    return any(
        isinstance(element, Repeat)
        or (isinstance(element, Group) and _has_repeat(element.children))
        for element in elements
    )
