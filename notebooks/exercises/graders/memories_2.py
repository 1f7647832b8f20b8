"""The grader of memories-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.evidence import function, read_by_luck, returns_a_value
from ipc_helpers.grading.grader import CHILD, Grader, Run
from ipc_helpers.grading.updates import lost_updates
from mpscope import Kind


class BringHome(Grader):
    cases = {
        "three short lines": (["to be or", "not", "to be"],),
        "a long line": (["word " * 300, "end"],),
    }

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def expected(self, *case: Any) -> int:
        return sum(len(text.split()) for text in case[0])

    def diagnose(self, run: Run) -> str | None:
        if any(code > 1 for code in run.exit_codes().values()):
            return "exit-code-as-letter"
        if not run.stuck and (lost_updates(run) or _memory_without_a_lock(run)):
            return "lost-update"
        if run.result == run.expected or run.failures:
            return "read-by-luck" if read_by_luck(run) else None
        if not run.joined and _children_took_after_the_parent(run):
            return "read-too-early"
        if len(run.did(Kind.RECEIVE, "parent")) == 1:
            return "one-for-all"
        if run.result == 0 and run.children and not run.speakers:
            return "returned-to-nobody" if returns_a_value(run, "count") else "changed-a-copy"
        return None


def _children_took_after_the_parent(run: Run) -> bool:
    """Whether a child used what it shares with the parent when the parent had done so already."""
    steps = (Kind.ACQUIRE, Kind.REQUEST)
    last = {event.channel: event for kind in steps for event in run.did(kind, "parent")}
    return any(
        event.channel in last and last[event.channel].time_ns < event.time_ns
        for kind in steps
        for event in run.did(kind, CHILD)
    )


def _memory_without_a_lock(run: Run) -> bool:
    """Whether children that could meet update such memory. It leaves no events: only text tells."""
    if run.takers or run.one_by_one or len(run.children) < 2:
        return False
    has_none = any(word in run.source for word in ("Raw", "lock=False"))
    of_children = run.source.replace(function(run, "count_words"), "")
    return has_none and ".value +=" in of_children
