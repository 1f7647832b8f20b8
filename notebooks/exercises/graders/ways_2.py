"""The grader of ways-2: a program for threads that has become one for processes."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


class FromThreads(Grader):
    cases = {
        "three texts": (["one", "one two", "one two three"],),
        "two texts": (["a b c d", ""],),
    }

    def expected(self, *case: Any) -> list[int]:
        return [len(text.split()) for text in case[0]]

    def diagnose(self, run: Run) -> str | None:
        if run.error or run.stuck or run.failures:
            return None
        if not run.started:
            return "at-home"
        if run.result != run.expected:
            return self._wrong(run)
        if run.started < len(run.case[0]):
            return "one-child"
        if run.one_by_one:
            return "one-by-one"
        return None if run.joined else "never-joined"

    @staticmethod
    def _wrong(run: Run) -> str | None:
        if not isinstance(run.result, list):
            return None
        if not any(run.result):
            return "still-global"
        return "backwards" if run.result == run.expected[::-1] else None
