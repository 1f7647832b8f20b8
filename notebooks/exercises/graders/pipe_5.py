"""The grader of pipe-5."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from mpscope import Kind


class Swap(Grader):
    cases = {"a million bytes": (1_000_000,), "ten bytes": (10,)}
    late = (0,)

    def expected(self, *case: Any) -> int:
        return case[0]

    def diagnose(self, run: Run) -> str | None:
        if run.waiting("parent", Kind.SEND) and run.waiting(CHILD, Kind.SEND):
            return "both-send"
        if run.waiting("parent", Kind.RECEIVE) and run.waiting(CHILD, Kind.RECEIVE):
            return "both-listen"
        join = run.waiting("parent", Kind.JOIN)
        if join and join.where:
            return "joined-first"
        if run.result != run.expected and type(run.result) is int and run.result:
            return "cut"
        if run.stuck or run.failures:
            return None
        if run.calls():
            return None  # through a manager's queues: what a call carries has no size on record
        if not run.did(Kind.RECEIVE, CHILD):
            return "one-way"
        sent = [event.what for event in run.did(Kind.SEND)]
        if sent and all(what.isdigit() for what in sent):
            return "sent-a-number"
        whole = {event.process for event in run.did(Kind.RECEIVE) if event.size >= run.case[0]}
        return None if len(whole) > 1 else "in-pieces"
