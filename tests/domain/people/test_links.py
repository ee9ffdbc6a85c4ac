"""Signed links: what was signed comes back, and nothing else does."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.links import PAYLOAD_LIMIT, LinkError, LinkProblem, sign, verify

SECRET = b"a secret of thirty-two bytes ..."
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=14)
SECOND = timedelta(seconds=1)

payloads = st.binary(max_size=PAYLOAD_LIMIT)
purposes = st.text(max_size=20)


@given(payloads, purposes)
def test_what_was_signed_comes_back(payload: bytes, purpose: str) -> None:
    token = sign(SECRET, purpose, payload, LATER)
    assert verify(SECRET, purpose, token, NOW) == payload
    assert re.fullmatch("[A-Za-z0-9_-]{19,62}", token)


def problem(
    token: str, purpose: str = "p", now: datetime = NOW, key: bytes = SECRET
) -> LinkProblem:
    with pytest.raises(LinkError) as caught:
        verify(key, purpose, token, now)
    return caught.value.problem


@given(payloads, purposes, purposes, st.binary(min_size=1))
def test_it_serves_one_purpose_and_one_secret(
    payload: bytes, purpose: str, other: str, key: bytes
) -> None:
    token = sign(SECRET, purpose, payload, LATER)
    if other != purpose:
        assert problem(token, other) is LinkProblem.FORGED
    if key != SECRET:
        assert problem(token, purpose, key=key) is LinkProblem.FORGED


@given(payloads, st.data())
def test_no_other_spelling_is_accepted(payload: bytes, data: st.DataObject) -> None:
    token = sign(SECRET, "p", payload, LATER)
    place = data.draw(st.integers(0, len(token) - 1))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    letter = data.draw(st.sampled_from(letters.replace(token[place], "")))
    assert problem(token[:place] + letter + token[place + 1 :]) is LinkProblem.FORGED
    assert problem(token[:place]) is LinkProblem.FORGED
    assert problem(f"{token}=") is LinkProblem.FORGED


@given(st.text(max_size=64))
def test_nonsense_is_forged(text: str) -> None:
    assert problem(text) is LinkProblem.FORGED


def test_it_ends_at_its_second() -> None:
    token = sign(SECRET, "p", b"x", LATER)
    assert verify(SECRET, "p", token, LATER - SECOND) == b"x"
    assert problem(token, now=LATER) is LinkProblem.EXPIRED


def test_a_forged_link_does_not_tell_that_it_is_old() -> None:
    token = sign(b"another", "p", b"x", NOW - SECOND)
    assert problem(token) is LinkProblem.FORGED


def test_the_longest_payload_leaves_room_for_a_prefix() -> None:
    assert len(sign(SECRET, "p", bytes(PAYLOAD_LIMIT), LATER)) == 62
    with pytest.raises(ValueError, match="32 bytes"):
        sign(SECRET, "p", bytes(PAYLOAD_LIMIT + 1), LATER)


def test_tokens_do_not_change_between_versions() -> None:
    """Links that were sent must work after an update of the program."""
    token = sign(SECRET, "handover", b"\x01\x02", LATER)
    assert token == "axe5AAECoPbnStRHlWmRzQ"
