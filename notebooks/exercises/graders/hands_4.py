"""The grader of hands-4: two children that run already get the ends of one pipe."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader, Run
from ipc_helpers.workers import stepwise


class Introduce(Grader):
    cases = {
        "three words": (stepwise.speak, stepwise.listen),
        "nothing to say": (stepwise.say_nothing, stepwise.listen),
    }
    least_children = 2

    def expected(self, *case: Any) -> list[str]:
        return ["one", "two", "three"] if case[0] is stepwise.speak else []

    def diagnose(self, run: Run) -> str | None:
        told = " ".join([str(run.error), *run.failures])
        if "only" in told:  # the connection is read-only, or write-only
            return "wrong-end"
        if "handle is closed" in told:
            return "closed-too-early"
        if run.stuck and not run.failures:
            if run.stuck_in("parent", "join"):
                return "joined-first"
            return "kept-a-copy" if len(run.did("send", "parent")) >= 2 else "never-introduced"
        if run.result is None and not run.error and run.did("send", "parent"):
            return "not-told"
        return None
