"""What a button of the survey says back: which response, screen and step it was shown with."""

from dataclasses import dataclass
from typing import Self

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Press:
    """A press on a survey's card. `action` is a letter and its argument, such as `c3`."""

    response: int
    screen: str
    step: int
    action: str

    def __str__(self) -> str:
        return f"{base36(self.response)}/{self.screen}/{base36(self.step)}/{self.action}"

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """Read callback data with or without the widget's id; None where it is something else."""
        parts = data.rpartition(":")[2].split("/", 3)
        if len(parts) != 4 or not parts[3]:
            return None
        try:
            return cls(int(parts[0], 36), parts[1], int(parts[2], 36), parts[3])
        except ValueError:
            return None


def base36(number: int) -> str:
    """A number that is not negative, in digits and small letters."""
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
        if not number:
            return digits
