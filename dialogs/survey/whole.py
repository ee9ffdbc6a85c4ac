"""Texts that are too long for a card: a button sends all of them above it.

A message takes 4,096 units, and consents, criteria and the like are often longer.
"""

import html
from collections.abc import Iterator

from dialogs.i18n import Html, escape
from dialogs.survey.actions import Do
from dialogs.survey.card import ROOM, Desk, asked, note_text, options_legend
from dialogs.survey.typed import in_focus
from dialogs.survey.values import TAG, units
from dialogs.widgets.cells import Cell

SLICE = ROOM // 2  # letters that fit a message, whatever they are


def texts(desk: Desk) -> list[Html]:
    """What is read on this screen, each text in full: notes, the question, its choices."""
    screen = desk.interview.screen
    if screen is None:
        return []
    focus = in_focus(desk.interview, screen, desk.look.focus)
    found = [note_text(desk, note) for note in screen.notes]
    if focus is not None:
        found += [asked(desk, focus), options_legend(desk, focus)]
    return [one for one in found if one]


def whole_row(desk: Desk, shown: Html) -> list[list[Cell]]:
    """The button, where a card that reads `shown` had to cut one of them off."""
    if all(one in shown for one in texts(desk)):
        return []
    return [[desk.cell(desk.tr("📖 Read it all"), Do.WHOLE)]]


def messages(whole: list[Html]) -> Iterator[Html]:
    """Texts one after the other in as few messages as they fit; none is cut inside a paragraph
    that fits a message."""
    room = ""
    for part in (part for one in whole for part in _parts(one)):
        joined = f"{room}\n\n{part}" if room else part
        if units(Html(joined)) > ROOM:
            yield Html(room)
            joined = part
        room = joined
    if room:
        yield Html(room)


def _parts(text: Html) -> Iterator[str]:
    """The paragraphs of a text, which hold whole tags; of one without end pieces without any."""
    for paragraph in text.split("\n\n"):
        if units(Html(paragraph)) <= ROOM:
            yield paragraph
            continue
        words = html.unescape(TAG.sub("", paragraph))
        yield from (escape(words[at : at + SLICE]) for at in range(0, len(words), SLICE))
