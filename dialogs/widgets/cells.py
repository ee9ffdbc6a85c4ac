"""A keyboard whose rows the getter lays out: forms are data, so their buttons are data, too."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.types import CallbackQuery, InlineKeyboardButton
from aiogram_dialog import DialogManager
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.api.protocols import DialogProtocol
from aiogram_dialog.widgets.common import WhenCondition
from aiogram_dialog.widgets.kbd import Keyboard


@dataclass(frozen=True, slots=True)
class Cell:
    """A button: what it says, and what a press on it means.

    With the dialog's intent and the widget's id, `press` shares the 64 bytes of callback data.
    """

    text: str
    press: str


SHORT = 17  # letters that half of a narrow phone has room for


def in_rows(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Two in a row, where both can be read on a narrow phone."""
    rows: list[list[Cell]] = []
    for cell in cells:
        short = len(cell.text) <= SHORT
        if short and rows and len(rows[-1]) == 1 and len(rows[-1][0].text) <= SHORT:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return rows


Rows = Sequence[Sequence[Cell]]
OnPress = Callable[[CallbackQuery, DialogManager, str], Awaitable[None]]


class Cells(Keyboard):
    """Shows the rows of `Cell` that stand in the window's data under `key`."""

    def __init__(self, key: str, on_press: OnPress, when: WhenCondition = None) -> None:
        super().__init__(id="c", when=when)
        self._key = key
        self._on_press = on_press

    async def _render_keyboard(self, data: dict[str, Any], _: DialogManager) -> RawKeyboard:
        rows: Rows = data[self._key]
        return [
            [
                InlineKeyboardButton(
                    text=cell.text, callback_data=self._item_callback_data(cell.press)
                )
                for cell in row
            ]
            for row in rows
        ]

    async def _process_item_callback(
        self, callback: CallbackQuery, data: str, _: DialogProtocol, manager: DialogManager
    ) -> bool:
        await self._on_press(callback, manager, data)
        return True
