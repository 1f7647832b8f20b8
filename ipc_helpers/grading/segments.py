"""What an answer has left of its shared memory: looked at before the block cleans up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers.shared import exists


class Found(NamedTuple):
    """What an answer returned, and what became of its segments."""

    result: Any
    shared: bool = True
    """Whether it made any segment."""
    left: int = 0
    """How many of them still have a name."""


class SegmentGrader(Grader):
    """Grades what an answer returns, and what it leaves of its segments; see `Found`."""

    def stage(self, mp: Any, answer: Callable[..., Any], *case: Any) -> Found:
        result = answer(mp, *case)
        names = {name for log in mp.trace.logs for name in log.segments}
        return Found(result, bool(names), sum(map(exists, names)))

    def shown(self, run: Run) -> Any:
        return run.result.result if isinstance(run.result, Found) else run.result
