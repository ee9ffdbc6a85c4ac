"""Articles as their authors write them, and what they are told of their mistakes."""

from pathlib import Path

import pytest

from domain.funding.article import ArticleError, Asked, parse
from domain.funding.library import load, load_thesaurus

RIGHT = """---
id: een
kind: network
names: {uk: "Мережа підприємств", en: "Enterprise Europe Network"}
aliases: [EEN, ЄЄН]
eligibility:
  eligible: [sme, startup]
url: https://een.ec.europa.eu
contact: {uk: "Консорціум мережі в Україні", en: "The network's consortium in Ukraine"}
sources: [https://een.ec.europa.eu]
verified: yes
as_of: 2025-10-01
---

## uk: what

Мережа шукає партнерів.

## uk: who

МСП.

## uk: apply

Напишіть до мережі.

## uk: questions

### Чи це платно?

Ні.

## en: what

The network finds partners.

## en: who

SMEs.

## en: apply

Write to the network.

## en: questions

### Does it cost anything?

No.
"""


def test_an_article_is_read_whole() -> None:
    article = parse(RIGHT, "een.md")
    assert article.head.names.text("uk") == "Мережа підприємств"
    assert (article.head.verified, article.head.as_of) == ("yes", "2025-10-01")
    assert article.sections["en"] == {
        "what": "The network finds partners.",
        "who": "SMEs.",
        "apply": "Write to the network.",
    }
    assert [(q.question, q.answer) for q in article.questions["uk"]] == [("Чи це платно?", "Ні.")]
    assert article.head.eligibility is not None
    assert article.head.eligibility.eligible == ["sme", "startup"]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("id: een", "id: eem", "id", "eem.md"),
        ("kind: network", "kind: club", "kind", "grant"),
        ("verified: yes", "verified: yes\neveryday: {uk: [мережа]}", "everyday.en", "missing"),
        ("verified: yes", "verified: yes\neveryday: {uk: [a], en: []}", "everyday.en", "at least"),
        ("kind: network\n", "", "kind", "missing"),
        ("verified: yes", "verifed: yes", "verifed", "no such field"),
        ("as_of: 2025-10-01", "as_of: last year", "as_of", "2026-03"),
        ("[sme, startup]", "[smes]", "eligibility.eligible.0", "sme"),
        ("url: https://een", "url: een", "url", "URL"),
        ('uk: "Мережа підприємств", ', "", "names.uk", "missing"),
        ("## en: who\n\nSMEs.", "", "en: who", "missing"),
        ("## en: who", "## en: whom", "en: whom", "no such section"),
        ("### Does it cost anything?\n\nNo.", "No.", "en: questions", "### …?"),
        ("No.\n", "", "en: questions", "no answer"),
        ("## uk: what\n", "## Що це\n\n## uk: what\n", "body", "first heading"),
        ("МСП.", "МСП. " * 400, "uk: who", "1200 at most"),
        ("names: {uk", "names: [uk", "line", "quotes"),
        ("---\nid", "id", "front matter", "---"),
    ],
)
def test_a_mistake_is_named_with_its_place(old: str, new: str, place: str, words: str) -> None:
    assert old in RIGHT
    with pytest.raises(ArticleError) as raised:
        parse(RIGHT.replace(old, new, 1), "een.md")
    faults = raised.value.faults
    assert any(f.field.startswith(place) and words in f.message for f in faults), faults
    assert {fault.file for fault in faults} == {"een.md"}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = RIGHT.replace("kind: network", "kind: club").replace("## en: who", "## en: whom")
    with pytest.raises(ArticleError) as raised:
        parse(text, "een.md")
    assert {f.field for f in raised.value.faults} >= {"kind", "en: whom", "en: who"}


def test_questions_may_be_asked_in_one_language_alone() -> None:
    text = RIGHT.replace("## en: questions\n\n### Does it cost anything?\n\nNo.\n", "")
    assert parse(text, "een.md").questions == {"uk": [Asked("Чи це платно?", "Ні.")], "en": []}


def test_one_id_has_one_file(tmp_path: Path) -> None:
    (tmp_path / "een.md").write_text(RIGHT)
    (tmp_path / "network.md").write_text(RIGHT)
    library = load(tmp_path)
    assert list(library.articles) == ["een"]
    [fault] = library.faults
    assert (fault.file, fault.field) == ("network.md", "id")
    assert "een.md" in fault.message


def test_a_broken_list_of_synonyms_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "search.yaml").write_text("same:\n  - [гроші, money\nsubject: x\n")
    _, [fault] = load_thesaurus(tmp_path)
    assert fault.file == "search.yaml"
    assert fault.field.startswith("line ")
    (tmp_path / "search.yaml").write_bytes("same: [[гроші, кошти]]".encode("cp1251"))
    _, [fault] = load_thesaurus(tmp_path)
    assert str(fault) == "search.yaml: file: is not a text in UTF-8"


def test_a_broken_file_never_takes_the_others_down(tmp_path: Path) -> None:
    (tmp_path / "een.md").write_text(RIGHT)
    (tmp_path / "broken.md").write_text("nothing")
    (tmp_path / "latin.md").write_bytes("Мережа".encode("cp1251"))
    library = load(tmp_path)
    assert list(library.articles) == ["een"]
    assert {fault.file for fault in library.faults} == {"broken.md", "latin.md"}
