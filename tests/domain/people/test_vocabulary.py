"""The profile's codes and labels are those of the survey, in both languages."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from babel.messages.pofile import read_po

from domain.people.vocabulary import (
    CONTACT_ROLES,
    OBLASTS,
    ORGANISATION_TYPES,
    OWNERSHIPS,
    SIZES,
)

ROOT = Path(__file__).parents[3]
LISTS = {
    "org_type": ORGANISATION_TYPES,
    "size": SIZES,
    "oblast": OBLASTS,
    "role": CONTACT_ROLES,
}
each_list = pytest.mark.parametrize(("name", "labels"), LISTS.items())


@cache
def choices() -> list[dict[str, str]]:
    workbook = openpyxl.load_workbook(ROOT / "content/surveys/value_chain.xlsx")
    header, *data = workbook["choices"].iter_rows(values_only=True)
    names = [str(name) for name in header]
    return [
        dict(zip(names, ["" if cell is None else str(cell) for cell in row], strict=True))
        for row in data
    ]


def labels_of(name: str, language: str) -> dict[str, str]:
    """A choice list of the survey: its labels by code."""
    return {
        row["name"]: row[f"label::{language}"] for row in choices() if row["list_name"] == name
    }


@cache
def ukrainian() -> Mapping[str, str]:
    with (ROOT / "locales/uk/LC_MESSAGES/lanka.po").open("rb") as source:
        return {str(message.id): str(message.string) for message in read_po(source, locale="uk")}


@each_list
def test_codes_and_english_are_those_of_the_survey(name: str, labels: Mapping[str, str]) -> None:
    assert list(labels.items()) == list(labels_of(name, "English (en)").items())


@each_list
def test_the_catalogue_has_the_ukrainian_of_the_survey(
    name: str, labels: Mapping[str, str]
) -> None:
    in_catalogue = {code: ukrainian().get(msgid) for code, msgid in labels.items()}
    assert in_catalogue == labels_of(name, "Ukrainian (uk)")


def test_ownership() -> None:
    assert set(OWNERSHIPS) == {"public", "private"}
    assert all(ukrainian().get(msgid) for msgid in OWNERSHIPS.values())


@pytest.mark.parametrize("labels", [*LISTS.values(), OWNERSHIPS])
def test_a_vocabulary_cannot_be_changed(labels: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        labels["new"] = "New"
