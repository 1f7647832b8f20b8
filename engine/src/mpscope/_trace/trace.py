"""Everything that is known about one block, in one object: what every output reads.

logs, outcome, wait-for graph ─▶ Trace ─▶ .events .processes .channels .messages .spans .prints
                                          (each found when it is first asked for, and kept)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mpscope._recording.records import RECORD
from mpscope._trace.channels import Channel, channels_of
from mpscope._trace.events import Event, Events
from mpscope._trace.kinds import BlockOutcome, Ending, Kind
from mpscope._trace.logs import ProcessLog, read_folder
from mpscope._trace.processes import Process, Processes, births_and_deaths
from mpscope._trace.tasks import PoolLog, pools_of
from mpscope._trace.waiting import WaitGraph, Waiting

if TYPE_CHECKING:
    from mpscope._trace.scene import Scene, Span
    from mpscope._trace.totals import Totals


class Message(NamedTuple):
    """One message, from its `put` or `send` to its receive. Times are `time.monotonic_ns()`."""

    channel: str
    number: int
    """Its place among the messages of its channel, from 1; 0 if it is not known to have left."""
    what: str
    """A short description, as `repr` has it for plain data."""
    size: int
    """Bytes, pickled."""
    sender: str
    sent_ns: int
    """When `put` returned, or `send` began."""
    receiver: str
    """Empty if nobody received it."""
    received_ns: int


class Print(NamedTuple):
    """A line that a process printed."""

    process: str
    stream: Kind
    """PRINT (stdout) or ERROR (stderr)."""
    text: str
    time_ns: int
    """0 if it bypassed `sys.stdout`, so that nobody knows."""


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened in a block; `mp.trace` of `with observe() as mp`.

    Processes are known by their labels ("parent", "child-1", or the name that the program gave),
    channels by their names (those of their variables).  Everything is read-only; a trace can be
    pickled, and costs what its logs do: 72 bytes a record.
    """

    logs: tuple[ProcessLog, ...] = field(repr=False)
    outcome: BlockOutcome
    """How the block ended."""
    graph: WaitGraph = field(default=WaitGraph(), repr=False)
    """Who waited for whom when it was stopped or interrupted; else empty."""

    def __reduce__(self) -> tuple[object, ...]:
        return Trace, (self.logs, self.outcome, self.graph)

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> Trace:
        """The trace of a block that is open, or whose program was killed, from its folder."""
        return cls(tuple(read_folder(os.fspath(folder))), BlockOutcome(Ending.OPEN))

    @property
    def records(self) -> int:
        """The number of records in the logs; there are at least as many events."""
        return sum(len(log.box) for log in self.logs) // RECORD.size

    @cached_property
    def events(self) -> Sequence[Event]:
        """Everything that every process did, in time order."""
        return Events(self.logs)

    def stream(self, *kinds: Kind) -> Iterator[Event]:
        """The events one by one, in time order, of these kinds or of all; none is kept."""
        events = self.events
        found = events.stream() if isinstance(events, Events) else iter(events)
        return found if not kinds else (event for event in found if event.kind in kinds)

    @property
    def processes(self) -> tuple[Process, ...]:
        """Who took part: the parent first, each process before those that it started."""
        return self.cast.all

    def process(self, label: str) -> Process:
        """The process of this label; raises KeyError if there is none."""
        return {process.label: process for process in self.processes}[label]

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """Name ─▶ channel, of everything that was used."""
        return channels_of(self.logs)

    @cached_property
    def pools(self) -> Mapping[str, PoolLog]:
        """Name ─▶ what was submitted to a pool or executor, and what became of it."""
        return pools_of(self.logs)

    @cached_property
    def incomplete(self) -> tuple[str, ...]:
        """The labels of those of whom not all is on record: there was no room for it."""
        logs = {log.label: log for log in self.logs}
        return tuple(
            process.label
            for process in self.processes
            if (logs[process.label].is_cut if process.label in logs else process.exit_code == 0)
        )

    @property
    def waits(self) -> Mapping[str, Waiting]:
        """Label ─▶ what that process waited for when the block was stopped or interrupted."""
        return self.graph.waits

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """Every message that was put or sent, in the order in which they were sent."""
        received = {(e.channel, e.number): e for e in self.stream(Kind.RECEIVE) if e.number}
        sent = (event for event in self.events if self.leaves(event))
        return tuple(_message(e, received.get((e.channel, e.number))) for e in sent)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """When each process ran, waited, held a lock or ran a task, by process, kind and time."""
        from mpscope._trace.scene import spans_of

        return tuple(spans_of(self))

    @cached_property
    def prints(self) -> tuple[Print, ...]:
        """What was printed: process by process in start order, each one's lines in their order."""
        return tuple(prints_of(self.logs))

    # -- shared by the outputs ------------------------------------------------------------------

    @cached_property
    def cast(self) -> Processes:
        """The processes, and when the block began and ended."""
        return Processes(*births_and_deaths(self.logs), self.logs, self.outcome)

    @cached_property
    def feeders(self) -> set[tuple[str, str]]:
        """(process, channel) of everybody whose feeder thread does the sending."""
        return {(event.process, event.channel) for event in self.stream(Kind.PUT)}

    def leaves(self, event: Event) -> bool:
        """True if this is where the sender's program sent something: not its feeder thread."""
        return event.kind == Kind.PUT or (
            event.kind == Kind.SEND and (event.process, event.channel) not in self.feeders
        )

    @cached_property
    def scene(self) -> Scene:
        """What there is to draw."""
        from mpscope._trace.scene import Scene

        return Scene(self)

    @cached_property
    def totals(self) -> Totals:
        from mpscope._trace.totals import Totals

        return Totals(self)


def prints_of(logs: Iterable[ProcessLog]) -> Iterator[Print]:
    """What was printed, in the order of these logs."""
    for log in logs:
        for time, stream, text in log.lines():
            yield Print(log.label, stream, text, time)


def _message(event: Event, receive: Event | None) -> Message:
    sent_ns = event.time_ns if event.kind == Kind.PUT else event.began_ns
    sent = event.channel, event.number, event.what, event.size, event.process, sent_ns
    return Message(*sent, *((receive.process, receive.time_ns) if receive else ("", 0)))
