"""The grader of costs-5: how many blocks were made, what went through the pipe, what is left."""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from mpscope import Kind, Text

MESSAGE = 1000  # bytes: a name and a length are much less
BIG, MIDDLE, SMALL = b"\1" * 50_000, b"\1\0" * 20_000, b"\0\1\1" * 10


class OneBlock(Grader):
    cases = {
        "the small one first": ([SMALL, BIG, MIDDLE],),
        "the big one first": ([BIG, MIDDLE, SMALL],),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.made: list[int] = []
        names: list[str] = []

        def new_block(size: int) -> SharedMemory:
            block = SharedMemory(create=True, size=size)
            self.made.append(size)
            names.append(block.name)
            return block

        try:
            return answer(mp, *case, new_block)
        finally:
            self.left = [name for name in names if removed(name)]

    def expected(self, *case: Any) -> list[int]:
        return [picture.count(1) for picture in case[0]]

    def diagnose(self, run: Run) -> str | None:
        pictures = run.case[0]
        sent = run.did(Kind.PUT, "parent") or run.did(Kind.SEND, "parent")
        if run.raised(ValueError) and self.made and max(self.made) < max(map(len, pictures)):
            return "too-small"
        if run.error or run.stuck or run.failures:
            return None
        if any(event.size > MESSAGE for event in sent):
            return "through-the-pipe"
        if len(self.made) > 1:
            return "a-block-each"
        told = sorted(event.time_ns for event in run.did(Kind.RECEIVE, "parent"))
        work = sorted(event.time_ns for event in sent)[: len(pictures)]
        if len(told) < len(pictures):
            return "counted-at-home"
        room = self.made[0] if self.made else 0
        if room < sum(map(len, pictures)) and told[0] > work[1]:
            return "did-not-wait"
        if run.result != run.expected:
            return "read-too-much"
        return "left-behind" if self.left else None

    def shown(self, run: Run) -> Any:
        return Text(str(run.result) if run.error is None else f"blocks of {self.made} bytes")


def removed(name: str) -> bool:
    """Whether there was a block of this name still; now there is none."""
    try:
        block = SharedMemory(name)
    except FileNotFoundError:
        return False
    block.close()
    block.unlink()
    return True
