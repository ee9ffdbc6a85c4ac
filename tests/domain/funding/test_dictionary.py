"""The dictionaries from the cache say what simplemma says; a damaged file is made anew."""

from pathlib import Path

import pytest
import simplemma

from domain.funding.search import dictionary

WORDS = {
    "uk": ["лікарнями", "здоров'я", "грантів", "невідомщина", "києві"],
    "en": ["hospitals", "funding", "went", "xyzzy"],
}


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_words_are_what_simplemma_makes_of_them(lang: str) -> None:
    for word in WORDS[lang]:
        assert dictionary.lemmatize(word, lang) == simplemma.lemmatize(word, lang)
        assert dictionary.is_known(word, lang) == simplemma.is_known(word, lang)


def test_a_dictionary_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    file = tmp_path / "new" / "uk.words"
    dictionary.save(file, {"лікарнями": "лікарня", "дім": "дім"})
    found = dictionary.read(file)
    assert found is not None
    assert {key.decode(): value.decode() for key, value in found.items()} == {
        "лікарнями": "лікарня",
        "дім": "дім",
    }
    assert [one.name for one in file.parent.iterdir()] == ["uk.words"]


@pytest.mark.parametrize("content", [b"", b"nonsense", dictionary.HEADER + b"cut off"])
def test_a_damaged_file_is_no_dictionary(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "uk.words"
    file.write_bytes(content)
    assert dictionary.read(file) is None


def test_where_nothing_can_be_written_simplemma_decodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lanka").write_text("a file in the way of the folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert dictionary.Unpacked().get_dictionary("en").get("hospitals") == "hospital"
