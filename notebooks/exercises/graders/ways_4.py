"""The grader of ways-4: what `is_shareable` says on Python 3.15, for values of these types."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run

VIEW = memoryview(b"a view")
CHANGEABLE = (list, dict, set)


class Shareable(Grader):
    """No process is started here."""

    methods = ("spawn",)
    cases = {
        "a bit of all": ([7, [1], "text", None, (1, 2), {"a": 1}, VIEW, b"bytes"],),
        "nothing but lists": ([[1], [2]],),
        "small things": ([True, 1.5, None, {1}, ()],),
    }
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        result = answer(*case)
        return list(map(self.name, result)) if isinstance(result, list) else result

    @staticmethod
    def name(value: Any) -> str:
        return type(value).__name__ if isinstance(value, memoryview) else repr(value)

    def expected(self, *case: Any) -> list[str]:
        return [self.name(value) for value in case[0] if not isinstance(value, CHANGEABLE)]

    def diagnose(self, run: Run) -> str | None:
        if run.error or run.result == run.expected or not isinstance(run.result, list):
            return None
        if run.result and set(run.result) <= {"True", "False"} and "True" not in run.expected:
            return "true-or-false"
        changeable = {self.name(v) for v in run.case[0] if isinstance(v, CHANGEABLE)}
        if changeable & set(run.result):
            return "changeable-too"
        missing = set(run.expected) - set(run.result)
        if "'text'" in missing:
            return "numbers-only"
        names = {"(1, 2)": "without-tuples", "memoryview": "without-memoryview"}
        return next((name for it, name in names.items() if it in missing), "without-none")
