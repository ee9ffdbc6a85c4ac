"""The files that leave: read back by the tools that people use, and counted again."""

import io
import json
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyreadstat
import pytest

from bot.publishing import publish_content
from dialogs.exports import FORMATS, export
from dialogs.exports.tables import Choices
from storage import forms, results
from storage.database import Database, open_database
from storage.forms import Forms
from storage.results import Study
from tests.storage import exported
from tests.storage.counting import check, units
from tests.storage.exported import Export
from tests.storage.folk import NOW

CODES = Choices("uk", personal=True)


@pytest.fixture
async def db(ready_url: str) -> AsyncIterator[Database]:
    async with open_database(ready_url) as database:
        yield database


async def loaded(db: Database, count: int = 40) -> tuple[Study, Export]:
    await publish_content(db, NOW)
    survey = await forms.by_form_id(db, "value_chain")
    assert survey is not None
    study = await results.study(db, Forms(db), survey)
    export_ = exported.made_up(study.form, count)
    await exported.load(db, study.survey, study.form, export_)
    return study, export_


async def test_every_figure_can_be_counted_again_from_the_file(
    db: Database, tmp_path: Path
) -> None:
    study, _ = await loaded(db)
    file = tmp_path / "all.xlsx"
    count = await export(db, study, file, "xlsx", CODES)
    book = openpyxl.load_workbook(file)
    del book["codebook"]
    book.save(tmp_path / "without.xlsx")
    rows = exported.read(tmp_path / "without.xlsx").rows
    figures = await results.figures(db, study.population, study.codebook.variables)
    assert figures.responses == len(rows) == count
    for variable in study.codebook.variables:
        cells = [
            None if cell is None else str(cell)
            for row in rows
            for unit in units(study.form, variable, row)
            for cell in [unit.get(variable.name)]
        ]
        check(variable, figures, cells)


async def test_columns_are_kobos(db: Database, tmp_path: Path) -> None:
    study, _ = await loaded(db, 12)
    file = tmp_path / "all.xlsx"
    await export(db, study, file, "xlsx", CODES)
    main, link, codes = pd.read_excel(file, sheet_name=None).values()
    columns = list(main.columns)
    assert columns[:4] == ["start", "end", "consent", "org_type"]
    here = columns.index("stages")
    assert columns[here + 1 : here + 4] == ["stages/rnd", "stages/inputs", "stages/proto"]
    assert columns[-10:] == [
        "_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status",
        "_submitted_by", "__version__", "_tags", "_index",
    ]  # fmt: skip
    assert list(link.columns) == [
        "p_name", "p_type", "p_stage", "p_country", "p_state",
        "_index", "_parent_table_name", "_parent_index", "_submission__id",
    ]  # fmt: skip
    joined = main["stages"].fillna("").str.split().map(lambda given: "rnd" in given)
    assert (joined == (main["stages/rnd"] == 1)).all()
    parents = link.merge(main, left_on="_parent_index", right_on="_index")
    assert len(parents) == len(link) > 0
    assert (parents["_submission__id"] == parents["_id"]).all()
    assert set(codes.loc[codes["name"] == "disrupted", "code"].dropna()) == {
        "no", "partly", "fully",
    }  # fmt: skip


async def test_without_leave_nothing_personal_is_inside(db: Database, tmp_path: Path) -> None:
    study, _ = await loaded(db, 12)
    secret = ["Таємниця", "example.org", "cmd|"]  # every free text that was made up
    for kind in FORMATS:
        for personal in (False, True):
            file = tmp_path / f"{kind}-{personal}"
            choices = Choices("uk", personal=personal)
            if kind == "sav":
                file = file.with_suffix(".sav")
            await export(db, study, file, kind, choices)
            text = contents(file)
            found = any(word in text for word in secret)
            # names of organisations that agreed to be shown stand in the graph
            assert found == personal or kind in ("graphml", "edges"), (kind, personal)


def contents(file: Path) -> str:
    """All that can be read in a file."""
    if file.suffix == ".sav":
        frame, _ = pyreadstat.read_sav(str(file), output_format="polars")
        return str(frame.to_dicts())
    data = file.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data.decode()
    with zipfile.ZipFile(file) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


