"""The grader of costs-3: the numbers are invented so that each wrong way gives another result."""

from __future__ import annotations

from statistics import mean, median, quantiles
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


def ratios(a: list[int], b: list[int]) -> list[float]:
    return [one / other for one, other in zip(a, b, strict=True)]


class Quartiles(Grader):
    """No process is started here."""

    methods = ("spawn",)
    cases = {
        "seven rounds": ([10, 12, 60, 11, 10, 14, 13], [5, 4, 20, 44, 4, 7, 9]),
        "nine rounds": ([8, 9, 7, 8, 90, 8, 6, 7, 12], [3, 2, 2, 80, 40, 4, 3, 5, 3]),
    }
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        result = answer(*case)
        if isinstance(result, list | tuple):
            return [round(number, 2) for number in result]
        return round(result, 2) if isinstance(result, float) else result

    def expected(self, *case: Any) -> list[float]:
        return [round(number, 2) for number in quantiles(ratios(*case), n=4)]

    def diagnose(self, run: Run) -> str | None:
        if run.error or run.result == run.expected:
            return None
        a, b = run.case
        alone = not isinstance(run.result, list)
        middle = run.result if alone else run.result[len(run.result) // 2] if run.result else None
        ways = {
            "ratio-of-means": mean(a) / mean(b),
            "ratio-of-medians": median(a) / median(b),
            "ratio-of-bests": min(a) / min(b),
            "upside-down": median(ratios(b, a)),
            "mean-of-ratios": mean(ratios(a, b)),
        }
        paired = quantiles(ratios(sorted(a), sorted(b)), n=4)
        if run.result == [round(number, 2) for number in paired]:
            return "sorted-first"
        right = round(median(ratios(a, b)), 2)
        if alone and middle == right:
            return "only-the-median"
        return next((name for name, it in ways.items() if round(it, 2) == middle != right), None)
