"""Bar charts of what a cell has measured.

    race({"one process": one, "four processes": four}, at_least=1.5) ─▶ Chart

The bars differ on every run; the words do not: they state no time, only what has been checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any

from ipc_helpers import drawing
from ipc_helpers.words import said
from mpscope import Picture

ROUNDS = 5
PATIENCE_S = 30  # then no further round begins: in a full room each of them takes long
BLUE, INK, GREY, GRID = map(drawing.color, ("c1", "ink", "grey", "hair"))


class Chart:
    """Horizontal bars with an alternative text that tells the same story."""

    def __init__(self, values: Mapping[str, float], alt: str, unit: str = "s") -> None:
        self.values, self.alt, self.unit = dict(values), alt, unit

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        return self.picture()._repr_html_()

    def picture(self) -> Picture:
        """The bars, longest time first as given, each with its value."""
        figure, axes = drawing.new_axes(0.55 + 0.42 * len(self.values))
        self._draw(axes)
        axes.invert_yaxis()
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.tick_params(labelbottom=False)
        return drawing.picture(figure, self.alt, self.alt)

    def _draw(self, axes: Any) -> None:
        bars = axes.barh(list(self.values), list(self.values.values()), color=BLUE, height=0.62)
        told = [f" {told_in(self.unit, value)}" for value in self.values.values()]
        axes.bar_label(bars, told, color=INK)
        axes.margins(x=0.16)


class Spread(Chart):
    """Medians as dots with their quartiles as lines, on a scale of tens.

    Args:
        values: name -> (lower quartile, median, upper quartile), all above 0.
    """

    def __init__(self, values: Mapping[str, Sequence[float]], alt: str, unit: str) -> None:
        super().__init__({name: median for name, (_, median, _) in values.items()}, alt, unit)
        self.quartiles = dict(values)

    def _draw(self, axes: Any) -> None:
        lows, _, highs = zip(*self.quartiles.values(), strict=True)
        span = max(highs) / min(lows)  # the wider, the less room between two tens
        axes.set_xscale("log", subs=() if span > 400 else (3,) if span > 30 else (2, 5))
        for name, (low, median, high) in self.quartiles.items():
            axes.plot([low, high], [name, name], color=BLUE, linewidth=5, alpha=0.45)
            axes.plot([median], [name], "o", color=BLUE, markersize=8)
            # in a column of their own, where no line of the scale runs through them
            place = {"transform": axes.get_yaxis_transform(), "va": "center"}
            axes.text(1.03, name, f"{median:.3g} {self.unit}", color=INK, **place)
        axes.xaxis.set(major_formatter="{x:g}", minor_formatter="{x:g}")
        both = {"axis": "x", "which": "both"}
        axes.tick_params(**both, length=0, labelbottom=False, labeltop=True, labelcolor=GREY)
        axes.grid(**both, color=GRID, zorder=0)
        axes.margins(x=0.16, y=0.12)


def told_in(unit: str, value: float) -> str:
    """A measured value; seconds in the unit in which they are no small fraction."""
    if unit == "s" and value < 1:
        return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"
    return f"{value:.3g} {unit}"


def race(jobs: Mapping[str, Callable[[], object]], at_least: float) -> Chart:
    """Run two jobs in turn and draw how long each took, in seconds.

    The rounds go on until the first job has taken `at_least` times as long as the second, see
    `rounds`; a busy machine may need more than one. Of each job the quickest round counts.
    Raises AssertionError if the two do not give the same result.
    """

    def seconds() -> dict[str, float]:
        results, took = {}, {}
        for name, job in jobs.items():
            began = perf_counter()
            results[name] = job()
            took[name] = perf_counter() - began
        one, other = results.values()
        assert one == other, f"not the same result: {results}"
        return took

    return clocked(seconds, at_least)


def clocked(job: Callable[[], Mapping[str, float]], at_least: float) -> Chart:
    """As `race`, for a job that returns the two times itself, in seconds: the longer one first."""
    best: dict[str, float] = {}
    for _ in rounds():
        for name, seconds in job().items():
            best[name] = min(seconds, best.get(name, seconds))
        slow, fast = best
        if best[slow] >= at_least * best[fast]:
            break
    return Chart(best, verdict(best[slow] / best[fast], slow, fast, at_least))


def rounds() -> Iterator[int]:
    """At most `ROUNDS`, as many as begin within `PATIENCE_S`."""
    until = perf_counter() + PATIENCE_S
    for number in range(ROUNDS):
        if number and perf_counter() > until:
            return
        yield number


def verdict(ratio: float, slow: str, fast: str, at_least: float) -> str:
    """What may be said about the two, whatever the exact ratio is."""
    how = "longer" if ratio >= at_least else "not_longer"
    return said(f"chart.{how}", slow=slow, fast=fast, ratio=in_figures(at_least))


def in_figures(ratio: float) -> str:
    return f"{ratio:g}".replace(".", said("chart.point"))
