"""The grader of hands-2: two writers, then two readers, in every order of their half messages."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import Any

from ipc_helpers.crew import Cast
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.interleaving import explore
from ipc_helpers.workers import stepwise
from mpscope import Text

WRITERS, READERS = "two processes send", "two processes receive"
WORKERS = {WRITERS: stepwise.write_through, READERS: stepwise.read_through}


def pipe(name: str, mp: Any) -> dict[str, Any]:
    """A pipe with two messages in it for those who receive, and an empty one for the others."""
    reader, writer = mp.Pipe(duplex=False)
    lock = mp.Lock()
    if name == READERS:
        for message in ("one", "two"):
            for half in ("header", "body"):
                writer.send((half, message))
    told = stepwise.Told(*mp.Pipe(duplex=False))
    return {"writer": writer, "reader": reader, "lock": lock, "told": told}


def whole(name: str, writer: Any, reader: Any, lock: Any, told: stepwise.Told) -> list[Any]:
    """What was received, sorted: by the processes, or by the parent after them."""
    if name == READERS:
        return sorted(map(str, told.all()))
    halves = stepwise.Told(reader, writer).all()
    pairs = list(zip(halves[::2], halves[1::2], strict=False))
    good = [a == ("header", b[1]) and b[0] == "body" for a, b in pairs]
    return sorted(
        str(b[1]) if fine else stepwise.TORN for (_, b), fine in zip(pairs, good, strict=True)
    )


class SafeEnd(Grader):
    pictured = False
    cases = {name: (name,) for name in (WRITERS, READERS)}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        [name] = case
        workers = tuple(partial(WORKERS[name], answer=answer, me=me) for me in (1, 2))
        cast = Cast(workers, partial(pipe, name), partial(whole, name))
        self.table = explore(cast, lambda: nullcontext(mp), switches=3)
        return list(self.table.outcomes)

    def expected(self, *case: Any) -> list[str]:
        if case == (READERS,):
            return [str(["one", "two"])]
        return [str(["1: first", "1: second", "2: first", "2: second"])]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.error or run.result == run.expected:
            return None
        text = " ".join(self.table.outcomes)
        if "raised" in text:
            return "failed"
        if "waits for lock" in text:
            return "never-released"
        if stepwise.TORN in text:
            if any(name.startswith("lock") for name in run.takers):
                return "let-go-too-early"
            if "Lock(" in run.source:
                return "own-lock"
            return "unsafe-send" if run.name == WRITERS else "unsafe-receive"
        return "lost-on-the-way"

    def shown(self, run: Run) -> Any:
        wrong = [one for one in self.table.runs.values() if one.text not in run.expected]
        if not wrong:
            return run.result
        bad = wrong[0]
        return Text(f"{bad.text} in the order {bad.story}")
