"""Pen and paper for the timeline: lines, shapes and text in pixels, y downwards, PNG in the end.

    line(), shape(), dot(), text() ─▶ collected by style ─▶ paint(): one collection each ─▶ png()

The only module that knows matplotlib.  It draws on a figure of its own, without pyplot, so the
learner's figures and settings stay as they are; twice as many pixels, for sharp screens.
"""

from __future__ import annotations

import io
import math
import warnings
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from PIL import Image

INK, GREY, FAINT, HAIR, RED = "#1f2328", "#57606a", "#b6bdc5", "#e4e8ec", "#b3261e"
STARTING = "#868f99"
POINTS = 0.72  # per pixel: a hundred pixels an inch
FAMILY = "DejaVu Sans"  # comes with matplotlib

Point = tuple[float, float]


class Style(NamedTuple):
    """How a line looks. Higher `order` covers lower; a `halo` cuts what it covers."""

    width: float
    order: int
    dashes: tuple[float, ...] = ()
    halo: float = 0


STYLES = {
    "hair": Style(1, 0),
    "start": Style(1, 1),
    "starting": Style(1.6, 2, (1, 2.6)),
    "waits": Style(1.8, 2, (4, 3)),
    "cap": Style(2, 3),
    "stop": Style(1.3, 3, (6, 4)),
    "axis": Style(1, 3),
    "cut": Style(1.2, 4),
    "back": Style(1, 5, (3, 2)),
    "wakes": Style(1.4, 5, (1.4, 2)),
    "message": Style(1.4, 5, halo=2.0),
    "in circle": Style(2.4, 5, halo=1.0),
    "one of many": Style(1.1, 5, halo=0.9),
    "cross": Style(2.4, 7),
}


class Ink:
    """A sheet of paper, `width` pixels wide and as high as `png` is told."""

    def __init__(self, width: float) -> None:
        self.width = width
        self._figure = Figure(dpi=200, facecolor="white")
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.axis("off")
        self._lines: dict[tuple[str, str], list[list[Point]]] = defaultdict(list)
        self._shapes: dict[tuple[str, str, int], list[list[Point]]] = defaultdict(list)

    # -- drawing --------------------------------------------------------------------------------

    def line(self, style: str, color: str, *points: Point) -> None:
        self._lines[style, color].append(list(points))

    def shape(self, color: str, points: list[Point], order: int = 2, edge: str = "") -> None:
        self._shapes[color, edge, order].append(points)

    def bar(
        self, color: str, left: float, right: float, top: float, bottom: float, order: int = 2
    ) -> None:
        self.shape(color, [(left, top), (right, top), (right, bottom), (left, bottom)], order)

    def dot(
        self, color: str, x: float, y: float, radius: float, edge: str = "", order: int = 6
    ) -> None:
        self.shape(color, [(x + radius * dx, y + radius * dy) for dx, dy in _CIRCLE], order, edge)

    def head(self, color: str, start: Point, end: Point) -> None:
        """The head of an arrow from `start` that ends at `end`."""
        length = max(math.dist(start, end), 1e-6)
        dx, dy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        sides = [(end[0] - 8 * dx + s * dy, end[1] - 8 * dy - s * dx) for s in (3.6, -3.6)]
        self.shape(color, [end, *sides], 6)

    def cross(self, x: float, y: float) -> None:
        for dy in (-4, 4):
            self.line("cross", RED, (x - 4, y - dy), (x + 4, y + dy))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        color: str = INK,
        align: str = "left",
        bold: bool = False,
        italic: bool = False,
        halo: bool = False,
    ) -> None:
        """Text whose middle is at `y`; `$` and control characters mean nothing in it."""
        self._axes.text(
            x,
            y,
            text,
            family=FAMILY,
            size=size * POINTS,
            color=color,
            horizontalalignment=align,
            verticalalignment="center_baseline",
            weight="bold" if bold else "normal",
            style="italic" if italic else "normal",
            parse_math=False,
            zorder=10,
            path_effects=[withStroke(linewidth=1.6, foreground="white")] if halo else None,
        )

    def width_of(self, text: str, size: float, bold: bool = False) -> float:
        return _width_of(self._canvas, text, size, bold)

    # -- the end --------------------------------------------------------------------------------

    def png(self, height: float) -> bytes:
        """Everything that was drawn, `height` pixels high."""
        self._paint()
        self._axes.set(xlim=(0, self.width), ylim=(height, 0))
        self._figure.set_size_inches(self.width / 100, height / 100)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about characters that the font does not have
            self._canvas.draw()
        size = self._canvas.get_width_height()
        pixels = Image.frombuffer("RGBA", size, self._canvas.buffer_rgba()).convert("RGB")
        buffer = io.BytesIO()
        few = pixels.quantize(palette=self._palette(), dither=Image.Dither.NONE)
        few.save(buffer, "PNG", optimize=True)
        return buffer.getvalue()

    def _palette(self) -> Image.Image:
        """The colours in use, and their shades towards white: a quarter of the bytes of RGB."""
        used = {color for _, color in self._lines} | {INK, GREY, RED}
        used |= {color for shape in self._shapes for color in shape[:2] if color[:1] == "#"}
        shades = [255, 255, 255]
        for color in sorted(used):
            for share in (1.0, 0.75, 0.5, 0.25):
                parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
                shades += [round(255 - (255 - part) * share) for part in parts]
        palette = Image.new("P", (1, 1))
        palette.putpalette(shades)
        return palette

    def _paint(self) -> None:
        """A collection for each style: far faster than a thousand single artists."""
        for (name, color), lines in self._lines.items():
            style = STYLES[name]
            dashes = tuple(dash / style.width for dash in style.dashes)
            halo = [withStroke(linewidth=style.width * POINTS + style.halo, foreground="white")]
            collection = LineCollection(
                lines,
                colors=color,
                linewidths=style.width * POINTS,
                linestyles=[(0, dashes) if dashes else "-"],
                zorder=style.order,
                path_effects=halo if style.halo else None,
            )
            self._axes.add_collection(collection, autolim=False)
        for (color, edge, order), shapes in self._shapes.items():
            shown = PolyCollection(
                shapes,
                facecolors=color,
                edgecolors=edge or color,
                linewidths=0.8 if edge else 0,
                zorder=order,
            )
            self._axes.add_collection(shown, autolim=False)


_CIRCLE = [(math.cos(turn * math.pi / 8), math.sin(turn * math.pi / 8)) for turn in range(16)]


@lru_cache(maxsize=4096)
def _width_of(canvas: FigureCanvasAgg, text: str, size: float, bold: bool) -> float:
    font = FontProperties(family=FAMILY, size=size * POINTS, weight="bold" if bold else "normal")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return canvas.get_renderer().get_text_width_height_descent(text, font, False)[0] / 2
