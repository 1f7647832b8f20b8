"""The grader of shared-5."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader, Run

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


class Choices(Grader):
    methods = ("spawn",)
    cases = {"six jobs": ()}
    riddle = True

    def expected(self, *case: Any) -> Any:
        return None

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer()

    def examine(self, run: Run) -> str | None:
        return self.diagnose(run)

    def diagnose(self, run: Run) -> str | None:
        if run.error is not None:
            return "raised"
        said = run.result
        if not isinstance(said, dict) or set(said) != set(JOBS):
            return "other-shape"
        if None in said.values():
            return "unanswered"
        plain = {job: str(choice).strip().casefold() for job, choice in said.items()}
        if not set(plain.values()) <= KINDS:
            return "no-such-kind"
        wrong = [name for job, (right, name) in JOBS.items() if plain[job] not in right]
        return wrong[0] if wrong else None
