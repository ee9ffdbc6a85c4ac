"""Results are counted twice: in SQL, and by plain Python over the rows of the export."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.publishing import publish_content
from domain.surveys.form import Question, Repeat
from storage import forms, models, results, schema, tallies
from storage.counting import recount_version
from storage.database import Database
from storage.forms import Forms
from storage.results import Study
from tests.storage import exported
from tests.storage.counting import check, units
from tests.storage.exported import BEGUN, Export
from tests.storage.folk import NOW
from tests.storage.published import workbook_of


async def study_of(db: Database, form_id: str) -> Study:
    survey = await forms.by_form_id(db, form_id)
    assert survey is not None
    return await results.study(db, Forms(db), survey)


async def loaded(db: Database, count: int = 60) -> tuple[Study, Export]:
    """The value-chain survey with responses made up."""
    await publish_content(db, NOW)
    study = await study_of(db, "value_chain")
    export = exported.made_up(study.form, count)
    await exported.load(db, study.survey, study.form, export)
    return study, export


async def test_every_figure_is_what_plain_python_counts(db: Database) -> None:
    study, export = await loaded(db)
    rows = [row for row in export.rows if row["consent"] == "yes"]
    assert len(rows) < len(export.rows)
    figures = await results.figures(db, study.population, study.codebook.variables)
    assert figures.responses == len(rows)
    assert {"bn_score", "full_cycle", "p_state", "n_weak"} <= set(figures.questions)
    for variable in study.codebook.variables:
        cells = [
            unit.get(variable.name) for row in rows for unit in units(study.form, variable, row)
        ]
        check(variable, figures, cells)


async def test_every_figure_by_another_question(db: Database) -> None:
    study, export = await loaded(db)  # once: it takes longer than the figures
    rows = [row for row in export.rows if row["consent"] == "yes"]
    for by in ("org_type", "oblast", "stages", "p_state", "full_cycle", "n_links"):
        await check_by(db, study, rows, by)


async def check_by(db: Database, study: Study, rows: list[dict[str, Any]], by: str) -> None:
    question = study.codebook.by_name[by]
    variables = study.codebook.variables
    total, groups = await results.figures_by(db, study.population, variables, question)
    assert total == await results.figures(db, study.population, variables)
    assert set(question.codes) <= set(groups)
    assert sum(one.responses for one in groups.values()) >= len(rows) / 3

    def names(unit: Mapping[str, Any], code: str) -> bool:
        value = unit.get(by) or ""
        return code in (value.split() if question.several else [value])

    for code, figures in groups.items():
        members = [
            row for row in rows if any(names(u, code) for u in units(study.form, question, row))
        ]
        assert figures.responses == len(members)
        for variable in study.codebook.variables:
            together = variable.repeats and variable.repeats == question.repeats
            cells = [
                unit.get(variable.name)
                for row in members
                for unit in units(study.form, variable, row)
                if not together or names(unit, code)
            ]
            check(variable, figures, cells)


async def test_where_there_are_many_pairs_they_are_listed_and_counted_alike(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, _ = await loaded(db)
    variables = study.codebook.variables
    for by in ("org_type", "oblast", "stages", "p_state"):
        question = study.codebook.by_name[by]
        counted = await results.figures_by(db, study.population, variables, question)
        with monkeypatch.context() as few:
            few.setattr(tallies, "PAIRS", 0)
            assert await results.figures_by(db, study.population, variables, question) == counted


SMALL = """
| type                    | name    | label   |
| select_one yn           | consent | Agreed? |
| integer                 | age     | Age     |
| begin_repeat            | home    | Home    |
| text                    | town    | Town    |
| begin_repeat            | room    | Room    |
| select_one yn           | warm    | Warm?   |
| integer                 | size    | Size    |
| end_repeat              |         |         |
| end_repeat              |         |         |
"""
CHOICES = "| list_name | name | label |\n| yn | yes | Yes |\n| yn | no | No |"
Answers = Sequence[tuple[str, str, str | None, bool]]


async def small(db: Database, scope: str = "person") -> Study:
    form, book = workbook_of(SMALL, CHOICES)
    await forms.publish(db, form, book, NOW)
    await db.write(lambda tx: tx.execute(update(models.Form).values(scope=scope)))
    return await study_of(db, form.form_id)


async def add(db: Database, study: Study, number: int, answers: Answers, **columns: Any) -> None:
    """A response with rows as given: path, value, relevant."""

    async def write(tx: Any) -> None:
        if not await tx.scalar(select(models.Person.id).where(models.Person.id == number)):
            await tx.execute(
                insert(models.Person).values(
                    id=number, telegram_id=number, language="uk", created_at=BEGUN
                )
            )
        organisation = columns.get("organisation_id")
        known = select(models.Organisation.id).where(models.Organisation.id == organisation)
        if organisation and not await tx.scalar(known):
            await tx.execute(
                insert(models.Organisation).values(
                    id=organisation, name="X", created_at=BEGUN, updated_at=BEGUN
                )
            )
        values = {
            "id": number, "form_id": study.survey.id, "version_id": study.survey.version_id,
            "scope": "person", "person_id": number, "state": "submitted", "revision": 1,
            "started_at": BEGUN, "changed_at": BEGUN,
            "submitted_at": BEGUN + timedelta(hours=number), **columns,
        }  # fmt: skip
        await tx.execute(insert(models.Response).values(**values))
        for path, node, value, relevant in answers:
            number_ = float(value) if value and value.isdigit() else None
            await tx.execute(
                insert(models.Answer).values(
                    response_id=number,
                    path=path,
                    node=node,
                    value=value,
                    number=number_,
                    relevant=relevant,
                )
            )
            if node in several and value:
                its = {"response_id": number, "path": path, "node": node}
                codes = [{**its, "code": code} for code in value.split()]
                await tx.execute(insert(models.AnswerCode), codes)

    several = {n for one in study.codebook.variables if one.several for n in one.nodes}
    await db.write(write)
    await recount_version(db, study.form, study.survey.version_id)


def person(age: str | None, consent: str | None = "yes", relevant: bool = True) -> Answers:
    return [
        ("/data/consent", "/data/consent", consent, True),
        ("/data/age", "/data/age", age, relevant),
    ]


async def test_drafts_refusals_and_what_is_not_relevant_never_count(db: Database) -> None:
    study = await small(db)
    await add(db, study, 1, person("10"))
    await add(db, study, 2, person("20", consent="no"))
    await add(db, study, 3, person("30", consent=None))
    await add(db, study, 4, person("40"), state="draft")
    await add(db, study, 5, person("50", relevant=False))
    await add(db, study, 6, person(None))
    found = await results.figures(db, study.population, study.codebook.variables)
    assert found.responses == 3
    age = found.questions["age"]
    assert (age.asked, age.answered, age.mean, age.median) == (2, 1, 10, 10)
    assert found.questions["consent"].counts == {"yes": 3, "no": 0}


async def test_the_latest_of_an_organisation_counts_once(db: Database) -> None:
    study = await small(db, scope="organisation")
    await add(db, study, 1, person("10"), organisation_id=7)
    await add(db, study, 2, person("20"), organisation_id=7)
    await add(db, study, 3, person("30"), organisation_id=7, state="draft", submitted_at=None)
    await add(db, study, 4, person("40"), organisation_id=8)
    await add(db, study, 5, person("50"))
    found = await results.figures(db, study.population, study.codebook.variables)
    assert found.responses == 3
    assert found.questions["age"].mean == pytest.approx((20 + 40 + 50) / 3)
    study = await study_of(db, study.survey.form_id)
    await db.write(lambda tx: tx.execute(update(models.Form).values(scope="person")))
    everybody = await study_of(db, study.survey.form_id)
    assert await results.responses(db, everybody.population) == 4


async def test_repeats_in_repeats_are_paired_within_their_instance(db: Database) -> None:
    study = await small(db)
    home, room = "/data/home", "/data/home/room"
    rooms = [(1, 1, "yes", "12"), (1, 2, "no", "30"), (2, 1, "yes", "50"), (11, 1, "no", "7")]
    answers = [*person("9")]
    for h, town in ((1, "A"), (2, "B"), (11, "C")):
        answers.append((f"{home}[{h}]/town", f"{home}/town", town, True))
    for h, r, warm, size in rooms:
        here = f"{home}[{h}]/room[{r}]"
        answers.append((f"{here}/warm", f"{room}/warm", warm, True))
        answers.append((f"{here}/size", f"{room}/size", size, True))
    await add(db, study, 1, answers)
    inner = study.codebook.by_name["warm"]
    variables = study.codebook.variables
    _, groups = await results.figures_by(db, study.population, variables, inner)
    assert groups["yes"].questions["size"].median == 31
    assert groups["no"].questions["size"].mean == pytest.approx(18.5)
    assert groups["yes"].questions["town"].answered == 2  # of two homes: 1 and 2
    assert groups["no"].questions["town"].answered == 2  # 1 and 11, which is not 1
    assert groups["yes"].questions["age"].answered == groups["yes"].responses == 1
    _, ages = await results.figures_by(
        db, study.population, [inner], study.codebook.by_name["age"]
    )
    assert ages["9"].questions["warm"].counts == {"yes": 2, "no": 2}


def test_names_that_stand_twice_have_their_path() -> None:
    rows = """
