"""What there is to draw: lanes, waits, locks held, arrows and marks, in time.

    Trace ─▶ Scene ─▶ layout (time to pixels, thinning) ─▶ timeline (drawing)

Times are nanoseconds since the block began; lanes are numbered in start order, the parent is 0.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mpscope._recording.naming import direction, ends_of, queue_of
from mpscope._trace.events import Event
from mpscope._trace.kinds import ChannelKind, Ending, Kind, Role, SpanKind
from mpscope._trace.logs import ProcessLog
from mpscope._trace.processes import STOPPED, WELL, Process
from mpscope._trace.totals import pool_channels
from mpscope._trace.trace import Trace

MS = 1_000_000
WAITS = {"put", "send", "receive", "reply", "join", "acquire", "timeout", "wake"}
WAITS |= {"collect", "shutdown"}
WAITED_FOR = {
    Kind.REPLY: "an answer",
    Kind.IDLE: "a task",
    Kind.COLLECT: "a result",
    Kind.SHUTDOWN: "the end",
}
BIGGER_THAN_A_PIPE = 60_000
SMALLEST = 600  # bytes: a shorter message takes as much room as this one in the socket of a pipe


class Wait(NamedTuple):
    lane: int
    start: int
    stop: int
    what: str
    """What it waits in, "numbers.get()", or for, "for a result of pool"; empty where an arrow says
    so."""


class Hold(NamedTuple):
    lane: int
    start: int
    stop: int
    lock: str


class Task(NamedTuple):
    """A task, or a chunk of them, in the hands of a worker of a pool."""

    lane: int
    start: int
    stop: int
    what: str
    """The name of the function."""


class Arrow(NamedTuple):
    kind: str
    """ "message", "call" (of a proxy: it comes back), "wake" (an event, a barrier) or "start"."""
    source: int
    left: int
    target: int
    """-1: nobody received it."""
    came: int
    channel: str
    text: str


class Mark(NamedTuple):
    lane: int
    time: int
    kind: str
    """The event's kind: "print", "drop", "eof", "broken", "set", "notify" or "close"."""
    text: str


