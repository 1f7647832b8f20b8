"""The grader of hands-1."""

from __future__ import annotations

import struct
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


def packed(*bodies: bytes) -> bytes:
    return b"".join(struct.pack("!i", len(body)) + body for body in bodies)


class TakeApart(Grader):
    methods = ("spawn",)
    cases = {
        "three messages": (packed(b"tea", b"milk", b"two lumps of sugar"),),
        "one of them empty": (packed(b"tea", b"", b"milk"),),
        "a long one": (packed(b"x" * 300, b"y"),),
        "a body that looks like a message": (packed(packed(b"BALANCE"), b"tea"),),
        "an empty pipe": (b"",),
        "the last one is cut off": (packed(b"tea", b"milk")[:-2],),
    }
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(*case)

    def expected(self, *case: Any) -> list[bytes]:
        [data], found = case, []
        while len(data) >= 4:
            [length] = struct.unpack("!i", data[:4])
            if len(data) < 4 + length:
                break
            found.append(data[4 : 4 + length])
            data = data[4 + length :]
        return found

    def diagnose(self, run: Run) -> str | None:
        told, right, [data] = run.result, run.expected, run.case
        if "cut off" in run.name and (run.error or told != right):
            return "cut-off"
        if run.error is not None:
            return "wrong-end" if _reads_backwards(run) else None
        if not isinstance(told, list) or told == right:
            return None
        if any(isinstance(one, str) for one in told):
            return "texts"
        if told == [one for one in right if one] or told == right[: _first_empty(right)]:
            return "lost-the-empty-one"
        if told == right[:1] and len(right) > 1:
            return "only-the-first"
        if told and all(isinstance(one, bytes) for one in told) and told[0][:4] == data[:4]:
            return "header-kept"
        if right and (not told or len(told[0]) > len(right[0])):
            return "wrong-end"
        return "lost-its-way"


def _reads_backwards(run: Run) -> bool:
    return "little" in run.source or '"<' in run.source or "'<" in run.source


def _first_empty(bodies: list[bytes]) -> int:
    return bodies.index(b"") if b"" in bodies else len(bodies)
