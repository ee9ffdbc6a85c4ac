"""Messages in English; other languages are the catalogues' business."""

import pytest

from domain.surveys.message import Message, verbatim


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (Message("100 % sure"), "100 % sure"),
        (Message("%(name)s is %(what)s", {"name": "A", "what": Message("new")}), "A is new"),
        (Message("%(n)s row", {}, "%(n)s rows", 1), "1 row"),
        (Message("%(n)s row of %(x)s", {"x": "y"}, "%(n)s rows of %(x)s", 5), "5 rows of y"),
        (verbatim("50 % off %(x)s"), "50 % off %(x)s"),
    ],
)
def test_english(message: Message, text: str) -> None:
    assert str(message) == text
