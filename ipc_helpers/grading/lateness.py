"""Children that begin late, so that an answer which trusts the clock is wrong on every run.

    answer ── mp.Process(target=work) ──▶ Latecomers ── target=begin_late, args=(LATE_S, work, ...)
           ── mp.Queue(), mp.Manager() ─▶ the observed context itself

A check has five seconds for all its runs, and most have six: an answer that sleeps in each of them
for as long as the child is late is out of time before it is right.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ipc_helpers.grading.late import begin_late

LATE_S = 0.9
EVERY_ONE = range(1000)


class Latecomers:
    """A context of which some children begin late: `places` counts them in the order of making."""

    def __init__(self, mp: Any, places: Collection[int]) -> None:
        self._mp, self._places = mp, places
        self.made: list[Any] = []
        """The processes, in the order of their making."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mp, name)

    def Process(self, *args: Any, **kwargs: Any) -> Any:
        """A process of the context; with a pause before its target, if it is to be late."""
        made = self._mp.Process(*args, **kwargs)
        if made._target is not None and len(self.made) in self._places:
            made._args = LATE_S, made._target, made._args, made._kwargs
            made._target, made._kwargs = begin_late, {}
        self.made.append(made)
        return made