class Scene:
    """One block, ready to be drawn."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.cast = trace.cast
        self.members = trace.processes
        self.about = {name: about for log in trace.logs for name, about in log.about.items()}
        self.lanes = {process.label: lane for lane, process in enumerate(self.members)}
        self._pipes = {name for log in trace.logs for name in log.channels.values()}
        self._zero = self.cast.began_ns
        self.end = self.since(self.cast.stop_ns)
        self.stopped = trace.outcome.was_stopped
        self.time_is_up = trace.outcome.ending is Ending.DEADLINE
        self.events = [e for e in trace.events if e.process in self.lanes and not self._is_dull(e)]
        self._puts = {(e.process, e.channel) for e in self.events if e.kind == Kind.PUT}
        self._put_before: set[tuple[str, str]] = set()
        self._freed: dict[str, list[int]] = defaultdict(list)
        for event in self.events:
            if event.kind in (Kind.RELEASE, Kind.SET):
                self._freed[event.channel].append(event.time_ns)
        self._sending = {  # who had begun to send, and not ended, when its box was read
            doing.channel: (self.lanes[log.label], self.since(doing.began_ns))
            for log in trace.logs
            for doing in log.doing()
            if doing.main and doing.kind == "send" and log.label in self.lanes
        }
        self._arrived: dict[tuple[str, int], int] = {}  # when each message was received
        self._never = self.cast.stop_ns + 1
        self.messages = sorted(self._find_messages(), key=lambda arrow: arrow.left)
        self.calls = list(self._find_calls())
        self.wakes = list(self._find_wakes())
        self.starts = [
            Arrow("start", *self._since_start(m), at, self.alive(m), "", "")
            for at, m in enumerate(self.members)
            if m.parent in self.lanes
        ]
        self.holds = list(self._find_holds())
        self.marks = list(self._find_marks())
        self.tasks = sorted(self._find_tasks())
        self.ended_by_pool = {
            self.lanes[worker]
            for pool in trace.pools.values()
            if pool.facts["terminated"]
            for worker in pool.workers & set(self.lanes)
        }
        """Those that their pool has ended, with SIGTERM: nothing is wrong with them."""
        self.waits = sorted([*self._find_waits(), *self._last_waits(trace.logs)])

    def _since_start(self, process: Process) -> tuple[int, int]:
        return self.lanes[process.parent], self.since(process.started_ns)

    def since(self, time_ns: int) -> int:
        return max(0, time_ns - self._zero)

    def _is_dull(self, event: Event) -> bool:
        """Clean-up at the end of the block, and what nobody asked to see."""
        if self.cast.is_cleanup(event) or event.time_ns > self.cast.stop_ns:
            return True
        if event.kind == Kind.CLOSE and not event.where:  # by no line of the learner's
            return True
        joined = self.lanes.get(event.channel) if event.kind == Kind.JOIN else None
        return joined is not None and self.members[joined].role is Role.SERVER

    def alive(self, member: Process) -> int:
        """When a process began to run Python, or ended without."""
        return self.since(member.alive_ns or member.ended_ns)

    def gone(self, member: Process) -> int:
        """When it was gone; it lingers while a message too big for the pipe is unread."""
        lane = self.lanes[member.label]
        gone = min(self.since(member.ended_ns), self.end)
        return max(gone, self._lingers[lane]) if member.outcome == WELL else gone

    # -- arrows ---------------------------------------------------------------------------------

    def _find_messages(self) -> Iterator[Arrow]:
        """From a put, or a send, to its receive; what nobody received has no target.

        What is inside a pool has no names that a learner knows: "task", "result".
        """
        inside = pool_channels(self.events)
        receives: dict[tuple[str, int], Event] = {}
        self._began_to_send: dict[tuple[str, int], int] = {}
        self._lingers: dict[int, int] = defaultdict(int)  # lane -> when its last big one was read
        for event in self.events:
            if event.kind == Kind.RECEIVE and event.number:
                receives[event.channel, event.number] = event
        for event in self.events:
            if not self.leaves(event):
                continue
            lane, channel, what = self.lanes[event.process], event.channel, event.what
            left = self.since(event.time_ns if event.kind == Kind.PUT else event.began_ns)
            receive = receives.get((channel, event.number)) if event.number else None
            if channel in inside:
                if receive is None or not inside[channel] or what == "None":
                    continue
                channel, what = "", inside[channel]
            if receive is None:
                yield Arrow("message", lane, left, -1, left, channel, what)
                continue
            came, target = self.since(receive.time_ns), self.lanes[receive.process]
            if event.size > BIGGER_THAN_A_PIPE and event.kind == Kind.PUT:
                self._lingers[lane] = max(self._lingers[lane], came)
            if self._sending.get(channel) == (lane, self.since(event.began_ns)):
                del self._sending[channel]  # it had arrived before its sender was killed
            left = min(left, came)
            self._arrived[event.channel, event.number] = receive.time_ns
            self._began_to_send[event.channel, event.number] = event.began_ns
            yield Arrow("message", lane, left, target, came, channel, what)
        for (channel, number), receive in receives.items():
            if (channel, number) not in self._arrived and channel in self._sending:
                lane, left = self._sending.pop(channel)
                came, target = self.since(receive.time_ns), self.lanes[receive.process]
                yield Arrow("message", lane, min(left, came), target, came, channel, receive.what)

    def leaves(self, event: Event) -> bool:
        """Whether this is where the sender's program sent something: not its feeder thread."""
        return event.kind == Kind.PUT or (
            event.kind == Kind.SEND and (event.process, event.channel) not in self._puts
        )

    def _find_calls(self) -> Iterator[Arrow]:
        for event in self.events:
            channel = self.trace.channels.get(event.channel)
            server = self.lanes.get(channel.server) if channel else None
            if event.kind == Kind.REPLY and server is not None:
                times = self.since(event.began_ns), self.since(event.time_ns)
                lane = self.lanes[event.process]
                yield Arrow("call", lane, times[0], server, times[1], event.channel, event.what)

    def _find_wakes(self) -> Iterator[Arrow]:
        """From whoever set an event, notified, or came last to a barrier, to all who waited."""
        woken: dict[str, list[Event]] = defaultdict(list)
        wakers: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for event in self.events:
            lane = self.lanes[event.process]
            if event.kind == Kind.WAKE:
                woken[event.channel].append(event)
                found = self.trace.channels.get(event.channel)
                if found is not None and found.kind is ChannelKind.BARRIER:
                    wakers[event.channel].append((event.began_ns, lane))
            elif event.kind in (Kind.SET, Kind.NOTIFY):
                wakers[event.channel].append((event.time_ns, lane))
        for channel, events in woken.items():
            for event in events:
                lane = self.lanes[event.process]
                before = [w for w in wakers[channel] if event.began_ns < w[0] <= event.time_ns]
                if before and (waker := max(before))[1] != lane:
                    left, came = self.since(waker[0]), self.since(event.time_ns)
                    yield Arrow("wake", waker[1], left, lane, came, channel, "")

    # -- waits, locks, marks --------------------------------------------------------------------

    def _find_waits(self) -> Iterator[Wait]:
        for event in self.events:
            if event.kind not in WAITS or (event.kind == Kind.SEND and not self.leaves(event)):
                continue
            if event.kind == Kind.SEND and self._fits(event):
                continue
            if event.time_ns - event.began_ns >= self._shortest_wait(event):
                what = "" if event.kind == Kind.REPLY else _wait_name(event.kind, event.channel)
                lane = self.lanes[event.process]
                yield Wait(lane, self.since(event.began_ns), self.since(event.time_ns), what)

    def _fits(self, event: Event) -> bool:
        """Whether the pipe had room for a message, so that send() took long for other reasons."""
        as_many = BIGGER_THAN_A_PIPE // max(event.size, SMALLEST)
        before = event.channel, event.number - as_many
        has_room = (
            event.number <= as_many or self._arrived.get(before, self._never) < event.began_ns
        )
        return as_many > 0 and has_room

    def _shortest_wait(self, event: Event) -> int:
        """A shorter one is only the time that the call itself, or a busy machine, takes."""
        kind, channel, began = event.kind, event.channel, event.began_ns
        if kind == "receive" and event.number:
            return 0 if began < self._began_to_send.get((channel, event.number), 0) else 10 * MS
        if kind == "put" and (event.process, channel) not in self._put_before:
            self._put_before.add((event.process, channel))
            return 50 * MS  # it starts the feeder thread
        if kind in ("put", "send"):
            return MS if event.size > BIGGER_THAN_A_PIPE else 5 * MS
        freed = self._freed.get(channel)  # when a lock was given back, or an event set
        if freed and kind in ("acquire", "wake"):
            return 0 if bisect(freed, began) < bisect(freed, event.time_ns) else 10 * MS
        return 0 if kind == "reply" else MS // 5

    def _last_waits(self, logs: Sequence[ProcessLog]) -> Iterator[Wait]:
        """What was never over: the waits in which processes were stopped."""
        for log in logs:
            lane = self.lanes.get(log.label, 0)
            if not lane and not self.stopped:
                continue
            member = self.members[lane]
            gone = self.gone(member) if lane else self.end
            main = next((d for d in log.doing() if d.main and d.kind != "task"), None)
            if main is None or (main.kind == "send" and main.channel not in self._sending):
                continue
            start = self.since(main.began_ns)
            if main.kind != "end":
                yield Wait(lane, start, gone, _wait_name(main.kind, main.channel))
            elif member.outcome == STOPPED or self._lingers[lane] > start:
                yield Wait(lane, start, gone, "at exit, until its messages are read")

    def _find_holds(self) -> Iterator[Hold]:
        since: dict[tuple[int, str], list[int]] = defaultdict(list)
        for event in self.events:
            lane = self.lanes[event.process]
            held = since[lane, event.channel]
            if event.kind == Kind.ACQUIRE:
                held.append(self.since(event.time_ns))
            elif event.kind == Kind.RELEASE and held:
                start = held.pop()
                if not held:  # an RLock is held until its last release
                    yield Hold(lane, start, self.since(event.time_ns), event.channel)
        for (lane, lock), held in since.items():
            if held:
                yield Hold(lane, held[0], self.gone(self.members[lane]), lock)

    def _find_tasks(self) -> Iterator[Task]:
        """Those that are done, and those that workers had in hand when they ended."""
        for event in self.events:
            if event.kind == Kind.TASK:
                start, stop = self.since(event.began_ns), self.since(event.time_ns)
                yield Task(self.lanes[event.process], start, stop, event.what)
        for log in self.trace.logs:
            lane = self.lanes.get(log.label, 0)
            for doing in log.doing() if lane else ():
                if doing.kind == Kind.TASK:
                    gone = self.gone(self.members[lane])
                    yield Task(lane, self.since(doing.began_ns), gone, doing.what)

    def _find_marks(self) -> Iterator[Mark]:
        for event in self.events:
            pipe = ends_of(event.channel)
            end, other = pipe or (event.channel, "")
            known = direction(other, end) in self._pipes  # else the end may be either of the two
            text = {
                "print": f"“{event.what}”",
                "drop": f"cannot pickle {event.what}",
                "eof": f"end of {other or end}",
                "broken": f"nobody reads {end}",
                "set": f"sets {event.channel}",
                "notify": f"notifies {event.channel}",
                "close": f"closes {end if known else 'its end'}",
            }.get(event.kind)
            if text and (event.kind != "close" or (pipe and event.where)):
                yield Mark(self.lanes[event.process], self.since(event.time_ns), event.kind, text)


