"""Where things go: a time axis on which everything can be seen, thinning, and room for labels.

Time is drawn to scale where that is legible.  Most blocks are silent for 100 ms, then exchange ten
messages within one: so narrow gaps between two moments are widened, and silences wider than
`WIDEST` of the axis are cut to that; both are marked.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from mpscope._trace.spans import Arrow

WIDEST = 0.17
COMFORTABLE = 30.0  # pixels between two moments, where there is room for it
CLOSE = 34.0  # pixels: arrows that leave closer to each other have one label together
GAP = 4.0  # pixels left free beside a label

# Okabe and Ito's colours; the last two are darker here, to be 3 : 1 and more on white and on black.
CHILDREN = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#A87400", "#3A8FC4")
SERVER = "#6e7781"

Point = tuple[float, float]
Box = tuple[float, float, float, float]

Thing = TypeVar("Thing")


class Stretch(NamedTuple):
    """A piece of the axis from one moment to the next."""

    start: int
    stop: int
    left: float
    right: float
    cut: bool
    widened: bool
    """Drawn wider than to scale, so that its moments can be told apart."""


class Axis:
    """Maps nanoseconds to pixels between `left` and `right`; the moments are kept apart."""

    def __init__(self, moments: Iterable[int], end: int, left: float, right: float) -> None:
        end = max(end, 1000)
        self.times = sorted({0, end, *(time for time in moments if 0 < time < end)})
        gaps = [b - a for a, b in zip(self.times, self.times[1:], strict=False)]
        width = right - left
        narrowest = min(COMFORTABLE, 0.55 * width / len(gaps))
        widest = max(WIDEST * width, 2.5 * width / len(gaps))
        scale = _solve(lambda s: sum(min(max(s * g, narrowest), widest) for g in gaps), width)
        self.pixels = [left]
        self.stretches: list[Stretch] = []
        for start, gap in zip(self.times, gaps, strict=False):
            x = self.pixels[-1] + min(max(scale * gap, narrowest), widest)
            cut, widened = scale * gap > 1.05 * widest, 1.5 * scale * gap < narrowest
            self.stretches.append(Stretch(start, start + gap, self.pixels[-1], x, cut, widened))
            self.pixels.append(x)

    def __call__(self, time: int) -> float:
        at = min(max(bisect_right(self.times, time) - 1, 0), len(self.times) - 2)
        start, stop, left, right, *_ = self.stretches[at]
        return left + (right - left) * min(max((time - start) / (stop - start), 0.0), 1.0)

    def cuts(self) -> list[Stretch]:
        """The silences that are drawn shorter than they were."""
        return [stretch for stretch in self.stretches if stretch.cut]

    def widened(self) -> list[tuple[float, float]]:
        """(left, right) of each part in which time is drawn wider than to scale."""
        parts: list[tuple[float, float]] = []
        for stretch in self.stretches:
            if stretch.widened and parts and parts[-1][1] == stretch.left:
                parts[-1] = parts[-1][0], stretch.right
            elif stretch.widened:
                parts.append((stretch.left, stretch.right))
        return parts

    def ticks(self, apart: float = 64.0) -> list[tuple[float, int, int]]:
        """(pixel, time, the power of ten that its label needs) at round times, not too close."""
        found: list[tuple[float, int, int]] = [(self.pixels[0], 0, 9)]
        finest = self.times[-1] / 5000
        for start, stop, left, right in self._runs():
            best: list[tuple[float, int, int]] = []
            step = _round_up(max(finest, (stop - start) / max(1, int((right - left) / apart))))
            for _ in range(4):  # where the axis is stretched, rounder steps may give too few
                power = int(math.log10(step))
                ticks = found[-1:]
                for time in range(-(-start // step) * step, stop + 1, step):
                    x = self(time)
                    if x - ticks[-1][0] >= apart:
                        ticks.append((x, time, power))
                if len(ticks) > len(best) + 1:
                    best = ticks[1:]
                if len(best) >= 0.6 * (right - left) / apart:
                    break
                step = _round_up(max(finest, step * 0.45))
            found += best
        return found

    def _runs(self) -> list[tuple[int, int, float, float]]:
        """The stretches between cuts, joined."""
        runs: list[tuple[int, int, float, float]] = []
        joins = False
        for start, stop, left, right, cut, _ in self.stretches:
            if not cut:
                if joins:
                    start, _, left, _ = runs.pop()
                runs.append((start, stop, left, right))
            joins = not cut
        return runs


def _solve(total: Callable[[float], float], wanted: float) -> float:
    """The scale at which a growing total reaches what is wanted."""
    low, high = -40.0, 10.0  # powers of e
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if total(math.exp(middle)) < wanted else (low, middle)
    return math.exp(high)


def _round_up(time: float) -> int:
    """The next of 1, 2, 5, 10, 20, ... microseconds."""
    time = max(time, 1000)
    power = 10 ** int(math.log10(time))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= time)


def thin(things: Sequence[Thing], limit: int, key: Callable[[Thing], object]) -> list[Thing]:
    """At most about `limit` of them, evenly: of each kind (by `key`) at least one, in order."""
    if len(things) <= limit:
        return list(things)
    kinds: dict[object, list[int]] = defaultdict(list)
    for at, thing in enumerate(things):
        kinds[key(thing)].append(at)
    kept: set[int] = set()
    for places in kinds.values():
        share = max(1, round(limit * len(places) / len(things)))
        kept.update(places[(2 * n + 1) * len(places) // (2 * share)] for n in range(share))
    return [things[at] for at in sorted(kept)]


def bursts(arrows: Sequence[Arrow], axis: Axis) -> list[list[Arrow]]:
    """Arrows that leave one after the other, too close for a label each, belong together."""
    groups: list[list[Arrow]] = []
    last: dict[tuple[str, int, str], list[Arrow]] = {}
    for arrow in arrows:
        key = arrow.kind, arrow.source, arrow.channel
        group = last.get(key)
        close = group and axis(arrow.left) - axis(group[-1].left) < CLOSE
        if group and close and arrow.kind == "message" and arrow.target >= 0 <= group[0].target:
            group.append(arrow)
        else:
            last[key] = [arrow]
            groups.append(last[key])
    return [
        part for group in groups for part in ([group] if len(group) > 2 else [[a] for a in group])
    ]


def beside(start: Point, end: Point, width: float, half: float, lanes: int) -> Iterator[Point]:
    """Where a label of an arrow may begin: at either side, clear of the arrow itself.

    Best is half-way to the next lane, where it cannot be taken for another sender's.
    """
    (x0, y0), (x1, y1) = start, end
    clear = GAP + 1 + half * min(6.0, abs((x1 - x0) / ((y1 - y0) or 1)))
    best = 0.5 / max(1, lanes)
    for share in sorted((best, *(n / 10 for n in range(2, 9))), key=lambda s: abs(s - best)):
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        yield from ((x + clear, y), (x - width - clear, y))


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
        if left < 0 or right > self._right:
            return False
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for row in self._rows(top, bottom)
            for other in self._taken[row]
        )

    def place(
        self, places: Iterable[Point], width: float, half: float, crossings: int = 0
    ) -> Point | None:
        """Take the first free place for a text, `half` its height up and down from its middle.

        Of several the one that the fewest lines cross, and none that more than `crossings` do.
        """
        best: tuple[int, Point] | None = None
        for x, y in places:
            box = (x - GAP, y - half, x + width + GAP, y + half)
            if not self.is_free(*box):
                continue
            crossed = sum(_crosses(*line, *box) for line in self._lines)
            if crossed <= crossings and (best is None or crossed < best[0]):
                best = crossed, (x, y)
            if not crossed:
                break
        if best is None:
            return None
        x, y = best[1]
        self.take(x - GAP, y - half, x + width + GAP, y + half)
        return x, y

    def _rows(self, top: float, bottom: float) -> range:
        return range(int(top) // 20, int(bottom) // 20 + 1)


def _crosses(
    start: Point, end: Point, left: float, top: float, right: float, bottom: float
) -> bool:
    """Whether a line touches a box."""
    (x0, y0), (x1, y1) = start, end
    if max(x0, x1) < left or min(x0, x1) > right or max(y0, y1) < top or min(y0, y1) > bottom:
        return False
    corners = [(x, y) for x in (left, right) for y in (top, bottom)]
    sides = [(x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) for x, y in corners]
    return min(sides) < 0 < max(sides)
