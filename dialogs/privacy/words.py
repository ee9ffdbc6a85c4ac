"""The words that people agree to, by version and language: content, kept for ever."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from dialogs.i18n import DEFAULT, Html
from domain.people.person import CONSENT_VERSION

FILE = Path(__file__).resolve().parents[2] / "content" / "privacy" / "consent.yaml"


@cache
def versions() -> Mapping[str, Mapping[str, str]]:
    """All versions that people may have agreed to."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def consent_words(language: str, version: str = CONSENT_VERSION) -> Html:
    """What is, or was, agreed to, as HTML; nothing for a version that nobody knows."""
    words = versions().get(version, {})
    return Html((words.get(language) or words.get(DEFAULT, "")).strip())