async def test_no_cell_is_a_formula(db: Database, tmp_path: Path) -> None:
    study, _ = await loaded(db, 30)
    await export(db, study, tmp_path / "all.xlsx", "xlsx", CODES)
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    dangerous = [cell for cell in cells if str(cell.value).startswith("=")]
    assert dangerous
    assert all(cell.data_type == "s" for cell in dangerous)
    assert all(cell.quotePrefix for cell in dangerous)
    await export(db, study, tmp_path / "all.zip", "csv", CODES)
    text = contents(tmp_path / "all.zip")
    assert "'=cmd" in text
    assert ",=cmd" not in text
    assert '"=cmd' not in text


async def test_labels_in_the_language_that_was_chosen(db: Database, tmp_path: Path) -> None:
    study, _ = await loaded(db, 12)
    for language, label in (("uk", "Частково"), ("en", "Partly")):
        file = tmp_path / f"{language}.xlsx"
        await export(db, study, file, "xlsx", Choices(language, labels=True))
        main = pd.read_excel(file)
        assert label in set(main["disrupted"])
        assert not set(main["disrupted"].dropna()) & {"partly", "no", "fully"}
        assert main["_id"].is_unique


async def test_spss_has_labels(db: Database, tmp_path: Path) -> None:
    study, _ = await loaded(db, 20)
    await export(db, study, tmp_path / "all.sav", "sav", CODES)
    frame, meta = pyreadstat.read_sav(str(tmp_path / "all.sav"), output_format="polars")
    assert len(frame) == 19
    assert str(meta.column_names_to_labels["disrupted"]).startswith("Чи перервала війна")
    words = {str(code): label for code, label in meta.variable_value_labels["disrupted"].items()}
    assert words["partly"] == "Частково"
    assert meta.variable_value_labels["stages_rnd"][1] == "Так"
    figures = await results.figures(db, study.population, study.codebook.variables)
    mean = frame["bn_finance"].mean()
    assert isinstance(mean, float)
    assert mean == pytest.approx(figures.questions["bn_finance"].mean)
    inner, _ = pyreadstat.read_sav(str(tmp_path / "all.link.sav"), output_format="polars")
    assert isinstance(inner, pl.DataFrame)
    assert len(inner) == figures.questions["p_state"].answered


async def test_the_graph_names_only_who_agreed(db: Database, tmp_path: Path) -> None:
    study, made = await loaded(db, 20)

    await export(db, study, tmp_path / "g.graphml", "graphml", Choices("uk"))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    root = ET.parse(tmp_path / "g.graphml").getroot()  # noqa: S314 - ours
    nodes = root.findall(".//g:node", space)
    edges = root.findall(".//g:edge", space)
    assert len(edges) == sum(len(r["link"]) for r in made.rows if r["consent"] == "yes")
    known = {node.get("id") for node in nodes}
    assert all({edge.get("source"), edge.get("target")} <= known for edge in edges)
    labels = {
        node.get("id"): node.findtext("g:data[@key='node_label']", None, space) for node in nodes
    }
    by_id = {f"r{number}": row for number, row in enumerate(made.rows, 1)}
    for identity, label in labels.items():
        named = label != identity
        assert not named or by_id[str(identity)].get("publish") == "yes", (identity, label)
    assert any(label != identity for identity, label in labels.items())


async def test_submissions_and_lines(db: Database, tmp_path: Path) -> None:
    study, _ = await loaded(db, 10)
    await export(db, study, tmp_path / "x.zip", "xml", CODES)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        roots = [ET.fromstring(archive.read(name)) for name in archive.namelist()]  # noqa: S314
    assert len(roots) == 10
    assert {root.get("id") for root in roots} == {"value_chain"}
    assert all(root.findtext("meta/instanceID", "").startswith("uuid:") for root in roots)
    await export(db, study, tmp_path / "x.jsonl", "jsonl", CODES)
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    for root, line in zip(roots, lines, strict=True):
        assert root.findtext("meta/instanceID") == f"uuid:{line['_uuid']}"
        stages = root.findtext("chain/stages") or ""
        assert stages.split() == line.get("stages", [])
        assert len(root.findall("links/link")) == len(line["link"])
