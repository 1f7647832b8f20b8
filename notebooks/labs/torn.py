"""The lab of lesson 08: two hands on one end of a pipe; what arrives?

A ─┐                                        ┌─ A takes the header
   ├─ writer ═══ pipe ═══ reader     or   ══┤
B ─┘                                        └─ B does a whole recv()
"""

from __future__ import annotations

import mmap
import struct
import sys
from typing import Any

from ipc_helpers.labs.controls import Choice, Number, YesNo
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.workers import hands as hands_on
from ipc_helpers.workers import labs as workers

WRITERS, READERS = "writers", "readers"
ATOMIC = 4096  # bytes of header and body that Linux writes in one piece: PIPE_BUF


class TornLab(Lab):
    """Lesson 08's panel: two share an end; what arrives?"""

    name = "torn"
    deadline_s = 8.0
    controls = (
        Choice("hands", WRITERS, (WRITERS, READERS)),
        Number("size", 4093, 8, 10_000),
        YesNo("lock", False),
    )

    def refuse(self, settings: dict[str, Any]) -> str:
        if sys.platform == "win32":
            return self.says("windows")
        if settings["hands"] == WRITERS and not (sys.platform == "linux" and mmap.PAGESIZE == 4096):
            return self.says("only_linux")
        return ""

    def experiment(self, mp: Any, hands: str, size: int, lock: bool) -> list[str]:
        shared = mp.Lock() if lock else None
        if hands == WRITERS:
            arrived = hands_on.two_writers(mp, size, shared)
            return [self.says("gets", what=what) for what in arrived]
        return _two_readers(mp, size, shared)

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        size, lock = settings["size"], settings["lock"]
        if settings["hands"] == READERS:
            how = "readers_locked" if lock else "readers_torn"
        else:
            how = "whole" if size + 4 <= ATOMIC else "locked" if lock else "torn"
        return Seen(tuple(run.answer), self.says(how, size=size, all=size + 4, atomic=ATOMIC))


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


torn_lab = TornLab
