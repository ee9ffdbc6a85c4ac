"""Puts the report together: the sections, then the PDF."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialogs.pictures.fonts import fonts
from dialogs.report import parts as part
from dialogs.report.sentences import extremes, headline, known, more, top
from dialogs.results import maps, rounds, views
from dialogs.results.reader import Reader
from dialogs.typesetting import typeset
from domain.surveys.results.chain import Chain, chain
from domain.surveys.results.codebook import Variable
from domain.surveys.results.disclosure import FEWEST, hidden, is_small
from domain.surveys.results.figures import Figures
from domain.surveys.results.rounds import changes
from storage import progress, results, shown
from storage.database import Database
from storage.results import Study

PAGE = Path(__file__).with_name("page.typ")
QUOTES = 8  # open answers of a question that are printed
CONTACT = re.compile(r"\S+@\S+|https?://\S+|\+?\d[\d\s()-]{7,}\d")

Section = dict[str, Any]


async def report(
    db: Database, study: Study, reader: Reader, earlier: Study | None = None
) -> bytes:
    """The report of a survey as PDF, in the reader's language; beside an earlier round."""
    sections = await contents(db, study, reader, earlier)
    going = await progress.progress(db, study)
    day = reader.day(reader.now)
    data = {
        "title": reader.labels.title,
        "subtitle": reader.tr.plural(
            "Results of the survey: %(n)s response, %(day)s",
            "Results of the survey: %(n)s responses, %(day)s",
            going.counted,
            day=day,
        ),
        "footer": reader.tr("Lanka · results as of %(day)s", day=day),
        "language": reader.tr.language,
        "sections": sections,
    }
    pictures = part.files(sections)  # which puts their names into the data
    return typeset(PAGE, json.dumps(data, ensure_ascii=False), pictures, [fonts()])


async def contents(
    db: Database, study: Study, reader: Reader, earlier: Study | None = None
) -> list[Section]:
    """The sections, with pictures that are still to be drawn."""
    found = chain(study.codebook)
    variables, by = study.codebook.variables, found.org_type
    groups: Mapping[str, Figures] = {}
    if by is None:
        figures = await results.figures(db, study.population, variables)
    else:
        figures, groups = await results.figures_by(db, study.population, variables, by)
    if is_small(figures.responses) or not figures.responses:
        nothing = reader.tr("Fewer than five responses count so far: nothing is shown.")
        short: Section = {"heading": reader.tr("In short"), "parts": [part.text(nothing)]}
        return [short, await _method(db, study, reader), _limits(reader)]
    summary, method, mapped, hindering, gaps, partners, abroad, opened = await asyncio.gather(
        _summary(db, study, figures, groups, found, reader),
        _method(db, study, reader),
        _chain(db, study, reader),
        _hindrances(db, study, found, reader),
        _gaps(db, study, reader),
        _partnerships(db, study, figures, found, reader),
        _international(figures, groups, found, reader),
        _open(db, study, found, reader),
    )
    changed = await _rounds(db, study, figures, earlier, reader)
    made = [
        summary,
        method,
        _who(study, figures, found, reader),
        _challenges(figures, groups, found, reader),
        mapped,
        hindering,
        gaps,
        partners,
        abroad,
        opened,
        changed,
        _questions(figures, reader),
        _limits(reader),
    ]
    return [section for section in made if section["parts"]]


async def _summary(
    db: Database,
    study: Study,
    figures: Figures,
    groups: Mapping[str, Figures],
    found: Chain,
    reader: Reader,
) -> Section:
    parts: list[part.Part] = []
    numbers = headline(figures, found, reader)
    if numbers:
        parts.append(part.facts(numbers))
    sentences = more(figures, found, reader)
    if sentences:
        parts.append(part.items(sentences))
    if found.disrupted is not None and known(figures, found.disrupted):
        one = views.question_chart(figures.questions[found.disrupted.name], reader)
        if found.org_type is not None:
            told = extremes(figures, groups, found.disrupted, found.org_type, reader)
            two = await views.crossed(db, study, found.disrupted, found.org_type, reader)
            parts += part.image(one)
            parts += [part.text(" ".join(told))] if told else []
            parts += part.image(two)
        else:
            parts += part.image(one)
    return {"heading": reader.tr("In short"), "parts": parts}


