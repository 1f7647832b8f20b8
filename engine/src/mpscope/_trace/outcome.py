"""How a block ended."""

from __future__ import annotations

from typing import NamedTuple

from mpscope._trace.kinds import Ending


class BlockOutcome(NamedTuple):
    """How a block ended."""

    ending: Ending
    error: str = ""
    """The name of the exception that left the block; empty if none did."""
    message: str = ""
    """Its text."""
    plain: str = ""
    """The same without hints that need the block's `mp`."""

    @property
    def was_stopped(self) -> bool:
        """True if supervision stopped it, with an error of `mpscope.errors`."""
        return self.ending in STOPPING


STOPPING = {Ending.STOPPED, Ending.DEADLINE, Ending.DEADLOCK, Ending.CHILD_FAILED}
STOPPING.add(Ending.NOBODY_LEFT)
