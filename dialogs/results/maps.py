"""Maps of a value chain: who works where, what hinders, what is missing, which links hold."""

from collections.abc import Mapping, Sequence

from dialogs.pictures.colours import BLUE, GREEN, GREY, ORANGE, YELLOW
from dialogs.pictures.kinds import Cell, Flow, Flows, Grid, Head, Pair, Pairs, Picture
from dialogs.results.reader import Reader
from dialogs.results.views import group_name, overlap, sentences, trimmed
from domain.surveys.results.chain import Chain, chain
from domain.surveys.results.codebook import Variable
from domain.surveys.results.disclosure import hidden, is_small
from domain.surveys.results.figures import Figure
from storage import results, tallies
from storage.database import Database
from storage.results import Study

NOTHING = "·"
#: how the usual states of a link are drawn; others take what is left
STATES = {
    "strong": (GREEN, ()),
    "weak": (YELLOW, (4.0, 1.5)),
    "broken": (ORANGE, (1.5, 1.5)),
    "planned": (BLUE, (6.0, 2.0, 1.0, 2.0)),
}


def minus(number: int) -> str:
    """A difference with its sign, as it is printed."""
    return f"+{number}" if number > 0 else f"−{-number}" if number else "0"


def _visible(
    by: Variable, *told: tuple[Mapping[str, int], int]
) -> tuple[list[str], frozenset[str]]:
    """The groups that may be shown, and those that are hidden.

    `told` are the respondents of each figure that is drawn, by group and in all: a group whose
    part in one of them is hidden is hidden in all of them.
    """
    gone = frozenset(
        code for sizes, total in told for code in hidden(sizes, total, overlapping=overlap(by))
    )
    codes = dict.fromkeys([*by.codes, *(code for sizes, _ in told for code in sorted(sizes))])
    shown = [
        code for code in codes if code not in gone and any(sizes.get(code) for sizes, _ in told)
    ]
    return shown, gone


async def chain_map(db: Database, study: Study, reader: Reader) -> Picture | None:
    """How many organisations of each type work in each link of the chain."""
    parts = chain(study.codebook)
    if parts.stages is None or parts.org_type is None:
        return None
    stages, by = parts.stages, parts.org_type
    total, groups = await results.figures_by(db, study.population, [stages], by, sized=False)
    whole = total.questions[stages.name]
    found = {code: group.questions[stages.name] for code, group in groups.items()}
    shown, gone = _visible(by, ({code: f.answered for code, f in found.items()}, whole.answered))
    most = max((n for code in shown for n in found[code].counts.values()), default=0) or 1
    cells = [
        [
            Cell(str(found[code].counts.get(stage, 0)), found[code].counts.get(stage, 0) / most)
            for code in shown
        ]
        for stage in stages.codes
    ]
    head = Head(
        reader.tr("Map of the chain: organisations by link and type"),
        reader.about(sum(found[code].answered for code in shown)),
        sentences(
            reader.tr("One organisation can work in several links."), reader.hidden(by, gone)
        ),
    )
    names = [group_name(by, code, found[code].answered, reader) for code in shown]
    rows = [reader.labels.code(stages, code) for code in stages.codes]
    return trimmed(head, rows, names, cells, reader)


async def heat_map(
    db: Database, study: Study, reader: Reader, by: Variable | None = None
) -> Picture | None:
    """The mean rating of each bottleneck, by type of organisation or by another question."""
    parts = chain(study.codebook)
    by = by or parts.org_type
    if by is None or not parts.ratings:
        return None
    whole, groups = await results.figures_by(db, study.population, parts.ratings, by, sized=False)
    first = parts.ratings[0]
    low, high = float(next(iter(first.codes))), float(list(first.codes)[-1])
    sizes = {
        code: min(group.questions[one.name].answered for one in parts.ratings)
        for code, group in groups.items()
    }
    told = [
        (
            {code: group.questions[one.name].respondents for code, group in groups.items()},
            whole.questions[one.name].respondents,
        )
        for one in parts.ratings
    ]
    shown, gone = _visible(by, *told)
    cells = [
        [_mean_cell(groups[code].questions[one.name], low, high, reader) for one in parts.ratings]
        for code in shown
    ]
    about = reader.instances if overlap(by) else reader.about
    head = Head(
        _bottlenecks(parts, by, reader),
        about(sum(sizes[code] for code in shown)),
        sentences(
            reader.tr(
                "%(low)s–%(high)s: the higher, the more it hinders.",
                low=reader.number(low),
                high=reader.number(high),
            ),
            reader.tr("One response can stand in several groups.") if overlap(by) else "",
            reader.hidden(by, gone),
        ),
    )
    rows = [group_name(by, code, sizes[code], reader) for code in shown]
    return trimmed(head, rows, [reader.labels.question(o) for o in parts.ratings], cells, reader)