async def _method(db: Database, study: Study, reader: Reader) -> Section:
    tr = reader.tr
    going = await progress.progress(db, study)
    lines = [
        tr.plural(
            "%(n)s response counts: submitted, with consent.",
            "%(n)s responses count: submitted, with consent.",
            going.counted,
        )
    ]
    if study.population.one_per_organisation:
        lines.append(tr("Each organisation counts once, with its latest response."))
    if going.first and going.last:
        lines.append(
            tr(
                "They were submitted from %(first)s to %(last)s.",
                first=reader.day(going.first),
                last=reader.day(going.last),
            ).replace("..", ".")  # a day ends in “р.”, and so does the sentence
        )
    if going.unfinished:
        lines.append(
            tr.plural(
                "%(n)s response was begun and is not finished; it is in no figure.",
                "%(n)s responses were begun and are not finished; they are in no figure.",
                going.unfinished,
            )
        )
    lines += [
        tr(
            "Shares are of those who were asked and answered; n is their number. An answer to a"
            " question that stopped being relevant does not count."
        ),
        tr(
            "Groups of fewer than %(n)s respondents are hidden, and with them whatever would let"
            " them be worked out.",
            n=FEWEST,
        ),
    ]
    return {"heading": tr("Method"), "parts": [part.items(lines)]}


def _who(study: Study, figures: Figures, found: Chain, reader: Reader) -> Section:
    parts: list[part.Part] = []
    for one in (found.org_type, study.codebook.find("size")):
        figure = known(figures, one)
        if figure is not None:
            parts += part.image(views.question_chart(figure, reader))
    oblasts = known(figures, found.oblast)
    if oblasts is not None:
        words = top(oblasts, reader, 6)
        parts.append(part.text(reader.tr("Most are from: %(oblasts)s.", oblasts=words)))
    return {"heading": reader.tr("Who answered"), "parts": parts}


def _challenges(
    figures: Figures, groups: Mapping[str, Figures], found: Chain, reader: Reader
) -> Section:
    """What only one type of organisation is asked: its own needs and obstacles."""
    by, rows = found.org_type, []
    if by is None:
        return {"heading": "", "parts": []}
    sizes = {code: group.responses for code, group in groups.items()}
    gone = hidden(sizes, figures.responses)
    for code in by.codes:
        group = groups[code]
        for name, figure in group.questions.items():
            own = figure.answered == figures.questions[name].answered
            if figure.variable.several and own and code not in gone and figure.answered >= FEWEST:
                rows.append(
                    [
                        reader.labels.code(by, code),
                        reader.labels.question(figure.variable),
                        top(figure, reader),
                        reader.tr.number(figure.answered),
                    ]
                )
    header = [
        reader.tr("Type"), reader.tr("Question"), reader.tr("Most frequent answers"), "n",
    ]  # fmt: skip
    parts = [part.table(header, rows, [4, 7, 9, 1])] if rows else []
    return {"heading": reader.tr("By type of organisation"), "parts": parts}


async def _chain(db: Database, study: Study, reader: Reader) -> Section:
    picture = await maps.chain_map(db, study, reader)
    return {"heading": reader.tr("Map of the chain"), "parts": part.image(picture, 10)}


async def _hindrances(db: Database, study: Study, found: Chain, reader: Reader) -> Section:
    parts = part.image(await maps.heat_map(db, study, reader), 10)
    if found.stages is not None and parts:
        parts += part.image(await maps.heat_map(db, study, reader, found.stages), 10)
    return {"heading": reader.tr("Bottlenecks"), "parts": parts}


async def _gaps(db: Database, study: Study, reader: Reader) -> Section:
    parts = part.image(await maps.gaps(db, study, reader), 10)
    return {"heading": reader.tr("Gaps"), "parts": parts}


async def _partnerships(
    db: Database, study: Study, figures: Figures, found: Chain, reader: Reader
) -> Section:
    graph = await maps.link_graph(db, study, reader)
    cycle = known(figures, found.cycle)
    chart = views.question_chart(cycle, reader) if cycle else None
    return {
        "heading": reader.tr("Partnerships and their cycle"),
        "parts": part.image(graph, 10) + part.image(chart),
    }


