"""The lab of lesson 09: a program of two processes, and the order in which they make their steps.

schedule "ABBA" ──▶ A makes a step, then B two, then A: real processes, one step at a time
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ipc_helpers.interleaving import Cast, play
from ipc_helpers.labs.controls import Choice, Control
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.workers import races

COUNT, EACH, BOTH = (
    "add one, no lock",
    "add one, a lock for each step",
    "add one, one lock for both",
)
PLUS, CIRCLE, ORDER = "count.value += 1", "two locks, in two orders", "two locks, in one order"
SCHEDULES = ("AABB", "ABAB", "ABBA", "BAAB", "BABA", "BBAA")


def _took_both(**_: object) -> str:
    return "both workers had both locks, one after the other"


def _adding(worker: Any, locks_are_steps: bool = False) -> Cast:
    return Cast((worker, worker), races.shared_count, races.number, races.number, locks_are_steps)


PROGRAMS = {
    COUNT: _adding(races.add_one),
    EACH: _adding(races.lock_each_step),
    BOTH: _adding(races.lock_both_steps),
    PLUS: _adding(races.plus_equals, locks_are_steps=True),
    CIRCLE: Cast((races.left_then_right, races.right_then_left), races.two_locks, _took_both),
    ORDER: Cast((races.left_then_right, races.left_then_right), races.two_locks, _took_both),
}


class PlayerLab(Lab):
    """You are the scheduler."""

    name = "player"
    title = "Lab: you are the scheduler"
    question = (
        "Two processes, A and B, make two steps each. You say whose turn it is. Which of the six "
        "orders lose an update, or hang? Which lock helps?"
    )

    def controls(self) -> Sequence[Control]:
        return (
            Choice("program", "Each worker does", COUNT, tuple(PROGRAMS)),
            Choice("schedule", "Whose turn it is", "ABAB", SCHEDULES),
        )

    def experiment(self, mp: Any, program: str, schedule: str) -> Any:
        return play(mp, PROGRAMS[program], schedule)

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        if run.error is not None or run.answer is None:
            return Seen(("the run did not come to its end",), str(run.error).splitlines()[0])
        facts = []
        for number, step in enumerate(run.answer.steps, 1):
            if step.waits_for:
                held = f", which {step.holder} holds" if step.holder else ""
                facts.append(f"turn {number}: {step.worker} waits for {step.waits_for}{held}")
            else:
                seen = "" if step.seen is None else f" (the count is {step.seen})"
                facts.append(f"turn {number}: {step.worker} does {step.name}{seen}")
        return Seen((*facts, f"outcome: {run.answer.text}"), self._sentence(run.answer))

    def _sentence(self, played: Any) -> str:
        if played.failure:
            return (
                "A deadlock: each holds the lock that the other one waits for. Nobody is ever "
                "waited for here: when nobody can go on, the player sends both home."
            )
        if played.outcome == 1:
            return (
                "An update is lost: both had read before either wrote, so both wrote the same "
                "number. Two were added, and the count is 1."
            )
        if played.note:
            return f"{played.note}. The lock has put the steps into an order that is safe."
        if played.outcome == 2:
            return "Nobody came between a read and its write: the count is 2, as it should be."
        return "Each had both locks for itself. In another order this may end otherwise."


def player_lab() -> PlayerLab:
    """The panel of lesson 09. Show it as a cell's last line."""
    return PlayerLab()
