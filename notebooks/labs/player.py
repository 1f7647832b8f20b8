"""The lab of lesson 09: a program of two processes, and the order in which they make their steps.

schedule "ABBA" ──▶ A makes a step, then B two, then A: real processes, one step at a time
"""

from __future__ import annotations

from typing import Any

from ipc_helpers.crew import Cast, play
from ipc_helpers.labs.controls import Choice
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.schedules import Step, waiting
from ipc_helpers.words import said
from ipc_helpers.workers import races

COUNT, EACH, BOTH = "no-lock", "lock-each", "lock-both"
PLUS, CIRCLE, ORDER = "plus-equals", "two-orders", "one-order"
SCHEDULES = ("AABB", "ABAB", "ABBA", "BAAB", "BABA", "BBAA")


def _took_both(**_: object) -> str:
    return said("lab.player.took_both")


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
    """Lesson 09's panel: you are the scheduler."""

    name = "player"
    controls = (
        Choice("program", COUNT, tuple(PROGRAMS)),
        Choice("schedule", "ABAB", SCHEDULES, in_words=False),
    )

    def experiment(self, mp: Any, program: str, schedule: str) -> Any:
        return play(mp, PROGRAMS[program], schedule)

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        steps = enumerate(run.answer.steps, 1)
        facts = [self.says("turn", number=number, step=self._told(step)) for number, step in steps]
        outcome = self.says("outcome", outcome=run.answer.text)
        return Seen((*facts, outcome), self._sentence(run.answer))

    def _told(self, step: Step) -> str:
        if step.waits_for:
            return waiting(step.worker, step.waits_for, step.holder)
        how = "does" if step.seen is None else "does_seen"
        return self.says(how, worker=step.worker, step=step.name, seen=step.seen)

    def _sentence(self, played: Any) -> str:
        if played.failure:
            return self.says("circle")
        if played.outcome == 1:
            return self.says("lost")
        if played.note:
            return self.says("waited", waits=played.note)
        return self.says("safe" if played.outcome == 2 else "each")


player_lab = PlayerLab
