"""The grader of memories-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.evidence import (
    could_meet,
    function,
    holds_of,
    lost_updates,
    read_by_luck,
    returns_a_value,
)
from ipc_helpers.grading.grader import Grader, Run
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
        if not run.stuck and (lost_updates(run) or _unguarded_value(run)):
            return "lost-update"
        if run.result == run.expected or run.failures:
            return "read-by-luck" if read_by_luck(run) else None
        if ".value" in run.source and not run.joined:
            return "read-too-early"
        if len(run.did(Kind.RECEIVE, "parent")) == 1:
            return "one-for-all"
        if run.result == 0 and run.children and not run.speakers:
            return "returned-to-nobody" if returns_a_value(run, "count") else "changed-a-copy"
        return None


def _unguarded_value(run: Run) -> bool:
    """Whether two children that could meet have read a Value and written it, with no lock around.

    To read, and to write, take the Value's own lock once each.
    """
    if ".value" not in run.source:
        return False
    takers = run.takers
    for lock, who in takers.items():
        hasty = sorted(child for child in who if holds_of(run, child, lock) > 1)
        guarded = any(other != lock and who <= takers[other] for other in takers)
        pairs = [(a, b) for a in hasty for b in hasty if a < b]
        if not guarded and any(could_meet(run, a, b) for a, b in pairs):
            return True
    adds = ".value +=" in run.source and "ock(" not in function(run, "count_words")
    no_lock = not takers and not run.one_by_one  # memory without a lock leaves no events
    return adds and no_lock and len(run.children) > 1
