"""A form on paper and a respondent's own answers as PDF, read back as text."""

import io
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from dialogs.i18n import LANGUAGES, Translator
from dialogs.paper.build import answers_pdf, questions_pdf
from dialogs.survey.markup import plain
from domain.surveys.interview import Given, Interview, Position, Visit
from tests.dialogs import longest
from tests.domain.surveys.forms import VALUE_CHAIN, compiled, survey

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=ZoneInfo("Europe/Kyiv"))
ROWS = """
type | name | label::en | label::uk | hint::uk | relevant | required
begin_group | g | About **us** | Про **нас** | | |
note | n | Read this | Прочитайте це | | |
select_multiple kind | kind | Which & what < 5? | Що «саме» <тут>? | Підказка | | yes
begin_repeat | ward | Ward | Відділення | | |
text | name | Name of the ward | Назва відділення | | |
integer | beds | Beds in ${name} | Ліжок у ${name} | | ${name} != '' |
end_repeat | | | | | |
end_group | | | | | |
image | photo | A photo | Світлина | | |
"""
CHOICES = """
list_name | name | label::en | label::uk
kind | a | **First** one | **Перший**
kind | b | ✅ Second 🏥 | ⏳ Другий
"""


def text_of(pdf: bytes) -> tuple[str, int]:
    """All words of a PDF with single blanks between them, and its pages."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split()), len(pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_has_every_question_choice_and_hint(language: str) -> None:
    tr = Translator(language)
    text, pages = text_of(questions_pdf(survey(ROWS, CHOICES), tr, NOW))
    uk = language == "uk"
    assert pages == 1
    for words in (
        "Про нас" if uk else "About us",
        "Прочитайте це" if uk else "Read this",
        "1. Що «саме» <тут>?" if uk else "1. Which & what < 5?",
        "Підказка",
        "Перший" if uk else "First one",
        "☐ Другий" if uk else "☐ Second",
        "3. Ліжок у ____" if uk else "3. Beds in ____",
        tr("repeated for each"),
        tr("only if it applies"),
        tr("choose all that apply"),
        tr("a file"),
    ):
        assert words in text, (words, text)
    assert not set("*✅🏥") & set(text)  # printed as empty boxes, where a font has them not


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_stand_under_their_questions_in_words(language: str) -> None:
    tr = Translator(language)
    given = {
        "/data/g/kind": "a b",
        "/data/g/ward[1]/name": "Хірургія & <№ 1>",
        "/data/g/ward[1]/beds": "12",
    }
    stored = {path: Given(value, 1, 1, NOW) for path, value in given.items()}
    position = Position("", 0, 0)
    interview = Interview(survey(ROWS, CHOICES), stored, position, Visit(1, language, NOW))
    text, _ = text_of(answers_pdf(interview, tr, NOW, "ABCD-EFGH"))
    uk = language == "uk"
    for words in (
        "ABCD-EFGH",
        "Перший; Другий" if uk else "First one; Second",
        "Хірургія & <№ 1>",
        "Ліжок у Хірургія & <№ 1>" if uk else "Beds in Хірургія & <№ 1>",
        "12",
    ):
        assert words in text, (words, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_forms_are_whole_on_paper(language: str) -> None:
    tr = Translator(language)
    long, pages = text_of(questions_pdf(longest.form(), tr, NOW))
    assert pages > 10
    asked = sum(question.asked for question in longest.form().questions)
    assert f"{asked}." in long
    form = compiled(VALUE_CHAIN)
    text, _ = text_of(questions_pdf(form, tr, NOW))
    squeezed = text.replace(" ", "").replace("-", "").replace("\u00ad", "")
    name = form.language(language)
    for question in form.questions:
        parts = question.label.parts(name, form.default_language) if question.label else ()
        if question.asked and all(isinstance(part, str) for part in parts):
            label = plain("".join(map(str, parts))).replace(" ", "").replace("-", "")
            assert label in squeezed, question.name


def test_answers_as_long_as_they_may_be_are_printed() -> None:
    interview = longest.interview("uk", answered=True)
    text, pages = text_of(answers_pdf(interview, Translator("uk"), NOW, ""))
    assert pages > 100
    digits = re.sub(r"[\s.,\u202f\u00a0−-]", "", text)
    assert "999999999999999" in digits
