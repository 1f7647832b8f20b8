"""The grader of gallery-2."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Any

from ipc_helpers.grading.evidence import function
from ipc_helpers.grading.grader import Logged
from ipc_helpers.grading.run import CHILD, UNSEEN, Run
from mpscope import Event, Kind


class Darkroom(Logged):
    cases = {"four members": (["Ada", "Bo", "Cy", "Di"],), "three members": (["Ed", "Flo", "Gus"],)}

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.log = log = answer(mp, *case)
        if type(log) is not list or not all(type(step) is int for step in log):
            return log
        self.most = max(accumulate(log), default=0)
        return [max(self.most, 2), len(log), sum(log)]

    def expected(self, *case: Any) -> list[int]:
        return [2, 2 * len(case[0]), 0]  # the most at a time; steps; who is left inside

    def diagnose(self, run: Run) -> str | None:
        if run.failures or run.error:
            return None
        if run.stuck:
            return "one-by-one" if len(run.children) < len(run.case[0]) else "never-left"
        if type(run.result) is not list:
            return None
        if len(run.children) >= len(run.case[0]) and run.calls("append", who="parent"):
            return "parent-wrote"
        if run.one_by_one:
            return "one-by-one"
        if self.most == 1 and _is_for_one(run):
            return "one-at-a-time"
        starts, joins = run.did(Kind.START, "parent"), run.did(Kind.JOIN, "parent")
        if starts and any(join.time_ns < starts[-1].time_ns for join in joins):
            return "in-groups"
        if self.most > 2:
            made_inside = "Semaphore(" in function(run, "visit")  # and so not seen
            return "own-room" if made_inside or run.hold_apart else _of_the_doors(run) or "crowded"
        # A room kept in a file, or in memory without a lock, leaves no events.
        return None if any(word in run.source for word in UNSEEN) else _of_the_doors(run)


TAKES = {Kind.ACQUIRE, Kind.RECEIVE, Kind.WAKE, "acquire", "get", "wait", "wait_for"}
GIVES = {Kind.RELEASE, Kind.PUT, Kind.SEND, Kind.NOTIFY, Kind.SET}
GIVES |= {"release", "put", "notify", "notify_all", "set"}


def _of_the_doors(run: Run) -> str | None:
    """What is wrong although two at most were in: somebody had no place, or not all the while."""
    if len(run.children) < len(run.case[0]):
        return None
    for child in run.children:
        steps = [e for e in run.trace.stream() if e.process == child.label]
        inside = [place for place, event in enumerate(steps) if event.method == "append"]
        if not inside:
            return None  # it wrote nothing
        before, after = steps[: inside[0]], steps[inside[-1] :]
        took, gave = _any(before, TAKES), _any(after, GIVES)
        late = _any(steps[inside[0] : inside[-1]], TAKES)
        if took != gave or (late and not took):
            return "logged-outside"
        if not took:
            return "looked-then-went" if run.calls(who=CHILD)[0].method != "append" else "crowded"
    return None


def _any(events: Sequence[Event], steps: Collection[str]) -> bool:
    return any((event.method or event.kind) in steps for event in events)


def _is_for_one(run: Run) -> bool:
    """Whether all take the one lock that there is, and it lets in one.

    How many a managed one lets in is on no record, and neither is another one that nobody has
    needed: the text tells.
    """
    made = re.findall(r"\b(?:R?Lock|\w*Semaphore)\(\d*\)", run.source)
    for_one = [call for call in made if "Lock" in call or call.endswith(("(1)", "()"))]
    several = re.search(r"(?:Lock|Semaphore)\(\d*\)\W+for\b", run.source)
    shared = any(len(who) == len(run.children) for who in run.takers.values())
    return shared and len(made) == len(for_one) == 1 and not several
