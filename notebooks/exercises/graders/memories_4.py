"""The grader of memories-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.evidence import catches
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


class NightWatch(Grader):
    cases = {
        "four nights": (["quiet", "asleep", "trips", "robbed"],),
        "two nights": (["robbed", "quiet"],),
    }
    may_fail = True
    late = range(2)  # four, one after the other, would take longer than a run may

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def expected(self, *case: Any) -> list[str]:
        words = {"quiet": "well", "asleep": "failed", "trips": "failed", "robbed": "killed"}
        return [words[night] for night in case[0]]

    def diagnose(self, run: Run) -> str | None:
        if run.raised(TypeError) and run.children and not run.joined:
            return "read-too-early"  # None > 0
        if run.result == run.expected or type(run.result) is not list or not run.children:
            return None
        if not run.joined:
            return "read-too-early"
        if len(run.result) != len(run.expected):
            return None
        by_night = dict(zip(run.case[0], run.result, strict=True))
        if set(run.result) == {"well"}:
            return "waited-for-exception" if catches(run, "report") else "never-looked"
        if by_night.get("robbed") == "failed":
            return "killed-is-failed"
        if by_night.get("asleep", "failed") != "failed" and by_night.get("trips") == "failed":
            return "only-code-one"
        if by_night.get("robbed") == "well":
            return "killed-is-well"
        if "killed" in (by_night.get("asleep"), by_night.get("trips")):
            return "failed-is-killed"
        return None
