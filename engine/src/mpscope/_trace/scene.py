"""What there is to draw: lanes, waits, locks held, tasks, arrows and marks, in time.

    Trace ─▶ Scene ─▶ content (what of it, thinned out) ─▶ frame (where) ─▶ timeline (drawing)

Times are nanoseconds since the block began; lanes are numbered in start order, the parent is 0.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from mpscope._trace.arrows import Arrow, Messages, calls, wakes
from mpscope._trace.events import Event
from mpscope._trace.kinds import Ending, Kind, Role, SpanKind
from mpscope._trace.processes import OPEN, WELL, Process
from mpscope._trace.trace import Trace
from mpscope._trace.wait_spans import Wait, waits


class Band(NamedTuple):
    """A lock in the hands of a process; a task, or a chunk of them, in those of a pool's worker."""

    lane: int
    start: int
    stop: int
    what: str
    """The name of the lock, or of the task's function."""


class Mark(NamedTuple):
    """Something that took no time."""

    lane: int
    time: int
    kind: Kind
    """PRINT, DROP, EOF, BROKEN, SET, NOTIFY or CLOSE."""
    text: str


_STOPS = {Ending.DEADLINE: "deadline", Ending.STOPPED: "stopped"}
InLane = TypeVar("InLane", Band, Wait)


class Scene:
    """One block, ready to be drawn; one that is still running, up to `now_ns` if that is given."""

    def __init__(self, trace: Trace, now_ns: int = 0) -> None:
        self.trace, self.cast, self.channels = trace, trace.cast, trace.channels
        self.members = trace.processes
        self.lanes = {process.label: lane for lane, process in enumerate(self.members)}
        self._zero = self.cast.began_ns
        self.end = self.since(max(self.cast.stop_ns, now_ns))
        self.stopped = trace.outcome.was_stopped
        self.why_stopped = _STOPS.get(trace.outcome.ending, "stopped: nobody can end the wait")
        self.events = [e for e in trace.events if e.process in self.lanes and not self._is_dull(e)]
        found = Messages(self)
        self._lingers = found.lingers
        self.messages, self.calls, self.wakes = found.arrows, list(calls(self)), list(wakes(self))
        self.starts = [
            Arrow("start", self.lanes[m.parent], self.since(m.started_ns), at, self.alive(m))
            for at, m in enumerate(self.members)
            if m.parent in self.lanes
        ]
        self.holds = list(self._find_holds())
        self.locks = sorted({hold.what for hold in self.holds})
        self.marks = list(self._find_marks())
        self.tasks = sorted(self._find_tasks())
        self.ended_by_pool = {
            self.lanes[worker]
            for pool in trace.pools.values()
            if pool.facts["terminated"]
            for worker in pool.workers & set(self.lanes)
        }
        """Those that their pool has ended, with SIGTERM: nothing is wrong with them."""
        self.waits = waits(self, found)

    def since(self, time_ns: int) -> int:
        return max(0, time_ns - self._zero)

    def _is_dull(self, event: Event) -> bool:
        """Clean-up at the end of the block, and what nobody asked to see."""
        if self.cast.is_cleanup(event) or event.time_ns > self.cast.stop_ns:
            return True
        if event.kind == Kind.CLOSE and not event.where:  # by no line of the program's
            return True
        joined = self.lanes.get(event.channel) if event.kind == Kind.JOIN else None
        return joined is not None and self.members[joined].role is Role.SERVER

    def alive(self, member: Process) -> int:
        """When a process began to run Python, or ended without."""
        return self.since(member.alive_ns or member.ended_ns)

    def gone(self, member: Process) -> int:
        """When it was gone; it lingers while a message too big for the pipe is unread."""
        if member.outcome == OPEN:
            return self.end
        gone = min(self.since(member.ended_ns), self.end)
        return max(gone, self._lingers[self.lanes[member.label]] * (member.outcome == WELL))

    def seen(self, member: Process) -> int:
        """Until when it is known to have lived."""
        return self.since(member.unseen_ns) if member.unseen_ns else self.gone(member)

    def _find_holds(self) -> Iterator[Band]:
        since: dict[tuple[int, str], list[int]] = defaultdict(list)
        for event in self.events:
            lane = self.lanes[event.process]
            held = since[lane, event.channel]
            if event.kind == Kind.ACQUIRE:
                held.append(self.since(event.time_ns))
            elif event.kind == Kind.RELEASE and held:
                start = held.pop()
                if not held:  # an RLock is held until its last release
                    yield Band(lane, start, self.since(event.time_ns), event.channel)
        for (lane, lock), held in since.items():
            if held:
                yield Band(lane, held[0], self.gone(self.members[lane]), lock)

    def _find_tasks(self) -> Iterator[Band]:
        """Those that are done, and those that workers had in hand when they ended."""
        for event in self.events:
            if event.kind == Kind.TASK:
                start, stop = self.since(event.began_ns), self.since(event.time_ns)
                yield Band(self.lanes[event.process], start, stop, event.what)
        for log in self.trace.logs:
            lane = self.lanes.get(log.label, 0)
            for doing in log.doing() if lane else ():
                if doing.kind == Kind.TASK:
                    gone = self.gone(self.members[lane])
                    yield Band(lane, self.since(doing.began_ns), gone, doing.what)

    def _find_marks(self) -> Iterator[Mark]:
        """Which of its ends a process has closed is known of a pipe with both directions only."""
        both_ways = {channel.ends for channel in self.channels.values() if channel.ends}
        for event in self.events:
            if event.kind not in MARKS:
                continue
            channel = self.channels.get(event.channel)
            end, other = (channel and channel.ends) or (event.channel, "")
            if event.kind == Kind.CLOSE and not other:  # a queue
                continue
            mine = end if (other, end) in both_ways else "its end"
            words = MARKS[event.kind].format(
                what=event.what, channel=event.channel, mine=mine, other=other or end, end=end
            )
            yield Mark(self.lanes[event.process], self.since(event.time_ns), event.kind, words)


