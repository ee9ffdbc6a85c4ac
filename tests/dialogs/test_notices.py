"""Whatever can be sent has its words and its check."""

from dialogs.notices import NOTICES
from domain.messages import RULES, Check
from storage.checks import CHECKS


def test_every_kind_has_words_and_a_check() -> None:
    assert set(NOTICES) == set(RULES)
    assert set(CHECKS) == set(Check)
