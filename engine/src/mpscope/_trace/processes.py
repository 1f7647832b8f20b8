"""The processes of a block in start order, and how each one ended.

    logs ─▶ births_and_deaths() ─▶ Processes ─▶ .all: [Process]

"Start order": the parent first, each process before the processes that it starts.  A process that
was killed before it could open its log has none, but the records of its starter tell of it.
"""

import signal
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from mpscope._recording.records import CODE
from mpscope._trace.events import Event
from mpscope._trace.kinds import KIND_OF, BlockOutcome, Ending, Kind, ProcessOutcome, Role
from mpscope._trace.logs import ProcessLog, shown
from mpscope._trace.matching import PUT
from mpscope._trace.printed import STREAMS

WELL, FAILED, KILLED, STOPPED, OPEN = ProcessOutcome


class Process(NamedTuple):
    """One process of the block. Times are on the clock of `time.monotonic_ns()`."""

    label: str
    parent: str
    """Who started it; empty for the block's parent."""
    role: Role
    started_ns: int
    """When `start()` was called."""
    alive_ns: int
    """When it first ran Python; 0 if it never did."""
    ended_ns: int
    """When it ended, as far as anybody saw."""
    outcome: ProcessOutcome
    exception: str = ""
    """What it did not catch: "ValueError: so it goes"; empty if nothing."""
    exception_type: str = ""
    """ "ValueError" """
    exit_code: int | None = None
    """As `multiprocessing.Process.exitcode` has it; None if nobody saw it."""
    unseen_ns: int = 0
    """Since when it may have been gone; 0 if it is known when it ended."""

    @property
    def how(self) -> str:
        """How it ended, if not well: the name of the exception or signal, or "exit code 3"."""
        if self.exception_type or self.outcome not in (FAILED, KILLED):
            return self.exception_type
        code = self.exit_code or 0
        return signal_name(-code) if code < 0 else f"exit code {code}"

    @property
    def server(self) -> bool:
        """A manager's."""
        return self.role is Role.SERVER


class Processes:
    """All processes, by what `births_and_deaths` has found in their logs."""

    def __init__(
        self,
        events: Sequence[Event],
        latest: Mapping[str, int],
        logs: Sequence[ProcessLog],
        outcome: BlockOutcome,
    ) -> None:
        self._was_stopped = outcome.was_stopped
        self._roles = {label: role for log in logs for label, role in log.roles.items()}
        self._logs = {log.label: log for log in logs if log.texts}  # else killed too early
        self._by_stem = {log.stem: log for log in self._logs.values()}
        self._exits: dict[str, deque[Event]] = defaultdict(deque)
        self._starts: dict[str, list[Event]] = defaultdict(list)
        self._last: dict[tuple[Kind, str], Event] = {}
        self._latest = latest
        self._block_end = ""
        for event in events:
            if event.kind == Kind.START:
                self._starts[event.process].append(event)
            elif event.kind == Kind.EXIT:
                self._exits[event.what].append(event)
                self._block_end = event.where
            elif event.kind == Kind.END:
                self._last[Kind.END, event.process] = event
            elif event.kind == Kind.JOIN:
                self._last[Kind.JOIN, event.channel] = event
        first = self._logs["parent"].texts
        self.began_ns = first[0][0] if first else 0
        self.ended = bool(self._block_end)  # the block, as far as its records go
        last_ns = max(latest.values(), default=self.began_ns)
        self.stop_ns = next((e.time_ns for e in events if self.is_cleanup(e)), last_ns)
        """When the block ended, or was stopped; the rest is clean-up."""
        ended = OPEN if outcome.ending is Ending.OPEN else WELL
        times = self.began_ns, self.began_ns, self.stop_ns
        parent = Process("parent", "", Role.PARENT, *times, ended)
        self.all = (parent, *self._started_by("parent"))

    def is_cleanup(self, event: Event) -> bool:
        """True if the end of the block did this, and not the program."""
        return (
            event.process == "parent"
            and event.kind in (Kind.CLOSE, Kind.EXIT)
            and event.where == self._block_end != ""
        )

    def _started_by(self, starter: str, stem: str = "") -> Iterator[Process]:
        for start in self._starts.pop(starter, ()):
            own = f"{stem}.{start.number}" if stem else f"{start.number}"
            log = self._by_stem.get(own)
            exits = self._exits[start.what]  # names may be cut: first started, first told of
            exit = exits.popleft() if exits and not stem else None
            if log or exit:
                member = self._member(log.label if log else start.what, start, exit)
                yield member
                yield from self._started_by(member.label, own)
            # else start() failed, or the process has not come so far yet

    def _member(self, label: str, start: Event, exit: Event | None) -> Process:
        log = self._logs.get(label)
        outcome, code = self._outcome(label, exit)
        alive = log.texts[0][0] if log and log.texts else 0
        end, join = self._last.get((Kind.END, label)), self._last.get((Kind.JOIN, label))
        done = end.time_ns if end else 0
        if outcome in (WELL, FAILED) and done:
            ended = done
        else:
            ended = join.time_ns if join and outcome != STOPPED else self.stop_ns
        seen = max(self._latest.get(label, 0), alive, start.time_ns)
        unseen = 0 if done or join or outcome in (STOPPED, OPEN) else seen
        times = start.time_ns, alive, max(ended, seen)
        raised = (log.exception, log.exception_type) if log else ("", "")
        role = self._roles.get(label, Role.CHILD)
        return Process(label, start.process, role, *times, outcome, *raised, code, unseen)

    def _outcome(self, label: str, exit: Event | None) -> tuple[ProcessOutcome, int | None]:
        log = self._logs.get(label)
        known = exit or self._last.get((Kind.END, label))  # nobody records a grandchild's exit
        code = known.number if known else None
        if log is not None and log.exception:
            return FAILED, code
        if code is None:
            return STOPPED if self.ended else OPEN, None
        if code == 255 and (Kind.END, label) not in self._last:  # the fork server went first
            return STOPPED, code
        if code < 0:
            by_block = (self._was_stopped or code == -9) and (Kind.JOIN, label) not in self._last
            return STOPPED if by_block else KILLED, code
        return WELL if code == 0 else FAILED, code


LIFE = (Kind.START, Kind.END, Kind.EXIT, Kind.JOIN, Kind.CLOSE)
_CODES = {CODE[kind] for kind in LIFE}


def births_and_deaths(logs: Iterable[ProcessLog]) -> tuple[list[Event], dict[str, int]]:
    """The events that tell of processes, in time order, and when each process did its last thing.

    Skips all others, as this is also asked of blocks with millions of messages.
    """
    found: list[Event] = []
    latest: dict[str, int] = {}
    for log in logs:
        last = next((time for time, tag, _, _ in reversed(log.texts) if tag in STREAMS), 0)
        for time, number, size, _, began, channel, place, code, _, raw in log.records():
            last = max(last, time or began, abs(number) if code == PUT else 0)
            if code in _CODES and time:
                names = log.channels.get(channel, ""), number, shown(raw), log.places.get(place, "")
                kind = KIND_OF[code] or Kind.NOTE
                found.append(Event(time, log.label, kind, *names, began, size))
        if last:
            latest[log.label] = last
    found.sort(key=itemgetter(0))
    return found, latest


def signal_name(number: int) -> str:
    """ "SIGKILL" for 9."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
