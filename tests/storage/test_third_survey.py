"""A survey of yet another shape, in every layout that its export may come in.

Repeats in repeats, `or_other`, a ranking, two languages, several choices by several; the file with
codes or with labels in either language, with groups in the headers or without, as a workbook or as
an archive of CSV files, with dates and numbers as a spreadsheet writes them. What is right is
counted by plain Python over the rows.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from csv import writer
from datetime import date, timedelta
from random import Random
from statistics import mean, median
from typing import Any

import openpyxl
import pytest

from bot.importing import import_responses
from bot.publishing import prepare
from domain.surveys.xform import compile_form
from storage import forms, results
from storage.database import Database
from storage.forms import Forms
from storage.imports import Target
from tests.domain.surveys.forms import workbook
from tests.storage.folk import NOW

ROWS = """
type|name|label::English (en)|label::Ukrainian (uk)|required|relevant|calculation
select_one yn | consent | Do you agree? | Ви погоджуєтеся? | yes | |
begin_group | farm | Your farm | Ваше господарство | | ${consent} = 'yes' |
select_one soil or_other | soil | Which soil, mostly? | Який здебільшого ґрунт? | | |
select_multiple crop | grown | What do you grow? Choose all. | Що Ви вирощуєте? Оберіть усе. | | |
select_multiple crop | wanted | What would you grow? | Що Ви вирощували б? | | |
rank crop | worth | Order by worth | Розташуйте за цінністю | | |
date | since | Since when? | Відколи? | | |
decimal | area | Area / hectares | Площа / гектари | | |
end_group | | | | | |
begin_repeat | field | A field | Поле | | ${consent} = 'yes' |
integer | size | Size | Розмір | | |
begin_repeat | harvest | A harvest | Урожай | | |
select_one crop | crop | Which crop? | Яка культура? | yes | |
decimal | tons | How many tons? | Скільки тонн? | | |
end_repeat | | | | | |
end_repeat | | | | | |
calculate | fields | | | | | count(${field})
"""
CHOICES = """
list_name | name | label::English (en) | label::Ukrainian (uk)
yn | yes | Yes | Так
yn | no | No | Ні
soil | clay | Clay | Глина
soil | sand | Sand / silt | Пісок / мул
crop | rye | Rye | Жито
crop | rye_w | Rye, winter | Жито озиме
crop | oat | Oats (naked) | Овес (голозерний)
crop | hop | Hop’s | Хміль
"""
SETTINGS = "\n| settings |\n| | form_id | form_title |\n| | farms | Farms |"
CROPS = ("rye", "rye_w", "oat", "hop")
LISTS = {"soil": ("clay", "sand", "other"), "crop": CROPS, "consent": ("yes", "no")}
GROUPED = ("soil", "soil_other", "grown", "wanted", "worth", "since", "area")
INNER = {"size": "field", "crop": "harvest", "tons": "harvest"}

Row = dict[str, Any]


def made_up(random: Random, count: int) -> list[Row]:
    """Rows of answers as codes; who refuses has answered nothing else."""
    found = []
    for number in range(count):
        row: Row = {"consent": "yes" if random.random() < 0.85 else "no", "field": []}
        row |= dict.fromkeys(GROUPED)
        if row["consent"] == "yes":
            row["soil"] = random.choice([*LISTS["soil"], None])
            row["soil_other"] = "Чорнозем" if row["soil"] == "other" else None
            for name in ("grown", "wanted"):
                row[name] = random.sample(CROPS, random.randint(0, 4)) or None
            row["worth"] = random.sample(CROPS, 4)
            row["since"] = date(1990, 1, 1) + timedelta(days=random.randrange(9_000))
            row["area"] = random.choice([None, 0.5, 12.25, 1234.5])
            for _ in range(random.randint(0, 3)):
                row["field"].append(
                    {
                        "size": random.choice([None, 1, 20, 3000]),
                        "harvest": [
                            {"crop": random.choice(CROPS), "tons": random.choice([None, 1.5, 40])}
                            for _ in range(random.randint(0, 2))
                        ],
                    }
                )
        row["_uuid"] = f"farm-{number}"
        row["_submission_time"] = f"2026-03-{number % 28 + 1:02}T08:00:00"
        found.append(row)
    return found


def words(language: str | None) -> dict[str, str]:
    """The labels of names and codes in a language; none where codes are exported."""
    if language is None:
        return {}
    column = {"en": 2, "uk": 3}[language]
    told = [[cell.strip() for cell in line.split("|")] for line in ROWS.strip().splitlines()[1:]]
    chosen = [[cell.strip() for cell in line.split("|")] for line in CHOICES.strip().splitlines()]
    labels = {line[1]: line[column] for line in told if line[0].split("_")[0] != "end"}
    labels |= {f"={line[1]}": line[column] for line in chosen[1:]}
    return {name: label for name, label in labels.items() if label}


class Layout:
    """How a file is written: in a language or in codes, with groups in the headers, with dates
    and numbers as Excel saves them in Ukraine."""

    def __init__(self, language: str | None, *, groups: bool, excel: bool) -> None:
        self._words, self._groups, self._excel = words(language), groups, excel

    def tables(self, rows: Sequence[Row]) -> Iterator[tuple[str, list[list[Any]]]]:
        heads = [self._head(name) for name in ("consent", *GROUPED)]
        system = ["_uuid", "_submission_time", "_index"]
        main: list[list[Any]] = [[*heads, *self._split("grown"), *system], [None] * 5]
        fields: list[list[Any]] = [
            [self._head("size"), "_index", "_parent_table_name", "_parent_index"]
        ]
        parent = ["_index", "_parent_table_name", "_parent_index"]
        inner: list[list[Any]] = [[self._head("crop"), self._head("tons"), *parent]]
        for number, row in enumerate(rows, 1):
            codes = row["grown"]
            split = [None if codes is None else int(code in codes) for code in CROPS]
            cells = [self._cell(n, row[n]) for n in ("consent", *GROUPED)]
            main.append([*cells, *split, row["_uuid"], row["_submission_time"], number])
            for field in row["field"]:
                fields.append([field["size"], len(fields), "Farms", number])
                for one in field["harvest"]:
                    cells = [self._cell(n, one[n]) for n in ("crop", "tons")]
                    inner.append([*cells, len(inner), "field", len(fields) - 1])
        yield "Farms", main
        yield "field", fields
        yield "harvest", inner

    def _head(self, name: str) -> str:
        group = self._words.get("farm", "farm") if name in GROUPED else ""
        label = self._words.get(name, name)
        return f"{group}/{label}" if self._groups and group else label

    def _split(self, name: str) -> list[str]:
        return [f"{self._head(name)}/{self._words.get(f'={code}', code)}" for code in CROPS]

    def _cell(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return " ".join(str(self._cell(name, code)) for code in value)
        if isinstance(value, date):
            return f"{value:%d.%m.%Y}" if self._excel else value
        if isinstance(value, float) and self._excel:
            return f"{value:,}".replace(",", "\u00a0").replace(".", ",")
        return self._words.get(f"={value}", value) if isinstance(value, str) else value


def as_xlsx(layout: Layout, rows: Sequence[Row]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in layout.tables(rows):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(layout: Layout, rows: Sequence[Row]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, lines in layout.tables(rows):
            out = io.StringIO()
            writer(out, delimiter=";").writerows(lines)
            archive.writestr(f"{name}.csv", out.getvalue().encode("utf-8-sig"))
    return packed.getvalue()


async def imported(db: Database, files: Sequence[bytes]) -> results.Study:
    """Each file under a version of its own, the second with a question more."""
    for number, data in enumerate(files):
        more = "integer | cows | Cows | Корови | | |\nbegin_repeat | field"
        text = ROWS.replace("begin_repeat | field", more) if number else ROWS
        content = workbook(text, CHOICES) + SETTINGS.encode()
        report, book = await prepare(content, "farms.md", {})
        assert report.form is not None, report
        assert book is not None
        await forms.publish(db, report.form, book, NOW)
        survey = await forms.by_form_id(db, "farms")
        assert survey is not None
        xform, _ = await forms.load_source(db, survey.version_id)
        outcome = await import_responses(
            db, compile_form(xform), Target(survey.id, survey.version_id, survey.scope),
            data, "farms", NOW, dry_run=False, progress=lambda done, total: None,
        )  # fmt: skip
        assert (outcome.refused, outcome.unknown) == ([], {})
    survey = await forms.by_form_id(db, "farms")
    assert survey is not None
    return await results.study(db, Forms(db), survey)


def cells(rows: Sequence[Row], name: str) -> list[Any]:
    """What was said to a question, once for each time that it was put."""
    if name == "size":
        return [field["size"] for row in rows for field in row["field"]]
    if name in INNER:
        inner = [one for row in rows for field in row["field"] for one in field["harvest"]]
        return [one[name] for one in inner]
    if name == "fields":
        return [len(row["field"]) for row in rows]
    return [row[name] for row in rows]


def expected(rows: Sequence[Row], name: str) -> Row:
    """The figures of a question over rows."""
    told = cells(rows, name)
    given = [cell for cell in told if cell is not None]
    coded = name not in ("size", "tons", "area", "since")
    codes = [str(c) for cell in given for c in (cell if isinstance(cell, list) else [cell])]
    numbers = [cell for cell in given if isinstance(cell, int | float)]
    return {
        "asked": len(told),
        "answered": len(given),
        "counts": Counter(codes) if coded else {},
        "mean": pytest.approx(mean(numbers)) if numbers else None,
        "median": median(numbers) if numbers else None,
    }


NAMES = ("consent", "soil", "grown", "wanted", "worth", "since", "area", "size", "crop", "tons",
         "fields")  # fmt: skip


def check(figures: Any, rows: Sequence[Row]) -> None:
    for name in NAMES:
        figure = figures.questions[name].as_json()
        found = {key: figure[key] for key in ("asked", "answered", "mean", "median")}
        found["counts"] = {code: n for code, n in figure["counts"].items() if n}
        assert found == expected(rows, name), name


LAYOUTS: Mapping[str, tuple[Any, Layout]] = {
    "codes": (as_xlsx, Layout(None, groups=False, excel=False)),
    "codes in groups, CSV": (as_csv, Layout(None, groups=True, excel=True)),
    "labels": (as_xlsx, Layout("uk", groups=True, excel=False)),
    "labels, CSV": (as_csv, Layout("en", groups=False, excel=True)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_every_figure_however_the_file_is_written(db: Database, layout: str) -> None:
    rows = made_up(Random(layout), 60)  # noqa: S311 - test data
    write, how = LAYOUTS[layout]
    study = await imported(db, [write(how, rows[:30]), write(how, rows[30:])])
    right = [row for row in rows if row["consent"] == "yes"]
    assert 0 < len(right) < len(rows)
    figures = await results.figures(db, study.population, study.codebook.variables)
    assert figures.responses == len(right)
    check(figures, right)
    assert figures.questions["cows"].answered == 0
    grown = study.codebook.by_name["grown"]
    _, groups = await results.figures_by(db, study.population, study.codebook.variables, grown)
    for code in CROPS:
        members = [row for row in right if code in (row["grown"] or ())]
        assert groups[code].responses == len(members)
        check(groups[code], members)


async def test_repeats_in_repeats_by_what_stands_beside_them(db: Database) -> None:
    rows = made_up(Random(9), 60)  # noqa: S311 - test data
    study = await imported(db, [as_xlsx(Layout(None, groups=False, excel=False), rows)])
    right = [row for row in rows if row["consent"] == "yes"]
    crop = study.codebook.by_name["crop"]
    _, groups = await results.figures_by(db, study.population, study.codebook.variables, crop)
    for code in CROPS:
        tons = [
            one["tons"]
            for row in right
            for field in row["field"]
            for one in field["harvest"]
            if one["crop"] == code
        ]
        sizes = [
            field["size"]
            for row in right
            for field in row["field"]
            if any(one["crop"] == code for one in field["harvest"])
        ]
        for name, told in (("tons", tons), ("size", sizes)):
            figure = groups[code].questions[name]
            given = [cell for cell in told if cell is not None]
            assert (figure.asked, figure.answered) == (len(told), len(given)), (code, name)
            assert figure.mean == (pytest.approx(mean(given)) if given else None)