def _bottlenecks(parts: Chain, by: Variable, reader: Reader) -> str:
    """The heat map's title: what its groups are, in a word; by another question that question."""
    if by == parts.org_type:
        return reader.tr("Bottlenecks by type of organisation, mean rating")
    if by == parts.oblast:
        return reader.tr("Bottlenecks by oblast, mean rating")
    if by == parts.stages:
        return reader.tr("Bottlenecks by link of the chain, mean rating")
    return reader.tr("Bottlenecks, mean rating – %(by)s", by=reader.labels.brief(by))


def _mean_cell(figure: Figure, low: float, high: float, reader: Reader) -> Cell:
    if figure.mean is None or is_small(figure.respondents):
        return Cell(NOTHING)
    strength = (figure.mean - low) / (high - low) if high != low else 0
    return Cell(reader.mean(figure.mean), strength)


async def gaps(db: Database, study: Study, reader: Reader) -> Picture | None:
    """Links that organisations ask for minus those that they offer, in all and by oblast."""
    parts = chain(study.codebook)
    if parts.stages is None or parts.missing_stages is None:
        return None
    offered, asked = parts.stages, parts.missing_stages
    both = [offered, asked]
    columns, remark = [reader.tr("All")], ""
    if parts.oblast is None:
        total = await results.figures(db, study.population, both)
        differences = [_difference(total.questions, offered, asked)]
    else:
        total, groups = await results.figures_by(db, study.population, both, parts.oblast)
        differences = [_difference(total.questions, offered, asked)]
        sizes = {code: group.responses for code, group in groups.items()}
        answered = [
            (
                {code: group.questions[one.name].answered for code, group in groups.items()},
                total.questions[one.name].answered,
            )
            for one in both
        ]
        shown, gone = _visible(parts.oblast, (sizes, total.responses), *answered)
        shown.sort(key=lambda code: -sizes[code])
        columns += [group_name(parts.oblast, code, sizes[code], reader) for code in shown]
        differences += [_difference(groups[code].questions, offered, asked) for code in shown]
        if gone:
            remark = reader.tr.plural(
                "%(n)s oblast is hidden: it would tell about fewer than five responses.",
                "%(n)s oblasts are hidden: they would tell about fewer than five responses.",
                len(gone),
            )
    widest = [max((abs(n) for n in column.values()), default=0) or 1 for column in differences]
    most = [widest[0]] + [max(widest[1:], default=1)] * (len(widest) - 1)  # oblasts are alike
    order = sorted(offered.codes, key=lambda code: -differences[0].get(code, 0))
    cells = [
        [
            Cell(minus(column.get(code, 0)), column.get(code, 0) / scale)
            for column, scale in zip(differences, most, strict=True)
        ]
        for code in order
    ]
    head = Head(
        reader.tr("Gaps: links asked for minus links offered"),
        reader.about(total.responses),
        sentences(
            reader.tr("Above zero, more organisations need the link than offer it."), remark
        ),
    )
    if is_small(total.responses):
        return Grid(Head(head.title, head.about, reader.tr("Hidden: fewer than five answered.")),
                    (), (), ())  # fmt: skip
    rows = [reader.labels.code(offered, code) for code in order]
    return Grid(head, rows, columns[:8], [row[:8] for row in cells])


def _difference(
    figures: Mapping[str, Figure], offered: Variable, asked: Variable
) -> dict[str, int]:
    have, want = figures[offered.name].counts, figures[asked.name].counts
    return {code: want.get(code, 0) - have.get(code, 0) for code in offered.codes}


