"""The grader of shared-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.run import Run
from ipc_helpers.grading.segments import Found, SegmentGrader


class Board(SegmentGrader):
    cases = {"two readers": ("tea at five", 2), "three readers": ("no tea today", 3)}
    limit_s = 4.0

    def expected(self, *case: Any) -> Found:
        news, readers = case
        return Found([news] * readers)

    def children_for(self, *case: Any) -> int:
        return int(case[-1])

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("NoneType") or (run.raised(TypeError) and "NoneType" in str(run.error)):
            return "read-after-close"
        if run.failed_with("FileNotFoundError"):
            return "unlinked-too-early"
        if run.raised(FileNotFoundError):
            return "unlinked-twice"
        if run.stuck or run.failures or run.error or not run.started:
            return None
        got: Found = run.result
        if got.result != run.expected.result:
            return None
        if not got.shared:
            return "sent-not-shared"
        if got.left:
            return "left-behind"
        return "one-by-one" if run.one_by_one else None
