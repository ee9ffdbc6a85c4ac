"""Texts for people that the survey code cannot show itself: a msgid with its values.

The domain knows no reader and no language. It hands out messages; whoever has the reader renders
them from a gettext catalogue, and `str()` renders them in English.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(msgid: str) -> str:  # noqa: N802 - gettext's name for "mark, do not translate yet"
    """Mark a msgid for extraction into the catalogues."""
    return msgid


def plural(one: str, many: str) -> tuple[str, str]:
    """Mark a msgid and its plural for extraction into the catalogues."""
    return one, many


@dataclass(frozen=True)
class Message:
    """An English text with named %(placeholders)s and their values.

    With `plural`, `msgid` is the singular and `n` the number that decides; both forms may use
    %(n)s. A value may itself be a Message (a reason inside a sentence), or anything that reads
    well as a string and that whoever renders it may know better.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    n: int = 0

    def __str__(self) -> str:
        form = self.msgid if self.plural is None or self.n == 1 else self.plural
        values = {"n": self.n, **self.params}
        return form % values if self.params or self.plural is not None else form


def verbatim(text: str) -> Message:
    """A text that is in the reader's language already, such as a form's own constraint message."""
    return Message("%(text)s", {"text": text})
