"""The grader of pipe-5."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import CHILD, Grader, Run


class Swap(Grader):
    cases = {"ten bytes": (10,), "a million bytes": (1_000_000,)}

    def expected(self, *case: Any) -> int:
        return case[0]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck_in("parent", r"send\(\)") and run.stuck_in(CHILD, r"send\(\)"):
            return "both-send"
        if run.stuck_in("parent", r"recv\(\)") and run.stuck_in(CHILD, r"recv\(\)"):
            return "both-listen"
        if run.stuck_in("parent", r"join\(\) \("):
            return "joined-first"
        if run.result != run.expected and type(run.result) is int and run.result:
            return "cut"
        if run.stuck or run.failures:
            return None
        if not run.did("receive", CHILD):
            return "one-way"
        sent = [event.what for event in run.did("send")]
        return "sent-a-number" if sent and all(what.isdigit() for what in sent) else None
