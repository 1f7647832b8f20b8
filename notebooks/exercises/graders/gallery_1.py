"""The grader of gallery-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.evidence import function
from ipc_helpers.grading.grader import CHILD, UNSEEN, Logged, Run
from ipc_helpers.grading.order import OrderByLocks
from mpscope import Event, Kind

READS = (
    "get",
    "copy",
    "count",
    "__len__",
    "__getitem__",
    "__contains__",
    "keys",
    "values",
    "items",
)


class Bridge(Logged):
    cases = {
        "three hikers, the second one slow": (["Ada", "slow Bo", "Cy"],),
        "two hikers, the first one slow": (["slow Ada", "Bo"],),
    }

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.log = log = answer(mp, *case)
        if type(log) is not list or len(log) != 2 * len(case[0]):
            return log
        return [*sorted(log[: len(log) // 2]), *sorted(log[len(log) // 2 :])]

    def expected(self, *case: Any) -> list[str]:
        names = sorted(case[0])
        return [f"{name} arrives" for name in names] + [f"{name} crosses" for name in names]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck:
            return self._of_stuck(run)
        if run.error or run.failures or type(run.result) is not list:
            return None
        if len(run.children) >= len(run.case[0]) and run.calls("append", who="parent"):
            return "parent-wrote"
        slept = function(run, "walk").count("sleep(") > 1 and ".wait" not in run.source
        if run.result == run.expected:
            if _crossed_early(run):
                return "sorted-afterwards"
            return "slept" if _crossed_by_luck(run) else None
        if sorted(run.result) != sorted(run.expected):
            return None
        if _gave_up(run):
            return "gave-up"
        if "Barrier(" in function(run, "walk"):
            return "own-barrier"
        if "Barrier(" in run.source and ".wait(" in function(run, "walk"):
            return "waited-elsewhere" if _waited_elsewhere(run) else "too-few-parties"
        return "slept" if slept else "nobody-waited"

    def _of_stuck(self, run: Run) -> str | None:
        if run.failures:
            return None
        if len(run.children) < len(run.case[0]):
            return "one-after-another"
        if "sleep(" in function(run, "walk") and ".wait" not in run.source:
            return "slept"
        crossed = len(run.calls("append")) > len(run.case[0])
        return "too-few-parties" if crossed else "too-many-parties"


def _gave_up(run: Run) -> bool:
    """Whether a child stopped waiting because its time was up, or was told to."""
    waits = [event for event in run.calls("wait", who=CHILD) if event.kind is Kind.REQUEST]
    if "Barrier(" in run.source and "except" not in function(run, "walk"):
        return False  # its time-out is an error, with which nobody crosses
    return bool(run.did(Kind.TIMEOUT, CHILD)) or any(
        e.what not in ("wait()", "wait(None)") for e in waits
    )


def _waited_elsewhere(run: Run) -> bool:
    """Whether a child called a barrier's wait() anywhere but between its two lines."""
    steps: dict[str, list[str]] = {}
    for event in run.calls("append", "wait", who=CHILD):
        steps.setdefault(event.process, []).append(event.method)
    return any(step == "wait" for found in steps.values() for step in (found[0], found[-1]))


def _crossed_by_luck(run: Run) -> bool:
    """Whether a child crossed after the last arrival, and nothing told it of that one.

    Whoever reads the log, or a number, before it crosses may have seen it there.
    """
    if any(word in run.source for word in UNSEEN):
        return False  # what is read there is not on record
    lines = [event for event in run.calls("append", who=CHILD) if event.kind is Kind.REQUEST]
    last = max((e for e in lines if "arrives" in e.what), key=lambda event: event.time_ns)
    looks = {event.process for event in run.calls(*READS)}
    order = OrderByLocks(run)

    def blind(crossing: Event) -> bool:
        return crossing.process not in looks and not order.before(last, crossing)

    return run.late and any(blind(e) for e in lines if "crosses" in e.what)


def _crossed_early(run: Run) -> bool:
    """Whether a child wrote that it crosses before another one wrote that it arrives."""
    written = [event.what for event in run.calls("append")]
    arrivals = [place for place, what in enumerate(written) if "arrives" in what]
    crossings = [place for place, what in enumerate(written) if "crosses" in what]
    return bool(arrivals and crossings) and min(crossings) < max(arrivals)
