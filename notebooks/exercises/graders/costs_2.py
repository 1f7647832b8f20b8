"""The grader of costs-2: where, in the order of all that happened, the clock was read."""

from __future__ import annotations

import time
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from mpscope import Kind, Text

RIGHT = "the time from the first put() to the consumer's word"
HEARD = (Kind.RECEIVE, Kind.WAKE, Kind.JOIN, Kind.ACQUIRE)  # what tells the parent of the child


class TwoClocks(Grader):
    cases = {"a hundred messages": (100,), "two messages": (2,)}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.read: list[int] = []

        def clock() -> int:
            self.read.append(time.monotonic_ns())
            return self.read[-1]

        self.told = answer(mp, *case, clock)
        return RIGHT if self.read and self.told == self.read[-1] - self.read[0] else self.told

    def expected(self, *case: Any) -> str:
        return RIGHT

    def diagnose(self, run: Run) -> str | None:
        if run.error or run.stuck or run.failures:
            return None
        if len(self.read) != 2:
            return "not-twice"
        began, ended = self.read
        if self.told == began - ended:
            return "upside-down"
        if self.told == (ended - began) / run.case[0]:
            return "divided"
        children = {process.label for process in run.children}
        heard = [event for kind in HEARD for event in run.did(kind, "parent")]
        words = [event for event in heard if event.channel not in children]
        joins = [event for event in run.did(Kind.JOIN, "parent") if event.channel in children]
        if not any(event.time_ns <= began for event in words):
            return "birth-counted"
        puts = run.did(Kind.PUT, "parent") or run.did(Kind.SEND, "parent")
        after = [e for e in puts if min(e.time_ns, e.began_ns or e.time_ns) >= began]
        if len(after) < run.case[0]:
            return "started-late"
        taken = [event.time_ns for event in run.did(Kind.RECEIVE, CHILD)]
        if not any(max(taken, default=0) <= event.time_ns <= ended for event in [*words, *joins]):
            return "producers-clock"
        return "end-counted" if any(event.time_ns <= ended for event in joins) else None

    def shown(self, run: Run) -> Any:
        return Text(f"{len(self.read)} times")
