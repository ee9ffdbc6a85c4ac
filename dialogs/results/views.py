"""What pictures show of a survey: counted, small groups taken out, in the reader's words."""

from collections.abc import Mapping, Sequence

from dialogs.pictures.kinds import Bar, Bars, Cell, Grid, Head, Picture
from dialogs.results.reader import Reader
from domain.surveys.results.codebook import CALCULATE, CODED, Variable
from domain.surveys.results.disclosure import hidden, is_small
from domain.surveys.results.figures import Figure, in_order
from storage import results
from storage.database import Database
from storage.results import Study

COLUMNS = 8  # that a phone shows with room for numbers
ROWS = 30
BINS = 8


async def question(db: Database, study: Study, variable: Variable, reader: Reader) -> Picture:
    """One question: shares of its codes, or how its numbers are spread."""
    found = await results.figures(db, study.population, [variable])
    return question_chart(found.questions[variable.name], reader)


def question_chart(figure: Figure, reader: Reader) -> Picture:
    """The chart of a question that is counted already."""
    tr, variable = reader.tr, figure.variable
    title = reader.labels.brief(variable)
    about = reader.instances if variable.repeats else reader.about
    head = Head(title, about(figure.answered))
    if is_small(figure.respondents):
        return Bars(Head(title, head.about, tr("Hidden: fewer than five answered.")), ())
    if not figure.answered:
        return Bars(Head(title, head.about, tr("Nobody has answered this yet.")), ())
    if figure.numbers and (variable.type not in CODED and not _few(figure)):
        bars = _histogram(figure, reader)
        return Bars(Head(title, head.about, averages(figure, reader)), bars, whole=False)
    if figure.counts and not _unshown(variable):
        remark = tr("Several answers were possible.") if variable.several else ""
        if figure.numbers:
            remark = averages(figure, reader)
        scale = _scale(figure)
        bars = _shares(figure, reader, scale)
        return Bars(Head(title, head.about, remark), bars, whole=scale == 1)
    share = figure.answered / figure.asked
    said = f"{tr.number(figure.answered)} · {reader.percent(share)}"
    return Bars(head, [Bar(tr("Answered, of those who were asked"), share, said)])


def _unshown(variable: Variable) -> bool:
    """Whether its values are nobody's business: worked out of a name or another free text."""
    return variable.personal and variable.type == CALCULATE


def _few(figure: Figure) -> bool:
    """Whether numbers are so few that each stands for itself."""
    return bool(figure.counts) and len(figure.numbers) <= BINS


def averages(figure: Figure, reader: Reader) -> str:
    """The mean and the median in words."""
    if figure.mean is None or figure.median is None:
        return ""
    return reader.tr(
        "Mean %(mean)s, median %(median)s.",
        mean=reader.number(figure.mean, 2),
        median=reader.number(figure.median, 2),
    )


def _scale(figure: Figure) -> float:
    """The share that takes the whole width: a long list of small ones would be all stubs."""
    most = max(figure.shares.values(), default=0) or 1
    return 1 if most > 0.5 or len(figure.counts) <= BINS else most


def _shares(figure: Figure, reader: Reader, scale: float) -> list[Bar]:
    codes = list(figure.counts)
    if figure.variable.several or len(codes) > BINS:
        codes.sort(key=lambda code: -figure.counts[code])
    shares = figure.shares
    return [
        Bar(
            reader.labels.code(figure.variable, code),
            shares[code] / scale,
            f"{reader.percent(shares[code])} · {reader.tr.number(figure.counts[code])}",
        )
        for code in codes[:ROWS]
    ]


