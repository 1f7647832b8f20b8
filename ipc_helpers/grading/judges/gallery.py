"""Lesson 05."""

from __future__ import annotations

import ast
import re
from itertools import accumulate
from typing import Any

from ipc_helpers.grading.grader import CHILD, TERMINATED, Judge, Run
from ipc_helpers.grading.judges.managers import GONE
from mpscope._trace.events import Event


def calls(run: Run, method: str, who: str = ".*") -> list[Event]:
    """The requests for a method of a managed object, in time order."""
    return [event for event in run.did("request", who) if event.what.startswith(method)]


def function(run: Run, name: str) -> str:
    """The text of a function, the last one of this name."""
    return run.source.rpartition(f"\ndef {name}(")[2].partition("\ndef ")[0]


def uses_argument(source: str, name: str, place: int) -> bool:
    """Whether a function does anything with its argument at this place; true if it has none."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name and place < len(node.args.args):
            wanted = node.args.args[place].arg
            return any(isinstance(n, ast.Name) and n.id == wanted for n in ast.walk(node))
    return True


class Logged(Judge):
    """The stage returns what counts of a log; messages show the log itself."""

    log: Any = None

    def shown(self, run: Run) -> Any:
        return self.log


class Bridge(Logged):
    id = "gallery-1"
    cases = {
        "three hikers, the second one slow": (["Ada", "slow Bo", "Cy"],),
        "two hikers, the first one slow": (["slow Ada", "Bo"],),
    }

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
        slept = function(run, "walk").count("sleep(") > 1 and ".wait" not in run.source
        if run.result == run.expected:
            if _crossed_early(run):
                return "sorted-afterwards"
            asked = len(run.did("request")) > 20 * len(run.children)
            return "looked-again-and-again" if asked else "slept" if slept else None
        if sorted(run.result) != sorted(run.expected):
            return None
        if "Barrier(" in function(run, "walk"):
            return "own-barrier"
        if "Barrier(" in run.source and ".wait(" in function(run, "walk"):
            return "too-few-parties"
        return "slept" if slept else "nobody-waited"

    def _of_stuck(self, run: Run) -> str | None:
        if run.failures:
            return None
        if len(run.children) < len(run.case[0]):
            return "one-after-another"
        if "sleep(" in function(run, "walk") and ".wait" not in run.source:
            return "slept"
        crossed = len(calls(run, "append")) > len(run.case[0])
        return "too-few-parties" if crossed else "too-many-parties"


def _crossed_early(run: Run) -> bool:
    """Whether a child wrote that it crosses before another one wrote that it arrives."""
    written = [event.what for event in calls(run, "append")]
    arrivals = [place for place, what in enumerate(written) if "arrives" in what]
    crossings = [place for place, what in enumerate(written) if "crosses" in what]
    return bool(arrivals and crossings) and min(crossings) < max(arrivals)


class Darkroom(Logged):
    id = "gallery-2"
    cases = {"four members": (["Ada", "Bo", "Cy", "Di"],), "three members": (["Ed", "Flo", "Gus"],)}

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
        if run.one_by_one:
            return "one-by-one"
        if self.most == 1 and re.search(r"Lock\(\)|Semaphore\(1\)", run.source):
            return "one-at-a-time"
        starts, joins = run.did("start", "parent"), run.did("join", "parent")
        if starts and any(join.time_ns < starts[-1].time_ns for join in joins):
            return "in-groups"
        if self.most > 2:
            if "Semaphore(" in function(run, "visit") or run.hold_apart:
                return "own-room"
            return "logged-outside" if "Semaphore(2)" in run.source else "crowded"
        return None


class ClosingBell(Judge):
    id = "gallery-3"
    cases = {"three clerks": (["Ada", "Bo", "Cy"],), "one clerk": (["Di"],)}

    def expected(self, *case: Any) -> list[str]:
        return sorted(f"{name} closes" for name in case[0])

    def diagnose(self, run: Run) -> str | None:
        if TERMINATED in run.exit_codes().values():
            return "by-force"
        if any(word in failure for failure in run.failures for word in GONE):
            return "children-outlived-it"
        rung = run.did("set", "parent") + calls(run, "set", "parent")
        if run.result == run.expected and not uses_argument(run.source, "serve", 1):
            return "did-not-listen"
        if run.stuck and not run.failures:
            return self._of_stuck(run, bool(rung))
        if rung:
            heard = run.did("receive", "parent") + calls(run, "get", "parent")
            before = [event for event in heard if event.time_ns < rung[0].time_ns]
            return "rang-too-early" if len(before) < len(run.case[0]) else None
        return None

    def _of_stuck(self, run: Run, rung: bool) -> str | None:
        if run.stuck_in("parent", r"join\(\) \(") and not rung:
            ringing = "set()" in run.source or "put(None)" in run.source
            return "waited-for-the-end-first" if ringing else "never-rang"
        if "ended well" in run.stuck:
            return "rang-for-one"
        if not rung and "Event" not in run.source:
            return "copied-flag"
        return None if rung else "never-rang"


class Laundry(Judge):
    id = "gallery-4"
    cases = {"six shirts, two of them torn": ([3, -1, 2, 5, -4, 1],), "two shirts": ([7, 4],)}
    least_children = 2
    may_fail = True  # daemons may find that the manager has gone

    def expected(self, *case: Any) -> list[int]:
        return sorted(task * task for task in case[0] if task >= 0)

    def diagnose(self, run: Run) -> str | None:
        if any("too many times" in failure for failure in run.failures):
            return "reported-twice"
        if any("torn" in failure for failure in run.failures):
            return "torn-shirt-kills"
        if run.stuck_in("parent", r"waits in child-\d+\.join\(\)"):
            by_hand = run.stuck_in("parent", r"waits in child-\d+\.join\(\) \(")
            return "joined-the-workers" if by_hand else "not-daemons"
        if run.stuck and not run.failures:
            return "torn-shirt-not-reported" if "task_done" in run.source else "never-reported"
        if type(run.result) is list and len(run.result) < len(run.expected):
            if ".join()" in run.source and ".empty()" in run.source and run.did("put", CHILD):
                return "asked-empty"
            return "reported-too-early" if ".join()" in run.source else "did-not-wait"
        return None
