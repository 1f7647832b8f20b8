"""The grader of pools-3."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from mpscope import Kind


class Noted(Grader):
    cases = {"three numbers": ([3, 1, 2],), "six numbers": ([6, 5, 4, 1, 2, 3],)}

    def expected(self, *case: Any) -> list[int]:
        return [number * number for number in case[0]]

    def diagnose(self, run: Run) -> str | None:
        if run.raised(RuntimeError) and "inheritance" in str(run.error):
            return "as-an-argument"
        if run.raised(TypeError, NameError, AttributeError, ValueError) and run.did(Kind.TASK):
            return "left-behind"
        if run.stuck and run.waiting("parent", Kind.RECEIVE) and run.did(Kind.SUBMIT, "parent"):
            return None if run.did(Kind.PUT, CHILD) else "nobody-looked"
        if run.stuck or run.error or not isinstance(run.result, list):
            return None
        if not run.did(Kind.TASK):
            return "no-pool"
        if not run.did(Kind.PUT, CHILD) and not run.calls("put", who=CHILD):
            return "not-through-the-queue"
        if run.result != run.expected and sorted(run.result) == sorted(run.expected):
            return "out-of-order"
        return None
