"""The grader of first-1."""

from __future__ import annotations

from collections import Counter
from multiprocessing.managers import BaseProxy
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, GONE, Run
from ipc_helpers.grading.updates import lost_updates, takes_a_lock_unseen
from ipc_helpers.workers.exercises import Ballot
from mpscope import ChannelKind, Kind


class Votes(Grader):
    """A ballot takes its time to be unfolded, so every counter gets some."""

    methods = ("fork", "spawn")
    cases = {"two counters": (["Ada"] * 6, 2), "three counters": (["Bo", "Ada", "Bo"] * 3, 3)}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        names, counters = case
        return answer(mp, [Ballot(name) for name in names], counters)

    def expected(self, *case: Any) -> dict[str, int]:
        return dict(Counter(case[0]))

    def children_for(self, *case: Any) -> int:
        return int(case[1])

    def speakers_for(self, *case: Any) -> int:
        return int(case[1])

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with(*GONE):
            return "after-the-end"
        if run.waiting(CHILD, Kind.RECEIVE, on=ChannelKind.QUEUE):
            return "one-sentinel" if run.some_ended_well else "no-sentinel"
        if run.stuck or run.failures or run.error:
            return None
        if races := lost_updates(run):
            if takes_a_lock_unseen(run):
                return "unseen-lock"
            return "own-lock" if any(races) else "lost-update"
        return "returned-proxy" if isinstance(run.result, BaseProxy) else None
