"""The grader of first-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from mpscope import Event, Kind


class Mill(Grader):
    cases = {"three sacks": ([1, 2, 3],), "no corn at all": ([],)}
    limit_s = 2.0

    def expected(self, *case: Any) -> list[int]:
        return [2 * sack for sack in case[0]]

    def diagnose(self, run: Run) -> str | None:
        if run.raised(OSError) or run.failed_with("OSError", "closed"):
            return "closed-too-early"
        miller = run.waiting(CHILD, Kind.RECEIVE)
        if miller and miller.channel:
            closed = any(map(_writes, run.did(Kind.CLOSE, "parent", miller.channel.name)))
            return "miller-keeps-the-corn" if closed else "farmer-keeps-the-corn"
        if run.waiting("parent", Kind.RECEIVE):
            return "farmer-keeps-the-flour"
        if run.stuck or run.error or run.failures or run.result != run.expected:
            return None
        if len(run.did(Kind.SEND, "parent")) > len(run.case[0]):
            return "used-a-sentinel"
        both_met_it = run.did(Kind.EOF, "parent") and run.did(Kind.EOF, CHILD)
        return None if both_met_it else "counted"


def _writes(closed: Event) -> bool:
    """Whether it was a writing end that was closed, by a line of the answer."""
    return closed.number == 0 and closed.where != ""
