"""The grader of pipe-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import CHILD, Grader, Run


class SecondProgram(Grader):
    cases = {"Hi child!": ("Hi child!",), "Dinner is ready": ("Dinner is ready",)}

    def expected(self, *case: Any) -> str:
        return "Hi daddy!"

    def diagnose(self, run: Run) -> str | None:
        if any("NameError" in failure for failure in run.failures):
            return "global-end"
        if any("closed" in failure for failure in run.failures):
            return "closed-too-early"
        if run.stuck_in("parent", r"waits in .*join\(\) \("):
            return "joined-first"
        if run.stuck_in("parent", r"waits in \w+\.recv\(\)") and run.did("send", CHILD):
            return "wrong-end"
        if run.result != run.expected or run.failures:
            return None
        if "response: " + run.case[0] not in run.said:
            return "answer-not-heard"
        if "is closed: False" in run.said:
            return "not-closed"
        if "is closed: True" not in run.said:
            return "line-missing"
        return None if ".closed" in run.source else "said-by-heart"
