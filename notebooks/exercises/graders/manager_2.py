"""The grader of manager-2."""

from __future__ import annotations

import re
from collections import Counter
from multiprocessing.managers import BaseProxy
from typing import Any

from ipc_helpers.grading.grader import Grader, Run
from mpscope import Kind

GONE = ("FileNotFoundError", "ConnectionRefusedError", "BrokenPipeError", "EOFError", "Reset")


class WordCount(Grader):
    cases = {
        "three speakers, one subject": (["tea " * 20, "tea " * 20, "tea milk " * 10],),
        "two speakers": (["a rose is", "a rose"],),
    }

    def expected(self, *case: Any) -> dict[str, int]:
        return dict(Counter(" ".join(case[0]).split()))

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with(*GONE):
            return "children-outlived-it"
        if not run.calls() and run.children and run.result == {}:
            return "plain-dict"
        if isinstance(run.result, BaseProxy):
            return "returned-proxy"
        if run.stuck or run.failures or type(run.result) is not dict:
            return None
        if not run.one_by_one and run.hold_apart:
            return "own-lock"
        if not run.one_by_one and _unguarded_update(run):
            takes = re.search(r"\bwith \w+:|\.acquire\(", run.source)
            unseen = takes and not run.takers  # made in the child, or with the module
            return "own-lock" if unseen and "Lock(" in run.source else "lost-update"
        counted = sum(count for count in run.result.values() if type(count) is int)
        if counted < sum(run.expected.values()):
            return "read-too-early" if not run.joined else "copy-changed"
        return None


def _unguarded_update(run: Run) -> bool:
    """Whether a child reads, and then writes, one dict while it holds no lock.

    Told from the events: it is wrong also on a run where nothing happened to be lost.
    """
    return any(_updates_unguarded(run, child.label) for child in run.children)


def _updates_unguarded(run: Run, label: str) -> bool:
    hold, held, read_in = 0, False, None  # the number of the present hold; the one of the last read
    for event in run.trace.stream(Kind.REQUEST, Kind.ACQUIRE, Kind.RELEASE):
        if event.process != label:
            continue
        step = event.method or event.kind
        if step == "acquire":
            hold, held = hold + 1, True
        elif step == "release":
            held = False
        elif step in ("__getitem__", "get"):
            read_in = hold if held else -1
        elif step == "__setitem__" and read_in is not None:
            if not held or read_in != hold:
                return True
            read_in = None
    return False
