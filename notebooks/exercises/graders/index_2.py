"""The grader of index-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

LONG = 400_000  # letters: more than the pipe takes, on any system that we know


class FullPipes(Grader):
    cases = {
        "two words": (["one", "two"],),
        "three long texts": (["b" * LONG, "a" * LONG, "c" * LONG],),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(mp, exercises.shout, case[0])

    def expected(self, *case: Any) -> list[str]:
        return [text.upper() for text in case[0]]

    def shown(self, run: Run) -> Any:
        if not isinstance(run.result, list):
            return run.result
        return [f"{text[:3]}... ({len(text)} letters)" for text in run.result]

    def diagnose(self, run: Run) -> str | None:
        if run.waiting("parent", Kind.SEND):
            return "two-full-pipes"
        if run.waiting("parent", Kind.JOIN):
            return "never-sent-home" if run.did(Kind.RECEIVE, "parent") else "joined-first"
        if run.stuck or run.error or run.failures or not isinstance(run.result, list):
            return None
        if len(run.result) < len(run.expected):
            return "lost-some"
        if run.result != run.expected and sorted(run.result) == sorted(run.expected):
            return "out-of-order"
        shorter = [len(text) for text in run.result] < [len(text) for text in run.expected]
        return "cut-down" if shorter else None
