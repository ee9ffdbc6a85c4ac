"""The card of a note that stands alone: nothing to answer, only to go on."""

from dialogs.survey.actions import Do
from dialogs.survey.card import Card, Desk, head, leave, media_cells, notes, paragraphs
from domain.surveys.screens import Screen


def note_card(desk: Desk, screen: Screen) -> Card:
    """A note with the way on and the way back."""
    moves = [
        desk.cell(desk.tr("‹ Back"), Do.BACK),
        desk.cell(desk.tr("Next ›"), Do.SKIP),
    ]
    media = media_cells(desk, None)
    rows = [*([media] if media else []), moves, leave(desk)]
    return Card(paragraphs(head(desk, screen), notes(desk, screen)), rows)
