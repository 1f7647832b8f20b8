"""The grader of third-1."""

from __future__ import annotations

from functools import partial
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.workers import exercises
from mpscope import Kind


class Total(Grader):
    """A case is the jobs, and how often a worker dies at job 13."""

    cases = {
        "nobody dies": ([1, 13, 3], 0),
        "a death in the midst": ([1, 13, 3], 1),
        "two deaths": ([4, 13, 5, 6], 2),
    }
    may_fail = True
    limit_s = 2.0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        jobs, deaths = case
        return answer(mp, partial(exercises.fragile_batches, mp.Semaphore(deaths)), list(jobs))

    def expected(self, *case: Any) -> int:
        return sum(2 * job for job in case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.raised(EOFError, ConnectionError):
            return "eof-not-caught"
        died = any(code > 0 for code in run.exit_codes().values())
        if run.waiting(CHILD, Kind.RECEIVE) and not run.waiting("parent", Kind.RECEIVE):
            return "never-sent-home"
        if run.waiting("parent", Kind.RECEIVE):
            return "waited-for-the-dead" if run.case[1] else None
        if run.stuck or run.error or type(run.result) is not int:
            return None
        if died and run.result > run.expected:
            return "counted-twice"
        if died and run.result < run.expected:
            return "lost-a-job"
        return None
