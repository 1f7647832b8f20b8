"""The grader of pools-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind


class Weights(Grader):
    cases = {
        "one is torn": (exercises.weigh, ["tea", "torn", "bread", "a"]),
        "two are torn": (exercises.weigh, ["torn", "jam", "torn", "honey"]),
    }
    least_children = 2

    def expected(self, *case: Any) -> list[int | str]:
        return ["ValueError" if parcel == "torn" else len(parcel) for parcel in case[1]]

    def diagnose(self, run: Run) -> str | None:
        if run.raised(ValueError) and "torn" in str(run.error):
            return "one-for-all"
        if run.waiting("parent", Kind.COLLECT):
            return "too-late"
        if run.stuck or run.error or not isinstance(run.result, list):
            return None
        parcels = run.case[1]
        if not run.did(Kind.TASK):
            return "no-pool"
        if len(run.result) < len(parcels):
            return "lost-some"
        if any(isinstance(it, Exception) for it in run.result):
            return "not-the-name"
        if one_at_a_time(run):
            return "one-at-a-time"
        if run.result != run.expected and sorted(map(str, run.result)) == sorted(
            map(str, run.expected)
        ):
            return "out-of-order"
        return None


def one_at_a_time(run: Run) -> bool:
    """Whether each task was asked for before the next one was submitted."""
    submits = [event.time_ns for event in run.did(Kind.SUBMIT, "parent")]
    collects = [event.time_ns for event in run.did(Kind.COLLECT, "parent")]
    pairs = zip(collects, submits[1:], strict=False)
    return len(submits) > 1 and all(asked < handed for asked, handed in pairs)
