"""The grader of pipe-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.evidence import asks_for
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from mpscope import Kind


class SecondProgram(Grader):
    cases = {"Hi child!": ("Hi child!",), "Dinner is ready": ("Dinner is ready",)}

    def expected(self, *case: Any) -> str:
        return "Hi daddy!"

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("NameError"):
            return "global-end"
        if run.failed_with("closed"):
            return "closed-too-early"
        join = run.waiting("parent", Kind.JOIN)
        if join and join.where:
            return "joined-first"
        if run.waiting("parent", Kind.RECEIVE) and run.did(Kind.SEND, CHILD):
            return "wrong-end"
        if run.result != run.expected or run.failures:
            return None
        lines = [one.text.rstrip() for one in run.trace.prints if one.process != "parent"]
        if "response: " + run.case[0] not in lines:
            return "answer-not-heard"
        if "child_conn is closed: False" in lines:
            return "not-closed"
        if "child_conn is closed: True" not in lines:
            return "line-missing"
        closed = run.did(Kind.CLOSE, CHILD)
        return None if closed and asks_for(run, "closed") else "said-by-heart"
