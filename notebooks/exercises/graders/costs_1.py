"""The grader of costs-1: how many messages the parent has sent, whatever the channel."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from mpscope import Kind


class Batches(Grader):
    cases = {
        "two and a half lists": (list(range(250)), 100),
        "a thousand numbers": (list(range(1000)), 100),
        "no number": ([], 100),
    }

    def expected(self, *case: Any) -> int:
        return sum(case[0])

    def diagnose(self, run: Run) -> str | None:
        numbers, most = run.case
        lists = -(-len(numbers) // most)
        sent = len(run.did(Kind.PUT, "parent") or run.did(Kind.SEND, "parent"))
        if run.failed_with("TypeError"):
            return "adds-lists"
        if run.stuck and run.waiting(CHILD, Kind.RECEIVE):
            return "no-end"
        if run.error or run.stuck or run.failures:
            return None
        if run.result != run.expected:
            return self._wrong(run.result, numbers, most)
        if sent > lists + 2:
            return "one-by-one"
        return "all-at-once" if 0 < sent < lists else self._too_long(run, lists, sent)

    @staticmethod
    def _too_long(run: Run, lists: int, sent: int) -> str | None:
        """One list and an end: two messages, where more lists were wanted."""
        return "all-at-once" if lists > 1 and sent <= 2 else None

    @staticmethod
    def _wrong(result: Any, numbers: list[int], most: int) -> str | None:
        if result == sum(numbers[:most]):
            return "first-list-only"
        if result == sum(numbers[: len(numbers) // most * most]):
            return "lost-the-rest"
        return "sent-again" if isinstance(result, int) and result > sum(numbers) else None
