"""Titles in Latin letters, by the table of 2010."""

import re

import pytest

from domain.events.slug import latin, slug_of


@pytest.mark.parametrize(
    ("word", "expected"),  # the resolution's own examples
    [
        ("Алушта", "alushta"),
        ("Згурський", "zghurskyi"),
        ("Єнакієве", "yenakiieve"),
        ("Їжакевич", "yizhakevych"),
        ("Кадиївка", "kadyivka"),
        ("Йосипівка", "yosypivka"),
        ("Стрий", "stryi"),
        ("Щербухи", "shcherbukhy"),
        ("Гоща", "hoshcha"),
        ("Юрій", "yurii"),
        ("Корюківка", "koriukivka"),
        ("Яготин", "yahotyn"),
        ("Знам’янка", "znamianka"),
        ("Ґалаґан", "galagan"),
        ("Розгон", "rozghon"),
    ],
)
def test_the_examples_of_the_resolution(word: str, expected: str) -> None:
    assert latin(word) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("День кластера: Львів, 2027", "den-klastera-lviv-2027"),
        ("Cluster <day>", "cluster-day"),
        ("日本", "event"),
        ("—", "event"),
    ],
)
def test_a_slug_is_made_of_the_title(title: str, expected: str) -> None:
    assert slug_of(title) == expected


def test_a_long_title_is_cut_without_a_dash_at_its_end() -> None:
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", slug_of("поглиблена сесія " * 5))
