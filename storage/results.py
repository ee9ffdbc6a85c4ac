"""Results: a survey's figures, counted in the database on what is relevant in submitted responses.

Which responses count is `domain.surveys.results.population.Population`; `storage.population`
spells it in SQL, `storage.tallies` counts.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.form import Form
from domain.surveys.results.codebook import Codebook, Variable, codebook
from domain.surveys.results.figures import Figures, Tally, figure, in_order
from domain.surveys.results.population import Population, population
from storage import forms, models, tallies
from storage.database import Database, reads
from storage.forms import Forms, Survey
from storage.population import left_out

AT_ONCE = 2  # counts of one picture; other readers of the database have theirs meanwhile


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
    its = models.Response
    submitted = select(func.count()).where(its.form_id == which.form, its.state == "submitted")
    less = submitted.where(its.id.in_(left_out(which)))  # few: quicker than to test each
    return int(
        await connection.scalar(select(submitted.scalar_subquery() - less.scalar_subquery())) or 0
    )


async def figures(db: Database, which: Population, variables: Iterable[Variable]) -> Figures:
    """The figures of these variables over all responses that count."""
    wanted = list(variables)
    found = await tallies.count(db, which, wanted, None)
    return _figures(await responses(db, which), wanted, found[tallies.EVERYBODY])


async def figures_by(
    db: Database,
    which: Population,
    variables: Iterable[Variable],
    by: Variable,
    *,
    sized: bool = True,
) -> tuple[Figures, dict[str, Figures]]:
    """The figures over all, and by the answer to `by`: each of its codes, also those that nobody
    chose; counted together.

    A response counts in each group that it names: with a select-multiple, or a question inside a
    repeat, in several. What lies in the same repeat as `by` is paired within its instance.
    Without `sized` the responses, of all and of each group, are not counted and said to be 0: the
    figures know who answered.
    """
    wanted = list(variables)
    sizes = await tallies.sizes(db, which, by) if sized else {}
    total: dict[str, Tally] = {}
    counts: dict[str, dict[str, Tally]] = {}
    turns = asyncio.Semaphore(AT_ONCE)

    async def count(together: list[Variable]) -> tallies.Counts:
        async with turns:
            found = await tallies.count(db, which, together, by)
            if tallies.EVERYBODY not in found:
                found |= await tallies.count(db, which, together, None)
        return found

    parts = [[one] for one in wanted]  # joined with the groups one by one
    if which.beside(by):  # they stand in each row: one walk
        repeats = dict.fromkeys(one.repeats for one in wanted)
        parts = [[one for one in wanted if one.repeats == around] for around in repeats]
    for found in await asyncio.gather(*(count(part) for part in parts)):
        total |= found.pop(tallies.EVERYBODY)
        for code, group in found.items():
            counts.setdefault(code, {}).update(group)
    codes = dict.fromkeys([*by.codes, *sorted({*sizes, *counts}, key=in_order)])
    seen: dict[str, dict[str, None]] = {one.name: {} for one in wanted}
    for group in counts.values():
        for name, tally in group.items():
            seen[name].update(dict.fromkeys(tally.values or ()))
    order = {name: sorted(values, key=in_order) for name, values in seen.items()}
    groups = {
        code: _figures(sizes.get(code, 0), wanted, counts.get(code, {}), order) for code in codes
    }
    everybody = await responses(db, which) if sized else 0
    return _figures(everybody, wanted, total), groups


def _figures(
    count: int,
    variables: Iterable[Variable],
    found: Mapping[str, Tally],
    codes: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Figures:
    """Figures of so many responses from what was counted; `codes` are listed also with 0."""
    return Figures(
        count,
        {
            one.name: figure(one, found.get(one.name, Tally()), codes.get(one.name, ()))
            for one in variables
        },
    )
