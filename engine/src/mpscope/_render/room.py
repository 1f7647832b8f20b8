"""Room for labels: what is taken, what must stay visible, and where a text still fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from mpscope._render.canvas import Point

GAP = 4.0  # pixels left free beside a label
Box = tuple[float, float, float, float]


class Place(NamedTuple):
    """Where a text may stand: the left edge of its box, its middle line, and which end is held.

    Fonts differ: a text is written from the end that has to stay where it is.
    """

    x: float
    y: float
    anchor: str = "start"


def beside(start: Point, end: Point, width: float, half: float, lanes: int) -> Iterator[Place]:
    """Where a label of an arrow may stand: at either side, clear of the arrow itself.

    Best is half-way to the next lane, where it cannot be taken for another sender's.
    """
    (x0, y0), (x1, y1) = start, end
    clear = GAP + 1 + half * min(6.0, abs((x1 - x0) / ((y1 - y0) or 1)))
    best = 0.5 / max(1, lanes)
    for share in sorted((best, *(n / 10 for n in range(2, 9))), key=lambda s: abs(s - best)):
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        yield Place(x + clear, y)
        yield Place(x - width - clear, y, "end")


class Room:
    """Rectangles that are taken, lines not to be written over, and the room that is left."""

    def __init__(self, right: float) -> None:
        self._right = right
        self._taken: dict[int, list[Box]] = defaultdict(list)
        self._lines: list[tuple[Point, Point]] = []

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        for row in self._rows(top, bottom):
            self._taken[row].append((left, top, right, bottom))

    def keep_visible(self, start: Point, end: Point) -> None:
        """A line that labels are not to lie on."""
        self._lines.append((start, end))

    def is_free(self, left: float, top: float, right: float, bottom: float) -> bool:
        if left < 0 or top < 0 or right > self._right:
            return False
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for row in self._rows(top, bottom)
            for other in self._taken[row]
        )

    def place(
        self, places: Iterable[Place], width: float, half: float, crossings: int = 0
    ) -> Place | None:
        """Take the first free place for a text, `half` its height up and down from its middle.

        Of several the one that the fewest lines cross, and none that more than `crossings` do.
        """
        best: tuple[int, Place] | None = None
        for place in places:
            x, y, _ = place
            box = (x - GAP, y - half, x + width + GAP, y + half)
            if not self.is_free(*box):
                continue
            enough = best[0] if best is not None else crossings + 1
            crossing = (line for line in self._lines if _crosses(*line, *box))
            crossed = sum(1 for _ in islice(crossing, enough))
            if crossed < enough:
                best = crossed, place
            if not crossed:
                break
        if best is None:
            return None
        x, y, _ = best[1]
        self.take(x - GAP, y - half, x + width + GAP, y + half)
        return best[1]

    def _rows(self, top: float, bottom: float) -> range:
        return range(int(top) // 20, int(bottom) // 20 + 1)


def _crosses(
    start: Point, end: Point, left: float, top: float, right: float, bottom: float
) -> bool:
    (x0, y0), (x1, y1) = start, end
    if max(x0, x1) < left or min(x0, x1) > right or max(y0, y1) < top or min(y0, y1) > bottom:
        return False
    corners = [(x, y) for x in (left, right) for y in (top, bottom)]
    sides = [(x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) for x, y in corners]
    return min(sides) < 0 < max(sides)