def _wait_name(kind: str, channel: str) -> str:
    """What a learner would call it: the call that does not return, or what it waits for."""
    pipe = ends_of(channel)
    sender, receiver = pipe or (channel, channel)
    if kind == Kind.RECEIVE:
        return f"{receiver}.recv()" if pipe else f"{channel}.get()"
    if kind in (Kind.PUT, Kind.SEND):
        return f"{sender}.send()" if pipe else f"{channel}.put()"
    if kind == Kind.JOIN:
        return f"{channel}.join()"
    if kind in WAITED_FOR:
        return f"for {WAITED_FOR[Kind(kind)]} of {channel}"
    if kind in (Kind.ACQUIRE, Kind.TIMEOUT):
        return f"{channel}.acquire()"
    return f"{channel}()" if queue_of(channel) else f"{channel}.wait()"


class Span(NamedTuple):
    """What a process did from one time to another; both on the clock of `monotonic_ns()`."""

    process: str
    kind: SpanKind
    start_ns: int
    stop_ns: int
    what: str
    """WAITING: the call that does not return, "numbers.get()", or what it waits for, "for a result
    of pool"; HOLDING: the lock; else empty."""


def spans_of(trace: Trace) -> Iterator[Span]:
    """The spans of each process in start order, each kind in the order of time."""
    scene, zero = trace.scene, trace.cast.began_ns
    for lane, process in enumerate(trace.processes):
        at, end = scene.alive(process), scene.gone(process)
        for wait in (wait for wait in scene.waits if wait.lane == lane):
            if wait.start > at:
                yield Span(process.label, SpanKind.RUNNING, zero + at, zero + wait.start, "")
            start, stop, what = zero + wait.start, zero + wait.stop, wait.what
            yield Span(process.label, SpanKind.WAITING, start, stop, what)
            at = max(at, wait.stop)
        if end > at:
            yield Span(process.label, SpanKind.RUNNING, zero + at, zero + end, "")
        for hold in (hold for hold in scene.holds if hold.lane == lane):
            start, stop = zero + hold.start, zero + hold.stop
            yield Span(process.label, SpanKind.HOLDING, start, stop, hold.lock)
