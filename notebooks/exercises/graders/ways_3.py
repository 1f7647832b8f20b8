"""The grader of ways-3: some of the children end without a word."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import ways
from mpscope import ChannelKind, Kind


class Survivors(Grader):
    cases = {
        "one falls over": ([ways.seven, ways.fall_over, ways.eight],),
        "all stand": ([ways.eight, ways.seven],),
        "the first falls over": ([ways.fall_over, ways.seven],),
    }
    limit_s = 2.0
    may_fail = True

    def expected(self, *case: Any) -> list[int | None]:
        results = {ways.seven: 7, ways.eight: 8}
        return [results.get(task) for task in case[0]]

    def examine(self, run: Run) -> str | None:
        """A child that falls over is part of the task, and its exit code no finding."""
        return self.diagnose(run) or next(
            (it for it in self._in_general(run) if it != "exit-code"), None
        )

    def diagnose(self, run: Run) -> str | None:
        if run.stuck and run.waiting("parent", Kind.RECEIVE, on=ChannelKind.QUEUE):
            return "one-queue"
        if run.stuck and run.waiting("parent", Kind.RECEIVE):
            return "kept-a-writer"
        if run.raised(EOFError):
            return "not-caught"
        if run.error or run.stuck or not isinstance(run.result, list):
            return None
        if run.result == [one for one in run.expected if one is not None] != run.expected:
            return "left-out"
        if len(run.result) != len(run.expected) or run.result == run.expected:
            return None
        if set(run.result) <= {0, 3}:
            return "exit-codes"
        pairs = zip(run.result, run.expected, strict=True)
        return "not-none" if all(got == right or right is None for got, right in pairs) else None
