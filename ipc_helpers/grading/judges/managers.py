"""Lesson 04."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from multiprocessing.managers import BaseProxy
from multiprocessing.shared_memory import ShareableList
from typing import Any

from ipc_helpers.grading.grader import Judge, Run

GONE = ("FileNotFoundError", "ConnectionRefusedError", "BrokenPipeError", "EOFError", "Reset")


class ThirdProgram(Judge):
    id = "manager-1"
    cases = {"four names": (["3", "0", "2", "1"],), "one name": (["7"],)}

    def expected(self, *case: Any) -> tuple[dict[str, str], list[str]]:
        return dict.fromkeys(case[0], "test"), sorted(case[0])

    def diagnose(self, run: Run) -> str | None:
        if any(word in failure for failure in run.failures for word in GONE):
            return "children-outlived-it"
        if run.error is not None and any(word in repr(run.error) for word in GONE):
            return "asked-after-the-end"
        if run.error or run.stuck or type(run.result) is not tuple or len(run.result) != 2:
            return None
        results, names = run.result
        if isinstance(results, BaseProxy) or isinstance(names, BaseProxy):
            return "returned-proxies"
        if isinstance(results, str) or isinstance(names, str):
            return "returned-texts"
        if not run.did("request"):
            return "plain-objects" if run.children and not results else None
        if type(names) is list and names != run.expected[1] and sorted(names) == run.expected[1]:
            return "arrival"
        if len(names) < len(run.case[0]):
            return "read-too-early"
        return None


class WordCount(Judge):
    id = "manager-2"
    cases = {
        "three speakers, one subject": (["tea " * 20, "tea " * 20, "tea milk " * 10],),
        "two speakers": (["a rose is", "a rose"],),
    }

    def expected(self, *case: Any) -> dict[str, int]:
        return dict(Counter(" ".join(case[0]).split()))

    def diagnose(self, run: Run) -> str | None:
        if any(word in failure for failure in run.failures for word in GONE):
            return "children-outlived-it"
        if not run.did("request") and run.children and run.result == {}:
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
    for event in run.events:
        if event.process != label or event.kind not in ("request", "acquire", "release"):
            continue
        step = event.what if event.kind == "request" else event.kind
        if step.startswith("acquire"):
            hold, held = hold + 1, True
        elif step.startswith("release"):
            held = False
        elif step.startswith(("__getitem__", "get")):
            read_in = hold if held else -1
        elif step.startswith("__setitem__") and read_in is not None:
            if not held or read_in != hold:
                return True
            read_in = None
    return False


class OneCall(Judge):
    id = "manager-3"
    cases = {
        "a hundred towns": ({f"town {n}": n for n in range(100)},),
        "two towns": ({"Ulm": 3, "Bonn": 4},),
    }
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        with mp.Manager() as manager:
            shared = manager.dict(case[0])
            self.before = list(case[0].items())
            result = answer(shared)
            self.kept = shared.copy() == case[0]
        return result

    def expected(self, *case: Any) -> int:
        return sum(case[0].values())

    def diagnose(self, run: Run) -> str | None:
        if run.error or run.stuck:
            return None
        calls = [event.what for event in run.did("request")][:-1]  # the last one is the check's own
        if not self.kept:
            return "changed-it"
        if run.result != run.expected:
            return "remembered" if not calls else "part-of-it" if len(calls) == 1 else None
        if len(calls) > len(run.case[0]):
            return "call-per-town"
        return "two-calls" if len(calls) > 1 else None


class FiveBoxes(Judge):
    id = "manager-4"
    cases = {
        "boxes in one order": ("list", "array", "managed list", "mp.Array", "ShareableList"),
        "in another order": ("mp.Array", "array", "ShareableList", "list", "managed list"),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        segment = ShareableList([0])
        try:
            with mp.Manager() as manager:
                kinds = {
                    "list": [0],
                    "array": array("i", [0]),
                    "managed list": manager.list([0]),
                    "mp.Array": mp.Array("i", [0]),
                    "ShareableList": segment,
                }
                named = list(enumerate(case, 1))
                if case[0] != "list":
                    named.reverse()  # whoever does not sort shows it
                return answer(mp, {f"box {n}": kinds[kind] for n, kind in named})
        finally:
            segment.shm.close()
            segment.shm.unlink()

    def expected(self, *case: Any) -> list[str]:
        return [f"box {n}" for n, kind in enumerate(case, 1) if kind not in ("list", "array")]

    def diagnose(self, run: Run) -> str | None:
        if run.error or run.stuck or type(run.result) is not list:
            return None
        if not run.children:
            wrote = any(e.what.startswith("__setitem__") for e in run.did("request", "parent"))
            return "changed-at-home" if wrote else "no-experiment"
        if len(run.result) == 5:
            return "changed-at-home"
        if not run.result:
            return "looked-too-early" if not run.joined else None
        if sorted(run.result) == run.expected and run.result != run.expected:
            return "not-sorted"
        if len(run.children) < 5 and set(run.result) < set(run.expected):
            return "stopped-at-the-first"
        return "turned-round" if not set(run.result) & set(run.expected) else None
