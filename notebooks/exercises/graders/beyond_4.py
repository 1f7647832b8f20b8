"""The grader of beyond-4: who was cut off, and comes back, is refused."""

from __future__ import annotations

from functools import partial
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import guests
from mpscope import Kind

CUT_OFF = [(1, "a"), (2, "b"), (1, "late"), (1, "later"), (2, "c"), (4, "d"), (2, "last")]
IN_ORDER = [(3, "x"), (3, "y"), (5, "z")]


class Fence(Grader):
    cases = {
        "one was cut off": (partial(guests.deliver, 0, CUT_OFF),),
        "nobody was": (partial(guests.deliver, 0, IN_ORDER),),
    }

    def expected(self, *case: Any) -> list[str]:
        return fenced(case[0].args[1], lambda turn, newest, before: turn >= newest)

    def diagnose(self, run: Run) -> str | None:
        if run.stuck and run.waiting("parent", Kind.RECEIVE) and not run.failures:
            return "never-stopped"
        if run.stuck or run.error or run.result == run.expected:
            return None
        messages = run.case[0].args[1]
        newest = max(turn for turn, _ in messages)
        wrong = {
            "took-all": [line for _, line in messages],
            "sorted-first": [line for _, line in sorted(messages, key=lambda it: it[0])],
            "only-the-last": [line for turn, line in messages if turn == newest],
            "one-line-each": fenced(messages, lambda turn, newest, before: turn > newest),
            "forgot-the-newest": fenced(messages, lambda turn, newest, before: turn >= before),
        }
        return next((name for name, lines in wrong.items() if lines == run.result), None)


def fenced(messages: list[Any], may: Any) -> list[str]:
    """The lines whose turn `may` be written: it knows the newest turn, and the one just before."""
    lines, newest, before = [], 0, 0
    for turn, line in messages:
        if may(turn, newest, before):
            lines.append(line)
        newest, before = max(newest, turn), turn
    return lines
