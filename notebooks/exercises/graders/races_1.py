"""The grader of races-1."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


def count(schedule: str) -> int:
    """The number at the end: each letter reads at its first place, and writes at its second."""
    number, read = 0, dict[str, int]()
    for letter in schedule:
        if letter in read:
            number = read[letter] + 1
        read.setdefault(letter, number)
    return number


class Losing(Grader):
    """No process is started here; a test compares `count` with real ones."""

    methods = ("spawn",)
    cases = {
        "two processes": (sorted({"".join(order) for order in permutations("AABB")}),),
        "three processes": (sorted({"".join(order) for order in permutations("AABBCC")}),),
        "nothing to choose from": ([],),
    }
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(list(case[0]))

    def expected(self, *case: Any) -> list[str]:
        return [one for one in case[0] if count(one) < len(set(one))]

    def diagnose(self, run: Run) -> str | None:
        if isinstance(run.result, int):
            return "a-number"
        if not isinstance(run.result, list | tuple | set) or run.result == run.expected:
            return None
        told, lost, every = set(run.result), set(run.expected), set(run.case[0])
        if told == every - lost:
            return "the-others"
        if not told:
            return "none-lost"
        if told == every:
            return "all-lost"
        if told - lost and lost <= told:
            return "one-winner"
        return "missed-some" if told < lost else None

    def shown(self, run: Run) -> Any:
        if not isinstance(run.result, list | tuple | set):
            return run.result
        missing = [one for one in run.expected if one not in run.result]
        extra = [one for one in run.result if one not in run.expected]
        return (missing or extra or [run.result])[0]
