"""The grader of birth-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run

MONDAY = {"tea": 1.125, "bread": 2.5, "jam": 3.25}
TUESDAY = {"tea": 1.5, "bread": 2.75, "jam": 4.375}
BASKETS = [["tea", "jam"], ["bread"], ["jam", "jam", "tea"]]


class Bills(Grader):
    cases = {"three baskets": (MONDAY, BASKETS), "new prices": (TUESDAY, BASKETS)}

    def expected(self, *case: Any) -> list[float]:
        return [round(total, 2) for total in totals(*case)]

    def diagnose(self, run: Run) -> str | None:
        if type(run.error).__name__ in ("CannotPickle", "WrongUse"):
            return "no-name"
        if run.failed_with("KeyError", "NoneType"):
            return "left-behind"
        if run.stuck or run.failures or run.error:
            return None
        if not run.started:
            return "not-through-mp"
        if run.one_by_one:
            return "one-by-one"
        if run.result == self.expected(MONDAY, BASKETS) != run.expected:
            return "by-heart"
        if run.result == totals(*run.case) != run.expected:
            return "not-rounded"
        return None


def totals(prices: dict[str, float], baskets: list[list[str]]) -> list[float]:
    return [sum(prices[item] for item in basket) for basket in baskets]
