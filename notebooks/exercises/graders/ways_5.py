"""The grader of ways-5: two clocks, and what they say together."""

from __future__ import annotations

from typing import Any, ClassVar

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run

RUNS = {
    "a short wait": (0.5, 0.01),
    "a download": (60.0, 1.5),
    "two threads under a GIL": (10.0, 9.8),
    "a long sum": (600.0, 590.0),
    "four processes": (10.0, 36.0),
    "two interpreters, briefly": (0.5, 0.9),
}


class TwoClocks(Grader):
    """No process is started here."""

    methods = ("spawn",)
    cases: ClassVar[dict[str, tuple[Any, ...]]] = dict(RUNS)
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.all = {name: answer(*times) for name, times in RUNS.items()}
        return answer(*case)

    def expected(self, *case: Any) -> str:
        cores = case[1] / case[0]
        return "waits" if cores < 0.5 else "one core" if cores < 1.2 else "several cores"

    def diagnose(self, run: Run) -> str | None:
        if run.error:
            return None
        if isinstance(run.result, int | float):
            return "a-number"
        wrong = {name for name, told in self.all.items() if told != self.expected(*RUNS[name])}
        told = set(self.all.values())
        if not wrong:
            return None
        if "waits" not in told:
            return "overlooked-waiting"
        if "several cores" not in told:
            return "overlooked-cores"
        if self.all["a download"] == "several cores":
            return "upside-down"
        return "difference" if wrong & {"a short wait", "a long sum"} else None

    def shown(self, run: Run) -> Any:
        return run.result
