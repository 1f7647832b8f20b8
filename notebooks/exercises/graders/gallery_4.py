"""The grader of gallery-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import CHILD, Grader, Run
from mpscope import Kind


class Laundry(Grader):
    cases = {"six shirts, two of them torn": ([3, -1, 2, 5, -4, 1],), "two shirts": ([7, 4],)}
    least_children = 2
    may_fail = True  # daemons may find that the manager has gone

    def expected(self, *case: Any) -> list[int]:
        return sorted(task * task for task in case[0] if task >= 0)

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("too many times"):
            return "reported-twice"
        if run.failed_with("torn"):
            return "torn-shirt-kills"
        if join := run.waiting("parent", Kind.JOIN):
            return "joined-the-workers" if join.where else "not-daemons"
        if run.stuck and not run.failures:
            return "torn-shirt-not-reported" if "task_done" in run.source else "never-reported"
        if type(run.result) is list and len(run.result) < len(run.expected):
            if ".join()" in run.source and ".empty()" in run.source and run.did(Kind.PUT, CHILD):
                return "asked-empty"
            return "reported-too-early" if ".join()" in run.source else "did-not-wait"
        return None
