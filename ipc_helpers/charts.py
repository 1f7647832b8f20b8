"""Bar charts of what a cell has measured.

    race({"one process": one, "four processes": four}, at_least=1.5) ─▶ Chart

The bars differ on every run; the words do not: they state no time, only what has been checked.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Mapping
from html import escape
from time import perf_counter

ROUNDS = 5
BLUE, INK, PAPER = "#0072B2", "#1f2328", "#ffffff"


class Chart:
    """Horizontal bars with an alternative text that tells the same story."""

    def __init__(self, values: Mapping[str, float], alt: str, unit: str = "s") -> None:
        self.values, self.alt, self.unit = dict(values), alt, unit

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        source = b64encode(self.png()).decode("ascii")
        image = (
            f'<img alt="{escape(self.alt)}" width="640" style="max-width:100%;height:auto;'
            f'border-radius:8px" src="data:image/png;base64,{source}">'
        )
        caption = f"<figcaption>{escape(self.alt)}</figcaption>"
        return {"text/plain": self.alt, "text/html": f"<figure>{image}{caption}</figure>"}

    def png(self) -> bytes:
        """The bars, longest time first as given, each with its value."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure  # without pyplot: the learner's settings stay

        height = 0.55 + 0.42 * len(self.values)
        figure = Figure(figsize=(6.4, height), dpi=200, facecolor=PAPER, layout="constrained")
        axes = figure.add_subplot()
        bars = axes.barh(list(self.values), list(self.values.values()), color=BLUE, height=0.62)
        axes.bar_label(bars, [f" {value:.3g} {self.unit}" for value in self.values.values()])
        axes.invert_yaxis()
        axes.margins(x=0.16)
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.tick_params(length=0, labelbottom=False, colors=INK)
        buffer = io.BytesIO()
        FigureCanvasAgg(figure).print_png(buffer)
        return buffer.getvalue()


def race(jobs: Mapping[str, Callable[[], object]], at_least: float) -> Chart:
    """Run two jobs in turn and draw how long each took, in seconds.

    The rounds go on until the first job has taken `at_least` times as long as the second, at most
    `ROUNDS` of them; a busy machine may need more than one. Of each job the quickest round counts.
    Raises AssertionError if the two do not give the same result.
    """
    best = dict.fromkeys(jobs, float("inf"))
    slow, fast = jobs
    for _ in range(ROUNDS):
        results = {}
        for name, job in jobs.items():
            began = perf_counter()
            results[name] = job()
            best[name] = min(best[name], perf_counter() - began)
        assert results[slow] == results[fast], f"not the same result: {results}"
        if best[slow] >= at_least * best[fast]:
            break
    return Chart(best, verdict(best[slow] / best[fast], slow, fast, at_least))


def verdict(ratio: float, slow: str, fast: str, at_least: float) -> str:
    """What may be said about the two, whatever the exact ratio is."""
    if ratio >= at_least:
        return f"{slow} took at least {at_least:g} times as long as {fast}, for the same result."
    return f"On this machine, {slow} did not take {at_least:g} times as long as {fast}."
