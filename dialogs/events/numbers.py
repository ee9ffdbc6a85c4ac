"""Numbers out of presses, which anybody can forge."""

from aiogram_dialog import DialogManager

from dialogs.context import actor_of
from dialogs.messages import toast

LONGEST = 15  # digits: both databases keep more


def number_in(press: str, manager: DialogManager) -> int | None:
    """The number after a press's first letter; what is none is an old or forged button, and said.

    Whose the thing with this number is, and whether it is there, is looked at by who uses it.
    """
    digits = press[1:]
    if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST:
        return int(digits)
    toast(actor_of(manager).tr("That button was old."))
    return None
