"""The profile: what is asked and in which order, and how typed values are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.profile import (
    CHOICES,
    NAME_LIMIT,
    NO_EMAIL,
    NO_LETTERS,
    NO_TIME_ZONE,
    NOT_OFFERED,
    TOO_LONG,
    TOO_SHORT,
    Field,
    dependent_field,
    next_field,
    read,
    settled,
    size_of,
)
from domain.people.vocabulary import ORGANISATION_TYPES, SIZES
from domain.surveys.message import Message


def asked_of(kind: str) -> list[Field]:
    """Everything that is asked of an organisation of this type."""
    profile = {"type": kind}
    fields = [Field.NAME]
    while (following := next_field(profile, fields[-1])) is not None:
        fields.append(following)
    return fields


def test_a_hospital_is_asked_everything_but_words_for_its_type() -> None:
    assert asked_of("hospital") == [field for field in Field if field is not Field.TYPE_OTHER]


def test_who_owns_an_authority_or_a_charity_is_not_asked() -> None:
    for kind in ("authority", "ngo"):
        assert Field.OWNERSHIP not in asked_of(kind)
    assert settled(Field.TYPE, "authority")[Field.OWNERSHIP] == "public"
    assert settled(Field.TYPE, "ngo")[Field.OWNERSHIP] == "private"
    assert Field.OWNERSHIP not in settled(Field.TYPE, "hospital")


def test_another_type_asks_for_words_and_forgets_them_again() -> None:
    assert Field.TYPE_OTHER in asked_of("other")
    assert Field.TYPE_OTHER not in settled(Field.TYPE, "other")
    assert settled(Field.TYPE, "sme")[Field.TYPE_OTHER] is None


@pytest.mark.parametrize("kind", ORGANISATION_TYPES)
def test_a_changed_type_asks_only_for_what_hangs_on_it(kind: str) -> None:
    profile = {"type": kind}
    asked = []
    field: Field | None = Field.TYPE
    while field is not None and (field := dependent_field(profile, field)):
        asked.append(field)
    expected = {Field.TYPE_OTHER, Field.OWNERSHIP} & set(asked_of(kind))
    assert set(asked) == expected
    assert dependent_field(profile, Field.NAME) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  КНП «Лікарня\n№ 5» ", "КНП «Лікарня № 5»"),
        ("ТОВ\u200b\u00a0Ортопед", "ТОВ Ортопед"),
        ("Кайданики́", "Кайданики́"),
        ("ї" * NAME_LIMIT, "ї" * NAME_LIMIT),
        ("Café", "Café"),
    ],
)
def test_names_become_one_clean_line(text: str, name: str) -> None:
    assert read(Field.NAME, text) == name


@pytest.mark.parametrize(
    ("text", "why"),
    [("", TOO_SHORT), ("Я", TOO_SHORT), ("5 000", NO_LETTERS), ("🏥🏥", NO_LETTERS)],
)
def test_what_is_no_name_is_refused(text: str, why: str) -> None:
    assert read(Field.NAME, text) == Message(why)


def test_a_long_name_is_refused_with_both_numbers() -> None:
    refusal = read(Field.NAME, "н" * (NAME_LIMIT + 1))
    assert refusal == Message(TOO_LONG, {"length": 201, "limit": 200})


@given(st.text())
def test_a_name_is_always_printable_and_stays_as_it_is(text: str) -> None:
    name = read(Field.NAME, text)
    if isinstance(name, str):
        assert name.isprintable()
        assert read(Field.NAME, name) == name


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Office@Likarnia5.ORG.ua ", "Office@likarnia5.org.ua"),
        ("mailto:a.b+c@sub.example.com.", "a.b+c@sub.example.com"),
        ("пошта@лікарня.укр", "пошта@лікарня.укр"),
    ],
)
def test_addresses_are_read(text: str, address: str) -> None:
    assert read(Field.EMAIL, text) == address


@pytest.mark.parametrize(
    "text",
    ["", "office", "a@b", "a b@c.ua", "a@@b.ua", "a@b..ua", "a@b.u", "<a@b.ua>", "@b.ua", "a@.ua",
     "a@b.ua, c@d.ua", f"{'a' * 250}@b.ua"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    assert read(Field.EMAIL, text) == Message(NO_EMAIL)


def test_kyiv_has_one_spelling() -> None:
    assert read(Field.TIME_ZONE, "Europe/Kiev") == "Europe/Kyiv"
    assert read(Field.TIME_ZONE, "America/New York") == "America/New_York"
    assert read(Field.TIME_ZONE, "Europe/Rivne") == Message(NO_TIME_ZONE)


def test_codes_are_taken_from_their_list_alone() -> None:
    for field, codes in CHOICES.items():
        assert all(read(field, code) == code for code in codes)
        assert read(field, "no_such_code") == Message(NOT_OFFERED)


@pytest.mark.parametrize(
    ("people", "size"),
    [(0, None), (1, "1_9"), (9, "1_9"), (10, "10_49"), (49, "10_49"), (50, "50_249"),
     (249, "50_249"), (250, "250"), (100_000, "250")],
)  # fmt: skip
def test_a_number_of_people_has_a_size(people: int, size: str | None) -> None:
    assert size_of(people) == size
    assert size is None or size in SIZES
