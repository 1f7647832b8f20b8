"""The grader of gallery-1."""

from __future__ import annotations

import re
from typing import Any

from ipc_helpers.grading.evidence import catches, function
from ipc_helpers.grading.grader import Logged
from ipc_helpers.grading.order import Order
from ipc_helpers.grading.run import CHILD, UNSEEN, Run
from mpscope import ChannelKind, Event, Kind

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
        if run.result == run.expected:
            if _crossed_early(run):
                return "sorted-afterwards"
            return "slept" if _crossed_by_luck(run) else None
        return _of_crossed(run) if sorted(run.result) == sorted(run.expected) else None

    def _of_stuck(self, run: Run) -> str | None:
        join = run.waiting("parent", Kind.JOIN)
        if run.failures:
            return None
        if len(run.children) < len(run.case[0]):
            return "one-after-another" if join and join.where else None
        at_bridge = [p for p in run.children if run.waiting(p.label, Kind.WAKE, Kind.REPLY)]
        if not at_bridge:
            return "slept" if _sleeps_between(run) else None
        if len(run.calls("append", who=CHILD)) > len(run.case[0]):
            return None if "Condition(" in run.source else "too-few-parties"
        return "too-many-parties" if len(at_bridge) == len(run.case[0]) else None


def _of_crossed(run: Run) -> str:
    """What was wrong when somebody crossed before all had come."""
    waits = [_waits_between(run, child.label) for child in run.children]
    tries = catches(run, "walk") and ".wait(" in function(run, "walk")
    broken = tries and not all(waits)  # a wait at a broken barrier leaves no event
    if broken or any(mine and _in_vain(mine[-1]) for mine in waits):
        return "gave-up"
    if "Barrier(" in function(run, "walk"):
        return "own-barrier"  # one that is made there leaves no events
    if _at_barrier(run):
        return "too-few-parties" if all(waits) else "waited-elsewhere"
    return "nobody-waited" if any(waits) or not _sleeps_between(run) else "slept"


def _waits_between(run: Run, label: str) -> list[Event]:
    """The waits of a hiker between the lines that it wrote."""
    steps = [event for event in run.trace.stream() if event.process == label]
    lines = [place for place, event in enumerate(steps) if event.method == "append"]
    between = steps[lines[0] : lines[-1]] if lines else []
    return [e for e in between if e.kind in (Kind.WAKE, Kind.TIMEOUT) or e.method == "wait"]


def _in_vain(wait: Event) -> bool:
    """Whether a wait ended because its time was up, or with an error, and the hiker went on."""
    if wait.kind in (Kind.TIMEOUT, Kind.REQUEST):
        return True
    limit = re.search(r"\((?:timeout=)?([\d.]+)\)", wait.what)
    took_s = (wait.time_ns - wait.began_ns) / 1e9
    return wait.kind is Kind.REPLY and limit is not None and took_s >= float(limit[1])


def _at_barrier(run: Run) -> bool:
    """Whether a hiker has waited at a barrier; of what type a managed object is, the text tells."""
    kinds = {run.trace.channels[e.channel].kind for e in run.did(Kind.WAKE, CHILD)}
    managed = bool(run.calls("wait", who=CHILD)) and "Barrier(" in run.source
    return ChannelKind.BARRIER in kinds or managed


def _sleeps_between(run: Run) -> bool:
    """Whether a hiker sleeps for another reason than to be slow: a pause leaves no event."""
    return function(run, "walk").count("sleep(") > 1


def _crossed_by_luck(run: Run) -> bool:
    """Whether a child crossed after the last arrival, and nothing told it of that one.

    Whoever reads the log, or a number, before it crosses may have seen it there.
    """
    if any(word in run.source for word in UNSEEN):
        return False  # a look at those leaves no event
    lines = [event for event in run.calls("append", who=CHILD) if event.kind is Kind.REQUEST]
    last = max((e for e in lines if "arrives" in e.what), key=lambda event: event.time_ns)
    looks = {event.process for event in run.calls(*READS)}
    order = OrderByLocks(run)

    def blind(crossing: Event) -> bool:
        return crossing.process not in looks and not order.before(last, crossing)

    return run.late and any(blind(e) for e in lines if "crosses" in e.what)


class OrderByLocks(Order):
    """... in which to take a lock is to hear of those who had it: they may have left a word."""

    def is_signal(self, event: Event) -> bool:
        of_a_manager = event.kind is Kind.REQUEST and event.method == "release"
        return super().is_signal(event) or event.kind is Kind.RELEASE or of_a_manager


def _crossed_early(run: Run) -> bool:
    """Whether a child wrote that it crosses before another one wrote that it arrives."""
    written = [event.what for event in run.calls("append")]
    arrivals = [place for place, what in enumerate(written) if "arrives" in what]
    crossings = [place for place, what in enumerate(written) if "crosses" in what]
    return bool(arrivals and crossings) and min(crossings) < max(arrivals)
