"""The grader of gallery-3."""

from __future__ import annotations

import ast
from typing import Any

from ipc_helpers.grading.grader import GONE, TERMINATED, Grader, Run
from mpscope import Kind


def uses_argument(source: str, name: str, place: int) -> bool:
    """Whether a function does anything with its argument at this place; true if it has none."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name and place < len(node.args.args):
            wanted = node.args.args[place].arg
            return any(isinstance(n, ast.Name) and n.id == wanted for n in ast.walk(node))
    return True


class ClosingBell(Grader):
    cases = {"three clerks": (["Ada", "Bo", "Cy"],), "one clerk": (["Di"],)}

    def expected(self, *case: Any) -> list[str]:
        return sorted(f"{name} closes" for name in case[0])

    def diagnose(self, run: Run) -> str | None:
        if TERMINATED in run.exit_codes().values():
            return "by-force"
        if run.failed_with(*GONE):
            return "children-outlived-it"
        rung = run.did(Kind.SET, "parent") + run.calls("set", who="parent")
        if run.result == run.expected and not uses_argument(run.source, "serve", 1):
            return "did-not-listen"
        if run.stuck and not run.failures:
            return self._of_stuck(run, bool(rung))
        if rung:
            heard = run.did(Kind.RECEIVE, "parent") + run.calls("get", who="parent")
            before = [event for event in heard if event.time_ns < rung[0].time_ns]
            return "rang-too-early" if len(before) < len(run.case[0]) else None
        return None

    def _of_stuck(self, run: Run, rung: bool) -> str | None:
        join = run.waiting("parent", Kind.JOIN)
        if join and join.where and not rung:
            ringing = "set()" in run.source or "put(None)" in run.source
            return "waited-for-the-end-first" if ringing else "never-rang"
        if run.some_ended_well:
            return "rang-for-one"
        if not rung and "Event" not in run.source:
            return "copied-flag"
        return None if rung else "never-rang"
