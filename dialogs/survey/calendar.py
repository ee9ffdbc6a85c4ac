"""A month as buttons. aiogram-dialog's calendar cannot say which question a day was shown with."""

import calendar
from collections.abc import Callable
from datetime import date

from babel.dates import get_day_names, get_month_names

from dialogs.i18n import Translator
from dialogs.widgets.cells import Cell

HEAD = 3  # rows above the weeks
BLANK = "\u2800"  # looks empty; Telegram refuses a button whose text is only spaces


def calendar_rows(
    tr: Translator,
    month: str | None,
    chosen: str,
    today: date,
    day: Callable[[str], str],
    turn: Callable[[str], str],
    nothing: str,
) -> list[list[Cell]]:
    """The month ("YYYY-MM", else the chosen day's, else today's) with ways to the others.

    `chosen` is an ISO date or blank; `day` and `turn` give the callback data for an ISO date and
    for a month, `nothing` that of the cells that mean nothing.
    """
    shown = date.fromisoformat(f"{month}-01") if month else _shown(chosen, today)
    names = get_month_names("wide", "stand-alone", tr.locale)
    rows = [
        # on a line of its own: between the arrows a narrow phone cuts the month's name off
        [Cell(f"{names[shown.month].capitalize()} {shown.year}", nothing)],
        [
            Cell("«", turn(_shift(shown, -12))),
            Cell("‹", turn(_shift(shown, -1))),
            Cell("›", turn(_shift(shown, 1))),
            Cell("»", turn(_shift(shown, 12))),
        ],
        [Cell(get_day_names("short", locale=tr.locale)[number], nothing) for number in range(7)],
    ]

    def cell(number: int) -> Cell:
        one = shown.replace(day=number)
        return Cell(_mark(one, chosen, today), day(one.isoformat()))

    # Days alone, 0 outside of the month: Python has no dates for the end of December 9999's week.
    weeks = calendar.Calendar(firstweekday=0).monthdayscalendar(shown.year, shown.month)
    days = [
        [cell(number) if number else Cell(BLANK, nothing) for number in week] for week in weeks
    ]
    return [*rows, *days]


def _shown(chosen: str, today: date) -> date:
    try:
        return date.fromisoformat(chosen[:10])
    except ValueError:
        return today


def _mark(one: date, chosen: str, today: date) -> str:
    if one.isoformat() == chosen[:10]:
        return f"•{one.day}"  # a larger dot is cut off on a narrow phone
    return f"·{one.day}" if one == today else str(one.day)


def _shift(month: date, by: int) -> str:
    """`month` and `by` months as "YYYY-MM", kept within the years that Python knows."""
    count = min(max(month.year * 12 + month.month - 1 + by, 12), 9999 * 12 + 11)
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
