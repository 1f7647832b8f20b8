"""The grader of inside-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind


class Batches(Grader):
    """The feeder is kept busy until `report` has returned: nothing is pickled before."""

    cases = {"five readings": ([3, 1, 4, 1, 5],), "four readings": ([2, 7, 1, 8],)}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        batches = mp.Queue()
        args = (answer, batches, case[0])
        mp.Process(target=exercises.with_a_slow_feeder, args=args, name="thermometer").start()
        batches.get()  # what had kept the feeder busy
        return [batches.get() for _ in self.expected(*case)]

    def expected(self, *case: Any) -> list[list[int]]:
        readings = case[0]
        return [readings[start : start + 2] for start in range(0, len(readings), 2)]

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("closed"):
            return "closed-too-early"
        if run.error or run.failures:
            return None
        put = len(run.did(Kind.PUT, "thermometer")) - 1
        if run.stuck:
            short = put == len(run.expected) - 1 and len(run.case[0]) % 2
            return "forgot-the-rest" if short else "not-in-batches"
        got = run.result if type(run.result) is list else []
        if not all(isinstance(batch, list | tuple) for batch in got):
            return "not-in-batches"
        if put > len(run.expected):
            return "empty-batch" if got[: len(run.expected)] == run.expected else "not-in-batches"
        if got and run.result != run.expected and all(batch == got[-1] for batch in got):
            return "changed-after-put"
        return None
