"""The words that people agreed to stay as they were when they did."""

import hashlib
import re

from dialogs.i18n import LANGUAGES
from dialogs.privacy.words import consent_words, versions
from domain.people.person import CONSENT_VERSION
from tests.dialogs.limits import text_faults

# New words get a new version and a line here; a line that is here never changes.
AGREED = {
    "2026-11": "1cf5ea97676df8fb",
    "2026-11-26": "a78e07f8ec0b54d7",
}


def test_words_never_change_once_somebody_may_have_agreed() -> None:
    made = {
        version: hashlib.sha256(
            "\0".join(consent_words(lang, version) for lang in sorted(LANGUAGES)).encode()
        ).hexdigest()[:16]
        for version in versions()
    }
    assert made == AGREED


def test_the_words_of_today_are_there_in_both_languages() -> None:
    said = {lang: consent_words(lang) for lang in LANGUAGES}
    assert len(set(said.values())) == len(LANGUAGES)
    for words in said.values():
        assert "/privacy" in words
        assert text_faults(words) == []
    assert re.search("[а-яіїєґ]", said["uk"])
    assert list(versions())[-1] == CONSENT_VERSION


def test_an_unknown_version_has_no_words() -> None:
    assert consent_words("uk", "1999") == ""
