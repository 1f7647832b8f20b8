"""The grader of gallery-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import CHILD, Grader, Run


class Laundry(Grader):
    cases = {"six shirts, two of them torn": ([3, -1, 2, 5, -4, 1],), "two shirts": ([7, 4],)}
    least_children = 2
    may_fail = True  # daemons may find that the manager has gone

    def expected(self, *case: Any) -> list[int]:
        return sorted(task * task for task in case[0] if task >= 0)

    def diagnose(self, run: Run) -> str | None:
        if any("too many times" in failure for failure in run.failures):
            return "reported-twice"
        if any("torn" in failure for failure in run.failures):
            return "torn-shirt-kills"
        if run.stuck_in("parent", r"waits in child-\d+\.join\(\)"):
            by_hand = run.stuck_in("parent", r"waits in child-\d+\.join\(\) \(")
            return "joined-the-workers" if by_hand else "not-daemons"
        if run.stuck and not run.failures:
            return "torn-shirt-not-reported" if "task_done" in run.source else "never-reported"
        if type(run.result) is list and len(run.result) < len(run.expected):
            if ".join()" in run.source and ".empty()" in run.source and run.did("put", CHILD):
                return "asked-empty"
            return "reported-too-early" if ".join()" in run.source else "did-not-wait"
        return None
