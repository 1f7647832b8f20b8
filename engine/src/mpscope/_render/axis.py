"""A time axis on which everything can be seen.

Time is drawn to scale where that is legible.  Most blocks are silent for 100 ms, then exchange ten
messages within one: so narrow gaps between two moments are widened, and silences wider than
`WIDEST` of the axis are cut to that; both are marked.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

WIDEST = 0.17
APART = 64.0  # pixels from one tick to the next, at least
COMFORTABLE = 30.0  # pixels between two moments, where there is room for it


class Stretch(NamedTuple):
    """A piece of the axis from one moment to the next."""

    start: int
    stop: int
    left: float
    right: float
    cut: bool
    """A silence that is drawn shorter than it was."""
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

    def widened(self) -> list[tuple[float, float]]:
        """(left, right) of each part in which time is drawn wider than to scale."""
        runs = self._runs(lambda stretch: stretch.widened)
        return [(first.left, last.right) for first, last in runs]

    def ticks(self) -> list[tuple[float, int, int]]:
        """(pixel, time, the power of ten that its label needs) at round times, not too close."""
        found: list[tuple[float, int, int]] = [(self.pixels[0], 0, 9)]
        finest = self.times[-1] / 5000
        for first, last in self._runs(lambda stretch: not stretch.cut):
            start, stop, left, right = first.start, last.stop, first.left, last.right
            best: list[tuple[float, int, int]] = []
            step = _round_up(max(finest, (stop - start) / max(1, int((right - left) / APART))))
            for _ in range(4):  # where the axis is stretched, rounder steps may give too few
                power = int(math.log10(step))
                ticks = found[-1:]
                for time in range(-(-start // step) * step, stop + 1, step):
                    x = self(time)
                    if x - ticks[-1][0] >= APART:
                        ticks.append((x, time, power))
                if len(ticks) > len(best) + 1:
                    best = ticks[1:]
                if len(best) >= 0.6 * (right - left) / APART:
                    break
                step = _round_up(max(finest, step * 0.45))
            found += best
        return found

    def _runs(self, wanted: Callable[[Stretch], bool]) -> Iterator[tuple[Stretch, Stretch]]:
        """The first and the last of stretches that are all wanted, one beside the other."""
        for is_wanted, stretches in groupby(self.stretches, wanted):
            if is_wanted:
                first, *others = stretches
                yield first, [first, *others][-1]


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
