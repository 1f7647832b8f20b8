"""The grader of manager-4."""

from __future__ import annotations

from array import array
from multiprocessing.shared_memory import ShareableList
from typing import Any

from ipc_helpers.grading.evidence import function, read_by_luck
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


class FiveBoxes(Grader):
    late = (0,)
    cases = {
        "boxes in one order": ("mp.Array", "array", "ShareableList", "list", "managed list"),
        "in another order": ("list", "array", "managed list", "mp.Array", "ShareableList"),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        segment = ShareableList([0])
        try:
            with mp.Manager() as manager:
                kinds = {
                    "list": [0],
                    "array": array("i", [0]),
                    "managed list": manager.list([0]),
                    "mp.Array": mp.Array("i", [0]),
                    "ShareableList": segment,
                }
                named = list(enumerate(case, 1))
                if case[0] != "list":
                    named.reverse()  # whoever does not sort shows it
                return answer(mp, {f"box {n}": kinds[kind] for n, kind in named})
        finally:
            segment.shm.close()
            segment.shm.unlink()

    def expected(self, *case: Any) -> list[str]:
        return [f"box {n}" for n, kind in enumerate(case, 1) if kind not in ("list", "array")]

    def diagnose(self, run: Run) -> str | None:
        if run.error or run.stuck or type(run.result) is not list:
            return None
        if not run.children:
            wrote = bool(run.calls("__setitem__", who="parent"))
            return "changed-at-home" if wrote else "no-experiment"
        if len(run.result) == 5:
            wrote = "overwrite" in function(run, "find_sharing").replace("target=overwrite", "")
            return "changed-at-home" if wrote else "all-five"
        if set(run.result) < set(run.expected) and not run.joined:
            return "looked-too-early"
        if sorted(run.result) == run.expected and run.result != run.expected:
            return "not-sorted"
        if len(run.result) == 1 and len(run.children) < 5 and set(run.result) < set(run.expected):
            return "stopped-at-the-first"
        if not set(run.result) & set(run.expected):
            return "turned-round"
        return "read-by-luck" if read_by_luck(run) else None
