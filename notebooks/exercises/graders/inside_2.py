"""The grader of inside-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, TERMINATED, Run
from mpscope import Kind


class Sentinel(Grader):
    cases = {
        "numbers and words": ([1, "two", 3.0],),
        "None, and other nothings": ([None, 0, "", False],),
        "words that sound like an end": (["STOP", "stop", "None", "END"],),
    }

    def expected(self, *case: Any) -> list[str]:
        return [type(item).__name__ for item in case[0]]

    def diagnose(self, run: Run) -> str | None:
        count = len(run.case[0])
        taken = len(run.did(Kind.RECEIVE, CHILD))
        if TERMINATED in run.exit_codes().values():
            return "killed"
        if run.error or run.failures:
            return None
        if run.waiting("parent", Kind.JOIN):
            return "identity-lost" if taken > count else "no-sentinel"
        answered = len(run.did(Kind.PUT, CHILD)) or len(run.did(Kind.SEND, CHILD))
        if run.stuck and answered < count:
            return "took-a-message-for-the-end"
        if answered > count:
            return "answered-the-sentinel"
        return None
