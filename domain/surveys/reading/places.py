"""Locations typed as coordinates."""

import re

_NUMBER = r"([+-]?[0-9]{1,3}(?:[.,][0-9]+)?)\s*°?\s*"
_PAIR = re.compile(rf"{_NUMBER}([ns])?\s*[,;\s]\s*{_NUMBER}([ew])?", re.IGNORECASE)


def read_place(text: str) -> str | None:
    """'latitude longitude' with decimal points; None where the text is no pair of degrees."""
    match = _PAIR.fullmatch(text.strip())
    if match is None:
        return None
    latitude, south, longitude, west = match.groups()
    return " ".join(
        (
            _signed(latitude, negative=(south or "").lower() == "s"),
            _signed(longitude, negative=(west or "").lower() == "w"),
        )
    )


def _signed(degrees: str, *, negative: bool) -> str:
    plain = degrees.replace(",", ".").lstrip("+")
    return f"-{plain}" if negative and not plain.startswith("-") else plain
