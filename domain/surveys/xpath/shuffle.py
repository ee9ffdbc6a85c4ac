"""`randomize()` with a seed gives the same order in every ODK client: this is their algorithm."""

import hashlib
import math
import random
from collections.abc import Sequence
from typing import TypeVar

from domain.surveys.xpath.numbers import java_long
from domain.surveys.xpath.values import Scalar, to_number, to_string

_MODULUS = 2_147_483_647
_MULTIPLIER = 16_807
_Item = TypeVar("_Item")


class ParkMiller:
    """The minimal standard generator of Park and Miller (1988)."""

    def __init__(self, seed: int) -> None:
        # in doubles, as in Java; the remainder has the sign of the seed
        state = math.fmod(float(seed), _MODULUS)
        self._state = int(state if state > 0 else state + _MODULUS - 1)

    def random(self) -> float:
        """The next number from 0 up to but without 1."""
        self._state = self._state * _MULTIPLIER % _MODULUS
        return (self._state - 1) / (_MODULUS - 1)


def shuffled(items: Sequence[_Item], source: random.Random | ParkMiller) -> list[_Item]:
    """The items in a random order, by the inside-out version of Fisher and Yates' algorithm."""
    result: list[_Item] = []
    for place, item in enumerate(items):
        other = int(source.random() * (place + 1))
        result.append(item)
        result[place], result[other] = result[other], result[place]
    return result


def seed_number(seed: Scalar) -> int:
    """The number that a seed is: a string that is none is hashed, a blank is 0."""
    number = to_number(seed)
    if number == number:
        return java_long(number)
    if seed == "":
        return 0
    digest = hashlib.sha256(to_string(seed).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
