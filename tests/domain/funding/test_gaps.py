"""Questions without answers, grouped."""

from datetime import UTC, datetime, timedelta

from domain.funding.gaps import Unanswered, gaps

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def asked(text: str, times: int = 1, hours: int = 0) -> Unanswered:
    return Unanswered(text, "uk", times, NOW + timedelta(hours=hours))


def test_like_stands_beside_like() -> None:
    found = gaps(
        [
            asked("гранти USAID для лікарень", 1),
            asked("чи є грант USAID лікарні", 3, hours=2),
            asked("курс євро", 1, hours=1),
        ]
    )
    assert [[one.text for one in gap.questions] for gap in found] == [
        ["чи є грант USAID лікарні", "гранти USAID для лікарень"],
        ["курс євро"],
    ]
    assert (found[0].times, found[0].last) == (4, NOW + timedelta(hours=2))


def test_different_things_stay_apart_and_the_newest_of_equals_is_first() -> None:
    found = gaps([asked("вода", hours=1), asked("погода", hours=2)])
    assert [gap.questions[0].text for gap in found] == ["погода", "вода"]


def test_nothing_asked_leaves_no_gaps() -> None:
    assert gaps([]) == []
