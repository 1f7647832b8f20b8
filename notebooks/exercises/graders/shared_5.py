"""The grader of shared-5."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.riddle import Riddle, first_wrong
from ipc_helpers.grading.run import Run

# Job -> (the choices that are right, the finding for any other).
JOBS = {
    "one number that four workers add to": ({"value"}, "no-lock-of-its-own"),
    "50 MB of pixels that workers change with NumPy": (
        {"sharedmemory", "sharedmemorymanager"},
        "no-plain-bytes",
    ),
    "many segments, and nobody shall have to unlink": ({"sharedmemorymanager"}, "who-unlinks"),
    "seven names and numbers, each with a place of its own": ({"shareablelist"}, "mixed-items"),
    "a file of 20 GB of which each worker reads a part": ({"mmap"}, "all-of-it"),
    "orders of any length, each for one worker": ({"queue"}, "shared-for-nothing"),
}
KINDS = {"value", "sharedmemory", "sharedmemorymanager", "shareablelist", "mmap", "queue"}


class Choices(Riddle):
    cases = {"six jobs": ()}
    keys = JOBS

    def judge(self, run: Run, said: dict[str, Any]) -> str | None:
        wrong = first_wrong(said, JOBS, KINDS)
        return "no-such-kind" if wrong == "no-choice" else wrong
