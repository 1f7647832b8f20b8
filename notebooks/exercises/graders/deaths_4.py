"""The grader of deaths-4."""

from __future__ import annotations

from functools import partial
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.workers.exercises import ACCIDENT, Round, drive
from mpscope import Kind


class Arrived(Grader):
    """The couriers with an ordinary round set out after the accident of the other one."""

    cases = {
        "an accident in the midst": ([[5, ACCIDENT, 4], [1, 2], [3]],),
        "an accident at the end": ([[1], [2, 7, ACCIDENT], [4]],),
    }
    may_fail = True
    least_children = 3

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        accident = mp.Semaphore(0)
        rounds = [Round(parcels, accident) for parcels in case[0]]
        return answer(mp, partial(drive, accident), rounds)

    def expected(self, *case: Any) -> int:
        return sum(sum(before(parcels)) for parcels in case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.raised(EOFError):
            return "eof-not-caught"
        if run.did(Kind.PUT, CHILD):
            return "a-queue-is-shared"
        shared = any(len(who) > 1 for lock, who in run.takers.items() if lock != "accident")
        if run.stuck and (shared or run.waiting(CHILD, Kind.ACQUIRE)):
            return "died-with-the-lock"
        if run.waiting("parent", Kind.RECEIVE):
            return "waited-for-the-dead"
        if run.stuck or run.error:
            return None
        if shared:
            return "still-shared"
        if run.one_by_one:
            return "one-by-one"
        if run.result == run.expected + ACCIDENT:
            return "counted-too-early"
        if isinstance(run.result, int) and run.result < run.expected:
            return "told-too-late" if run.did(Kind.SEND, CHILD) else "lost-update"
        return None


def before(parcels: list[int]) -> list[int]:
    """What a courier delivers: all, or what comes before the accident."""
    return parcels[: parcels.index(ACCIDENT)] if ACCIDENT in parcels else parcels
