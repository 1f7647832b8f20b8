"""The grader of pipe-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind


class SumToTheEnd(Grader):
    cases = {
        "three prices": (exercises.send_three,),
        "nothing to send": (exercises.send_none,),
        "a pause between two prices": (exercises.send_slowly,),
    }

    late = (0,)

    def expected(self, *case: Any) -> int:
        return {"send_three": 12, "send_none": 0, "send_slowly": 30}[case[0].__name__]

    def diagnose(self, run: Run) -> str | None:
        if run.waiting("parent", Kind.RECEIVE) and not run.failures:
            return "kept-a-writer"
        if run.raised(EOFError):
            return "end-not-caught"
        if "closed" in str(run.error) or run.failed_with("closed"):
            return "closed-too-early"
        if run.failed_with("OSError"):
            return "wrong-end"
        if type(run.result) is int and run.result < run.expected:
            return "stopped-at-a-pause" if "poll" in run.source else "only-one"
        if run.result != run.expected:
            return None
        joins, heard = run.did(Kind.JOIN, "parent"), run.did(Kind.RECEIVE, "parent")
        if joins and heard and joins[0].time_ns < heard[0].time_ns:
            return "joined-first"
        return None
