"""A ledger of one shared-memory segment: after each step, who has it mapped, and what is left.

with observe() as mp, Story(mp, "child") as story:
    story.tell(("child", "attach"), ("child", "close"), ("parent", "close"))
story.ledger                          # in a notebook: a bar for each, and the steps below
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from multiprocessing.shared_memory import SharedMemory
from typing import Any, NamedTuple

from ipc_helpers import drawing
from ipc_helpers.words import said
from ipc_helpers.workers import shared as workers
from mpscope import Picture

NAME = "its name"
LONG = re.compile(r" (?=\S{13})")  # a word wider than a column: it stands below its neighbours'
MAPPED, NAMED, INK = map(drawing.color, ("c1", "c2", "ink"))


class Entry(NamedTuple):
    """What was so after one step."""

    step: str
    holders: tuple[str, ...]
    """Who has the segment mapped; last, if there is a name to find it by, `NAME`."""

    @property
    def left(self) -> str:
        """What is left of the segment, in words."""
        people = [holder for holder in self.holders if holder != NAME]
        if not self.holders:
            return said("ledger.gone")
        how = "ledger.named" if NAME in self.holders else "ledger.unnamed"
        return said(how, people=", ".join(people) or said("ledger.nobody"))


class Ledger:
    """The book of a segment; it shows as a picture, and says the same in words."""

    def __init__(self, *people: str) -> None:
        self.people, self.entries = people, list[Entry]()

    def note(self, step: str, mapped: Iterable[str], named: bool) -> None:
        """Write down a step, who has the segment mapped after it, and whether it has a name."""
        of_them = tuple(person for person in self.people if person in set(mapped))
        self.entries.append(Entry(step, (*of_them, NAME) if named else of_them))

    @property
    def lines(self) -> list[str]:
        """A line for each step: "parent creates it: mapped by parent, with a name"."""
        return [f"{entry.step}: {entry.left}" for entry in self.entries]

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        return self.picture()._repr_html_()

    def picture(self) -> Picture:
        """A row for each process and one for the name, a column for each step."""
        rows = [*self.people, NAME]
        steps = range(len(self.entries))
        figure, axes = drawing.new_axes(1.3 + 0.42 * len(rows))
        for row, holder in enumerate(rows):
            held = [(step, 1) for step in steps if holder in self.entries[step].holders]
            hatch = "//" if holder == NAME else ""
            colour = NAMED if holder == NAME else MAPPED
            axes.broken_barh(held, (row - 0.31, 0.62), facecolor=colour, hatch=hatch, edgecolor=INK)
        axes.set_yticks(range(len(rows)), [*self.people, said("ledger.name")])
        words = [LONG.sub("\n" * (3 - at % 2), entry.step) for at, entry in enumerate(self.entries)]
        words = [step.replace(" ", "\n") for step in words]
        axes.set_xticks([step + 0.5 for step in steps], words, fontsize=8.5)  # 11 px as shown
        axes.set_xlim(0, len(self.entries))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.spines[["top", "right", "left"]].set_visible(False)
        return drawing.picture(figure, f"{said('ledger.title')} {'. '.join(self.lines)}.")


class Story:
    """A parent that has made a segment, its children, and the steps that they take with it.

    Children answer for themselves; what they say after each step goes into `ledger`. Leaving the
    `with` ends the children and removes what is left.
    """

    def __init__(self, mp: Any, *children: str) -> None:
        self.ledger = Ledger("parent", *children)
        segment: Any = SharedMemory(create=True, size=16)
        segment.buf[:5] = b"Hello"
        self._segment = segment
        self._name = self._segment.name
        self._mapped = {"parent"}
        self._lines: dict[str, Any] = {}
        self.ledger.note(said("ledger.create", who="parent"), self._mapped, named=True)
        for child in children:
            mine, yours = mp.Pipe()
            mp.Process(target=workers.hold, args=(self._name, yours), name=child).start()
            self._lines[child] = mine

    def tell(self, *steps: tuple[str, str]) -> list[str]:
        """Take the steps, ("child", "attach") and so on; what came of each: "" if it went well.

        A process attaches, reads, closes or unlinks. Of an error, its name; of reading, the text.
        """
        return [self._take(who, step) for who, step in steps]

    def _take(self, who: str, step: str) -> str:
        if who in self._lines:
            self._lines[who].send(step)
            outcome, is_mapped = self._lines[who].recv()
        else:
            self._segment, outcome = workers.take_step(step, self._name, self._segment)
            is_mapped = workers.is_mapped(self._segment)
        self._mapped = self._mapped | {who} if is_mapped else self._mapped - {who}
        words = said(f"ledger.{step}", who=who)
        words += f" ({outcome})" if outcome else ""
        self.ledger.note(words, self._mapped, workers.exists(self._name))
        return str(outcome)

    def __enter__(self) -> Story:
        return self

    def __exit__(self, *error: object) -> None:
        for line in self._lines.values():
            line.send("end")
        self._segment.close()
        if workers.exists(self._name):
            self._segment.unlink()
