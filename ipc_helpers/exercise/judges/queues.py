"""Lesson 02."""

from __future__ import annotations

from typing import Any

from ipc_helpers.exercise.judge import TERMINATED, Judge, Run


class Drain(Judge):
    id = "queue-3"
    cases = {
        "three small letters": ([1, 2, 3],),
        "two big letters": ([300_000, 200_000],),
    }

    def expected(self, *case: Any) -> int:
        return sum(case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.stuck_in("parent", r"waits in child-\d+\.join\(\) \("):
            return "joined-first"
        if "cancel_join_thread" in run.source:
            return "let-go"
        if TERMINATED in run.exit_codes().values():
            return "stopped-the-postman"
        if "empty()" in run.source and run.result != run.expected:
            return "asked-empty"
        if "Empty" in run.source and run.result != run.expected:
            return "gave-up"
        if type(run.result) is int and 0 < run.result < run.expected:
            return "too-few"
        return None
