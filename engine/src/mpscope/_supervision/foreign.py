"""Processes that were made in a block without `mp`: what they do is not observed.

A program that uses `multiprocessing` itself, a class derived from `multiprocessing.Process`, a
library: they are left alone.  Where it matters, the user is told.
"""

from multiprocessing import process

from mpscope._recording.block import Block

MOST = 4  # names that are told
CURE = (
    "Make them with `mp`, as in mp.Process(target=...), or have the whole program observed, "
    "unchanged: `mpscope run program.py`."
)


class Foreign:
    """Counts them from the beginning of the block on."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._made_before = _made()
        self._children_before = set(process._children)

    def note(self) -> str:
        """What to tell the user; empty if there are none."""
        count = _made() - self._made_before - self.block.made
        if count <= 0:
            return ""
        running = process._children - self._children_before - set(self.block.started)
        names = sorted(child.name for child in running)
        told = f" ({', '.join(names[:MOST])}{', …' if len(names) > MOST else ''})" if names else ""
        subject = "1 process was" if count == 1 else f"{count} processes were"
        return f"{subject} made in this block without `mp`{told}, and not observed. {CURE}"


def _made() -> int:
    """How many process objects this process has made so far; asking makes none."""
    return int(repr(process._process_counter)[6:-1])
