"""How a survey goes, on one card."""

from collections.abc import Mapping

from dialogs.i18n import Html, escape
from dialogs.results.desk import Desk
from dialogs.survey.values import shorten
from domain.surveys.form import Question
from domain.surveys.results.chain import chain
from domain.surveys.results.codebook import Variable
from domain.surveys.results.disclosure import hidden
from storage import tallies
from storage.progress import progress, unfinished_by

LISTED = 6
STOPS = 3


async def card(desk: Desk) -> Html:
    """Started, finished, unfinished, minutes, where people stop, by type and oblast."""
    tr, study = desk.actor.tr, desk.study
    going = await progress(desk.app.db, study)
    lines = [
        tr.html("<b>📊 %(title)s</b>", title=desk.reader.labels.title),
        tr.html(
            "Begun: <b>%(started)s</b> · submitted: <b>%(finished)s</b> · unfinished:"
            " <b>%(unfinished)s</b>",
            started=tr.number(going.started),
            finished=tr.number(going.finished),
            unfinished=tr.number(going.unfinished),
        ),
        tr.html("In the figures: <b>%(n)s</b>", n=tr.number(going.counted)),
    ]
    if going.minutes is not None:
        minutes = desk.reader.number(going.minutes)
        lines.append(tr.html("Median time: <b>%(minutes)s min</b>", minutes=minutes))
    stops = [
        f"• {escape(shorten(_screen(desk, key), 60))}: {tr.number(n)}"
        for key, n in going.stops[:STOPS]
    ]
    blocks = ["\n".join(lines)]
    if stops:
        blocks.append("\n".join([tr.html("<b>Where people stop</b>"), *stops]))
    parts = chain(study.codebook)
    described = [by for by in (parts.org_type, parts.oblast) if by is not None]
    blocks += [await _groups(desk, by, going.counted) for by in described]
    blocks.append(tr.html("<i>As of %(at)s</i>", at=tr.moment(desk.app.now())))
    return Html("\n\n".join(block for block in blocks if block))


def _screen(desk: Desk, key: str) -> str:
    """What stands on the screen where somebody stopped."""
    index = key.partition(".")[0]
    elements = desk.study.form.elements
    if not index.isdigit() or int(index) >= len(elements):
        return desk.actor.tr("Review before submitting")
    element = elements[int(index)]
    label = desk.reader.labels.text(element.label)
    return label or (element.name if isinstance(element, Question) else element.path)


async def _groups(desk: Desk, by: Variable, counted: int) -> str:
    tr = desk.actor.tr
    told = await tallies.sizes(desk.app.db, desk.study.population, by)
    begun = await unfinished_by(desk.app.db, desk.study.survey.id, by)
    sizes = {code: told[code] for code in dict.fromkeys([*by.codes, *told]) if told.get(code)}
    gone = hidden(sizes, counted)
    shown = sorted((code for code in sizes if code not in gone), key=lambda c: -sizes[c])
    lines = [_line(desk, by, code, sizes, begun) for code in shown[:LISTED]]
    rest = sum(sizes[code] for code in shown[LISTED:]) + sum(sizes[code] for code in gone)
    if rest:
        lines.append(tr.html("• other groups together: %(n)s", n=tr.number(rest)))
    if not lines:
        return ""
    label = shorten(desk.reader.labels.question(by), 60)
    return "\n".join([f"<b>{escape(label)}</b>", *lines])


def _line(
    desk: Desk, by: Variable, code: str, sizes: Mapping[str, int], begun: Mapping[str, int]
) -> str:
    tr = desk.actor.tr
    name = desk.reader.labels.code(by, code)
    if not begun.get(code):
        return tr.html("• %(name)s: %(n)s", name=name, n=tr.number(sizes[code]))
    return tr.html(
        "• %(name)s: %(n)s, unfinished %(begun)s",
        name=name,
        n=tr.number(sizes[code]),
        begun=tr.number(begun[code]),
    )
