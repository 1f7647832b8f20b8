"""The grader of gallery-3."""

from __future__ import annotations

import ast
from typing import Any

from ipc_helpers.grading.grader import GONE, TERMINATED, Grader, Run
from mpscope._trace.events import Event


def calls(run: Run, method: str, who: str = ".*") -> list[Event]:
    """The requests for a method of a managed object, in time order."""
    return [event for event in run.did("request", who) if event.what.startswith(method)]


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
