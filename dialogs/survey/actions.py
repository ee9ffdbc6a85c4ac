"""What can be pressed on a survey's card, as a letter and its argument.

`q` is a question's index in the form. A choice is named by a digest of its code: codes can be
long, and positions change when the form offers something else meanwhile.
"""

import zlib
from dataclasses import dataclass
from enum import StrEnum

from dialogs.survey.press import base36


def digest(code: str) -> str:
    """A choice's code in at most seven letters."""
    return base36(zlib.crc32(code.encode()))


class Do(StrEnum):
    """The letters."""

    CHOOSE = "c"  # q_digest: answer; where the screen has no other question, go on
    TOGGLE_ON = "t"  # q_digest
    TOGGLE_OFF = "u"  # q_digest
    DONE = "d"
    BACK = "b"
    SKIP = "n"  # skip what is not answered, or go on from what is
    LATER = "l"
    LANGUAGE = "g"
    PAGE = "p"  # page
    FOCUS = "f"  # q
    ALL = "x"  # show all options again after a search
    MONTH = "m"  # YYYY-MM
    DAY = "y"  # q_YYYY-MM-DD
    NOTHING = "z"
    ADD = "a"
    REMOVE = "r"  # instance
    JUMP = "j"  # screen key
    SECTION = "s"  # section number
    SUBMIT = "w"
    CONFIRM = "k"
    HAND_OVER = "h"
    KEEP = "e"  # a colleague's answer
    REPLACE = "o"  # a colleague's answer
    RANK = "q"  # q_place_digest: put a choice at a place (from 0), where nothing stands there yet
    UNRANK = "v"  # q_count: keep the first so many
    ON_DAY = "i"  # q_YYYY-MM-DD: the day of a moment whose time is still to be chosen
    CLOCK = "C"  # q_HHMM, or q_YYYY-MM-DD_HHMM
    LOCATION = "L"  # show the button that shares it
    GUIDANCE = "G"  # 1 or 0: show the guidance hint
    CLEAR = "X"  # q: take the answer back
    WHOLE = "W"  # send what the card had to cut off
    MEDIA = "P"  # q, or nothing: send the pictures and sounds of a question, or of the notes
    SHOW = "M"  # q: show the file, or the place on a map


@dataclass(frozen=True, slots=True)
class Action:
    """A letter with its arguments, as it stands in callback data."""

    do: Do
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.do + "_".join(self.args)

    @classmethod
    def parse(cls, text: str) -> "Action | None":
        """Read what `str` wrote; None for anything else."""
        try:
            do = Do(text[:1])
        except ValueError:
            return None
        return cls(do, tuple(text[1:].split("_")) if len(text) > 1 else ())

    def number(self, place: int = 0) -> int | None:
        """An argument as a number, None where there is none."""
        found = self.args[place] if place < len(self.args) else ""
        return int(found) if found.isdecimal() else None
