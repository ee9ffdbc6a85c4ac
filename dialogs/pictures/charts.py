"""Draws the kinds of pictures: plain values in, a page out."""

from dialogs.pictures.canvas import LEADING, MARGIN, WIDTH, Canvas, broken, width_of
from dialogs.pictures.colours import BLUE, GREY, INK, MUTED, ORANGE, PAPER, RULE
from dialogs.pictures.kinds import Bars, Flows, Grid, Pairs, Picture

SMALL, BODY, TITLE = 10.5, 11.5, 14.0
INSIDE = WIDTH - 2 * MARGIN


def draw(picture: Picture) -> bytes:
    """A picture as PNG."""
    return page(picture).png()


def page(picture: Picture) -> Canvas:
    """A picture as a page that is still to be drawn."""
    canvas = Canvas()
    canvas.paragraph(picture.head.title, TITLE, bold=True, lines=4)
    canvas.y += 3
    canvas.paragraph(picture.head.about, SMALL, colour=MUTED)
    canvas.y += 12
    match picture:
        case Bars():
            _bars(canvas, picture)
        case Grid():
            _grid(canvas, picture)
        case Pairs():
            _pairs(canvas, picture)
        case Flows():
            _flows(canvas, picture)
    if picture.head.remark:
        canvas.y += 8
        canvas.paragraph(picture.head.remark, SMALL, colour=MUTED, lines=6)
    return canvas


def _bars(canvas: Canvas, picture: Bars) -> None:
    room = max((width_of(bar.said, SMALL) for bar in picture.bars), default=0) + 8
    full = INSIDE - room
    for bar in picture.bars:
        canvas.y += canvas.block(MARGIN, canvas.y, bar.label, BODY, INSIDE) + 2
        length = full * min(max(bar.share, 0), 1)
        if picture.whole:
            canvas.box(MARGIN, canvas.y, full, 12, "#eef2f6", round_=3)
        if length > 0:
            canvas.box(MARGIN, canvas.y, max(length, 2), 12, BLUE, round_=3)
        canvas.text(WIDTH - MARGIN, canvas.y, bar.said, SMALL, align="right")
        canvas.y += 22


