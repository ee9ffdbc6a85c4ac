"""No picture tells about fewer than five, nor lets them be worked out from it and the total."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.publishing import publish_content
from dialogs.i18n import Translator
from dialogs.pictures.kinds import Bars, Grid
from dialogs.results import maps, views
from dialogs.results.reader import Reader
from domain.surveys.results.codebook import Variable
from domain.surveys.results.disclosure import FEWEST, is_small
from storage import forms, results, schema
from storage.database import Database, open_database
from storage.forms import Forms
from storage.results import Study
from tests.storage import exported
from tests.storage.folk import NOW

SIZE = re.compile(r"\((\d+)\)$")


async def answered(db: Database, count: int, seed: int) -> tuple[Study, Reader]:
    await publish_content(db, NOW)
    survey = await forms.by_form_id(db, "value_chain")
    assert survey is not None
    study = await results.study(db, Forms(db), survey)
    await exported.load(db, survey, study.form, exported.made_up(study.form, count, seed))
    return study, Reader.of(study.codebook, Translator("en"), datetime(2026, 11, 26, tzinfo=UTC))


def sizes(picture: Grid | Bars, by: Variable, reader: Reader) -> list[int]:
    """The denominators that stand beside the groups."""
    groups = {reader.labels.code(by, code) for code in by.codes}
    names = (
        [*picture.rows, *picture.columns]
        if isinstance(picture, Grid)
        else [bar.label for bar in picture.bars]
    )
    found = [(SIZE.sub("", name).strip(), SIZE.search(name)) for name in names]
    return [int(match[1]) for name, match in found if match and name in groups]


def check(told: list[int], total: int, *, overlapping: bool) -> None:
    assert all(n >= FEWEST for n in told)
    if overlapping:
        assert not any(is_small(total - n) for n in told)
    elif told:
        assert not is_small(total - sum(told))


@pytest.mark.parametrize(("count", "seed"), [(14, 2), (30, 3), (47, 5), (80, 7)])
async def test_no_group_and_no_remainder_is_small(count: int, seed: int, tmp_path: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'small.sqlite3'}") as db:
        await schema.upgrade(db)
        study, reader = await answered(db, count, seed)
        figures = await results.figures(db, study.population, study.codebook.variables)
        by_name = study.codebook.by_name
        drawn = 0
        for by in ("org_type", "oblast", "size", "offer", "missing_stages", "h_pilot", "n_weak"):
            for name in ("disrupted", "missing_stages", "beds", "recovery", "full_cycle"):
                picture = await views.crossed(db, study, by_name[name], by_name[by], reader)
                assert isinstance(picture, Grid | Bars)
                told = sizes(picture, by_name[by], reader)
                total = figures.questions[name].respondents
                check(told, total, overlapping=by_name[by].several)
                drawn += len(told)
        heat = await maps.heat_map(db, study, reader)
        chain = await maps.chain_map(db, study, reader)
        gaps = await maps.gaps(db, study, reader)
        for grid, by in ((heat, "org_type"), (chain, "org_type"), (gaps, "oblast")):
            assert isinstance(grid, Grid)
            told = sizes(grid, by_name[by], reader)
            check(told, figures.responses, overlapping=False)
        assert drawn > 0 or count < 20
