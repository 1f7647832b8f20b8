"""A canvas for lines, shapes and texts in pixels (y points down), which becomes SVG.

    line(), fill(), head(), text() ─▶ collected by layer and class ─▶ svg(), or part() of a page

What a class looks like stands in `theme`.  All that has the same class is one path: a picture of
10,000 events has few elements, and few bytes.
"""

import math
from collections import defaultdict
from html import escape

from mpscope._render.theme import ROOT, TEXTS, own_style, printable, width_of

Point = tuple[float, float]
# What comes later covers what comes before.
LAYERS = (
    "hair axis start band idle bar serves starting unseen waits stretch lock gap stripe cap stop "
    "cut halo back wakes inner message second third arc circle fill tick cross ring now"
).split()


class Canvas:
    """A canvas `width` pixels wide; its height is given at the end."""

    def __init__(self, width: float) -> None:
        self.width = width
        self._paths: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._texts: list[str] = []
        self._used: set[str] = set()

    def line(self, style: str, color: str, *points: Point) -> None:
        self._paths[style, color].append("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points))

    def fill(self, color: str, *points: Point, style: str = "fill") -> None:
        self.line(style, color, *points)
        self._paths[style, color].append("z")

    def ring(self, color: str, x: float, y: float, radius: float) -> None:
        """A small circle, hollow."""
        self._paths["ring", color].append(_circle(x, y, radius))

    def dot(self, color: str, x: float, y: float, radius: float) -> None:
        self._paths["fill", color].append(_circle(x, y, radius))

    def head(self, color: str, start: Point, end: Point, size: float = 8) -> None:
        """The head of an arrow from `start` that ends at `end`."""
        length = max(math.dist(start, end), 1e-6)
        dx, dy = size * (end[0] - start[0]) / length, size * (end[1] - start[1]) / length
        x, y = end[0] - dx, end[1] - dy
        self.fill(color, end, (x + 0.45 * dy, y - 0.45 * dx), (x - 0.45 * dy, y + 0.45 * dx))

    def cross(self, x: float, y: float) -> None:
        for dy in (-4, 4):
            self.line("cross", "red", (x - 4, y - dy), (x + 4, y + dy))

    def text(
        self,
        style: str,
        color: str,
        x: float,
        y: float,
        text: str,
        anchor: str = "start",
        over: bool = False,
    ) -> None:
        """Text whose middle line is at `y`; `over` other things, it cuts them out."""
        if not text:
            return
        classes = f"{style} {color}{' over' if over else ''}"
        self._used |= set(classes.split())
        held = "" if anchor == "start" else f' text-anchor="{anchor}"'
        base = y + 0.35 * TEXTS[style][0]
        self._texts.append(
            f'<text class="{classes}" x="{_n(x)}" y="{_n(base)}"{held}>{_shown(text)}</text>'
        )

    @staticmethod
    def width_of(style: str, text: str) -> float:
        size, more = TEXTS[style]
        return width_of(text, size, "weight" in more)

    # -- the end --------------------------------------------------------------------------------

    def svg(self, height: float, label: str) -> str:
        """A picture of its own, for a file or an <img>."""
        parts = self._parts()
        style = own_style(frozenset(self._used))
        paper = f'<path class="fill paper" d="M0 0H{_n(self.width)}V{_n(height)}H0z"/>'
        return (
            f"{self._head(height)}<title>{_shown(label)}</title>"
            f"<style>{style}</style>{paper}{parts}</svg>"
        )

    def part(self, height: float, label: str) -> str:
        """A picture inside of a page that has `theme.picture_style()`."""
        more = f'class="{ROOT}" role="img" aria-label="{_shown(label)}"'
        return f"{self._head(height, more)}{self._parts()}</svg>"

    def _head(self, height: float, more: str = "") -> str:
        width, height = round(self.width), round(height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {more} width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}">'
        )

    def _parts(self) -> str:
        self._used |= {name for key in self._paths for name in key} | {"paper"}
        ordered = sorted(self._paths.items(), key=lambda path: LAYERS.index(path[0][0]))
        paths = (
            f'<path class="{style} {color}" d="{"".join(pieces)}"/>'
            for (style, color), pieces in ordered
        )
        return "".join([*paths, *self._texts])


def _shown(text: str) -> str:
    """Characters that XML does not know would break the whole picture."""
    return escape(printable(text))


def _n(value: float) -> str:
    """A number in few letters."""
    return f"{value:.1f}".removesuffix(".0")


def _circle(x: float, y: float, radius: float) -> str:
    arc = f"a{_n(radius)} {_n(radius)} 0 1 0"
    return f"M{_n(x - radius)} {_n(y)}{arc} {_n(2 * radius)} 0{arc} {_n(-2 * radius)} 0z"
