"""The page about messages is the one that the list of messages makes."""

import importlib.util
from types import ModuleType

import pytest

from dialogs.i18n import LANGUAGES, Translator
from dialogs.notices import render
from domain.messages import RULES
from tests.docs.pages import ROOT, read


@pytest.fixture(scope="module")
def make_messages() -> ModuleType:
    """`docs/make_messages.py`; docs is no package."""
    spec = importlib.util.spec_from_file_location("make_messages", ROOT / "docs/make_messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(make_messages: ModuleType) -> None:
    assert read("docs/messages.md") == make_messages.page(), "run `make schema`"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", RULES)
def test_every_message_is_shown_in_both_languages(
    make_messages: ModuleType, kind: str, language: str
) -> None:
    notice = render(kind, make_messages.sample(kind), Translator(language))
    assert notice.text
    for row in notice.buttons:
        for label, does in row:
            assert label
            assert len(does.encode()) <= 64 or does.startswith("https://")
    assert make_messages.MISSING not in read("docs/messages.md")
