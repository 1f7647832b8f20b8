"""The grader of manager-1."""

from __future__ import annotations

from multiprocessing.managers import BaseProxy
from typing import Any

from ipc_helpers.grading.evidence import read_by_luck
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import GONE, Run


class ThirdProgram(Grader):
    cases = {"four names": (["3", "0", "2", "1"],), "one name": (["7"],)}

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def expected(self, *case: Any) -> tuple[dict[str, str], list[str]]:
        return dict.fromkeys(case[0], "test"), sorted(case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with(*GONE):
            return "children-outlived-it"
        if run.error is not None and any(word in repr(run.error) for word in GONE):
            return "asked-after-the-end"
        if run.error or run.stuck or type(run.result) is not tuple or len(run.result) != 2:
            return None
        results, names = run.result
        if isinstance(results, BaseProxy) or isinstance(names, BaseProxy):
            return "returned-proxies"
        if isinstance(results, str) or isinstance(names, str):
            return "returned-texts"
        if not run.calls():
            return "plain-objects" if run.children and not results else None
        if type(names) is list and names != run.expected[1] and sorted(names) == run.expected[1]:
            return "arrival"
        if len(names) < len(run.case[0]):
            return "read-too-early"
        return "read-by-luck" if read_by_luck(run) else None
