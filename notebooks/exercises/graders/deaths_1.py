"""The grader of deaths-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

SILENT = 3  # the exit code of who says nothing


class Answers(Grader):
    cases = {
        "one falls silent": (exercises.clerk, ["tea", "silent", "slow"]),
        "last words, a long letter": (exercises.clerk, ["last words", "long", "silent"]),
    }
    may_fail = True
    least_children = 3

    def expected(self, *case: Any) -> list[str | int]:
        return [answer(job) for job in case[1]]

    def shown(self, run: Run) -> Any:
        if not isinstance(run.result, list):
            return run.result
        return [it[:30] if isinstance(it, str) else it for it in run.result]

    def diagnose(self, run: Run) -> str | None:
        if run.raised(EOFError):
            return "eof-not-caught"
        if run.waiting("parent", Kind.JOIN):
            return "joined-first"
        if run.waiting("parent", Kind.RECEIVE):
            return "waited-for-the-dead"
        if run.stuck or run.error or not isinstance(run.result, list):
            return None
        if run.one_by_one:
            return "one-by-one"
        pairs = list(zip(run.case[1], run.result, strict=False))
        if any(job == "last words" and got in (4, None) for job, got in pairs):
            return "lost-last-words"
        if any(job == "silent" and got is None for job, got in pairs):
            return "asked-too-early"
        if any(job == "slow" and got != answer(job) for job, got in pairs):
            return "gave-up"
        return None


def answer(job: str) -> str | int:
    if job == "silent":
        return SILENT
    return exercises.LONG_LETTER if job == "long" else f"{job}: done"
