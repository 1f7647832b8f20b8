"""The grader of gallery-4."""

from __future__ import annotations

import ast
from typing import Any

from ipc_helpers.grading.evidence import asks_for, function
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.lateness import EVERY_ONE, Latecomers
from ipc_helpers.grading.run import CHILD, Run
from mpscope import ChannelKind, Kind


class Laundry(Grader):
    cases = {"six shirts, two of them torn": ([3, -1, 2, 5, -4, 1],), "two shirts": ([7, 4],)}
    least_children = 2
    may_fail = True  # daemons may find that the manager has gone

    late = EVERY_ONE

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        roll = mp if isinstance(mp, Latecomers) else Latecomers(mp, ())
        result = answer(roll, *case)
        self.are_daemons = all(worker.daemon for worker in roll.made)
        return result

    def expected(self, *case: Any) -> list[int]:
        return sorted(task * task for task in case[0] if task >= 0)

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("too many times"):
            return "reported-twice"
        if run.failed_with("torn"):
            return "torn-shirt-kills"
        if join := run.waiting("parent", Kind.JOIN):
            return "joined-the-workers" if join.where else "not-daemons"
        if run.stuck and not run.failures:
            return self._of_stuck(run)
        if run.stuck or run.error or type(run.result) is not list:
            return None
        # Only the text tells what a loop of the parent ends by: empty() leaves no event.
        empties = _ends_by(run, "do_all", "empty") and bool(run.did(Kind.PUT, CHILD))
        if len(run.result) < len(run.expected):
            if not (run.did(Kind.WAKE, "parent") or run.calls("join", who="parent")):
                return "did-not-wait"
            if _reported_first(run):
                return "reported-too-early"
            return "asked-empty" if empties else None
        if run.result != run.expected:
            return None
        if empties:
            return "asked-empty"
        if _reported_first(run):
            return "reported-too-early"
        if not self.are_daemons:
            return "no-daemons"
        handed_out = len(run.did(Kind.PUT, "parent")) + len(run.calls("put", who="parent"))
        return "torn-left-out" if 0 < handed_out < len(run.case[0]) else None

    def _of_stuck(self, run: Run) -> str | None:
        wait = run.waiting("parent", Kind.WAKE, Kind.REPLY)  # in the join() of a queue
        if wait is None:
            return None
        return "torn-shirt-not-reported" if asks_for(run, "task_done") else "never-reported"


def _reported_first(run: Run) -> bool:
    """Whether a worker reported a task and then, before it took the next one, gave its result."""
    reported: set[str] = set()
    for event in run.trace.stream(Kind.RECEIVE, Kind.RELEASE, Kind.REQUEST, Kind.PUT, Kind.SEND):
        step = event.method or event.kind
        if step in ("task_done", Kind.RELEASE) and event.process != "parent":
            channel = run.trace.channels[event.channel]
            if event.kind is Kind.REQUEST or channel.kind is ChannelKind.TASKS:
                reported.add(event.process)
        elif step in (Kind.RECEIVE, "get"):
            reported.discard(event.process)
        elif step in (Kind.PUT, "append", "put") and event.process in reported:
            return True
    return False


def _ends_by(run: Run, name: str, attribute: str) -> bool:
    """Whether a loop of a function ends by what such an attribute says: `while not box.empty()`."""

    def looks(node: ast.AST) -> bool:
        return any(getattr(inner, "attr", "") == attribute for inner in ast.walk(node))

    def leaves(node: ast.If) -> bool:
        return any(isinstance(inner, ast.Break | ast.Return) for inner in ast.walk(node))

    nodes = list(ast.walk(ast.parse(function(run, name))))
    loops = [node for node in nodes if isinstance(node, ast.While) and looks(node.test)]
    return bool(loops) or any(
        isinstance(node, ast.If) and looks(node.test) and leaves(node) for node in nodes
    )
