"""The grader of beyond-2: what was delivered at least once is counted once."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import guests
from ipc_helpers.workers.exercises import SLOW_S
from mpscope import Kind

AGAIN = [("a", 5), ("a", 5), ("b", 5), ("a", 5)]
ELSEWHERE = [("b", 5), ("c", 7), ("d", 1)]


class Once(Grader):
    cases = {
        "some come again": (
            [partial(guests.deliver, 0, AGAIN), partial(guests.deliver, SLOW_S, ELSEWHERE)],
        ),
        "two of one weight": ([partial(guests.deliver, 0, [("x", 2), ("y", 2)])],),
    }

    def expected(self, *case: Any) -> int:
        return sum(dict(arrivals(case[0])).values())

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.stuck and run.waiting("parent", Kind.RECEIVE) and not run.failures:
            return "never-stopped"
        if run.stuck or run.error or run.result == run.expected:
            return None
        couriers = run.case[0]
        messages = arrivals(couriers)
        wrong = {
            sum(weight for _, weight in messages): "counted-twice",
            sum({weight for _, weight in messages}): "by-weight",
            sum(weight for (_, weight), _ in groupby(messages)): "only-neighbours",
            sum(sum(dict(it.args[1]).values()) for it in couriers): "one-courier-only",
            sum(dict(couriers[0].args[1]).values()): "stopped-early",
        }
        return wrong.get(run.result)


def arrivals(couriers: list[Any]) -> list[Any]:
    return [message for courier in couriers for message in courier.args[1]]
