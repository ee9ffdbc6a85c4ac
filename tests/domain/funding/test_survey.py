"""Answers to a survey as fields of a profile, by `survey.yaml`."""

from pathlib import Path

import pytest

from domain.funding.survey import filled, read_survey
from storage.library import CONTENT
from tests.domain.surveys.forms import VALUE_CHAIN, compiled

MAPPED = read_survey(CONTENT)[0]["value_chain"]


@pytest.mark.parametrize(
    ("lang", "sector"),
    [
        ("uk", "хірургія та травма, військова медицина"),
        ("en", "surgery and trauma, military medicine"),
    ],
)
def test_options_say_what_they_mean_in_the_readers_language(lang: str, sector: str) -> None:
    answers = {"fields": "surg mil", "r_trl": "6", "cycle": "train rnd proto after", "beds": "40"}
    assert filled(MAPPED, answers, lang) == {
        "sector": sector,
        "trl": 6,
        "need": ["training", "research"],
    }


@pytest.mark.parametrize("answers", [{}, {"r_trl": "12"}, {"fields": "none"}, {"r_trl": " "}])
def test_what_does_not_fit_says_nothing(answers: dict[str, str]) -> None:
    assert filled(MAPPED, answers, "uk") == {}


def test_every_question_and_code_is_in_the_survey() -> None:
    value_chain = compiled(VALUE_CHAIN)
    questions = {question.name: question for question in value_chain.questions}
    for field, source in MAPPED.items():
        question = questions[source.question]
        offered = set()
        if question.itemset is not None:
            items = value_chain.instances[question.itemset.instance].walk()
            offered = {found.text for item in items if (found := item.child("name"))}
        assert set(source.codes) <= offered, field


def test_what_is_wrong_in_the_file_is_named_and_the_rest_counts(tmp_path: Path) -> None:
    (tmp_path / "survey.yaml").write_text(
        "a: {trl: {question: ready}, shoe_size: {question: s}, sector: {codes: {x: y}}}\nb: 3\n"
    )
    found, faults = read_survey(tmp_path)
    assert list(found["a"]) == ["trl"]
    assert [fault.field for fault in faults] == ["a.shoe_size", "a.sector.question", "b."]
    (tmp_path / "survey.yaml").write_text("a: [")
    assert read_survey(tmp_path)[0] == {}
