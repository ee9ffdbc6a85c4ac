"""What pictures say, in both languages: words and not codes, short titles, numbers alike."""

import re
from itertools import pairwise

import pytest

from dialogs.exports.labels import Labels
from dialogs.i18n import LANGUAGES, Translator
from dialogs.pictures.charts import _light, readable_on, shade
from dialogs.pictures.kinds import Bars, Grid
from dialogs.results import maps, views
from dialogs.results.reader import Reader
from domain.surveys.results.chain import chain
from domain.surveys.results.codebook import codebook
from storage import results
from storage.database import Database
from tests.dialogs.limits import foreign_words
from tests.dialogs.results.test_small_groups import answered
from tests.domain.surveys.forms import survey

WORDS = {
    "uk": ("Потребують повного циклу партнерства", {"Так", "Ні"}),
    "en": ("Need a complete partnership cycle", {"Yes", "No"}),
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pictures_speak_the_readers_language(db: Database, language: str) -> None:
    study, reader = await answered(db, 80, 7)
    reader = Reader.of(study.codebook, Translator(language), reader.now)
    parts, by_name = chain(study.codebook), study.codebook.by_name
    cycle = await views.question(db, study, by_name["full_cycle"], reader)
    assert isinstance(cycle, Bars)
    title, labels = WORDS[language]
    assert cycle.head.title == title
    assert labels >= {bar.label for bar in cycle.bars} > set()
    for by in (None, parts.oblast, parts.stages, by_name["size"]):
        heat = await maps.heat_map(db, study, reader, by)
        assert isinstance(heat, Grid)
        assert heat.rows
        assert len(heat.head.title) < 80
        comma = "," if language == "uk" else r"\."
        means = [cell.said for row in heat.cells for cell in row if cell.said != maps.NOTHING]
        assert all(re.fullmatch(rf"\d{comma}\d", mean) for mean in means), means
        said = f"{heat.head.title} {heat.head.about} {heat.head.remark}"
        assert not set(foreign_words(language, said, ["n"])), said


async def test_oblasts_have_the_same_colour_for_the_same_gap(db: Database) -> None:
    study, reader = await answered(db, 120, 5)
    picture = await maps.gaps(db, study, reader)
    assert isinstance(picture, Grid)
    cells = {cell for row in picture.cells for cell in row[1:]}
    assert len(picture.columns) > 2
    assert len({cell.said for cell in cells}) == len(cells)


async def test_the_last_bar_of_numbers_ends_where_they_do(db: Database) -> None:
    study, reader = await answered(db, 60, 3)
    figures = await results.figures(db, study.population, [study.codebook.by_name["bn_score"]])
    figure = figures.questions["bn_score"]
    picture = views.question_chart(figure, reader)
    assert isinstance(picture, Bars)
    assert not picture.whole
    ends = [bar.label.split("–") for bar in picture.bars]
    assert float(ends[0][0]) == min(figure.numbers)
    assert float(ends[-1][-1]) == max(figure.numbers)
    assert all(int(one[-1]) + 1 == int(next_[0]) for one, next_ in pairwise(ends))


def test_what_follows_a_question_is_left_out_but_not_a_second_question() -> None:
    rows = """
type | name | label
text | a | Which links? Choose all that apply.
text | b | Do you export? If so, where?
text | c | Your name
"""
    book = codebook([survey(rows)])
    labels = Labels(book, "en")
    assert [labels.brief(one) for one in book.variables] == [
        "Which links?",
        "Do you export? If so, where?",
        "Your name",
    ]


@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_stand_out_against_every_shade(sign: int) -> None:
    for step in range(101):
        colour = shade(sign * step / 100)
        two = sorted((_light(colour), _light(readable_on(colour))))
        assert (two[1] + 0.05) / (two[0] + 0.05) > 3.8, colour
