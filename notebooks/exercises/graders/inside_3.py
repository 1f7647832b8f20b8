"""The grader of inside-3."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader, Run
from ipc_helpers.workers import exercises
from mpscope import Kind

CLERKS = ("Ada", "Bo", "Cy")
WAITED = "waited at the end"
UNSENT = "put, and never sent"
KEYS = {*(f"arrived from {name}" for name in CLERKS), UNSENT, WAITED}


class ThreeClerks(Grader):
    """What arrived is not written down here: it is counted in the events of the run."""

    methods = ("spawn",)
    cases = {"three clerks": ()}
    riddle = True

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.said = answer()
        if isinstance(self.said, dict) and None not in self.said.values():
            exercises.three_clerks(mp)

    def expected(self, *case: Any) -> Any:
        return None

    def examine(self, run: Run) -> str | None:
        return self.diagnose(run)

    def diagnose(self, run: Run) -> str | None:
        if run.error is not None:
            return "raised"
        said = self.said
        if not isinstance(said, dict) or set(said) != KEYS:
            return "other-shape"
        if None in said.values():
            return "unanswered"
        if run.stuck:
            return "too-slow"
        put = {name: len(run.did(Kind.PUT, name)) for name in CLERKS}
        sent = {name: len(run.did(Kind.SEND, name, "desk")) for name in CLERKS}
        told = {name: said[f"arrived from {name}"] for name in CLERKS}
        if told == put:
            return "counted-the-puts"
        if told != sent:
            return "another-number"
        if said[UNSENT] != sum(put.values()) - sum(sent.values()):
            return "lost-count"
        waited = max(CLERKS, key=lambda name: sent[name])
        return None if str(said[WAITED]).strip().casefold() == waited.casefold() else "nobody-waits"