def by_lane(things: Iterable[InLane]) -> dict[int, list[InLane]]:
    found: dict[int, list[InLane]] = defaultdict(list)
    for thing in things:
        found[thing.lane].append(thing)
    return found


MARKS = {
    Kind.PRINT: "“{what}”",
    Kind.DROP: "cannot pickle {what}",
    Kind.EOF: "end of {other}",
    Kind.BROKEN: "nobody reads {end}",
    Kind.SET: "sets {channel}",
    Kind.NOTIFY: "notifies {channel}",
    Kind.CLOSE: "closes {mine}",
}


Part = tuple[SpanKind, int, int, str]


class Span(NamedTuple):
    """What a process did from one time to another; both on the clock of `monotonic_ns()`."""

    process: str
    kind: SpanKind
    start_ns: int
    stop_ns: int
    what: str = ""
    """WAITING: the call that does not return, "numbers.get()", or what it waits for, "for a result
    of pool"; HOLDING: the lock; TASK: the name of the function; else empty."""


def spans_of(trace: Trace) -> Iterator[Span]:
    """The spans of each process in start order, each kind in the order of time."""
    scene, zero = trace.scene, trace.cast.began_ns
    waits, tasks, holds = by_lane(scene.waits), by_lane(scene.tasks), by_lane(scene.holds)
    for lane, process in enumerate(trace.processes):
        whole = scene.alive(process), scene.gone(process)
        if process.role is Role.POOL_WORKER:
            worked = [(SpanKind.TASK, *task[1:]) for task in tasks[lane]]
            found = _filled(worked, *whole, SpanKind.WAITING, "for a task")
        else:
            waited = [(SpanKind.WAITING, *wait[1:3], wait.what) for wait in waits[lane]]
            found = _filled(waited, *whole, SpanKind.RUNNING, "")
        found += [(SpanKind.HOLDING, *hold[1:]) for hold in holds[lane]]
        for kind, start, stop, what in found:
            yield Span(process.label, kind, zero + start, zero + stop, what)


def _filled(parts: list[Part], at: int, end: int, kind: SpanKind, what: str) -> list[Part]:
    """The parts, with another sort of part wherever there is none, from `at` to `end`."""
    found: list[Part] = []
    for part in parts:
        _, start, stop, _ = part
        if start > at:
            found.append((kind, at, start, what))
        found.append(part)
        at = max(at, stop)
    return [*found, (kind, at, end, what)] if end > at else found
