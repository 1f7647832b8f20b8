"""The grader of birth-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.riddle import Riddle, first_wrong
from ipc_helpers.grading.run import Run

# Program -> (the choices that are right, the finding for any other).
PROGRAMS = {
    "a tool for Windows, macOS and Linux": ({"spawn"}, "not-everywhere"),
    "a notebook on Linux": ({"spawn", "forkserver"}, "fork-in-a-notebook"),
    "Linux, threads, a thousand short-lived children": ({"forkserver"}, "a-thousand-births"),
    "Linux, no threads, 20 GB that children only read": ({"fork"}, "pickled-it-all"),
    "a library that other programs import": ({"the caller's"}, "decided-for-others"),
}
CHOICES = {"fork", "spawn", "forkserver", "the caller's"}


class Choices(Riddle):
    cases = {"five programs": ()}
    keys = PROGRAMS

    def judge(self, run: Run, said: dict[str, Any]) -> str | None:
        wrong = first_wrong(said, PROGRAMS, CHOICES)
        return "no-start-method" if wrong == "no-choice" else wrong
