"""Both catalogues are whole, fit the code, and the Ukrainian one is written in Ukrainian."""

import ast
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Message

from dialogs import catalogues
from dialogs.catalogues import ROOMS, entries, read
from dialogs.i18n import LANGUAGES, LOCALES
from tests.dialogs.calls import NotLiteral, Text, takers, texts

ROOT = LOCALES.parent
FORMS = {"uk": 3, "en": 2}  # plural forms, by the Unicode CLDR (Ukrainian without fractions)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?[a-z][^<>]*>")
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
LOOKALIKES = frozenset("aceiopxyABCEHIKMOPTXY")  # a letter of these alone is a typing slip
STRAIGHT = re.compile(r"""["'`]""")
NOT_UKRAINIAN = re.compile("[ыэёъЫЭЁЪ]")
COMMAND = re.compile(r"/[a-z]+")

Judge = Callable[[str, str], bool]


def ids(message: Message) -> tuple[str, ...]:
    """A message's texts in the code: one, or the singular and the plural."""
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def strings(message: Message) -> tuple[str, ...]:
    """Its translation, in all its forms."""
    found = message.string
    return tuple(found) if isinstance(found, list | tuple) else (str(found),)


@cache
def written(language: str) -> list[Message]:
    return list(entries(read(language)))


def faults(language: str, is_wrong: Judge) -> list[tuple[str, str]]:
    """The translations that are there and wrong, each beside the text that it translates."""
    return [
        (ids(message)[-1], text)
        for message in written(language)
        for text in strings(message)
        if text and is_wrong(ids(message)[-1], text)
    ]


def words(text: str) -> str:
    """A text without markup, placeholders and commands."""
    return COMMAND.sub(" ", PLACEHOLDER.sub(" ", TAG.sub(" ", text)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_translate(language: str) -> None:
    assert written(language)
    assert [ids(m)[0] for m in written(language) if not all(strings(m))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_guessed(language: str) -> None:
    assert [ids(m)[0] for m in written(language) if m.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_there(language: str) -> None:
    assert read(language).num_plurals == FORMS[language]
    plurals = [m for m in written(language) if m.pluralizable]
    assert plurals
    assert [ids(m)[0] for m in plurals if len(strings(m)) != FORMS[language]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same(language: str) -> None:
    """Each plural form has those of the plural: a language says “one” with a number, too."""

    def differ(msgid: str, text: str) -> bool:
        return set(PLACEHOLDER.findall(msgid)) != set(PLACEHOLDER.findall(text))

    assert faults(language, differ) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_with_placeholders_can_be_filled_in(language: str) -> None:
    def breaks(_: str, text: str) -> bool:
        values = dict.fromkeys(PLACEHOLDER.findall(text), "x")
        try:
            return bool(values) and "%(" in text % values
        except (ValueError, KeyError, TypeError):
            return True

    assert faults(language, breaks) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_is_the_same(language: str) -> None:
    def differ(msgid: str, text: str) -> bool:
        return Counter(TAG.findall(msgid)) != Counter(TAG.findall(text))

    assert faults(language, differ) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_space_around_is_the_same_and_never_trails(language: str) -> None:
    def slips(msgid: str, text: str) -> bool:
        lead = len(text) - len(text.lstrip())
        return (
            text[:lead] != msgid[: len(msgid) - len(msgid.lstrip())]
            or text != text.rstrip()
            or "  " in text
        )

    assert faults(language, slips) == []


def test_english_says_what_the_code_says() -> None:
    assert [ids(m)[0] for m in written("en") if strings(m) != ids(m)] == []


def test_ukrainian_is_ukrainian() -> None:
    def is_foreign(msgid: str, text: str) -> bool:
        return bool(WORD.search(words(msgid))) and not CYRILLIC.search(words(text))

    assert faults("uk", is_foreign) == []
    assert faults("uk", lambda _, text: bool(NOT_UKRAINIAN.search(text))) == []


def test_ukrainian_words_have_no_latin_letters_in_them() -> None:
    def mixes(msgid: str, text: str) -> bool:
        known = set(WORD.findall(words(msgid)))
        return any(
            (LATIN.search(word) and CYRILLIC.search(word))
            or (word in LOOKALIKES and word not in known)
            for word in WORD.findall(words(text))
        )

    assert faults("uk", mixes) == []


def test_ukrainian_quotes_and_apostrophes_are_typographic() -> None:
    """Straight ones stay only where they are code, as in “date('2026-01-01')”."""

    def is_straight(msgid: str, text: str) -> bool:
        code = Counter(STRAIGHT.findall(TAG.sub("", msgid)))
        return bool(Counter(STRAIGHT.findall(TAG.sub("", text))) - code) or bool(
            re.search(r"(?<=[\u0400-\u04ff])['`\u02bc\u2018](?=[\u0400-\u04ff])", text)
        )

    assert faults("uk", is_straight) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_are_what_update_would_write(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing left out, nothing that no code uses any more; `make messages` was run."""
    shutil.copytree(LOCALES, tmp_path / "locales")
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path / "locales")
    catalogues.update(ROOT)
    place = Path(language) / "LC_MESSAGES" / "lanka.po"
    assert undated(tmp_path / "locales" / place) == undated(LOCALES / place)


def undated(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if "POT-Creation-Date" not in line]


# -- what the code says, read without Babel


@cache
def modules() -> dict[str, ast.Module]:
    return {
        str(file.relative_to(ROOT)): ast.parse(file.read_text())
        for room in ROOMS
        for file in sorted((ROOT / room).rglob("*.py"))
    }


def said() -> Iterator[tuple[str, Text | NotLiteral]]:
    others = takers(list(modules().values()))
    for name, tree in modules().items():
        for found in texts(tree, others):
            yield f"{name}:{found.line}", found


def test_every_text_of_the_code_is_in_the_catalogues() -> None:
    known = {m.id for m in written("uk")} & {m.id for m in written("en")}
    found = [(place, text.msgid) for place, text in said() if isinstance(text, Text)]
    assert len(found) > 250, "the reader sees the code"
    assert [(place, msgid) for place, msgid in found if msgid not in known] == []


def test_no_text_is_put_together_before_it_is_translated() -> None:
    assert [(place, one.source) for place, one in said() if isinstance(one, NotLiteral)] == []


SAMPLE = """
f"{tr('inside')} – {desk.tr.plural('one', 'many', n)}"
T('a' if x else 'b')
tr(f'put {together}')
Message('%(n)s row', plural='%(n)s rows')
tr(name)
html.escape('no')
class Odd(Exception):
    def __init__(self, msgid): ...
class Odder(Odd): ...
raise Odder('odd')
"""


def test_the_reader_sees_what_babel_cannot() -> None:
    tree = ast.parse(SAMPLE)
    found = list(texts(tree, {"Message", *takers([tree])}))
    told = {"inside", ("one", "many"), "a", "b", ("%(n)s row", "%(n)s rows"), "odd"}
    assert {one.msgid for one in found if isinstance(one, Text)} == told
    assert [one.source for one in found if isinstance(one, NotLiteral)] == [
        "tr(f'put {together}')"
    ]
