"""The grader of deaths-3."""

from __future__ import annotations

from functools import partial
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.workers import exercises
from mpscope import Kind

TRIES = 2
MANY = 8  # crashes: a limit of two tries does not see most of them


class Results(Grader):
    """A case is the jobs, and how many workers job 13 costs."""

    cases = {
        "nobody crashes": ([1, 13, 3], 0),
        "one worker crashes": ([1, 13, 3], 1),
        "job 13 crashes every worker": ([2, 13, 5, 6], MANY),
    }
    may_fail = True

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        jobs, crashes = case
        fuses = mp.Semaphore(crashes)
        return answer(mp, partial(exercises.fragile, fuses), list(jobs))

    def expected(self, *case: Any) -> list[int | None]:
        jobs, crashes = case
        return [None if crashes >= TRIES and job == 13 else 2 * job for job in jobs]

    def diagnose(self, run: Run) -> str | None:
        jobs, crashes = run.case
        if run.raised(EOFError, ConnectionError):
            return "eof-not-caught"
        if run.started > TRIES + 1 and crashes == MANY:
            return "for-ever"
        died = any(code > 0 for code in run.exit_codes().values())
        if run.waiting("parent", Kind.RECEIVE):
            return "waited-for-the-dead" if crashes else None
        if run.waiting("parent", Kind.JOIN) and run.waiting(CHILD, Kind.RECEIVE):
            return "never-sent-home"
        if run.stuck or run.error or not isinstance(run.result, list):
            return None
        if len(run.did(Kind.SEND, CHILD)) > len(jobs):
            return "did-it-again"
        if died and len(run.result) == len(jobs) and crashes == 1 and None in run.result:
            return "lost-the-job"
        if died and len(run.result) < len(jobs):
            return "lost-the-job"
        if run.started > min(crashes, TRIES) + 1:
            return "too-many-workers"
        if 0 not in run.exit_codes().values():
            return "never-sent-home"
        return None
