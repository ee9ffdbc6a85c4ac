"""The one text widget: a message of the catalogue, with values from the getter's data."""

from typing import Any

from aiogram_dialog import DialogManager
from aiogram_dialog.api.internal import TextWidget
from aiogram_dialog.widgets.common import WhenCondition
from aiogram_dialog.widgets.text import Text

from dialogs.context import actor_of
from dialogs.i18n import escape


class T(Text):
    """An English msgid; `params` name the keys of the window's data that fill its placeholders.

    In a window's text the values are escaped and the msgid's own HTML stays. In a button use
    `plain=True`: Telegram shows a button's text as it is.
    """

    def __init__(
        self, msgid: str, *, when: WhenCondition = None, plain: bool = False, **params: str
    ) -> None:
        super().__init__(when=when)
        self._msgid = msgid
        self._plain = plain
        self._params = params

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        tr = actor_of(manager).tr
        values = {name: data[key] for name, key in self._params.items()}
        return tr(self._msgid, **values) if self._plain else tr.html(self._msgid, **values)


class Value(Text):
    """A value of the window's data as text: escaped, unless it is `Html` or for a button."""

    def __init__(self, key: str, *, when: WhenCondition = None, plain: bool = False) -> None:
        super().__init__(when=key if when is None else when)
        self._key = key
        self._plain = plain

    async def _render_text(self, data: dict[str, Any], _: DialogManager) -> str:
        return str(data[self._key]) if self._plain else escape(data[self._key])


ECHO = "echo"  # the key in dialog data of a line that stands above the next rendering, once


class Paragraphs(Text):
    """Texts with an empty line between those that have something to say.

    What a handler left under `ECHO` comes first, this one time.
    """

    def __init__(self, *texts: TextWidget, separator: str = "\n\n") -> None:
        super().__init__()
        self._texts = texts
        self._separator = separator

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        echo = manager.dialog_data.pop(ECHO, "")
        rendered = [echo, *[await text.render_text(data, manager) for text in self._texts]]
        return self._separator.join(text for text in rendered if text)


class Verbatim(Text):
    """Words that are the same in every language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    async def _render_text(self, _: dict[str, Any], __: DialogManager) -> str:
        return self._text
