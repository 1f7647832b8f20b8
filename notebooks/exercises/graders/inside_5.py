"""The grader of inside-5."""

from __future__ import annotations

import queue
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

LEFT = 3  # the exit code of whoever leaves


class Leave(Grader):
    """The feeder is kept busy for a while, so that nothing is sent by luck."""

    cases = {"two lines": (["one", "two"],), "five lines": (list("abcde"),)}
    may_fail = True

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        results, gate = mp.Queue(), mp.Semaphore(0)
        mine, yours = mp.Pipe()
        args = (answer, results, case[0], gate, yours)
        child = mp.Process(target=exercises.report_then_leave, args=args, name="reporter")
        child.start()
        mine.recv()
        child.join(0.5)
        gate.release()
        found = []
        try:
            for _ in range(len(case[0]) + 1):
                found.append(results.get(timeout=0.5))
        except queue.Empty:
            pass
        child.join()
        return found[1:], child.exitcode

    def expected(self, *case: Any) -> tuple[list[str], int]:
        return case[0], LEFT

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("AssertionError"):
            return "out-of-order"
        if run.failed_with("closed"):
            return "closed-before-the-end"
        if run.stuck or run.error or run.failures:
            return None
        lines, code = run.result
        sent_all = bool(run.did(Kind.CLOSE, "reporter"))  # a feeder closes the pipe when it is done
        if code != LEFT:
            return "stayed"
        if lines != run.case[0]:
            return "closed-only" if ".close()" in run.source else "lost-at-exit"
        return None if sent_all else "by-the-clock"
