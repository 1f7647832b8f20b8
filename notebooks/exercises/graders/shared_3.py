"""The grader of shared-3."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.run import Run
from ipc_helpers.grading.segments import Found, SegmentGrader


class Table(SegmentGrader):
    cases = {
        "short names": (["Ada", "Bo"],),
        "longer names": (["Konstantin", "Élodie", "Al", "Jean-Christophe"],),
    }
    limit_s = 4.0

    def expected(self, *case: Any) -> Found:
        return Found(case[0])

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("available storage"):
            return "no-room"
        if run.failed_with("has no attribute 'append'"):
            return "cannot-grow"
        if run.stuck or run.failures or run.error or not run.started:
            return None
        got: Found = run.result
        names = run.expected.result
        if not isinstance(got.result, list) or len(got.result) != len(names):
            return None
        if got.result != names and [str(name).strip(" \0.?") for name in got.result] == names:
            return "filled-up"
        if got.result != names and all(
            n.startswith(g) for g, n in zip(got.result, names, strict=True)
        ):
            return "cut-off" if all(got.result) else "changed-a-copy"
        if got.result != names:
            return None if got.shared else "changed-a-copy"
        if not got.shared:
            return "not-in-shared-memory"
        return "left-behind" if got.left else None
