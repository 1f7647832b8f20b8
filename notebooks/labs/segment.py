"""The lab of lesson 10: one segment, and processes that take their steps in one order or another.

parent: creates ─▶ children: attach ─ read ─ close ─▶ parent: closes ─ unlinks ─▶ the ledger
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ipc_helpers.labs.controls import Choice, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.ledger import Ledger, Story

PLOTS = "well", "early", "meanwhile", "nobody-unlinks", "twice", "closed"
WELL, EARLY, MEANWHILE, FORGOTTEN, TWICE, CLOSED = PLOTS

Step = tuple[str, str]


class SegmentLab(Lab):
    """Lesson 10's panel: who has which segment mapped, and what is left?"""

    name = "segment"
    deadline_s = 8.0
    controls = Choice("plot", WELL, PLOTS), Number("children", 2, 1, 6)

    def experiment(self, mp: Any, plot: str, children: int) -> Ledger:
        names = [f"child {number}" for number in range(1, children + 1)]
        with Story(mp, *names) as story:
            story.tell(*steps_of(plot, names))
        return story.ledger

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        ledger: Ledger = run.answer
        return Seen(tuple(ledger.lines), self.says(f"seen.{settings['plot']}"))


def steps_of(plot: str, children: Sequence[str]) -> list[Step]:
    """The steps of everybody, in the order that this plot has."""
    attach, read, close = (
        [(child, step) for child in children] for step in ("attach", "read", "close")
    )
    last = [("parent", "close")]
    gone = [("parent", "unlink")]
    return {
        WELL: attach + read + close + last + gone,
        EARLY: gone + attach + last,
        MEANWHILE: attach + gone + read + close + last,
        FORGOTTEN: attach + read + close + last,
        TWICE: attach + close + [(children[0], "unlink")] + last + gone,
        CLOSED: attach + close + read + last + gone,
    }[plot]


segment_lab = SegmentLab
