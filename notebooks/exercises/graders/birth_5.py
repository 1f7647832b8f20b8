"""The grader of birth-5."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.workers import exercises
from mpscope import Kind


class Born(Grader):
    cases = {
        "a child that is soon ready": (exercises.be_ready, 0.0),
        "a child that dies before it is ready": (exercises.die_young, 7),
        "a child that takes its time": (exercises.be_ready, 0.7),
    }
    limit_s = 4.0
    may_fail = True

    def expected(self, *case: Any) -> Any:
        target, parcel = case
        return parcel if target is exercises.die_young else "ready"

    def diagnose(self, run: Run) -> str | None:
        dies = run.case[0] is exercises.die_young
        if run.raised(EOFError):
            return "eof-not-caught"
        if run.waiting("parent", Kind.JOIN):
            return "never-sent-home" if run.did(Kind.RECEIVE, "parent") else "joined-first"
        if run.waiting("parent", Kind.RECEIVE):
            return "waited-for-the-dead" if dies else None
        if run.stuck or run.error:
            return None
        if dies and run.result == "ready":
            return "started-is-not-born"
        if dies and run.result is None:
            return "asked-too-early"
        if not dies and run.result != "ready":
            return "gave-up" if not run.did(Kind.RECEIVE, "parent") else None
        if not dies and not run.did(Kind.SEND, CHILD):
            return "started-is-not-born"
        return None
