"""Who may act for an organisation."""

from datetime import UTC, datetime, timedelta

from domain.people.membership import (
    ASK_AGAIN,
    ASKS_A_DAY,
    Claim,
    Standing,
    claim,
    deciders,
    may_decide,
)

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_what_naming_an_organisation_leads_to() -> None:
    assert claim(None, None, 0, NOW) is Claim.ASKED
    assert claim(Standing.ACTIVE, NOW, 0, NOW) is Claim.MEMBER
    assert claim(Standing.REQUESTED, None, 1, NOW) is Claim.WAITING
    assert claim(Standing.LEFT, NOW, 0, NOW) is Claim.ASKED


def test_a_no_stands_for_a_day() -> None:
    assert claim(Standing.DECLINED, NOW, 0, NOW + ASK_AGAIN - SECOND) is Claim.DECLINED
    assert claim(Standing.DECLINED, NOW, 0, NOW + ASK_AGAIN) is Claim.ASKED


def test_the_limit_of_a_day_holds_for_new_questions_alone() -> None:
    assert claim(None, None, ASKS_A_DAY - 1, NOW) is Claim.ASKED
    assert claim(None, None, ASKS_A_DAY, NOW) is Claim.TOO_MANY
    assert claim(Standing.ACTIVE, NOW, ASKS_A_DAY, NOW) is Claim.MEMBER
    assert claim(Standing.REQUESTED, None, ASKS_A_DAY, NOW) is Claim.WAITING


def test_contacts_are_asked_before_organisers() -> None:
    assert deciders([3, 4], [1]) == [3, 4]
    assert deciders([], [1, 2]) == [1, 2]
    assert not deciders([], [])


def test_only_contacts_and_organisers_decide() -> None:
    assert may_decide(Standing.ACTIVE, organises=False)
    assert may_decide(None, organises=True)
    for standing in (None, Standing.REQUESTED, Standing.DECLINED, Standing.LEFT):
        assert not may_decide(standing, organises=False)
