"""The grader of gallery-3."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ipc_helpers.grading.evidence import asks_for, function
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.order import Order
from ipc_helpers.grading.run import CHILD, GONE, UNSEEN, Run
from mpscope import ChannelKind, Event, Kind


class ClosingBell(Grader):
    cases = {"three clerks": (["Ada", "Bo", "Cy"],), "one clerk": (["Di"],)}

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def expected(self, *case: Any) -> list[str]:
        return sorted(f"{name} closes" for name in case[0])

    def diagnose(self, run: Run) -> str | None:
        if not run.stuck and any(code < 0 for code in run.exit_codes().values()):
            return "by-force"
        if run.failed_with(*GONE):
            return "children-outlived-it"
        rung = run.did(Kind.SET, "parent") + run.calls("set", who="parent")
        if run.stuck and not run.failures:
            return self._of_stuck(run, bool(rung))
        if run.failures or run.result != run.expected:
            return None
        puts = _puts_of_children(run)
        if rung and any(len(own) > 1 and own[0] > rung[0].time_ns for own in puts.values()):
            return "rang-too-early"
        # (A roll call by qsize() leaves no event.)
        if rung and run.late and not asks_for(run, "qsize") and _rang_by_luck(run, rung[0]):
            return "rang-by-luck"
        signal = _first_signal(run)
        unseen = any(word in run.source for word in UNSEEN)  # a bell that leaves no events
        if any(not (signal or unseen) or own[-1] < signal for own in puts.values()):
            return "did-not-listen"
        return None

    def _of_stuck(self, run: Run, rung: bool) -> str | None:
        if run.some_ended_well:
            return "rang-for-one"
        if rung:
            return None
        join = run.waiting("parent", Kind.JOIN)
        if join and join.where and _rings_later(run):
            return "waited-for-the-end-first"
        listening = run.waiting(CHILD, Kind.WAKE, Kind.REPLY, Kind.RECEIVE, Kind.ACQUIRE)
        if not listening and run.children and not _looks_at_a_bell(run):
            return "copied-flag"
        return "never-rang"


def _rings_later(run: Run) -> bool:
    """Whether the parent was going to ring: of what has not happened only the text tells."""
    return "set()" in function(run, "close_shop") or "put(None)" in function(run, "close_shop")


def _looks_at_a_bell(run: Run) -> bool:
    """Whether something tells clerks who look at it: is_set() and the like leave no event."""
    return any(asks_for(run, look) for look in ("is_set", "empty", "poll", "get_nowait", "value"))


def _at_barrier(run: Run, event: Event) -> bool:
    about = run.trace.channels.get(event.channel)
    return about is not None and about.kind is ChannelKind.BARRIER


def _rang_by_luck(run: Run, ring: Event) -> bool:
    """Whether a clerk was ready, and nothing had told the parent so when it rang."""
    order = Order(run)
    said = [*run.did(Kind.PUT, CHILD), *run.calls("put", who=CHILD)]
    ready: dict[str, Event] = {}
    for event in sorted(said):
        ready.setdefault(event.process, event)
    return any(not order.before(event, ring) for event in ready.values())


def _first_signal(run: Run) -> int:
    """When the parent first did something that a clerk could notice; 0 if it never did."""
    kinds = (
        Kind.SET,
        Kind.PUT,
        Kind.SEND,
        Kind.RELEASE,
        Kind.ACQUIRE,
        Kind.NOTIFY,
        Kind.WAKE,
        Kind.CLOSE,
    )
    signs = [event.time_ns for kind in kinds for event in run.did(kind, "parent")]
    signs += [e.time_ns for e in run.did(Kind.WAIT, "parent") if _at_barrier(run, e)]
    silent = ("get", "qsize", "empty", "__len__", "__getitem__", "copy", "acquire")
    signs += [e.time_ns for e in run.calls(who="parent") if e.method not in silent]
    return min(signs, default=0)


def _puts_of_children(run: Run) -> dict[str, list[int]]:
    """Child ─▶ when it put something into a queue, of a manager or not, in time order."""
    found: dict[str, list[int]] = defaultdict(list)
    for event in [*run.did(Kind.PUT, CHILD), *run.calls("put", who=CHILD)]:
        found[event.process].append(event.time_ns)
    return {who: sorted(times) for who, times in found.items()}
