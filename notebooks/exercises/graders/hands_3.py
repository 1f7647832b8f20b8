"""The grader of hands-3: real children, one of which speaks only when another has been heard."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, MOST_RECORDS, Run
from ipc_helpers.workers import stepwise
from mpscope import Kind, Text

BIG = ["x" * 300_000, "small"]


class ListenToAll(Grader):
    cases = {
        "one speaks": ("big",),
        "the first waits for the second": ("late", "big"),
        "one has nothing to say": ("nothing", "big"),
    }
    limit_s = 1.5  # a loop that runs in circles leaves a million events: they are read, too
    heard: ClassVar = {"big": BIG, "late": ["late", "later"], "nothing": []}
    senders: ClassVar = {
        "big": stepwise.send_then_tell,
        "late": stepwise.send_when_told,
        "nothing": stepwise.send_nothing,
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        told = mp.Event()
        return answer(mp, [partial(self.senders[kind], told) for kind in case])

    def expected(self, *case: Any) -> list[list[str]]:
        return [self.heard[kind] for kind in case]

    def diagnose(self, run: Run) -> str | None:
        if run.failed_with("closed"):
            return "closed-too-early"
        if "closed" in str(run.error):
            return "kept-listening" if run.children else "closed-too-early"
        if run.raised(EOFError):
            return "end-not-caught"
        if run.stuck:
            if run.waiting("parent", Kind.JOIN):
                return "joined-first"
            if run.waiting(CHILD, Kind.WAKE):
                return "one-after-the-other"
            circles = run.trace.records > MOST_RECORDS or run.did(Kind.EOF, "parent")
            return "ran-in-circles" if circles else "kept-a-writer"
        if run.error is not None or run.result == run.expected:
            return None
        told, right = run.result, run.expected
        if not isinstance(told, list):
            return None
        if sorted(told, key=str) == sorted((one for each in right for one in each), key=str):
            return "all-in-one"
        short = [one[:1] for one in right]
        return "only-the-first" if told in (short, [one for one in short if one]) else None

    def shown(self, run: Run) -> Any:
        short = str(run.result).replace("x" * 300_000, "xxx...")
        return Text(short if len(short) < 150 else f"{short[:150]} ...")
