"""The grader of queue-1."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ipc_helpers.grading.grader import Grader, Run
from ipc_helpers.workers.exercises import Late


class FirstProgram(Grader):
    cases = {"the first child is slow": ([Late(0), 1, 2],), "numbers in no order": ([5, 3, 9],)}

    def expected(self, *case: Any) -> list[int]:
        return [int(number) + 1 for number in case[0]]

    def diagnose(self, run: Run) -> str | None:
        if any("NameError" in failure for failure in run.failures):
            return "global-queue"
        if run.stuck_in("parent", r"waits in .*get\(\)") and not run.did("put"):
            return "returned-not-put"
        starts, gets = run.did("start", "parent"), run.did("receive", "parent")
        if starts and gets and gets[0].time_ns < starts[-1].time_ns:
            return "one-by-one"
        if type(run.result) is not list or run.result == run.expected:
            return None
        if len(run.result) < len(run.expected):
            return "too-few"
        if Counter(map(str, run.result)) == Counter(map(str, run.expected)):
            return (
                "sorted" if run.result == sorted(run.result) and "sort" in run.source else "arrival"
            )
        return None
