"""The lab of lesson 10: one segment, and processes that take their steps in one order or another.

parent: creates ─▶ children: attach ─ read ─ close ─▶ parent: closes ─ unlinks ─▶ the ledger
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ipc_helpers.labs.controls import Choice, Control, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.ledger import Ledger, Story

WELL = "everybody closes, the parent unlinks"
EARLY = "the parent unlinks before anybody has attached"
MEANWHILE = "the parent unlinks when all have attached"
FORGOTTEN = "nobody unlinks"
TWICE = "two unlink"
CLOSED = "the children close, then read"
SENTENCES = {
    WELL: "Everybody has closed, one has unlinked: nothing is left. The order for every day.",
    EARLY: "The name was gone when the children came for it. What the parent itself had mapped "
    "was still there; nobody else could find it.",
    MEANWHILE: "The name was gone, and all could still read. The bytes went with the last close. "
    "Should these processes be killed, nothing would be left.",
    FORGOTTEN: "Nobody has it mapped, and its name is still there: the memory stays in use. "
    "Without this lab, Python's resource tracker would complain at the end of the program.",
    TWICE: "The second one to unlink found no name. One process should own a segment.",
    CLOSED: "After close() there are no bytes to read: buf is None. Read first, or make a copy.",
}

Step = tuple[str, str]


class SegmentLab(Lab):
    """Who has which segment mapped, and what is left?"""

    name = "segment"
    title = "Lab: the ledger of a segment"
    question = (
        "Who has the segment mapped after each step, and is there a name to find it by? "
        "Choose an order of steps, and say what is left at its end."
    )
    deadline_s = 8.0

    def controls(self) -> Sequence[Control]:
        plots = tuple(SENTENCES)
        return (Choice("plot", "Plot", WELL, plots), Number("children", "Children", 2, 1, 6))

    def experiment(self, mp: Any, plot: str, children: int) -> Ledger:
        names = [f"child {number}" for number in range(1, children + 1)]
        with Story(mp, *names) as story:
            story.tell(*steps_of(plot, names))
        return story.ledger

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        if run.answer is None:
            return Seen(("the steps were not taken to their end",), "The run did not end.")
        ledger: Ledger = run.answer
        return Seen(tuple(ledger.lines), SENTENCES[settings["plot"]])


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


def segment_lab() -> SegmentLab:
    """The panel of lesson 10. Show it as a cell's last line."""
    return SegmentLab()
