"""The grader of queue-4."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ipc_helpers.grading.grader import CHILD, Grader, Run
from ipc_helpers.workers.exercises import Late
from mpscope._recording import queues


class Pipeline(Grader):
    cases = {
        "twelve plates, the last one slow": ([*range(11), Late(11)], 2),
        "no plates": ([], 1),
    }
    least_children = 6

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        with sizes_noted() as sizes:
            result = answer(mp, *case)
        self.bounded = sum(0 < size <= case[1] for size in sizes)
        return result

    def expected(self, *case: Any) -> list[int]:
        return sorted((int(plate) + 1) * 2 - 3 for plate in case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.stuck:
            return self._of_stuck(run)
        if "CannotPickle" in repr(run.error) and "lambda" in str(run.error):
            return "lambda-cannot-travel"
        if run.error or type(run.result) is not list:
            return None
        if run.result != run.expected:
            extra = Counter(run.result) - Counter(run.expected)
            missing = Counter(run.expected) - Counter(run.result)
            if extra and not missing:
                return "twice"
            return "overtaken" if missing and not extra else None
        if len(run.children) < 6:
            return "too-few-processes"
        return "unbounded" if self.bounded < 3 else None

    def _of_stuck(self, run: Run) -> str | None:
        if run.stuck_in(CHILD, r"put\(\): the queue is full"):
            return "overtaken" if "ended well" in run.stuck else "nobody-collects"
        if run.stuck_in(CHILD, r"waits in .*get\(\)"):
            return "sentinel-missing"
        if run.stuck_in("parent", r"waits in .*get\(\)") and not run.failures:
            return "overtaken"
        return None


@contextlib.contextmanager
def sizes_noted() -> Iterator[list[int]]:
    """The sizes of all queues that are made in the block."""
    sizes: list[int] = []
    watched: Any = queues.Queue
    plain = watched.__init__

    def noting(self: Any, maxsize: int = 0, **rest: Any) -> None:
        sizes.append(maxsize)
        plain(self, maxsize, **rest)

    watched.__init__ = noting
    try:
        yield sizes
    finally:
        watched.__init__ = plain
