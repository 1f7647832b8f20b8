"""Draw the README's pictures again: docs/hangs.svg, docs/waits.svg and docs/mended.svg.

    python tools/draw_readme.py    then look at them, and at their alt texts in README.md

They tell a story: the README's program hangs, who waits for whom, and the same program with two
lines changed about.
"""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.process import BaseProcess as Process
from multiprocessing.queues import Queue
from pathlib import Path

from ipc_helpers.workers import queues as workers
from mpscope import Deadlock, observe
from mpscope._block import Observation

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def draw_story() -> None:
    """Join before drain, seen twice, and then drain before join."""
    with suppress(Deadlock), observe("spawn", deadline_s=20) as mp:
        box, child = big_message(mp)
        child.join()
        box.get()
    mp.timeline().save(DOCS / "hangs.svg")
    mp.waits().save(DOCS / "waits.svg")
    with observe("spawn") as mp:
        box, child = big_message(mp)
        box.get()
        child.join()
    mp.timeline().save(DOCS / "mended.svg")


def big_message(mp: Observation) -> tuple[Queue[bytes], Process]:
    """A child on its way to put a million bytes."""
    box = mp.Queue()
    child = mp.Process(target=workers.put_big, args=(box, 1_000_000))
    child.start()
    return box, child


if __name__ == "__main__":
    draw_story()
