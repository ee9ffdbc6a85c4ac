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
    factory = dictionary.Unpacked()
    assert factory.get_dictionary("en").get("hospitals") == "hospital"
    assert "lanka" in factory.problem


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    factory = dictionary.Unpacked()
    assert factory.get_dictionary("en").get("hospitals") == "hospital"
    assert "home" in factory.problem


def test_the_folder_can_be_said(tmp_path: Path) -> None:
    dictionary.keep_in(tmp_path / "cache")
    try:
        factory = dictionary.Unpacked()
        assert factory.get_dictionary("en").get("hospitals") == "hospital"
        [kept] = (tmp_path / "cache").iterdir()
        assert dictionary.read(kept)
        assert factory.problem == ""
    finally:
        dictionary.keep_in(None)
