"""The grader of manager-2."""

from __future__ import annotations

from collections import Counter
from multiprocessing.managers import BaseProxy
from typing import Any

from ipc_helpers.grading.evidence import read_by_luck
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import GONE, Run
from ipc_helpers.grading.updates import lost_updates, takes_a_lock_unseen


class WordCount(Grader):
    cases = {
        "three speakers, one subject": (["tea " * 20, "tea " * 20, "tea milk " * 10],),
        "two speakers": (["a rose is", "a rose"],),
    }

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def expected(self, *case: Any) -> dict[str, int]:
        return dict(Counter(" ".join(case[0]).split()))

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with(*GONE):
            return "children-outlived-it"
        if not run.calls() and run.children and run.result == {}:
            return "plain-dict"
        if isinstance(run.result, BaseProxy):
            return "returned-proxy"
        if run.stuck or run.failures or type(run.result) is not dict:
            return None
        if races := lost_updates(run):
            if takes_a_lock_unseen(run):
                return "unseen-lock"
            return "own-lock" if any(races) else "lost-update"
        counted = sum(count for count in run.result.values() if type(count) is int)
        if counted < sum(run.expected.values()):
            return "read-too-early" if not run.joined else "copy-changed"
        return "read-by-luck" if read_by_luck(run) else None
