"""Which pictures, sounds and films go with what a card asks, and what their button says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialogs.survey.kinds import offer, rank_offer
from dialogs.survey.markup import plain
from dialogs.survey.values import shorten
from domain.surveys.form import SELECTS, Kind, Question, Text
from domain.surveys.screens import Placed, Screen

if TYPE_CHECKING:
    from dialogs.survey.card import Desk

CAPTION = 200  # letters of a choice's label under its picture


@dataclass(frozen=True, slots=True)
class Shown:
    """A file with its MIME type; `caption` names the choice that it belongs to, '' for a label."""

    name: str
    mime: str
    caption: str = ""


def media_of(desk: "Desk", placed: Placed | None) -> list[Shown]:
    """What goes with a question: its label, and the choices on this page.

    None stands for the notes, and for the group that begins here; they go with the question where
    the screen has only one. Files that nobody sent along are left out.
    """
    screen = desk.interview.screen
    if screen is None:
        return []
    found: dict[str, Shown] = {}
    if placed is None or len(screen.questions) == 1:
        read = [*_begun(desk, screen), *(note.question.label for note in screen.notes)]
        for text in read:
            found |= {one.name: one for one in _of(desk, text)}
    if placed is not None:
        found |= {one.name: one for one in _of(desk, placed.question.label)}
        found |= {one.name: one for one in _of_choices(desk, placed)}
    return list(found.values())


def _begun(desk: "Desk", screen: Screen) -> list[Text | None]:
    """The labels of the groups and repeats whose first screen this is."""
    before = desk.interview.screens.preceding(screen.key)
    around = {heading.path for heading in before.headings} if before else set()
    return [one.element.label for one in screen.headings if one.path not in around]


def _of_choices(desk: "Desk", placed: Placed) -> Iterator[Shown]:
    if placed.question.kind not in SELECTS or not _illustrated(desk, placed.question):
        return
    made = rank_offer(desk, placed) if placed.question.kind is Kind.RANK else offer(desk, placed)
    for place in made.shown:
        option = made.options[place]
        label = shorten(plain(option.label) or option.code, CAPTION)
        caption = f"{place + 1}. {label}" if made.numbered else label
        for one in _of(desk, option.text):
            yield Shown(one.name, one.mime, caption)


def _illustrated(desk: "Desk", question: Question) -> bool:
    """Whether any choice can have media, without the cost of reading them all."""
    return bool(desk.media) and (question.itemset is None or question.itemset.itext)


def _of(desk: "Desk", text: Text | None) -> Iterator[Shown]:
    """The files of a text: the large picture instead of the small one, then sound and film."""
    if text is None or not text.media or not desk.media:
        return
    form = desk.interview.form
    files = text.files(desk.interview.response.language, form.default_language)
    image = files.get("big-image", "")
    first = image if image in desk.media else files.get("image", "")
    for name in (first, files.get("audio", ""), files.get("video", "")):
        if name in desk.media:
            yield Shown(name, desk.media[name])


def media_words(desk: "Desk", shown: Sequence[Shown]) -> str:
    """What the button says."""
    tr, kinds = desk.tr, {one.mime.partition("/")[0] for one in shown}
    if kinds == {"image"}:
        if len(shown) == 1:
            return tr("🖼 Show the picture")
        return tr.plural("🖼 Show %(n)s picture", "🖼 Show %(n)s pictures", len(shown))
    if kinds == {"audio"}:
        return tr("🔊 Listen")
    if kinds == {"video"}:
        return tr("🎬 Watch")
    return tr("📎 Show what goes with this")
