"""The grader of birth-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader, Run

# Program -> (the choices that are right, the finding for any other).
PROGRAMS = {
    "a tool for Windows, macOS and Linux": ({"spawn"}, "not-everywhere"),
    "a notebook on Linux": ({"spawn", "forkserver"}, "fork-in-a-notebook"),
    "Linux, threads, a thousand short-lived children": ({"forkserver"}, "a-thousand-births"),
    "Linux, no threads, 20 GB that children only read": ({"fork"}, "pickled-it-all"),
    "a library that other programs import": ({"the caller's"}, "decided-for-others"),
}
CHOICES = {"fork", "spawn", "forkserver", "the caller's"}


class Choices(Grader):
    methods = ("spawn",)
    cases = {"five programs": ()}
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
        if not isinstance(said, dict) or set(said) != set(PROGRAMS):
            return "other-shape"
        if None in said.values():
            return "unanswered"
        plain = {program: str(choice).strip().casefold() for program, choice in said.items()}
        if not set(plain.values()) <= CHOICES:
            return "no-start-method"
        wrong = [name for it, (right, name) in PROGRAMS.items() if plain[it] not in right]
        return wrong[0] if wrong else None
