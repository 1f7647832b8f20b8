"""The grader of hands-4: two children that run already get the ends of one pipe."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import stepwise
from mpscope import Kind


class Introduce(Grader):
    cases = {
        "three words": (stepwise.speak, stepwise.listen),
        "nothing to say": (stepwise.say_nothing, stepwise.listen),
    }
    least_children = 2

    def expected(self, *case: Any) -> list[str]:
        return ["one", "two", "three"] if case[0] is stepwise.speak else []

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("-only") or "-only" in str(run.error):  # read-only, write-only
            return "wrong-end"
        if "closed" in str(run.error) or run.failed_with("closed"):
            return "closed-too-early"
        if run.stuck and not run.failures:
            if run.waiting("parent", Kind.JOIN):
                return "joined-first"
            return "kept-a-copy" if len(run.did(Kind.SEND, "parent")) >= 2 else "never-introduced"
        if run.result is None and not run.error and run.did(Kind.SEND, "parent"):
            return "not-told"
        return None
