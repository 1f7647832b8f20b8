"""The grader of inside-3."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.riddle import Riddle, plain
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

CLERKS = ("Ada", "Bo", "Cy")
WAITED = "waited at the end"
UNSENT = "put, and never sent"
KEYS = {*(f"arrived from {name}" for name in CLERKS), UNSENT, WAITED}


class ThreeClerks(Riddle):
    """What arrived is not written down here: it is counted in the events of the run."""

    cases = {"three clerks": ()}
    keys = KEYS

    def play(self, mp: Any) -> None:
        exercises.three_clerks(mp)

    def judge(self, run: Run, said: dict[str, Any]) -> str | None:
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
        return None if plain(said[WAITED]) == plain(waited) else "nobody-waits"
