"""The assistant on the articles as they are: declines what it should, answers the rest."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.funding.assistant import Assistant, entry_of
from storage.library import build, read_articles

QUESTIONS = Path(__file__).resolve().parents[2] / "benchmarks" / "funding_questions.jsonl"


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return build([entry_of(article) for article in read_articles()])


def held_out(lang: str) -> Iterator[dict[str, Any]]:
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        if (question["half"], question["lang"]) == ("held_out", lang):
            yield question


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_out_of_scope_questions_are_declined_and_few_others(
    assistant: Assistant, lang: str
) -> None:
    answered = {q["q"]: assistant.ask(q["q"], lang).answered for q in held_out(lang)}
    ours = [q["q"] for q in held_out(lang) if q["expect"]]
    others = [q["q"] for q in held_out(lang) if not q["expect"]]
    assert sum(not answered[q] for q in others) >= 0.85 * len(others)
    assert sum(not answered[q] for q in ours) <= 0.05 * len(ours)


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_the_main_article_is_first(assistant: Assistant, lang: str) -> None:
    found = [
        ([one.id for one in assistant.ask(q["q"], lang).results], q["expect"])
        for q in held_out(lang)
        if q["expect"] and any(one in assistant.entries for one in q["expect"])
    ]
    first = sum(ids[:1] != [] and ids[0] in expected for ids, expected in found)
    assert first >= 0.8 * len(found)


@pytest.mark.parametrize(
    "question", ["Erasmus dorm laundry", "Horizon video game", "яка погода", "USAID grants"]
)
def test_near_misses_are_declined(assistant: Assistant, question: str) -> None:
    assert not assistant.ask(question, "en").answered


def test_the_answer_is_in_the_readers_language(assistant: Assistant) -> None:
    for lang in ("uk", "en"):
        [best, *_] = assistant.ask("чи дасть ЄС гроші на CE маркування?", lang).results
        assert best.id == "mdr-ce-marking"
        assert best.title == assistant.entries[best.id].names[lang]
