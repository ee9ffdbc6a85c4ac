"""Names of open windows that do not meet.

aiogram-dialog (2.6) names a window that opens by the second and a number below 100. Two that one
person opens within a second share a name once in a hundred times: the second overwrites the first,
and the way back from it is gone ("Stack is broken").
"""

import secrets

from aiogram_dialog.api.entities import stack

NAMES = 100 * 100_000_000  # as many as the library's own, so that callback data grow no longer


def name_windows_apart() -> None:
    """Have aiogram-dialog draw the names of windows at random, for the whole process."""
    stack.new_int_id = _draw


def _draw() -> int:
    return secrets.randbelow(NAMES)
