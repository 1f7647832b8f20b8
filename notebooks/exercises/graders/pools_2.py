"""The grader of pools-2."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

POISON = "poison"


class Tasted(Grader):
    cases = {
        "all are good": (exercises.taste, ["soup", "rice", "tea"]),
        "one is not": (exercises.taste, ["soup", POISON, "rice"]),
    }
    may_fail = True

    def expected(self, *case: Any) -> list[str | None]:
        return [None if dish == POISON else f"{dish}: good" for dish in case[1]]

    def diagnose(self, run: Run) -> str | None:
        if run.raised(BrokenProcessPool):
            return "not-caught"
        if run.waiting("parent", Kind.COLLECT):
            return "waited-for-the-dead"
        if run.stuck or run.error or not isinstance(run.result, list):
            return None
        said = run.result
        if not run.did(Kind.SUBMIT):  # its worker may have died before TASK was over
            return "no-pool"
        if len(said) < len(run.expected):
            return "lost-some"
        if said.count(None) > run.expected.count(None):
            return "all-for-one"
        poisoned = POISON in run.case[1]
        if poisoned and not any(code > 0 for code in run.exit_codes().values()):
            return "asked-the-dish"
        if not poisoned and run.started > 2:
            return "a-worker-each"
        return None
