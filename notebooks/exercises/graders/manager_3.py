"""The grader of manager-3."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


class OneCall(Grader):
    cases = {
        "a hundred towns": ({f"town {n}": n for n in range(100)},),
        "two towns": ({"Ulm": 3, "Bonn": 4},),
    }
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        with mp.Manager() as manager:
            shared = manager.dict(case[0])
            self.before = list(case[0].items())
            result = answer(shared)
            self.kept = shared.copy() == case[0]
        return result

    def expected(self, *case: Any) -> int:
        return sum(case[0].values())

    def diagnose(self, run: Run) -> str | None:
        if run.error or run.stuck:
            return None
        calls = run.calls()[:-1]  # the last one is the check's own
        if not self.kept:
            return "changed-it"
        if run.result != run.expected:
            return "remembered" if not calls else "part-of-it" if len(calls) == 1 else None
        if len(calls) > len(run.case[0]):
            return "call-per-town"
        return "two-calls" if len(calls) > 1 else None
