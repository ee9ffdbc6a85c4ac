"""Figures in sentences that are true of the data: none is said that the data does not say."""

from collections.abc import Mapping

from dialogs.results.reader import Reader
from domain.surveys.results.chain import Chain
from domain.surveys.results.codebook import Variable
from domain.surveys.results.disclosure import hidden, is_small
from domain.surveys.results.figures import Figure, Figures

#: codes that say “no” or “none of it”
NEGATIVE = frozenset({"no", "none", "0", "false"})
HALF = 0.5


def affirmed(figure: Figure) -> int:
    """How many chose anything but a no."""
    return sum(n for code, n in figure.counts.items() if code not in NEGATIVE)


def known(figures: Figures, variable: Variable | None) -> Figure | None:
    """A figure that may be told: its question is there, and at least five answered."""
    figure = figures.questions.get(variable.name) if variable else None
    if figure is None or not figure.answered or is_small(figure.respondents):
        return None
    return figure


def headline(figures: Figures, parts: Chain, reader: Reader) -> list[tuple[str, str]]:
    """Up to three numbers with the words below them."""
    tr, found = reader.tr, []
    disrupted = known(figures, parts.disrupted)
    if disrupted:
        n = affirmed(disrupted)
        found.append(
            (
                reader.percent(n / disrupted.answered),
                tr(
                    "report that the war disrupted their work in the chain (%(n)s of %(all)s)",
                    n=tr.number(n),
                    all=tr.number(disrupted.answered),
                ),
            )
        )
    cycle = known(figures, parts.full_cycle)
    if cycle:
        n = affirmed(cycle)
        found.append(
            (
                reader.percent(n / cycle.answered),
                tr(
                    "need a complete partnership cycle (%(n)s of %(all)s)",
                    n=tr.number(n),
                    all=tr.number(cycle.answered),
                ),
            )
        )
    intl = known(figures, parts.intl)
    if intl:
        n = affirmed(intl)
        words = tr.plural(
            "organisation has experience in international projects, of %(all)s",
            "organisations have experience in international projects, of %(all)s",
            n,
            all=tr.number(intl.answered),
        )
        found.append((tr.number(n), words))
    return found


def more(figures: Figures, parts: Chain, reader: Reader) -> list[str]:
    """What else stands out: the bottlenecks, the gaps, the links."""
    said = [
        _half(known(figures, parts.full_cycle), reader),
        _bottleneck(figures, parts, reader),
        _gap(figures, parts, reader),
        _links(known(figures, parts.p_state), reader),
    ]
    return [sentence for sentence in said if sentence]


def _half(cycle: Figure | None, reader: Reader) -> str:
    if cycle is None:
        return ""
    share = affirmed(cycle) / cycle.answered
    said = reader.percent(share)
    if share > HALF:
        return reader.tr(
            "More than half of the organisations, %(share)s, need a complete partnership cycle:"
            " from workforce training to product implementation.",
            share=said,
        )
    return reader.tr(
        "A complete partnership cycle, from workforce training to product implementation, is"
        " needed by %(share)s of the organisations.",
        share=said,
    )


def _bottleneck(figures: Figures, parts: Chain, reader: Reader) -> str:
    rated = [found for one in parts.ratings if (found := known(figures, one)) is not None]
    rated = [one for one in rated if one.mean is not None]
    if not rated:
        return ""
    worst = max(rated, key=lambda one: one.mean or 0)
    return reader.tr(
        "The strongest bottleneck is “%(name)s”: %(mean)s on average on the scale up to %(top)s"
        " (n = %(n)s).",
        name=reader.labels.question(worst.variable),
        mean=reader.number(worst.mean or 0),
        top=list(worst.variable.codes)[-1],
        n=reader.tr.number(worst.answered),
    )


def _gap(figures: Figures, parts: Chain, reader: Reader) -> str:
    offered, asked = known(figures, parts.stages), known(figures, parts.missing_stages)
    if offered is None or asked is None:
        return ""
    code = max(asked.counts, key=lambda one: asked.counts[one] - offered.counts.get(one, 0))
    return reader.tr(
        "The widest gap is at the link “%(name)s”: %(asked)s say that they lack it, %(offered)s"
        " work in it.",
        name=reader.labels.code(asked.variable, code),
        asked=reader.tr.number(asked.counts[code]),
        offered=reader.tr.number(offered.counts.get(code, 0)),
    )


def _links(state: Figure | None, reader: Reader) -> str:
    if state is None or not {"weak", "broken"} & set(state.counts):
        return ""
    n = state.counts.get("weak", 0) + state.counts.get("broken", 0)
    return reader.tr(
        "Of %(all)s partnerships that were named, %(n)s are weakened or broken (%(share)s).",
        all=reader.tr.number(state.answered),
        n=reader.tr.number(n),
        share=reader.percent(n / state.answered),
    )


def extremes(
    total: Figures,
    groups: Mapping[str, Figures],
    question: Variable,
    by: Variable,
    reader: Reader,
) -> list[str]:
    """In which groups a share is highest and lowest, of the groups that may be shown."""
    figures = {code: group.questions[question.name] for code, group in groups.items()}
    sizes = {code: figure.respondents for code, figure in figures.items()}
    gone = hidden(sizes, total.questions[question.name].respondents)
    shares = {
        code: affirmed(figure) / figure.answered
        for code, figure in figures.items()
        if figure.answered and code not in gone
    }
    if len(shares) < 2 or len(set(shares.values())) < 2:
        return []
    high, low = max(shares, key=lambda c: shares[c]), min(shares, key=lambda c: shares[c])
    no = total.questions[question.name].counts
    but = ", ".join(
        reader.quoted(reader.labels.code(question, code)) for code in no if code in NEGATIVE
    )
    said = {
        code: {
            "no": but,
            "name": reader.labels.code(by, code),
            "share": reader.percent(shares[code]),
            "n": reader.tr.number(affirmed(figures[code])),
            "all": reader.tr.number(figures[code].answered),
        }
        for code in (high, low)
    }
    return [
        reader.tr(
            "Another answer than %(no)s is most frequent for “%(name)s”: %(share)s (%(n)s of"
            " %(all)s).",
            **said[high],
        ),
        reader.tr(
            "It is least frequent for “%(name)s”: %(share)s (%(n)s of %(all)s).", **said[low]
        ),
    ]


def top(figure: Figure, reader: Reader, count: int = 3) -> str:
    """The most frequent answers with their shares."""
    codes = sorted(figure.counts, key=lambda code: -figure.counts[code])[:count]
    return "; ".join(
        f"{reader.labels.code(figure.variable, code)} – {reader.percent(figure.share(code))}"
        for code in codes
        if figure.counts[code]
    )