| type        | name | label |
| begin_group | a    | A     |
| text        | why  | Why?  |
| end_group   |      |       |
| begin_group | b    | B     |
| text        | why  | Why?  |
| end_group   |      |       |
"""
    from domain.surveys.results.codebook import codebook

    form, _ = workbook_of(rows)
    assert list(codebook([form]).by_name) == ["why", "b/why"]
    assert all(isinstance(form.by_path[f"/data/{g}/why"], Question) for g in "ab")
    assert not any(isinstance(element, Repeat) for element in form.elements)


SEVERAL = """
| type                    | name    | label   |
| select_one yn           | consent | Agreed? |
| integer                 | age     | Age     |
| select_multiple long    | liked   | Liked   |
| begin_repeat            | trip    | Trip    |
| select_multiple yn      | seen    | Seen    |
| end_repeat              |         |         |
"""
LONG = [f"a_place_with_a_rather_long_name_{number}" for number in range(40)]


async def test_answers_of_several_codes_however_long_and_in_several_instances(
    db: Database,
) -> None:
    codes = "\n".join(f"| long | {code} | {code} |" for code in LONG)
    form, book = workbook_of(SEVERAL, f"{CHOICES}\n{codes}")
    await forms.publish(db, form, book, NOW)
    study = await study_of(db, form.form_id)
    liked = [LONG, LONG[:2], LONG[1:30], []]  # the first and the third are counted in parts
    trips = [["yes no", "no"], ["no yes"], ["yes", "yes", "no yes"], ["no"]]
    for number, (many, seen) in enumerate(zip(liked, trips, strict=True), 1):
        answers = [
            *person(str(number)),
            ("/data/liked", "/data/liked", " ".join(many) or None, True),
            *((f"/data/trip[{n}]/seen", "/data/trip/seen", one, True)
              for n, one in enumerate(seen, 1)),
        ]  # fmt: skip
        await add(db, study, number, answers)
    by_name, everything = study.codebook.by_name, study.codebook.variables
    for back_and_forth in (False, True):
        if back_and_forth:
            await schema.downgrade(db, "0019")
            await schema.upgrade(db)
        total = await results.figures(db, study.population, everything)
        one = total.questions["liked"]
        assert (one.asked, one.answered) == (4, 3)
        assert [one.counts[LONG[n]] for n in (0, 1, 2, 35)] == [2, 3, 2, 1]
        same, groups = await results.figures_by(db, study.population, everything, by_name["liked"])
        assert same == total
        assert [groups[LONG[n]].questions["age"].answered for n in (0, 1, 2, 35)] == [2, 3, 2, 1]
        assert groups[LONG[29]].questions["liked"].counts[LONG[35]] == 1
        same, groups = await results.figures_by(db, study.population, everything, by_name["seen"])
        assert same == total
        assert {code: group.responses for code, group in groups.items()} == {"yes": 3, "no": 4}
        assert {c: g.questions["age"].mean for c, g in groups.items()} == {"yes": 2, "no": 2.5}
        assert groups["yes"].questions["liked"].answered == 3
        assert groups["yes"].questions["seen"].answered == 5  # instances that name it
        assert groups["yes"].questions["seen"].counts == {"yes": 5, "no": 3}


async def test_respondents_inside_a_repeat_are_responses_not_instances(db: Database) -> None:
    study = await small(db)
    towns = [(f"/data/home[{n}]/town", "/data/home/town", f"T{n}", True) for n in range(1, 8)]
    answers = [*person("9"), *towns]
    await add(db, study, 1, answers)
    found = await results.figures(db, study.population, study.codebook.variables)
    town = found.questions["town"]
    assert (town.answered, town.respondents) == (7, 1)
    assert found.questions["age"].respondents == 1


def test_what_is_worked_out_of_a_name_is_as_personal_as_the_name() -> None:
    from domain.surveys.results.codebook import codebook

    rows = """
