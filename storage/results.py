"""Results: a survey's figures, counted in the database on what is relevant in submitted responses.

Which responses count is `domain.surveys.results.population.Population`; `storage.population`
spells it in SQL, `storage.tallies` counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.form import Form
from domain.surveys.results.codebook import Codebook, Variable, codebook
from domain.surveys.results.figures import Figures, Tally, figure, in_order
from domain.surveys.results.population import Population, population
from storage import forms, tallies
from storage.database import Database, reads
from storage.forms import Forms, Survey
from storage.population import counted


@dataclass(frozen=True, slots=True)
class Study:
    """A form with all that its results need: made by `study`, plain values inside."""

    survey: Survey
    codebook: Codebook
    population: Population

    @property
    def form(self) -> Form:
        """The newest version."""
        return self.codebook.form


async def study(db: Database, compiled: Forms, survey: Survey) -> Study:
    """The codebook and the population of a survey, over all its versions."""
    numbers = await forms.versions(db, survey.id)
    versions = [await compiled.get(number) for number in numbers]
    return Study(survey, codebook(versions), population(survey.id, survey.scope, versions))


@reads
async def responses(connection: AsyncConnection, which: Population) -> int:
    """How many responses count."""
    ids = counted(which).subquery()
    return int(await connection.scalar(select(func.count()).select_from(ids)) or 0)


async def figures(db: Database, which: Population, variables: Iterable[Variable]) -> Figures:
    """The figures of these variables over all responses that count."""
    wanted = list(variables)
    counts = await _tally(db, which, wanted)
    return Figures(
        await responses(db, which), {one.name: figure(one, counts[one.name]) for one in wanted}
    )


async def figures_by(
    db: Database,
    which: Population,
    variables: Iterable[Variable],
    by: Variable,
    *,
    sized: bool = True,
) -> dict[str, Figures]:
    """The figures by the answer to `by`: each of its codes, also those that nobody chose.

    A response counts in each group that it names: with a select-multiple, or a question inside a
    repeat, in several. What lies in the same repeat as `by` is paired within its instance.
    Without `sized` the responses of each group are not counted: its figures know who answered.
    """
    wanted = list(variables)
    sizes = await tallies.sizes(db, which, by) if sized else {}
    counts: dict[str, dict[str, Tally]] = {}
    for repeats in dict.fromkeys(one.repeats for one in wanted):
        together = [one for one in wanted if one.repeats == repeats]
        for code, found in (await _tally_by(db, which, together, by)).items():
            counts.setdefault(code, {}).update(found)
    codes = dict.fromkeys([*by.codes, *sorted({*sizes, *counts}, key=in_order)])
    seen: dict[str, dict[str, None]] = {one.name: {} for one in wanted}
    for group in counts.values():
        for name, tally in group.items():
            seen[name].update(dict.fromkeys(tally.values or ()))
    return {
        code: Figures(
            sizes.get(code, 0),
            {
                one.name: figure(
                    one,
                    counts.get(code, {}).get(one.name, Tally()),
                    sorted(seen[one.name], key=in_order),
                )
                for one in wanted
            },
        )
        for code in codes
    }


async def _tally(
    db: Database, which: Population, variables: Sequence[Variable]
) -> dict[str, Tally]:
    found = await tallies.count(db, which, variables, None)
    return {one.name: found[tallies.EVERYBODY][one.name].tally() for one in variables}


async def _tally_by(
    db: Database, which: Population, variables: Sequence[Variable], by: Variable
) -> dict[str, dict[str, Tally]]:
    found = await tallies.count(db, which, variables, by)
    return {
        code: {name: count.tally() for name, count in group.items()}
        for code, group in found.items()
    }
