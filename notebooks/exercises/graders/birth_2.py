"""The grader of birth-2."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers.exercises import Heavy
from mpscope import Kind


class Till(Grader):
    """The amounts take their time to be rebuilt, so a child comes late for what follows them."""

    cases = {"two amounts": ([3, 4],), "four amounts": ([10, 20, 30, 40],)}
    limit_s = 4.0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(mp, [Heavy(amount) for amount in case[0]])

    def expected(self, *case: Any) -> int:
        return sum(case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("FileNotFoundError"):
            return "vanished"
        if run.stuck or run.error or run.failures:
            return None
        if run.one_by_one:
            return "one-by-one"
        if run.result == 0 and run.joined:
            return "changed-a-copy"
        if not run.joined:
            return "read-too-early"
        if run.hold_apart:
            return "a-lock-each"
        return None if _protected(run) else "no-lock"


def _protected(run: Run) -> bool:
    """Whether each child has held one lock, the same, in one piece."""
    depth: Counter[tuple[str, str]] = Counter()
    pieces: Counter[tuple[str, str]] = Counter()
    for event in run.trace.stream(Kind.REQUEST, Kind.ACQUIRE, Kind.RELEASE):
        who = (event.channel, event.process)
        step = event.method or event.kind
        if step == "acquire":
            pieces[who] += depth[who] == 0
            depth[who] += 1
        elif step == "release":
            depth[who] -= 1
    children = [child.label for child in run.children]
    locks = {lock for lock, _ in pieces}
    return any(all(pieces[lock, child] == 1 for child in children) for lock in locks)
