"""A schedule that is played: who was to make each step, who made it, and who had to wait."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from ipc_helpers.words import said


class Step(NamedTuple):
    """What a worker did in one turn."""

    worker: str
    turn: int
    name: str
    """The step's name; empty if it had not come to its first mark."""
    waits_for: str
    """The lock that it could not have, and waits for; empty if it made the step."""
    holder: str
    """Who holds that lock; empty if nobody does, or the step was made."""
    seen: Any
    """What `watch` returned after it."""


class Run(NamedTuple):
    """One schedule, played."""

    schedule: str
    """Who was to make the next step, a letter for each."""
    outcome: Any
    failure: str
    """Why there is no outcome: an exception, a deadlock; empty if all workers have ended."""
    steps: tuple[Step, ...]
    endless: bool = False
    """Whether it was given up, as it seemed to go on for ever."""

    @property
    def ran(self) -> str:
        """In which order the steps were made, and by whom."""
        return "".join(step.worker for step in self.steps if not step.waits_for)

    @property
    def story(self) -> str:
        """Who did what, in a line: "A read, B read, A write, B write"; without the taking of locks.

        Steps that a worker makes one after the other under one name are told once.
        """
        told = [
            waiting(s.worker, s.waits_for) if s.waits_for else f"{s.worker} {s.name}"
            for s in self.steps
            if s.waits_for or not s.name.startswith("lock ")
        ]
        return ", ".join(
            one for one, before in zip(told, ["", *told], strict=False) if one != before
        )

    def turns(self, worker: str) -> int:
        """How many steps a worker has begun."""
        return max((step.turn + 1 for step in self.steps if step.worker == worker), default=0)

    @property
    def serial(self) -> bool:
        """Whether one worker after the other did all its steps."""
        changes = sum(a.worker != b.worker for a, b in pairwise(self.steps))
        return changes < len({step.worker for step in self.steps}) and not self.failure

    @property
    def text(self) -> str:
        return self.failure or repr(self.outcome)

    @property
    def note(self) -> str:
        """Who had to wait, and what became of the order then."""
        waits = [waiting(step.worker, step.waits_for) for step in self.steps if step.waits_for]
        if not waits or self.failure:
            return ""
        return said("schedule.ran_as", waits=", ".join(dict.fromkeys(waits)), order=self.ran)


def waiting(worker: str, lock: str, holder: str = "") -> str:
    """Who waits for which lock, and who holds it, if anybody does."""
    how = "schedule.waits_held" if holder else "schedule.waits"
    return said(how, worker=worker, lock=lock, holder=holder)