| type         | name  | label | calculation                    |
| text         | first | First |                                |
| integer      | age   | Age   |                                |
| begin_repeat | pet   | Pet   |                                |
| text         | call  | Name  |                                |
| calculate    | short |       | substr(${call}, 0, 3)          |
| end_repeat   |       |       |                                |
| calculate    | hello |       | concat('Hello, ', ${first})    |
| calculate    | twice |       | concat(${hello}, ${hello})     |
| calculate    | old   |       | if(${age} > 50, 'yes', 'no')   |
| calculate    | pets  |       | count(${pet})                  |
"""
    form, _ = workbook_of(rows)
    personal = {one.name for one in codebook([form]).variables if one.personal}
    assert personal == {"first", "call", "short", "hello", "twice"}


async def test_a_filled_database_counts_the_same_after_its_migration(db: Database) -> None:
    study, _ = await loaded(db, 20)
    variables = study.codebook.variables
    before = await results.figures(db, study.population, variables)
    kinds = study.codebook.by_name["org_type"]
    by_kind = await results.figures_by(db, study.population, variables, kinds)
    places = study.codebook.by_name["oblast"]
    assert study.population.beside(places)
    by_place = await results.figures_by(db, study.population, variables, places)
    await schema.downgrade(db, "0012")
    await schema.upgrade(db)
    assert await results.figures(db, study.population, variables) == before
    assert await results.figures_by(db, study.population, variables, kinds) == by_kind
    assert await results.figures_by(db, study.population, variables, places) == by_place
