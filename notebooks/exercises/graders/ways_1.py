"""The grader of ways-1: the first task that was given to the wrong one, and why it is wrong."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


def task(
    computes: bool, imports: str = "", crash: bool = False, python: int = 15
) -> dict[str, object]:
    return {
        "computes": computes,
        "imports": imports.split(),
        "may crash": crash,
        "python": (3, python),
    }


def choice(task: dict[str, Any]) -> str:
    if task["may crash"]:
        return "process"
    if not task["computes"]:
        return "thread"
    pure = "numpy" not in task["imports"]
    return "interpreter" if pure and task["python"] >= (3, 14) else "process"


class Choose(Grader):
    """No process is started here."""

    methods = ("spawn",)
    cases = {
        "a web server, a sum, a picture": (
            [task(False, "ssl"), task(True, "math", python=14), task(True, "numpy")],
        ),
        "old and shaky ones": (
            [
                task(True, "math", python=12),
                task(False, "ctypes", crash=True),
                task(True, "ctypes", crash=True),
                task(False, "numpy", python=11),
            ],
        ),
    }
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(*case)

    def expected(self, *case: Any) -> list[str]:
        return [choice(task) for task in case[0]]

    def diagnose(self, run: Run) -> str | None:
        if run.error or not isinstance(run.result, list) or len(run.result) != len(run.expected):
            return None
        for task, got, right in zip(run.case[0], run.result, run.expected, strict=True):
            if got != right:
                return self._why(task, got, right)
        return None

    @staticmethod
    def _why(task: dict[str, Any], got: str, right: str) -> str | None:
        if task["may crash"]:
            return "falls-with-all"
        if got == "interpreter" and right == "process":
            return "too-old" if task["python"] < (3, 14) else "cannot-import"
        if got == "thread":
            return "threads-compute"
        return "too-much" if right == "thread" else "cheaper"