def _grid(canvas: Canvas, picture: Grid) -> None:
    count = max(len(picture.columns), 1)
    label = min(
        max((width_of(row, SMALL) for row in picture.rows), default=0) + 8,
        max(INSIDE * 0.42, INSIDE - count * 46),
    )
    side = (INSIDE - label) / count
    left = MARGIN + label
    tall = 118.0  # room for a label that stands upright
    heads = [
        broken(name, SMALL, tall, lines=max(1, int(side // (SMALL * LEADING))))
        for name in picture.columns
    ]
    height = max((width_of(line, SMALL) for lines in heads for line in lines), default=0)
    for number, lines in enumerate(heads):
        x = left + number * side + (side - len(lines) * SMALL * LEADING) / 2
        for place, line in enumerate(lines):
            canvas.text(
                x + (place + 0.5) * SMALL * LEADING, canvas.y + height, line, SMALL,
                align="center", turned=90,
            )  # fmt: skip
    canvas.y += height + 8
    size = SMALL
    widest = max((width_of(c.said, size) for row in picture.cells for c in row), default=0)
    if widest > side - 3:
        size = max(7.0, size * (side - 3) / widest)
    for name, row in zip(picture.rows, picture.cells, strict=True):
        lines = broken(name, SMALL, label - 8)
        deep = max(len(lines) * SMALL * LEADING + 6, 24)
        top = canvas.y + (deep - len(lines) * SMALL * LEADING) / 2
        for place, line in enumerate(lines):
            canvas.text(MARGIN, top + place * SMALL * LEADING, line, SMALL)
        for number, cell in enumerate(row):
            x = left + number * side
            colour = shade(cell.strength)
            canvas.box(x + 1, canvas.y + 1, side - 2, deep - 2, colour)
            canvas.text(
                x + side / 2, canvas.y + (deep - size * LEADING) / 2, cell.said, size,
                align="center", colour=readable_on(colour),
            )  # fmt: skip
        canvas.y += deep


def shade(strength: float | None) -> str:
    """From nearly white to blue for 0 to 1, to orange for 0 to -1."""
    if strength is None:
        return "#f5f6f8"
    end = (0x00, 0x4F, 0x86) if strength >= 0 else (0xA8, 0x4A, 0x00)
    start = (0xEC, 0xF3, 0xF9) if strength >= 0 else (0xFB, 0xF0, 0xE4)
    part = min(abs(strength), 1.0)
    mixed = [round(a + (b - a) * part) for a, b in zip(start, end, strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def readable_on(colour: str) -> str:
    """Dark or white letters, whichever stand out more against a colour."""
    light = _light(colour) + 0.05
    return INK if light / (_light(INK) + 0.05) >= 1.05 / light else PAPER


def _light(colour: str) -> float:
    """How light a colour is, from 0 to 1, as WCAG reckons it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(
        weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def _pairs(canvas: Canvas, picture: Pairs) -> None:
    span = (picture.high - picture.low) or 1
    x0, x1 = MARGIN + 10, WIDTH - MARGIN - 10

    def at(value: float) -> float:
        return x0 + (x1 - x0) * (min(max(value, picture.low), picture.high) - picture.low) / span

    for colour, shape, words in ((ORANGE, "o", picture.own), (BLUE, "D", picture.peers)):
        if words:
            lines = broken(words, SMALL, INSIDE - 20)
            canvas.dot(MARGIN + 6, canvas.y + SMALL * LEADING / 2 - 1, colour, shape=shape)
            for line in lines:
                canvas.text(MARGIN + 18, canvas.y, line, SMALL)
                canvas.y += SMALL * LEADING
            canvas.y += 3
    canvas.y += 10
    for pair in picture.pairs:
        canvas.y += canvas.block(MARGIN, canvas.y, pair.label, BODY, INSIDE) + 8
        canvas.line([(x0, canvas.y), (x1, canvas.y)], RULE, 3)
        if pair.own is not None and pair.peers is not None:
            canvas.line([(at(pair.peers), canvas.y), (at(pair.own), canvas.y)], GREY, 3)
        if pair.peers is not None:
            canvas.dot(at(pair.peers), canvas.y, BLUE, shape="D", size=11)
        if pair.own is not None:
            canvas.dot(at(pair.own), canvas.y, ORANGE, size=9)
        canvas.y += 14
    for value in dict.fromkeys((picture.low, picture.high)):
        canvas.text(at(value), canvas.y, f"{value:g}", SMALL, colour=MUTED, align="center")
    canvas.y += SMALL * LEADING


def _flows(canvas: Canvas, picture: Flows) -> None:
    column = 126.0
    for name, colour, dashes in picture.states:
        lines = broken(name, SMALL, INSIDE - 40)
        y = canvas.y + SMALL * LEADING / 2
        canvas.line([(MARGIN, y), (MARGIN + 28, y)], colour, 4, dashes)
        for line in lines:
            canvas.text(MARGIN + 36, canvas.y, line, SMALL)
            canvas.y += SMALL * LEADING
    canvas.y += 10
    top = canvas.y
    titles = [
        canvas.block(x, top, words, SMALL, column, colour=MUTED, align=align)
        for x, words, align in (
            (MARGIN, picture.left, "left"),
            (WIDTH - MARGIN, picture.right, "right"),
        )
    ]
    top += max(titles) + 6
    columns = ((MARGIN, picture.sources, "left"), (WIDTH - MARGIN, picture.targets, "right"))
    heights = [sum(_deep(name, column) for name in names) for _, names, _ in columns]
    ends: list[list[float]] = []
    for (x, names, align), own in zip(columns, heights, strict=True):
        spare = (max(heights) - own) / max(len(names), 1)  # the shorter column is spread out
        y, middles = top + spare / 2, []
        for name in names:
            used = canvas.block(x, y, name, SMALL, column, align=align)
            middles.append(y + used / 2)
            y += _deep(name, column) + spare
        ends.append(middles)
    bottom = top + max(heights)
    most = max((flow.count for flow in picture.flows), default=1)
    for flow in sorted(picture.flows, key=lambda one: -one.count):
        _, colour, dashes = picture.states[flow.state]
        nudge = (flow.state - (len(picture.states) - 1) / 2) * 3.5
        canvas.curve(
            (MARGIN + column + 4, ends[0][flow.source] + nudge),
            (WIDTH - MARGIN - column - 4, ends[1][flow.target] + nudge),
            colour,
            0.8 + 6 * flow.count / most,
            dashes,
        )
    canvas.y = bottom


def _deep(name: str, width: float) -> float:
    """How much of a column a name takes."""
    return max(len(broken(name, SMALL, width)), 2) * SMALL * LEADING + 8
