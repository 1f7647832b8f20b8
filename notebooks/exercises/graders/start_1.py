"""The grader of start-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.evidence import returns_a_value
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from mpscope import Kind


class Greet(Grader):
    cases = {"Ada": ("Ada",), "Grace": ("Grace",)}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        (name,) = case
        mine, yours = mp.Pipe()
        child = mp.Process(target=answer, args=(yours,))
        child.start()
        yours.close()
        try:
            mine.send(name)
            reply = mine.recv()
        except (EOFError, OSError):  # the child has ended without a word, or without listening
            reply = None
        child.join()
        return reply

    def expected(self, *case: Any) -> str:
        return f"Hello, {case[0]}!"

    def diagnose(self, run: Run) -> str | None:
        heard, spoke = run.did(Kind.RECEIVE, "child-1"), run.did(Kind.SEND, "child-1")
        if run.failures:
            return None
        if "child-1" in run.trace.graph.busy:  # it has not ended, so it has not kept silent
            return "busy"
        if not spoke:
            if run.expected in run.said:
                return "printed-not-sent"
            return "returned-not-sent" if returns_a_value(run, "greet") else "kept-silent"
        if run.result == run.name or run.result == "Hello, {name}!":
            return "no-greeting"
        if spoke and not heard:
            return "did-not-listen"
        if run.stuck:
            return "stayed-on" if run.waiting("child-1", Kind.RECEIVE) else None
        if run.result is None:
            return "sent-nothing"
        return "another-greeting" if run.result != run.expected else None