async def link_graph(db: Database, study: Study, reader: Reader) -> Picture | None:
    """Partnerships: from types of organisations to the links that partners cover, by state."""
    parts = chain(study.codebook)
    if not parts.has_links or not (parts.p_state and parts.p_stage and parts.org_type):
        return None
    state, stage, by = parts.p_state, parts.p_stage, parts.org_type
    sizes = await tallies.respondents(db, study.population, state, by)
    whole = (await results.figures(db, study.population, [state])).questions[state.name]
    shown, gone = _visible(by, (sizes, whole.respondents))
    found = await tallies.combinations(db, study.population, [state, by, stage])
    kept = {key: n for key, n in found.items() if key[1] in shown}
    targets = [code for code in stage.codes if any(key[2] == code for key in kept)]
    states = [code for code in state.codes if any(key[0] == code for key in kept)]
    totals = {code: sum(n for key, n in kept.items() if key[0] == code) for code in states}
    count = sum(totals.values())
    spare = iter([GREY, "#cc79a7", "#56b4e9", "#f0e442"] * len(states))
    legend = [_legend(state, code, totals[code], count, next(spare), reader) for code in states]
    flows = [
        Flow(shown.index(key[1]), targets.index(key[2]), states.index(key[0]), n)
        for key, n in kept.items()
        if key[2] in targets and key[0] in states
    ]
    head = Head(
        reader.tr("Partnerships by state"),
        reader.instances(count),
        sentences(reader.tr("The thicker, the more partnerships."), reader.hidden(by, gone)),
    )
    return Flows(
        head,
        [group_name(by, code, sizes[code], reader) for code in shown],
        [reader.labels.code(stage, code) for code in targets],
        legend,
        flows,
        reader.tr("Who answered"),
        reader.tr("What the partner covers"),
    )


def _legend(
    state: Variable, code: str, n: int, count: int, spare: str, reader: Reader
) -> tuple[str, str, tuple[float, ...]]:
    """A state in words with its share, its colour and its dashes."""
    words = f"{reader.labels.code(state, code)}: {reader.tr.number(n)}"
    colour, dashes = STATES.get(code, (spare, ()))
    return f"{words} ({reader.percent(n / count)})", colour, dashes


async def peers(
    db: Database, study: Study, own: Mapping[str, str], reader: Reader
) -> Pairs | None:
    """One's own bottlenecks beside the median of one's type; of all where the type is small.

    `own` are one's answers by question name.
    """
    parts = chain(study.codebook)
    rated = [one for one in parts.ratings if own.get(one.name)]
    if not rated:
        return None
    medians, n, who = await _peers(db, study, parts, rated, own, reader)
    scale = [float(code) for code in rated[0].codes]
    pairs = [
        Pair(reader.labels.question(one), float(own[one.name]), medians.get(one.name))
        for one in rated
    ]
    remark = (
        reader.tr("The right end means that it stops the work.")
        if n
        else reader.tr("Your peers appear here once five of them have answered.")
    )
    head = Head(reader.tr("You and your peers: what stands in the way"), reader.about(n), remark)
    return Pairs(head, min(scale), max(scale), reader.tr("You"), who, pairs)


async def _peers(
    db: Database,
    study: Study,
    parts: Chain,
    rated: Sequence[Variable],
    own: Mapping[str, str],
    reader: Reader,
) -> tuple[dict[str, float | None], int, str]:
    """The medians, of how many, and who they are; nothing of fewer than five."""
    kind = own.get(parts.org_type.name) if parts.org_type else None
    if parts.org_type is not None and kind:
        total, groups = await results.figures_by(db, study.population, rated, parts.org_type)
        sizes = {code: group.responses for code, group in groups.items()}
        if sizes.get(kind) and kind not in hidden(sizes, total.responses):
            name = reader.labels.code(parts.org_type, kind)
            who = reader.tr("Median of your peers: %(name)s", name=name)
            return _medians(groups[kind].questions), sizes[kind], who
    everybody = await results.figures(db, study.population, rated)
    if not everybody.responses or is_small(everybody.responses):
        return {}, 0, ""
    who = reader.tr("Median of all organisations")
    return _medians(everybody.questions), everybody.responses, who


def _medians(questions: Mapping[str, Figure]) -> dict[str, float | None]:
    return {
        name: None if is_small(figure.respondents) else figure.median
        for name, figure in questions.items()
    }
