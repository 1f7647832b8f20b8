"""The lab of lesson 08: two hands on one end of a pipe; what arrives?

A ─┐                                        ┌─ A takes the header
   ├─ writer ═══ pipe ═══ reader     or   ══┤
B ─┘                                        └─ B does a whole recv()
"""

from __future__ import annotations

import mmap
import struct
import sys
from collections.abc import Sequence
from typing import Any

from ipc_helpers.labs.controls import Choice, Control, Number, YesNo
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.workers import hands
from ipc_helpers.workers import labs as workers

WRITERS, READERS = "two writers", "two readers"
ATOMIC = 4096  # bytes of header and body that Linux writes in one piece: PIPE_BUF


class TornLab(Lab):
    """Two processes share an end; one of them is stopped in the midst of its message."""

    name = "torn"
    title = "Lab: two hands on one end"
    question = (
        "A is stopped in the midst of its message, as the operating system may do at any moment; "
        "then it is B's turn. Which is the largest message that cannot be torn? What does a lock "
        "change?"
    )
    deadline_s = 8.0

    def controls(self) -> Sequence[Control]:
        return (
            Choice("hands", "On one end are", WRITERS, (WRITERS, READERS)),
            Number("size", "Size of A's message in bytes", 4093, 8, 10_000),
            YesNo("lock", "Both take a lock", False),
        )

    def refuse(self, settings: dict[str, Any]) -> str:
        if sys.platform == "win32":
            return "a Windows pipe keeps messages apart by itself: nothing can be torn there."
        if settings["hands"] == WRITERS and not (sys.platform == "linux" and mmap.PAGESIZE == 4096):
            return "where A stops is known only on Linux with pages of 4,096 bytes."
        return ""

    def experiment(self, mp: Any, hands: str, size: int, lock: bool) -> list[str]:
        shared = mp.Lock() if lock else None
        if hands == WRITERS:
            return _two_writers(mp, size, shared)
        return _two_readers(mp, size, shared)

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        if run.error is not None or run.answer is None:
            return Seen(("the run did not come to its end",), str(run.error).splitlines()[0])
        sentence = self._of_writers if settings["hands"] == WRITERS else self._of_readers
        return Seen(tuple(run.answer), sentence(settings))

    def _of_writers(self, settings: dict[str, Any]) -> str:
        size, whole = settings["size"], settings["size"] + 4 <= ATOMIC
        told = f"A's message has {size:,} bytes, {size + 4:,} with its header."
        if whole:
            return (
                f"{told} The system writes up to {ATOMIC:,} bytes in one piece: A cannot be torn."
            )
        if settings["lock"]:
            return f"{told} A stopped in the midst of it, and B had to wait for the lock: no tear."
        return (
            f"{told} A had written {ATOMIC:,} of them when B's message came between. The reader "
            "takes B's header for the rest of A's body, and loses its way."
        )

    def _of_readers(self, settings: dict[str, Any]) -> str:
        if settings["lock"]:
            return "A holds the lock from the header to the end of the body: B gets the next one."
        return (
            "A has taken the header; B took the first four bytes of the body for one, and received "
            "a message that nobody has sent."
        )


def _two_writers(mp: Any, size: int, lock: Any) -> list[str]:
    return [f"the reader gets: {what}" for what in hands.two_writers(mp, size, lock)]


def _two_readers(mp: Any, size: int, lock: Any) -> list[str]:
    reader, writer = mp.Pipe(duplex=False)
    answers, taken, finish = mp.Queue(), mp.Event(), mp.Event()
    args = (reader, lock, answers, taken, finish)
    mp.Process(target=workers.read_in_two_halves, args=args, name="A").start()
    mp.Process(target=workers.read_at_once, args=args, name="B").start()
    body = struct.pack("!i", size - 4) + b"x" * (size - 4)  # begins with its own length
    writer.send_bytes(body)
    if lock is not None:
        writer.send_bytes(b"next")
    writer.close()
    reader.close()
    return sorted(answers.get() for _ in range(2))


def torn_lab() -> TornLab:
    """The panel of lesson 08. Show it as a cell's last line."""
    return TornLab()
