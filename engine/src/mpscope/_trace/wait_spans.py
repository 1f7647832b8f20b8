"""When processes waited, and for what: an operation that took longer than it does by itself."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from mpscope._trace.arrows import BIGGER_THAN_A_PIPE, Messages
from mpscope._trace.events import Event
from mpscope._trace.kinds import Ending, Kind
from mpscope._trace.logs import Doing
from mpscope._trace.processes import STOPPED
from mpscope._trace.waiting import asked_of, call_of

if TYPE_CHECKING:
    from mpscope._trace.scene import Scene

MS = 1_000_000
WAITS = {Kind.PUT, Kind.SEND, Kind.RECEIVE, Kind.REPLY, Kind.JOIN, Kind.ACQUIRE, Kind.TIMEOUT}
WAITS |= {Kind.WAKE, Kind.COLLECT, Kind.SHUTDOWN}
RESULTS = {Kind.IDLE: "a task", Kind.COLLECT: "a result", Kind.SHUTDOWN: "the end"}
SMALLEST = 600  # bytes: a shorter message takes as much room as this one in the socket of a pipe


class Wait(NamedTuple):
    """One wait; times are nanoseconds since the block began."""

    lane: int
    start: int
    stop: int
    kind: Kind
    """What it ended with, or would have; END: it could not end while its messages were unread."""
    channel: str
    call: str
    """The call that does not return, "numbers.get()"; empty if it is no call with a name."""

    @property
    def what(self) -> str:
        """In a few words; empty where an arrow says it."""
        if self.kind is Kind.END:
            return "at exit, until its messages are read"
        if self.kind in RESULTS:
            return f"for {RESULTS[self.kind]} of {self.channel}"
        return self.call


def waits(scene: Scene, messages: Messages) -> list[Wait]:
    """Every wait, by lane and time."""
    return sorted([*_Finder(scene, messages).over(), *_never_over(scene, messages)])


class _Finder:
    def __init__(self, scene: Scene, messages: Messages) -> None:
        self._scene, self._messages = scene, messages
        self._never = scene.cast.stop_ns + 1
        self._put_before: set[tuple[str, str]] = set()
        self._freed: dict[str, list[int]] = defaultdict(list)
        for event in scene.events:
            if event.kind in (Kind.RELEASE, Kind.SET):
                self._freed[event.channel].append(event.time_ns)

    def over(self) -> Iterator[Wait]:
        scene = self._scene
        for event in scene.events:
            if event.kind not in WAITS:
                continue
            if event.kind == Kind.SEND and (not scene.trace.leaves(event) or self._fits(event)):
                continue
            if event.time_ns - event.began_ns >= self._shortest(event):
                start, stop = scene.since(event.began_ns), scene.since(event.time_ns)
                yield _wait(scene, scene.lanes[event.process], start, stop, event)

    def _fits(self, event: Event) -> bool:
        """True if the pipe had room for a message, so that send() took long for other reasons."""
        as_many = BIGGER_THAN_A_PIPE // max(event.size, SMALLEST)
        before = event.channel, event.number - as_many
        has_room = (
            event.number <= as_many
            or self._messages.arrived.get(before, self._never) < event.began_ns
        )
        return as_many > 0 and has_room

    def _shortest(self, event: Event) -> int:
        """A shorter one is only the time that the call itself, or a busy machine, takes."""
        kind, channel, began = event.kind, event.channel, event.began_ns
        if kind == Kind.RECEIVE and event.number:
            sent = self._messages.began.get((channel, event.number), 0)
            return 0 if began < sent else 10 * MS
        if kind == Kind.PUT and (event.process, channel) not in self._put_before:
            self._put_before.add((event.process, channel))
            return 50 * MS  # it starts the feeder thread
        if kind in (Kind.PUT, Kind.SEND):
            return MS if event.size > BIGGER_THAN_A_PIPE else 5 * MS
        freed = self._freed.get(channel)  # when a lock was given back, or an event set
        if freed and kind in (Kind.ACQUIRE, Kind.WAKE):
            return 0 if bisect(freed, began) < bisect(freed, event.time_ns) else 10 * MS
        return 0 if kind == Kind.REPLY else MS // 5


def _never_over(scene: Scene, messages: Messages) -> Iterator[Wait]:
    for log in scene.trace.logs:
        lane = scene.lanes.get(log.label, 0)
        if not (lane or scene.stopped or scene.trace.outcome.ending is Ending.OPEN):
            continue
        member = scene.members[lane]
        gone = scene.gone(member) if lane else scene.end
        doing = log.main_wait()
        if doing is None or (doing.kind == Kind.SEND and doing.channel not in messages.sending):
            continue
        start = scene.since(doing.began_ns)
        leaves = member.outcome == STOPPED or messages.lingers[lane] > start
        if doing.kind != Kind.END or leaves:
            yield _wait(scene, lane, start, gone, doing)


def _wait(scene: Scene, lane: int, start: int, stop: int, what: Event | Doing) -> Wait:
    kind, name = what.kind, what.channel
    call = call_of(kind, name, channel := scene.channels.get(name))
    if isinstance(what, Doing) and what.asks:
        call = asked_of(what.what, name, channel)
    return Wait(lane, start, stop, kind, name, call)
