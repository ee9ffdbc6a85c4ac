"""A page that texts and shapes are put on, from the top down, in points.

Matplotlib draws it, but does not lay it out: every text is measured and broken before it gets its
place, so that none can be cut or lie over another, however long a label is. 432 points wide, so
that the smallest letters are still ten pixels high on a phone 400 pixels wide.
"""

import io
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path as Curve
from matplotlib.textpath import text_to_path

from dialogs.pictures.colours import INK, PAPER, RULE

WIDTH = 432.0  # points
MARGIN = 18.0
DPI = 180
LEADING = 1.28  # height of a line over that of its letters
TALLEST = 2_000.0  # points; Telegram refuses pictures of more than 10,000 pixels in all

_drawing = threading.Lock()  # matplotlib's fonts are shared and not safe for threads


@lru_cache(maxsize=8192)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in points."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    with _drawing:
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * 1.02  # hinting makes letters a little wider when they are drawn


def broken(text: str, size: float, width: float, lines: int = 3, bold: bool = False) -> list[str]:
    """The text in at most so many lines of at most that width; what is too long ends in “…”."""
    words = re.split(r"[ \t\n]+", text.strip())  # not at a no-break space
    made: list[str] = [""]
    for word in words:
        longer = f"{made[-1]} {word}".strip()
        if width_of(longer, size, bold) <= width:
            made[-1] = longer
            continue
        if made[-1]:
            made.append("")
        rest = word
        while width_of(rest, size, bold) > width:  # a word that is wider than the column
            cut = _fitting(rest, size, width, bold)
            made[-1] = rest[:cut]
            made.append("")
            rest = rest[cut:]
        made[-1] = rest
    if len(made) > lines:
        made = made[:lines]
        while made[-1] and width_of(f"{made[-1]}…", size, bold) > width:
            made[-1] = made[-1][:-1]
        made[-1] = f"{made[-1].rstrip(' ,.;:–-')}…"
    return made


def _fitting(word: str, size: float, width: float, bold: bool) -> int:
    cut = len(word) - 1
    while cut > 1 and width_of(word[:cut], size, bold) > width:
        cut -= 1
    return max(cut, 1)


@dataclass
class Canvas:
    """Collects what is to be drawn; `y` is where the next thing begins."""

    y: float = MARGIN
    _shapes: list[Callable[[Any, float], None]] = field(default_factory=list)
    _texts: list[tuple[float, float, str, float, str, str, bool, float]] = field(
        default_factory=list
    )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        colour: str = INK,
        align: str = "left",
        bold: bool = False,
        turned: float = 0,
    ) -> None:
        """One line with its top at `y`."""
        self._texts.append((x, y, text, size, colour, align, bold, turned))

    def block(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        width: float,
        *,
        lines: int = 3,
        colour: str = INK,
        align: str = "left",
        bold: bool = False,
    ) -> float:
        """A text in lines; returns its height."""
        made = broken(text, size, width, lines, bold)
        for number, line in enumerate(made):
            self.text(
                x, y + number * size * LEADING, line, size, colour=colour, align=align, bold=bold
            )
        return len(made) * size * LEADING

    def paragraph(self, text: str, size: float, **style: Any) -> None:
        """A text over the whole width, below what is there."""
        if text:
            self.y += self.block(MARGIN, self.y, text, size, WIDTH - 2 * MARGIN, **style)

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, *, round_: float = 0
    ) -> None:
        """A filled rectangle."""

        def draw(axes: Any, _: float) -> None:
            if round_ and width > 2 * round_:
                axes.add_patch(
                    FancyBboxPatch(
                        (x + round_, y + round_),
                        width - 2 * round_,
                        height - 2 * round_,
                        boxstyle=f"round,pad={round_}",
                        facecolor=colour,
                        linewidth=0,
                    )
                )
            else:
                axes.add_patch(Rectangle((x, y), width, height, facecolor=colour, linewidth=0))

        self._shapes.append(draw)

    def line(
        self, points: Sequence[tuple[float, float]], colour: str = RULE, width: float = 1,
        dashes: tuple[float, ...] = (),
    ) -> None:  # fmt: skip
        """A line through points."""

        def draw(axes: Any, _: float) -> None:
            xs, ys = zip(*points, strict=True)
            style: Any = (0, dashes) if dashes else "-"
            axes.plot(xs, ys, color=colour, linewidth=width, linestyle=style)

        self._shapes.append(draw)

    def curve(
        self, start: tuple[float, float], end: tuple[float, float], colour: str, width: float,
        dashes: tuple[float, ...] = (),
    ) -> None:  # fmt: skip
        """A line that leaves and arrives level."""

        def draw(axes: Any, _: float) -> None:
            middle = (start[0] + end[0]) / 2
            path = Curve(
                [start, (middle, start[1]), (middle, end[1]), end],
                [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4],
            )
            style: Any = (0, dashes) if dashes else "-"
            axes.add_patch(
                PathPatch(
                    path,
                    facecolor="none",
                    edgecolor=colour,
                    linewidth=width,
                    linestyle=style,
                    alpha=0.75,
                    capstyle="round",
                )
            )

        self._shapes.append(draw)

    def dot(self, x: float, y: float, colour: str, *, shape: str = "o", size: float = 9) -> None:
        """A mark: "o" round, "D" a diamond."""

        def draw(axes: Any, _: float) -> None:
            axes.plot(
                [x],
                [y],
                shape,
                color=colour,
                markersize=size,
                markeredgecolor=PAPER,
                markeredgewidth=1,
            )

        self._shapes.append(draw)

    def figure(self) -> Figure:
        """The page as a figure of matplotlib's, as high as what is on it."""
        height = min(self.y + MARGIN, TALLEST)
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=DPI, facecolor=PAPER)
        axes: Any = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        axes.set_axis_off()
        for draw in self._shapes:
            draw(axes, height)
        for x, y, text, size, colour, align, bold, turned in self._texts:
            axes.text(
                x,
                y,
                text,
                fontsize=size,
                color=colour,
                family="DejaVu Sans",
                ha=align,
                va="bottom" if turned else "top",
                rotation=turned,
                rotation_mode="default",
                weight="bold" if bold else "normal",
                parse_math=False,
            )
        return figure

    def png(self) -> bytes:
        """The page as a picture."""
        return drawn(self.figure())


def drawn(figure: Figure) -> bytes:
    """A figure as PNG."""
    FigureCanvasAgg(figure)
    out = io.BytesIO()
    with _drawing:
        figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()
