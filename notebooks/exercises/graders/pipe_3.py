"""The grader of pipe-3."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.evidence import returns_a_value
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from mpscope import Kind


class Server(Grader):
    cases = {
        "a sum and a maximum": ([("sum", [1, 2]), ("max", [4, 9])],),
        "an unknown word between": ([("sum", [7]), ("spell", [1]), ("len", [2, 1])],),
        "no request at all": ([],),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        mine, yours = mp.Pipe()
        child = mp.Process(target=answer, args=(yours,), name="server")
        child.start()
        yours.close()
        replies = []
        for request in case[0]:
            mine.send(request)
            replies.append(mine.recv())
        mine.send(None)
        child.join()
        return replies

    def expected(self, *case: Any) -> list[Any]:
        known: dict[str, Any] = {"sum": sum, "max": max}
        return [known[w](n) if w in known else f"unknown: {w}" for w, n in case[0]]

    def diagnose(self, run: Run) -> str | None:
        served = len(run.did(Kind.SEND, "server"))
        heard = [event.what for event in run.did(Kind.RECEIVE, "server")]
        if run.failures:
            if heard and heard[-1] == "None":
                return "none-is-no-request"
            return "died-of-unknown" if run.failed_with("spell") else "child-failed"
        if run.raised(EOFError, BrokenPipeError, ConnectionResetError) and served == 1:
            return "served-one"
        if run.waiting("server", Kind.RECEIVE):
            return "stayed-on" if "None" in heard else "silent-on-unknown"
        if not served and run.case[0] and run.raised(EOFError, ConnectionResetError):
            return "returned-not-sent" if returns_a_value(run, "serve") else "kept-silent"
        if served > len(run.case[0]):
            return "answered-the-end"
        if type(run.result) is list and run.result != run.expected:
            return "answered-too-much" if run.result[:-1] == run.expected[:-1] else None
        return None
