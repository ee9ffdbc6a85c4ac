"""The report says what the data says, and nothing that it must not."""

import io
from collections.abc import AsyncIterator

import pypdf
import pytest

from bot.publishing import prepare, publish_content
from dialogs.i18n import Translator
from dialogs.report.build import contents, report
from dialogs.report.sentences import affirmed, extremes, headline, more
from dialogs.results import rounds
from dialogs.results.reader import Reader
from domain.surveys.results.chain import chain
from storage import forms, results
from storage.database import Database, open_database
from storage.forms import Forms
from storage.results import Study
from tests.domain.surveys.forms import VALUE_CHAIN
from tests.storage import exported
from tests.storage.folk import NOW


@pytest.fixture
async def db(ready_url: str) -> AsyncIterator[Database]:
    async with open_database(ready_url) as database:
        yield database


async def loaded(db: Database, count: int) -> Study:
    await publish_content(db, NOW)
    survey = await forms.by_form_id(db, "value_chain")
    assert survey is not None
    study = await results.study(db, Forms(db), survey)
    if count:
        await exported.load(db, survey, study.form, exported.made_up(study.form, count))
    return study


def text_of(pdf: bytes) -> tuple[str, int]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(page.extract_text() for page in reader.pages), len(reader.pages)


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_it_is_typeset_with_its_headline_figures(db: Database, language: str) -> None:
    study = await loaded(db, 60)
    reader = Reader.of(study.codebook, Translator(language), NOW)
    text, pages = text_of(await report(db, study, reader))
    assert 6 <= pages <= 10
    figures = await results.figures(db, study.population, study.codebook.variables)
    disrupted = figures.questions["disrupted"]
    share = (disrupted.counts["partly"] + disrupted.counts["fully"]) / disrupted.answered
    assert reader.percent(share).replace("\u00a0", " ") in text.replace("\u00a0", " ")
    assert ("Обмеження" if language == "uk" else "Limits") in text
    assert "example.org" not in text
    assert '"' not in text


async def test_sentences_are_true_of_the_data(db: Database) -> None:
    study = await loaded(db, 60)
    reader = Reader.of(study.codebook, Translator("en"), NOW)
    parts = chain(study.codebook)
    figures = await results.figures(db, study.population, study.codebook.variables)
    q = figures.questions
    numbers = [number for number, _ in headline(figures, parts, reader)]
    full = q["full_cycle"].counts.get("yes", 0) / q["full_cycle"].answered
    intl = q["intl"].counts["partner"] + q["intl"].counts["coord"]
    assert numbers[1:] == [reader.percent(full), str(intl)]
    said = " ".join(more(figures, parts, reader))
    assert ("More than half" in said) == (full > 0.5)
    means = {
        name: q[name].mean or 0 for name in q if name.startswith("bn_") and q[name].variable.codes
    }
    worst = max(means, key=lambda name: means[name])
    assert f"“{reader.labels.question(q[worst].variable)}”" in said
    assert parts.org_type is not None
    assert parts.disrupted is not None
    _, groups = await results.figures_by(db, study.population, [parts.disrupted], parts.org_type)
    high, _ = extremes(figures, groups, parts.disrupted, parts.org_type, reader)
    found = [group.questions["disrupted"] for group in groups.values()]
    most = max(affirmed(one) / one.answered for one in found if one.answered >= 5)
    assert reader.percent(most) in high


async def test_of_fewer_than_five_it_says_nothing(db: Database) -> None:
    study = await loaded(db, 4)
    reader = Reader.of(study.codebook, Translator("en"), NOW)
    sections = await contents(db, study, reader)
    words = str([p for s in sections for p in s["parts"] if p["kind"] != "image"])
    assert "nothing is shown" in words
    assert not [s for s in sections if any(p["kind"] in ("image", "facts") for p in s["parts"])]

    text, _ = text_of(await report(db, study, reader))
    assert "nothing is shown" in text


async def test_of_nobody_it_can_be_made_too(db: Database) -> None:
    study = await loaded(db, 0)
    reader = Reader.of(study.codebook, Translator("uk"), NOW)
    _, pages = text_of(await report(db, study, reader))
    assert pages >= 1


async def test_what_changed_since_an_earlier_round(db: Database) -> None:
    """The same answers but one question, which all the later ones answer alike."""
    study = await loaded(db, 40)
    content = exported.called(VALUE_CHAIN.read_bytes(), "value_chain_2027")
    checked, book = await prepare(content, "second.xlsx", {})
    form = checked.form
    assert form is not None
    assert book is not None
    await forms.publish(db, form, book, NOW)
    survey = await forms.by_form_id(db, "value_chain_2027")
    assert survey is not None
    answers = exported.made_up(form, 40)
    for row in answers.rows:
        row["disrupted"] = "fully"
    await exported.load(db, survey, form, answers, 5_000)
    later = await results.study(db, Forms(db), survey)
    earlier = await rounds.before(db, Forms(db), later)
    assert earlier is not None
    assert earlier.survey.form_id == "value_chain"
    assert await rounds.before(db, Forms(db), study) is None
    old = (await results.figures(db, study.population, study.codebook.variables)).questions
    share = affirmed(old["disrupted"]) / old["disrupted"].answered
    for language, heading, rose in (
        ("en", "Since the earlier round", "The share that rose most – "),
        ("uk", "Що змінилося від попередньої хвилі", "Найбільше зросла частка – "),
    ):
        reader = Reader.of(later.codebook, Translator(language), NOW)
        sections = await contents(db, later, reader, earlier)
        [told] = [one for one in sections if one["heading"] == heading]
        words = [line for one in told["parts"] for line in one.get("items", [])]
        assert words[0].startswith(rose)
        [drawn] = [one["picture"] for one in told["parts"] if one["kind"] == "image"]
        assert f"{reader.percent(share)} → {reader.percent(1)}" in drawn.pairs[0].label
        assert words[0] == f"{rose}{drawn.pairs[0].label}."
        assert len(sections) == 1 + len(await contents(db, later, reader))
