"""The grader of queue-1."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ipc_helpers.grading.evidence import returns_a_value
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.workers.exercises import Late, added_at_home
from mpscope import Kind


class FirstProgram(Grader):
    cases = {
        "the first child is slow": ([Late(0), Late(1, 0), Late(2, 0)],),
        "numbers in no order": ([Late(5, 0), Late(3, 0), Late(9, 0)],),
    }

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def expected(self, *case: Any) -> list[int]:
        return [int(number) + 1 for number in case[0]]

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        added_at_home.clear()
        return answer(mp, *case)

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("NameError"):
            return "global-queue"
        silent = not run.did(Kind.PUT, CHILD) and not run.did(Kind.SEND, CHILD)
        if run.waiting("parent", Kind.RECEIVE) and silent and not run.failures:
            return "returned-not-put" if returns_a_value(run, "func1") else "never-put"
        starts, gets = run.did(Kind.START, "parent"), run.did(Kind.RECEIVE, "parent")
        if starts and gets and gets[0].time_ns < starts[-1].time_ns:
            return "one-by-one"
        if type(run.result) is not list:
            return None
        if run.result == run.expected:
            return "parent-answered" if added_at_home else None
        if len(run.result) < len(run.expected):
            return "too-few"
        if Counter(map(str, run.result)) == Counter(map(str, run.expected)):
            return (
                "sorted" if run.result == sorted(run.result) and "sort" in run.source else "arrival"
            )
        return None
