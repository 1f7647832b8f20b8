"""The grader of gallery-2."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any

from ipc_helpers.grading.evidence import function
from ipc_helpers.grading.grader import Logged, Run
from mpscope import Kind


class Darkroom(Logged):
    cases = {"four members": (["Ada", "Bo", "Cy", "Di"],), "three members": (["Ed", "Flo", "Gus"],)}

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.log = log = answer(mp, *case)
        if type(log) is not list or not all(type(step) is int for step in log):
            return log
        self.most = max(accumulate(log), default=0)
        return [max(self.most, 2), len(log), sum(log)]

    def expected(self, *case: Any) -> list[int]:
        return [2, 2 * len(case[0]), 0]  # the most at a time; steps; who is left inside

    def diagnose(self, run: Run) -> str | None:
        if run.failures or run.error:
            return None
        if run.stuck:
            return "one-by-one" if len(run.children) < len(run.case[0]) else "never-left"
        if type(run.result) is not list:
            return None
        if len(run.children) >= len(run.case[0]) and run.calls("append", who="parent"):
            return "parent-wrote"
        if run.one_by_one:
            return "one-by-one"
        if self.most == 1 and re.search(r"Lock\(\)|Semaphore\(1\)", run.source):
            return "one-at-a-time"
        starts, joins = run.did(Kind.START, "parent"), run.did(Kind.JOIN, "parent")
        if starts and any(join.time_ns < starts[-1].time_ns for join in joins):
            return "in-groups"
        if self.most > 2:
            if "Semaphore(" in function(run, "visit") or run.hold_apart:
                return "own-room"
            return "logged-outside" if "Semaphore(2)" in run.source else "crowded"
        return None
