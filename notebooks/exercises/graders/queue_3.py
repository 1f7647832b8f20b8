"""The grader of queue-3."""

from __future__ import annotations

import re
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, TERMINATED, Run
from mpscope import Kind


class Drain(Grader):
    cases = {
        "three small letters": ([1, 2, 3],),
        "two big letters": ([300_000, 200_000],),
    }

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def expected(self, *case: Any) -> int:
        return sum(case[0])

    def diagnose(self, run: Run) -> str | None:
        if TERMINATED in run.exit_codes().values() and run.result != run.expected:
            return "stopped-the-postman"
        limited = re.search(r"\.join\((timeout=)?[\d.]+\)", run.source)
        if (
            limited
            and "terminate()" not in run.source
            and (run.stuck or _joined_before_drained(run))
        ):
            return "joined-with-a-limit"
        join = run.waiting("parent", Kind.JOIN)
        if join and join.where:
            return "joined-first"
        if "cancel_join_thread" in run.source:
            return "let-go"
        if "empty()" in run.source and run.result != run.expected:
            return "asked-empty"
        if "Empty" in run.source and run.result != run.expected:
            return "gave-up"
        if type(run.result) is int and 0 < run.result < run.expected:
            return "too-few"
        sent = [event.what for event in run.did(Kind.PUT, CHILD)]
        return "sent-a-number" if sent and all(what.isdigit() for what in sent) else None


def _joined_before_drained(run: Run) -> bool:
    joins, gets = run.did(Kind.JOIN, "parent"), run.did(Kind.RECEIVE, "parent")
    return bool(joins and gets) and joins[0].time_ns < gets[-1].time_ns
