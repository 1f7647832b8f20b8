"""The grader of second-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.run import Run
from ipc_helpers.grading.segments import Found, SegmentGrader
from ipc_helpers.workers.exercises import Visitor


class Turnstiles(SegmentGrader):
    """Each visitor takes time to be added, so that what is not protected is lost."""

    cases = {"two groups": ([[1, 2], [3, 1]],), "three groups": ([[1], [1], [2]],)}
    limit_s = 4.0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Found:
        return super().stage(mp, answer, [[Visitor(n) for n in group] for group in case[0]])

    def expected(self, *case: Any) -> Found:
        return Found(sum(map(sum, case[0])))

    def shown(self, run: Run) -> Any:
        return run.result.result if isinstance(run.result, Found) else run.result

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("FileNotFoundError"):
            return "unlinked-too-early"
        if run.raised(ValueError, TypeError) and ".close()" in run.source:
            return "used-after-close"
        if run.stuck or run.failures or run.error or len(run.children) < 2:
            return None
        got: Found = run.result
        together = any(len(who) == len(run.children) for who in run.takers.values())
        if not got.shared:
            return "not-shared"
        if run.one_by_one:
            return "one-by-one"
        if "Lock(" in run.source and not together and got.result != run.expected.result:
            return "own-lock" if run.hold_apart or not run.takers else "lost-visitors"
        if got.result != run.expected.result:
            return "lost-visitors"
        if not together:
            return "by-luck"
        return "left-behind" if got.left else None
