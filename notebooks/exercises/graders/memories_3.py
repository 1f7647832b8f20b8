"""The grader of memories-3."""

from __future__ import annotations

import re
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


class PassIt(Grader):
    cases = {
        "Good evening": ("Good evening", ["Ada", "Bo"]),
        "Ahoy": ("Ahoy", ["Cy", "Bo", "Ada"]),
    }

    def children_for(self, *case: Any) -> int:
        return len(case[1])

    def speakers_for(self, *case: Any) -> int:
        return len(case[1])

    def expected(self, *case: Any) -> list[str]:
        words, names = case
        return sorted(f"{words}, {name}" for name in names)

    def diagnose(self, run: Run) -> str | None:
        # What leaves no events, only the text can tell: children of another context, and a look
        # into the environment.
        if not run.children and re.search(r"get_context\(['\"]fork['\"]\)", run.source):
            return "chose-fork"
        if run.failed_with("NameError"):
            return "missing-name"
        if type(run.result) is not list or run.result == run.expected:
            return None
        if sorted(run.result) == run.expected:
            return "not-sorted"
        if run.method == "forkserver" and "environ" in run.source:
            return "by-environment"
        if all(str(line).startswith("Hello") for line in run.result):
            return "bound-too-early" if run.method == "fork" else "relied-on-a-copy"
        return None
