"""The ЄДРПОУ code, by which an organisation is known: eight digits, the last a check digit."""

import re
import unicodedata
from enum import StrEnum

from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.ua import edrpou as register

_LABEL = re.compile(r"^(код|code)?(єдрпоу|едрпоу|edrpou)?(no)?")  # NFKC writes № as No


class Problem(StrEnum):
    """What is wrong with a code, for the asker to word."""

    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    CHECK_DIGIT = "check_digit"
    PERSONAL = "personal"
    """Ten digits: a sole trader's own tax number (РНОКПП). It is personal data, do not keep it."""


class EdrpouError(ValueError):
    """A text that is no ЄДРПОУ code; `problem` says why. The text itself is not repeated."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_edrpou(text: str) -> str:
    """The eight digits of a code as people write it («ЄДРПОУ: 3285 5961»).

    Raises EdrpouError. The check digit is python-stdnum's; eight zeros pass it, but on forms
    they stand for "no code", so they are refused. A missing leading zero is not guessed.
    """
    code = _LABEL.sub("", _letters_and_digits(text))
    if re.fullmatch("[0-9]{10}", code):
        raise EdrpouError(Problem.PERSONAL)
    if not re.fullmatch("[0-9]+", code):
        raise EdrpouError(Problem.NOT_DIGITS)
    if code == "00000000":
        raise EdrpouError(Problem.CHECK_DIGIT)
    try:
        return register.validate(code)
    except InvalidLength as error:
        raise EdrpouError(Problem.LENGTH) from error
    except InvalidChecksum as error:
        raise EdrpouError(Problem.CHECK_DIGIT) from error


def _letters_and_digits(text: str) -> str:
    """The text in lower case without spaces, punctuation and invisible characters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum())
