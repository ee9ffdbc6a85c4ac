"""Pictures with the longest labels and the most extreme data: nothing is cut, nothing overlaps."""

import struct
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from dialogs.pictures.canvas import DPI, WIDTH, broken, width_of
from dialogs.pictures.charts import draw, page
from dialogs.pictures.kinds import Bar, Bars, Cell, Flow, Flows, Grid, Head, Pair, Pairs, Picture
from dialogs.results.maps import STATES

LONG = "Науково-дослідна установа / університет із підготовки кадрів для післяпродажного сервісу"
WORD = "Дезоксирибонуклеїновокислотноспектрофотометричний"  # wider than a column
FORMULA = "Витрати $5 на _одного_ & ще^2 $"  # matplotlib would set this as mathematics
TITLE = "Які ланки Вам потрібні, але зараз недоступні в Україні? " * 3
HEAD = Head(TITLE, "n = 1 234 567 (1 234 567 анкет) · 26 листопада 2026 р.", LONG * 4)
NAMES = [LONG, WORD, FORMULA, "Ні", "", "WWWWWWWW " * 12]


def grid(rows: int, columns: int) -> Grid:
    cells = [
        [
            Cell("100 %" if (r + c) % 2 else "·", None if c % 3 == 0 else c / columns)
            for c in range(columns)
        ]
        for r in range(rows)
    ]
    return Grid(
        HEAD,
        [NAMES[r % 6] for r in range(rows)],
        [NAMES[c % 6] for c in range(columns)],
        cells,
    )


PICTURES: dict[str, Picture] = {
    "no bars": Bars(HEAD, ()),
    "bars": Bars(HEAD, [Bar(name, 2.0, "100 % · 1 234 567") for name in NAMES * 5]),
    "nothing": Bars(Head("", ""), [Bar("", -1, "0")]),
    "one cell": grid(1, 1),
    "wide": grid(2, 8),
    "tall": grid(30, 8),
    "empty grid": Grid(HEAD, (), (), ()),
    "pairs": Pairs(
        HEAD,
        1,
        5,
        LONG,
        LONG,
        [Pair(n, own, 99) for n, own in zip(NAMES, (1, 5, None, 3, 9, -4), strict=True)],
    ),
    "one scale": Pairs(HEAD, 3, 3, "Ви", "", [Pair(LONG, 3, None)]),
    "flows": Flows(
        HEAD,
        NAMES[:4],
        NAMES * 2,
        [(LONG, *STATES["weak"]), ("Розірваний", *STATES["broken"])],
        [Flow(s, t, t % 2, 10 ** (t % 6)) for s in range(4) for t in range(12)],
        LONG,
        LONG,
    ),
    "no flows": Flows(HEAD, (), (), (), (), "", ""),
}


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_leaves_the_picture_or_lies_over_another(name: str) -> None:
    figure = page(PICTURES[name]).figure()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    width, height = figure.bbox.width, figure.bbox.height
    boxes = []
    for text in figure.axes[0].texts:
        if text.get_text().strip():
            box = text.get_window_extent(canvas.get_renderer())  # type: ignore[no-untyped-call]
            assert -0.5 <= box.x0 <= box.x1 <= width + 0.5, text.get_text()
            assert -0.5 <= box.y0 <= box.y1 <= height + 0.5, text.get_text()
            boxes.append((text.get_text(), box))
    for (first, one), (second, other) in combinations(boxes, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        along = min(one.y1, other.y1) - max(one.y0, other.y0)
        # an "y" may reach into the space of the line below, never into its letters
        assert across <= 1 or along <= 5, (first, second, across, along)


@pytest.mark.parametrize("name", PICTURES)
def test_telegram_takes_it_as_a_photo(name: str) -> None:
    png = draw(PICTURES[name])
    width, height = struct.unpack(">II", png[16:24])
    assert width == WIDTH / 72 * DPI
    assert width + height <= 10_000
    assert max(width, height) / min(width, height) <= 20
    assert len(png) < 10_000_000


def test_the_smallest_letters_can_be_read_on_a_phone() -> None:
    for name, picture in PICTURES.items():
        for text in page(picture).figure().axes[0].texts:
            pixels = float(text.get_fontsize()) * 400 / WIDTH
            assert pixels >= 6.4, (name, text.get_text())
            if name not in ("wide", "tall"):
                assert pixels >= 9.5, (name, text.get_text())


@pytest.mark.parametrize("text", [LONG, WORD, "a", "", "слово " * 200])
@pytest.mark.parametrize("width", [30, 100, 400])
def test_lines_fit_and_lose_nothing_unsaid(text: str, width: float) -> None:
    lines = broken(text, 10, width, 3)
    assert len(lines) <= 3
    assert all(width_of(line, 10) <= width for line in lines)
    whole = "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert whole or lines[-1].endswith("…")
