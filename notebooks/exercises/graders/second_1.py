"""The grader of second-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.workers.exercises import Letter
from mpscope import Kind

LEFT = 3  # the exit code of whoever leaves as it should


class Post(Grader):
    """The feeder of a carrier is slow, so that nothing is sent by luck."""

    cases = {
        "one carrier": ([["a", "b"]],),
        "two carriers": ([["to Ada", "to Bo"], ["to Cy"]],),
    }
    may_fail = True
    limit_s = 2.0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(mp, [[Letter(text) for text in bundle] for bundle in case[0]])

    def expected(self, *case: Any) -> list[str]:
        return sorted(text for bundle in case[0] for text in bundle)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("NameError", "NoneType"):
            return "no-box"
        if run.failed_with("AssertionError"):
            return "out-of-order"
        if run.waiting("parent", Kind.RECEIVE) and not run.failures:
            return "closed-only" if ".close()" in run.source else "lost-at-exit"
        if run.stuck or run.error or run.failures or run.result != run.expected:
            return None
        if set(run.exit_codes().values()) != {LEFT}:
            return "stayed"
        # a feeder closes its end of the pipe when it has sent everything
        done = {event.process for event in run.did(Kind.CLOSE, CHILD)}
        return None if len(done) == len(run.case[0]) else "by-the-clock"
