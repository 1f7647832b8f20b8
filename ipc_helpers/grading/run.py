"""What a run of an answer tells a grader: how it ended, who waited for whom, who did what.

    run.result, run.error             what the answer returned, or raised in the parent
    run.outcome.ending                how the block ended: Ending.ENDED, DEADLOCK, DEADLINE ...
    run.stuck                         it had to be stopped
    run.waiting("parent", Kind.JOIN)  what a process waited for then: on which channel, who could
                                      have ended that, on which line; None if it did not
    run.failures                      the children that failed, with their exceptions
    run.did(Kind.PUT, CHILD)          the events of a kind, in time order
    run.calls("append")               the calls of managed objects
    run.speakers                      the children that did something that others could notice
    run.trace                         all the rest: processes, channels, messages, spans, prints

A grader compares labels, kinds, channels and values; never a text that `mpscope` has written.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from mpscope import (
    BlockOutcome,
    ChannelKind,
    Ending,
    Event,
    Kind,
    Process,
    ProcessOutcome,
    Role,
    Trace,
    Waiting,
    transcript,
)

TERMINATED = -15  # the exit code after terminate(); the end of a block kills with another signal
ANYBODY, CHILD = "(anybody)", "(any child)"  # in the place of a label
# What a manager's server is, for whoever calls it too late.
GONE = ("FileNotFoundError", "ConnectionRefusedError", "BrokenPipeError", "EOFError", "Reset")
# Words for what passes from process to process without an event.
UNSEEN = ("Raw", "shared_memory", "lock=False", "open(", "write_", "socket", "Listener", "os.")
NOTHING = Trace((), BlockOutcome(Ending.OPEN))
MOST_RECORDS = 50_000  # of a run with more than this, nothing but its outcome is looked at


@dataclass
class Run:
    """One run of an answer: one start method, one input."""

    method: str
    name: str
    """The input's name, "three words"."""
    case: tuple[Any, ...]
    expected: Any
    source: str
    """The text of the learner's module; of each function the last definition."""
    file: str = ""
    """... and where it stands."""
    result: Any = None
    error: BaseException | None = None
    """What the learner's code raised in the parent."""
    traceback: str = ""
    """... as Python prints it."""
    late: bool = False
    """Whether a child was made to begin late."""
    trace: Trace = NOTHING
    """What happened in the block."""

    @property
    def outcome(self) -> BlockOutcome:
        """How the block ended."""
        return self.trace.outcome

    @property
    def stuck(self) -> bool:
        """Whether the block had to be stopped: at its deadline, or because it could not go on."""
        return self.outcome.was_stopped

    def waiting(self, who: str, *operations: Kind, on: ChannelKind | None = None) -> Waiting | None:
        """What a process waited for when the block was stopped; None if it did not.

        Args:
            who: its label; or CHILD, for the first child that waits like this.
            operations: only these count, if any are given: RECEIVE for `get` and `recv`, PUT for a
                full queue, SEND for a full pipe, JOIN for a process; see `Waiting`.
            on: only a wait on such a channel counts: a QUEUE, a PIPE.

        ``wait.where`` is empty if the end of the block waits, and not the learner's own line.
        """
        for label, wait in self.trace.waits.items():
            asked_for = not operations or wait.operation in operations
            here = on is None or (wait.channel is not None and wait.channel.kind is on)
            if asked_for and here and self._is(who, label):
                return wait
        return None

    @property
    def children(self) -> list[Process]:
        """Every process but the parent and the servers of managers, in start order."""
        return [p for p in self.trace.processes if p.role in (Role.CHILD, Role.POOL_WORKER)]

    @property
    def failures(self) -> list[Process]:
        """The children that an exception has ended; `exception_type` and `exception` say which.

        What failed only because the block was being stopped is left out.
        """
        failed = [process for process in self.children if process.exception]
        return [p for p in failed if not self.stuck or p.label in self.trace.graph.ended]

    def failed_with(self, *words: str) -> bool:
        """Whether the exception of a child that failed has one of these words in it."""
        return any(word in failed.exception for failed in self.failures for word in words)

    @property
    def some_ended_well(self) -> bool:
        """Whether a child had ended well when the block was stopped."""
        ended = [p for p in self.children if p.label in self.trace.graph.ended]
        return any(process.outcome is ProcessOutcome.WELL for process in ended)

    @property
    def started(self) -> int:
        """How many children the parent has started."""
        starts = self.did(Kind.START, "parent")
        of_mine = [event for event in starts if event.what not in self._servers]
        return max(len(of_mine), len(self.children))

    @property
    def said(self) -> str:
        """What the children printed."""
        return str(transcript(self.trace))

    def did(self, kind: Kind, who: str = ANYBODY, channel: str | None = None) -> list[Event]:
        """The events of a kind in time order: by that label, or CHILD, and on that channel."""
        if self.trace.records > MOST_RECORDS:
            return []
        return [
            event
            for event in self.trace.events
            if event.kind == kind
            and self._is(who, event.process)
            and channel in (None, event.channel)
        ]

    def calls(self, *methods: str, who: str = ANYBODY) -> list[Event]:
        """The calls of managed objects, of these methods or of all, in time order."""
        calls = self.did(Kind.REQUEST, who)
        return [event for event in calls if not methods or event.method in methods]

    def _is(self, who: str, label: str) -> bool:
        if who in (ANYBODY, label):
            return True
        return who == CHILD and label != "parent" and label not in self._servers

    @property
    def _servers(self) -> set[str]:
        return {p.label for p in self.trace.processes if p.role is Role.SERVER}

    @property
    def one_by_one(self) -> bool:
        """Whether each child was joined before the next one was started."""
        servers = self._servers
        starts = [e for e in self.did(Kind.START, "parent") if e.what not in servers]
        joins = [e for e in self.did(Kind.JOIN, "parent") if e.channel not in servers]
        pairs = zip(joins, starts[1:], strict=False)
        in_turn = all(join.time_ns < start.time_ns for join, start in pairs)
        return 1 < len(starts) <= len(joins) + 1 and in_turn

    @property
    def speakers(self) -> set[str]:
        """The children that did something that another process could notice.

        What is told through memory without a lock, a file or a socket leaves no events: with one
        of these in the answer, all of them count.
        """
        kinds = (Kind.PUT, Kind.SEND, Kind.REQUEST, Kind.ACQUIRE, Kind.SET, Kind.RELEASE)
        heard = {event.process for kind in kinds for event in self.did(kind, CHILD)}
        silent = any(word in self.source for word in UNSEEN)
        too_much = self.trace.records > MOST_RECORDS
        return {p.label for p in self.children} if silent or too_much else heard

    @property
    def joined(self) -> bool:
        """Whether the parent has joined a child itself (a manager joins its own server)."""
        return any(e.channel not in self._servers for e in self.did(Kind.JOIN, "parent"))

    @property
    def takers(self) -> dict[str, set[str]]:
        """Lock or semaphore -> the children that have acquired it."""
        found: dict[str, set[str]] = {}
        for event in [*self.did(Kind.ACQUIRE), *self.calls("acquire")]:
            if event.process != "parent":
                found.setdefault(event.channel, set()).add(event.process)
        return found

    @property
    def hold_apart(self) -> bool:
        """Whether there are several locks, and none that two children take."""
        return len(self.takers) > 1 and all(len(who) == 1 for who in self.takers.values())

    def raised(self, *kinds: type[BaseException]) -> bool:
        """Whether the learner's code raised one of these in the parent."""
        return isinstance(self.error, kinds)

    def exit_codes(self) -> dict[str, int]:
        """How each child ended, as far as the parent has seen it."""
        return {event.what: event.number for event in self.did(Kind.EXIT)}


def in_force(source: str) -> str:
    """A module's text without the functions that a later one of the same name replaces."""
    body = ast.parse(source).body
    last = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    kept = [n for n in body if not isinstance(n, ast.FunctionDef) or last[n.name] is n]
    return "\n\n" + "\n\n".join(ast.unparse(node) for node in kept)
