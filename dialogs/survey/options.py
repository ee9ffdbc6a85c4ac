"""Choices as buttons: short ones say themselves, long ones stand in the text and get a number."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from dialogs.i18n import Html, Translator, escape
from dialogs.survey.markup import plain
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.surveys.response import Option

PAGE = 8  # options on a page
SEARCHABLE = 30  # with more options than this, typing is offered first
SHORT = 14  # letters that fit half a phone's width
LONG = 37  # letters that fit its whole width, the mark included
NUMBERS_IN_ROW = 4
LEGEND = 160  # letters of a label in the text; eight of them share a message with the question


@dataclass(frozen=True, slots=True)
class Offer:
    """The options of one question on one page of a card.

    `found` are the positions (in `options`) that a typed word matched, None where nothing was
    typed. `mark` is put before a chosen option's text, `unmark` before the others.
    """

    options: Sequence[Option]
    chosen: Collection[str]
    page: int = 0
    found: Sequence[int] | None = None
    mark: str = "✓ "
    unmark: str = ""

    @property
    def places(self) -> Sequence[int]:
        """Positions of the options that are offered, over all pages."""
        return range(len(self.options)) if self.found is None else self.found

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.places) // PAGE))

    @property
    def shown(self) -> Sequence[int]:
        """Positions of the options on this page."""
        page = min(self.page, self.pages - 1)
        return self.places[page * PAGE : (page + 1) * PAGE]

    @property
    def numbered(self) -> bool:
        """Whether labels are too long for buttons; decided for all pages alike."""
        room = LONG - max(len(self.mark), len(self.unmark))
        return any(len(plain(option.label)) > room for option in self.options)


def legend(offer: Offer) -> Html:
    """The numbered labels of this page for the card's text; empty where the buttons say it all."""
    if not offer.numbered:
        return Html("")
    return Html(
        "\n".join(
            f"{'✅' if offer.options[place].code in offer.chosen else '▫️'} "
            f"<b>{place + 1}.</b> {escape(shorten(plain(offer.options[place].label), LEGEND))}"
            for place in offer.shown
        )
    )


def buttons(
    offer: Offer, tr: Translator, press: Callable[[int], str], turn: Callable[[int], str]
) -> list[list[Cell]]:
    """Rows for this page: `press(position)` and `turn(page)` give the callback data."""
    cells = [Cell(_text(offer, place), press(place)) for place in offer.shown]
    columns = _columns(offer)
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    if offer.pages > 1:
        page = min(offer.page, offer.pages - 1)
        rows.append(
            [
                Cell("◀", turn((page - 1) % offer.pages)),
                Cell(tr("%(page)s of %(pages)s", page=page + 1, pages=offer.pages), turn(page)),
                Cell("▶", turn((page + 1) % offer.pages)),
            ]
        )
    return rows


def _text(offer: Offer, place: int) -> str:
    option = offer.options[place]
    mark = offer.mark if option.code in offer.chosen else offer.unmark
    return f"{mark}{place + 1 if offer.numbered else plain(option.label)}"


def _columns(offer: Offer) -> int:
    if offer.numbered:
        return NUMBERS_IN_ROW
    longest = max((len(plain(offer.options[place].label)) for place in offer.shown), default=0)
    return 2 if longest <= SHORT and len(offer.shown) <= PAGE // 2 else 1