async def _international(
    figures: Figures,
    groups: Mapping[str, Figures],
    found: Chain,
    reader: Reader,
) -> Section:
    intl = known(figures, found.intl)
    if intl is None or found.intl is None:
        return {"heading": "", "parts": []}
    told = extremes(figures, groups, found.intl, found.org_type, reader) if found.org_type else []
    progs = known(figures, found.progs)
    parts = part.image(views.question_chart(intl, reader))
    parts += [part.text(" ".join(told))] if told else []
    if progs is not None:
        parts += part.image(views.question_chart(progs, reader))
    return {"heading": reader.tr("International experience"), "parts": parts}


async def _open(db: Database, study: Study, found: Chain, reader: Reader) -> Section:
    """Free texts of organisations that agreed to be shown, without names and contacts."""
    names = (found.org_name, found.email, found.p_name)
    wanted = [
        one
        for one in study.codebook.variables
        if one.type == "text" and not one.tie and not one.repeats and one not in names
    ]
    said = await shown.open_answers(db, study.population, wanted, found.publish)
    parts: list[part.Part] = []
    for one in wanted:
        words = Counter(_harmless(text) for text in said.get(one.name, []))
        if not words or _is_identifier(one):
            continue
        lines = [
            f"{reader.quoted(text)} ({n})" if n > 1 else reader.quoted(text)
            for text, n in words.most_common(QUOTES)
        ]
        parts += [part.text(reader.labels.question(one)), part.quotes(lines)]
    if parts:
        parts.insert(
            0,
            part.remark(
                reader.tr(
                    "Only from organisations that agreed to be shown; contacts are taken out. The"
                    " number in brackets is how many wrote the same."
                )
            ),
        )
    return {"heading": reader.tr("In their own words"), "parts": parts}


async def _rounds(
    db: Database, study: Study, figures: Figures, earlier: Study | None, reader: Reader
) -> Section:
    """What changed since an earlier round."""
    nothing: Section = {"heading": "", "parts": []}
    if earlier is None:
        return nothing
    old = await results.figures(db, earlier.population, earlier.codebook.variables)
    told = rounds.lines(list(changes(old, figures).values()), study, reader)
    if not told:
        return nothing
    tr, names = reader.tr, (rounds.name(earlier), rounds.name(study))
    met = tr(
        "%(earlier)s: n = %(old)s; %(later)s: n = %(new)s. These need not be the same"
        " organisations.",
        earlier=names[0],
        old=tr.number(old.responses),
        later=names[1],
        new=tr.number(figures.responses),
    )
    drawn = rounds.picture(old, figures, told[: rounds.ROWS], reader, names)
    words = rounds.furthest(told, reader)
    parts = [part.text(met), *part.image(drawn, 10), *([part.items(words)] if words else [])]
    return {"heading": tr("Since the earlier round"), "parts": parts}


def _harmless(text: str) -> str:
    return CONTACT.sub("…", " ".join(text.split()))[:300]


def _is_identifier(variable: Variable) -> bool:
    return variable.name in ("edrpou", "org_name", "name", "phone", "email", "contact")


def _questions(figures: Figures, reader: Reader) -> Section:
    rows = []
    for figure in figures.questions.values():
        variable = figure.variable
        if not figure.answered or is_small(figure.respondents) or variable.tie == "consent":
            continue
        if variable.label is None:  # worked out; its name says nothing to who did not write it
            continue
        if figure.numbers and figure.mean is not None:
            said = views.averages(figure, reader)
        elif variable.codes:
            said = top(figure, reader)
        else:
            continue
        n = f"{reader.tr.number(figure.answered)} / {reader.tr.number(figure.asked)}"
        rows.append([reader.labels.question(variable), said, n])
    header = [
        reader.tr("Question"),
        reader.tr("Most frequent answers, or the average"),
        reader.tr("Answered / asked"),
    ]
    parts = [part.table(header, rows, [8, 10, 3])] if rows else []
    return {"heading": reader.tr("All questions"), "parts": parts}


def _limits(reader: Reader) -> Section:
    tr = reader.tr
    lines = [
        tr(
            "Who answered decided so themselves: the figures describe those who answered, not all"
            " organisations of the country."
        ),
        tr("With few respondents a share moves by several points with one answer: look at n."),
        tr("Organisations describe themselves; nothing was checked on the spot."),
        tr("Shares are rounded to whole per cent, so that they may not add up to 100."),
    ]
    return {"heading": tr("Limits"), "parts": [part.items(lines)]}
