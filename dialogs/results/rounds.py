"""What changed between two rounds of a survey: a picture and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.exports.labels import FULL_CYCLE
from dialogs.pictures.kinds import Head, Pair, Pairs
from dialogs.report.sentences import NEGATIVE
from dialogs.results.reader import NARROW, Reader
from dialogs.results.views import sentences
from domain.surveys.results.chain import chain
from domain.surveys.results.figures import Figures
from domain.surveys.results.rounds import Change, changes
from storage import forms, results
from storage.database import Database
from storage.forms import Forms, Survey
from storage.results import Study

ROWS = 8  # of the picture
LEAST = 0.5  # of the questions that a round must share with another


@dataclass(frozen=True, slots=True)
class Line:
    """A share in both rounds, in words of the reader."""

    label: str
    before: float
    after: float
    n: tuple[int, int]

    @property
    def points(self) -> int:
        """Percentage points up, or down below 0, of the shares as they are printed."""
        return int(self.after * 100 + 0.5) - int(self.before * 100 + 0.5)


async def others(db: Database, compiled: Forms, study: Study) -> list[Survey]:
    """The surveys that ask most of what this one asks: its other rounds."""
    mine = {one.name for one in study.codebook.variables}
    found = []
    for survey in await forms.surveys(db):
        if survey.id == study.survey.id:
            continue
        theirs = await results.study(db, compiled, survey)
        same = mine & {one.name for one in theirs.codebook.variables}
        if len(same) >= LEAST * len(mine):
            found.append(survey)
    return found


async def before(db: Database, compiled: Forms, study: Study) -> Study | None:
    """The round before this one: of its other rounds that were made earlier, the newest."""
    older = [one for one in await others(db, compiled, study) if one.id < study.survey.id]
    return await results.study(db, compiled, older[0]) if older else None


def name(study: Study) -> str:
    """What a round is called: by its form id and version, since titles are often the same."""
    return f"{study.survey.form_id} {study.form.version}".strip()


async def both(db: Database, earlier: Study, later: Study) -> tuple[Figures, Figures]:
    """The figures of both rounds."""
    return (
        await results.figures(db, earlier.population, earlier.codebook.variables),
        await results.figures(db, later.population, later.codebook.variables),
    )


def lines(found: Sequence[Change], later: Study, reader: Reader) -> list[Line]:
    """The shares that may be told: what the survey is about first, then what changed most."""
    parts = chain(later.codebook)
    leading = [one for one in (parts.disrupted, parts.full_cycle, parts.intl) if one is not None]
    named = {one.name for one in leading}
    tied = {one.name for one in later.codebook.variables if one.tie}
    told, rest = [], []
    for change in found:
        variable = change.after.variable
        if not change.tellable or not change.shares or variable.name in tied:
            continue
        n = (change.before.answered, change.after.answered)
        question = reader.labels.brief(variable)
        if variable.name in named:
            yes = [code for code in change.shares if code not in NEGATIVE]
            before, after = change.before.share(*yes), change.after.share(*yes)
            told.append(Line(_headline(variable.name, later, reader), before, after, n))
        elif variable.codes and variable.type != "range":
            rest += [
                Line(f"{question} – {reader.labels.code(variable, code)}", old, new, n)
                for code, (old, new) in change.shares.items()
            ]
    rest.sort(key=lambda one: -abs(one.after - one.before))
    return [*told, *(one for one in rest if one.points)]


def _headline(name: str, later: Study, reader: Reader) -> str:
    parts, tr = chain(later.codebook), reader.tr
    if parts.disrupted is not None and name == parts.disrupted.name:
        return tr("The war disrupted their work in the chain")
    if parts.full_cycle is not None and name == parts.full_cycle.name:
        return tr(FULL_CYCLE)
    return tr("Have experience in international projects")


def said(line: Line, reader: Reader) -> str:
    """“72 % → 65 %, −7 points (n = 104 and 98)”."""
    tr = reader.tr
    change = tr("no change")
    if line.points:
        change = tr.plural(
            "%(sign)s%(n)s percentage point",
            "%(sign)s%(n)s percentage points",
            abs(line.points),
            sign="+" if line.points > 0 else "−",
        )
    words = tr(
        "%(before)s → %(after)s, %(change)s (n = %(old)s and %(new)s)",
        before=reader.percent(line.before),
        after=reader.percent(line.after),
        change=change,
        old=tr.number(line.n[0]),
        new=tr.number(line.n[1]),
    )
    return words.replace("n = ", f"n{NARROW}={NARROW}")  # not broken in the middle


def furthest(told: Sequence[Line], reader: Reader) -> list[str]:
    """Which share rose most and which fell most, in sentences; nothing where none did."""
    tr, up = reader.tr, max(told, key=lambda one: one.points)
    down = min(told, key=lambda one: one.points)
    words = []
    if up.points > 0:
        line = f"{up.label}: {said(up, reader)}"
        words.append(tr("The share that rose most – %(line)s.", line=line))
    if down.points < 0:
        line = f"{down.label}: {said(down, reader)}"
        words.append(tr("The share that fell most – %(line)s.", line=line))
    return words


async def compared(
    db: Database, earlier: Study, later: Study, reader: Reader, names: tuple[str, str]
) -> tuple[Pairs, list[str]]:
    """The picture and the sentences; `names` are what the rounds are called."""
    old, new = await both(db, earlier, later)
    told = lines(list(changes(old, new).values()), later, reader)[:ROWS]
    words = [f"{one.label}: {said(one, reader)}" for one in told]
    return picture(old, new, told, reader, names), words


def picture(
    before: Figures,
    after: Figures,
    told: Sequence[Line],
    reader: Reader,
    names: tuple[str, str],
) -> Pairs:
    """Shares of both rounds, each on a line of its own."""
    tr = reader.tr
    remark = tr("Shares of those who answered, in per cent.")
    if not told:
        remark = tr("Nothing can be compared: in one of the rounds fewer than five answered.")
    head = Head(
        tr("What changed between two rounds"),
        f"n = {tr.number(before.responses)} → {tr.number(after.responses)}"
        f" · {reader.day(reader.now)}",
        sentences(remark),
    )
    pairs = [
        Pair(f"{one.label}: {said(one, reader)}", one.after * 100, one.before * 100)
        for one in told
    ]
    return Pairs(
        head,
        0,
        100,
        tr("Later: %(name)s", name=names[1]),
        tr("Earlier: %(name)s", name=names[0]),
        pairs,
    )
