"""The grader of pools-4."""

from __future__ import annotations

import asyncio
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

TICKS = 3  # after as many the child answers


class Answer(Grader):
    """The child answers only after three ticks: who stops the clock never hears of it."""

    cases = {"three ticks": (TICKS,), "thirty ticks": (30,)}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        heard, box = mp.Semaphore(0), mp.Queue()
        self.ticks = 0

        async def clock() -> None:
            for _ in range(*case):
                await asyncio.sleep(0.01)
                self.ticks += 1
                heard.release()

        async def main() -> Any:
            return await answer(clock(), box)

        mp.Process(target=exercises.answer_after, args=(heard, box)).start()
        return asyncio.run(main()), self.ticks

    def expected(self, *case: Any) -> tuple[str, int]:
        return "the answer", case[0]

    def shown(self, run: Run) -> Any:
        return run.result[0] if run.result else None

    def diagnose(self, run: Run) -> str | None:
        if run.waiting("parent", Kind.RECEIVE) and self.ticks < TICKS:
            return "stopped-the-clock"
        if run.error is not None and type(run.error).__name__ == "Empty":
            return "gave-up"
        if run.stuck or run.error:
            return None
        found, ticks = run.result
        if asyncio.iscoroutine(found) or asyncio.isfuture(found):
            return "not-awaited"
        if found is None:
            return "gave-up"
        if ticks < run.case[0]:
            return "clock-cut-off"
        if polled(run):
            return "asked-again-and-again"
        if first_the_clock(run):
            return "one-after-the-other"
        return None


def polled(run: Run) -> bool:
    """Nothing of the trace tells who has asked a queue whether it is empty."""
    return ".empty()" in run.source or "get_nowait" in run.source or "block=False" in run.source


def first_the_clock(run: Run) -> bool:
    """Whether nobody began to listen before the last of thirty ticks."""
    ticks = run.did(Kind.RELEASE, "parent")
    heard = run.did(Kind.RECEIVE, "parent")
    return run.case[0] > TICKS and bool(heard) and heard[0].began_ns > ticks[-1].time_ns