def _histogram(figure: Figure, reader: Reader) -> list[Bar]:
    low, high = min(figure.numbers), max(figure.numbers)
    whole = all(number == int(number) for number in figure.numbers)
    width = (high - low) / BINS or 1
    if whole:
        width = max(1, -(-(high - low + 1) // BINS))
    bins: dict[int, int] = {}
    for number, n in figure.numbers.items():
        place = min(int((number - low) // width), BINS - 1)
        bins[place] = bins.get(place, 0) + n
    most = max(bins.values())
    bars = []
    for place in range(max(bins) + 1):
        start, end = low + place * width, low + (place + 1) * width - (1 if whole else 0)
        end = min(end, high)  # the last one holds what there is
        label = f"{reader.number(start, 2)}–{reader.number(end, 2)}"
        n = bins.get(place, 0)
        said = f"{reader.percent(n / figure.answered)} · {reader.tr.number(n)}"
        bars.append(Bar(reader.number(start) if start == end else label, n / most, said))
    return bars


async def crossed(
    db: Database, study: Study, variable: Variable, by: Variable, reader: Reader
) -> Picture:
    """A question by another: the shares (or the mean) in each group that may be shown."""
    total, groups = await results.figures_by(db, study.population, [variable], by, sized=False)
    whole = total.questions[variable.name]
    tr = reader.tr
    figures = {code: group.questions[variable.name] for code, group in groups.items()}
    sizes = {code: figure.respondents for code, figure in figures.items()}
    gone = hidden(sizes, whole.respondents, overlapping=overlap(by))
    shown = {code: figures[code] for code, size in sizes.items() if size and code not in gone}
    title = f"{reader.labels.brief(variable)} – {reader.labels.brief(by)}"
    told = sum(figure.answered for figure in shown.values()) if shown else whole.answered
    remarks = [reader.hidden(by, gone)]
    if by.several or (by.repeats and by.repeats != variable.repeats):
        remarks.append(tr("One response can stand in several groups."))
        about = reader.instances(told)
    else:
        about = (reader.instances if variable.repeats else reader.about)(told)
    if not shown:
        remarks.append(tr("There is no group large enough to show."))
    head = Head(title, about, sentences(*remarks))
    if variable.countable and not _spread(shown.values()) and not _unshown(variable):
        return _shares_by(head, variable, by, shown, reader)
    return _means_by(head, by, shown, reader)


def overlap(by: Variable) -> bool:
    """Whether one respondent can be in several groups of a question."""
    return by.several or bool(by.repeats)


def _spread(figures: object) -> bool:
    """Whether a calculation came to many numbers, so that only their mean says something."""
    found = list(figures)  # type: ignore[call-overload]
    return any(f.numbers and f.variable.type not in CODED and len(f.counts) > BINS for f in found)


def group_name(by: Variable, code: str, n: int, reader: Reader) -> str:
    """A group with its denominator: “Лікарня (35)”."""
    return f"{reader.labels.code(by, code)} ({reader.tr.number(n)})"


def _shares_by(
    head: Head, variable: Variable, by: Variable, shown: Mapping[str, Figure], reader: Reader
) -> Grid:
    groups = list(shown)
    codes = sorted({code for f in shown.values() for code in f.counts}, key=in_order)
    order = [code for code in variable.codes if code in codes]
    codes = [*order, *(code for code in codes if code not in order)]
    names = [group_name(by, code, shown[code].answered, reader) for code in groups]
    words = [reader.labels.code(variable, code) for code in codes]
    cells = [[_share_cell(shown[group], code, reader) for group in groups] for code in codes]
    return trimmed(head, words, names, cells, reader)


def _share_cell(figure: Figure, code: str, reader: Reader) -> Cell:
    share = figure.share(code)
    return Cell(reader.percent(share), share)


def trimmed(
    head: Head,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    reader: Reader,
) -> Grid:
    """A grid that fits a phone: turned where it is wider than high, the rest told in words."""
    if len(columns) > max(COLUMNS, len(rows)):
        rows, columns = columns, rows
        cells = [list(row) for row in zip(*cells, strict=True)]
    more = max(len(columns) - COLUMNS, 0) + max(len(rows) - ROWS, 0)
    if more:
        words = reader.tr.plural("%(n)s more is not drawn.", "%(n)s more are not drawn.", more)
        head = Head(head.title, head.about, sentences(head.remark, words))
    return Grid(head, rows[:ROWS], columns[:COLUMNS], [row[:COLUMNS] for row in cells[:ROWS]])


def _means_by(head: Head, by: Variable, shown: Mapping[str, Figure], reader: Reader) -> Bars:
    means = {code: figure.mean for code, figure in shown.items() if figure.mean is not None}
    most = max((abs(mean) for mean in means.values()), default=0) or 1
    bars = [
        Bar(
            group_name(by, code, shown[code].answered, reader),
            max(mean, 0) / most,
            reader.mean(mean, 2),
        )
        for code, mean in means.items()
    ]
    words = reader.tr("Means.") if bars else ""
    return Bars(
        Head(head.title, head.about, sentences(words, head.remark)), bars[:ROWS], whole=False
    )


def sentences(*parts: str) -> str:
    """Sentences one after the other, without those that have nothing to say."""
    return " ".join(part for part in parts if part)
