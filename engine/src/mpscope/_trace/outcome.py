"""How a block ended, and who waited for whom when it was stopped or interrupted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mpscope._trace.channels import Channel
from mpscope._trace.kinds import Ending, Kind


class Waiting(NamedTuple):
    """What one process was waiting for when the block was stopped.

    ``run.waiting("parent")`` of a grader gives one; so does ``mp.trace.waits["parent"]``.
    """

    process: str
    """Its label."""
    operation: Kind
    """RECEIVE (`get`, `recv`), PUT (a full queue), SEND (a full pipe), ACQUIRE, WAKE (`wait`, or
    `join` of a queue), JOIN (of a process), REPLY (a call of a proxy), or END: it has run to its
    end, and cannot leave while its queues hold messages that it has put."""
    channel: Channel | None
    """On what; None for JOIN."""
    target: str
    """The name of the channel; for JOIN, the label of the process."""
    unblockers: tuple[str, ...]
    """The labels of those who could end the wait; empty if nobody could."""
    bounded: bool
    """A time-out was given."""
    where: str
    """The line of the program, "pipe_1.py, line 7 in talk"; empty if the block's end waits."""
    what: str
    """The call, for REPLY: "get(True)"."""


@dataclass(frozen=True)
class WaitGraph:
    """Who waited for whom, of all processes that had not ended."""

    waits: Mapping[str, Waiting] = field(default_factory=dict)
    """The label of each process that waited ─▶ its wait, in start order."""
    phrases: Mapping[str, str] = field(default_factory=dict)
    """What each process did, in words without places: "waits in numbers.get()", "ended well"."""
    busy: tuple[str, ...] = ()
    """The labels of those that were running code."""
    ended: tuple[str, ...] = ()
    """The labels of those that had ended by then."""
    cycle: tuple[str, ...] = ()
    """Labels of which each waited for the next, and the last for the first; or nothing."""
    others: tuple[str, ...] = ()
    """Who keeps no log, and could still have ended a wait: threads, handlers, other programs."""


class BlockOutcome(NamedTuple):
    """How a block ended."""

    ending: Ending
    error: str = ""
    """The name of the exception that left the block; empty if none did."""
    message: str = ""
    """Its text."""

    @property
    def was_stopped(self) -> bool:
        """Whether supervision stopped it, with an error of `mpscope.errors`."""
        return self.ending in STOPPING


STOPPING = {Ending.STOPPED, Ending.DEADLINE, Ending.DEADLOCK, Ending.CHILD_FAILED}
STOPPING.add(Ending.NOBODY_LEFT)
