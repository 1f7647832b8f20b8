"""What went from one process to another: messages, calls of proxies, wake-ups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from mpscope._trace.events import Event
from mpscope._trace.kinds import ChannelKind, Kind
from mpscope._trace.logs import Call

if TYPE_CHECKING:
    from mpscope._trace.scene import Scene

BIGGER_THAN_A_PIPE = 60_000


class Arrow(NamedTuple):
    """From one lane to another; times are nanoseconds since the block began."""

    kind: str
    """ "message", "call" (of a proxy: it comes back), "wake" (an event, a barrier) or "start"."""
    source: int
    left: int
    target: int
    """-1: nobody received it."""
    came: int
    channel: str = ""
    text: str = ""
    call: Call | None = None


class Messages:
    """The arrows of the messages of a scene, and what they tell about waits.

    ``arrived``: when each was received, ``began``: when each began to be sent; by channel, number.
    ``lingers``: lane -> when the last message that no pipe could hold was read.
    ``sending``: channel -> (lane, when) of each process that had begun to send, and never finished.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.arrived: dict[tuple[str, int], int] = {}
        self.began: dict[tuple[str, int], int] = {}
        self.lingers: dict[int, int] = defaultdict(int)
        self.sending = {
            doing.channel: (scene.lanes[log.label], scene.since(doing.began_ns))
            for log in scene.trace.logs
            for doing in log.doing()
            if doing.main and doing.kind == Kind.SEND and log.label in scene.lanes
        }
        self.arrows = sorted(self._find(), key=lambda arrow: arrow.left)

    def _find(self) -> Iterator[Arrow]:
        """From a put, or a send, to its receive; what nobody received has no target."""
        scene, receives = self._scene, dict[tuple[str, int], Event]()
        for event in scene.events:
            if event.kind == Kind.RECEIVE and event.number:
                receives[event.channel, event.number] = event
        for event in scene.events:
            if scene.trace.leaves(event):
                yield self._arrow(event, receives.get((event.channel, event.number)))
        for (channel, number), receive in receives.items():
            if (channel, number) not in self.arrived and channel in self.sending:
                lane, left = self.sending.pop(channel)
                came, target = scene.since(receive.time_ns), scene.lanes[receive.process]
                yield Arrow("message", lane, min(left, came), target, came, channel, receive.what)

    def _arrow(self, event: Event, receive: Event | None) -> Arrow:
        scene, channel = self._scene, event.channel
        lane, put = scene.lanes[event.process], event.kind == Kind.PUT
        left = scene.since(event.time_ns if put else event.began_ns)
        if receive is None:
            return Arrow("message", lane, left, -1, left, channel, event.what)
        came = scene.since(receive.time_ns)
        if event.size > BIGGER_THAN_A_PIPE and put:
            self.lingers[lane] = max(self.lingers[lane], came)
        if self.sending.get(channel) == (lane, scene.since(event.began_ns)):
            del self.sending[channel]  # it had arrived before its sender was killed
        self.arrived[channel, event.number] = receive.time_ns
        self.began[channel, event.number] = event.began_ns
        target = scene.lanes[receive.process]
        return Arrow("message", lane, min(left, came), target, came, channel, event.what)


def calls(scene: Scene) -> Iterator[Arrow]:
    """Each call of a proxy, to the server that answers it."""
    for event in scene.events:
        channel = scene.channels.get(event.channel)
        server = scene.lanes.get(channel.server) if channel else None
        if event.kind == Kind.REPLY and server is not None:
            lane, left = scene.lanes[event.process], scene.since(event.began_ns)
            came, text = scene.since(event.time_ns), event.what
            yield Arrow("call", lane, left, server, came, event.channel, text, event.call)


def wakes(scene: Scene) -> Iterator[Arrow]:
    """From whoever set an event, notified, or came last to a barrier, to all who waited."""
    woken: dict[str, list[Event]] = defaultdict(list)
    wakers: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for event in scene.events:
        lane = scene.lanes[event.process]
        if event.kind == Kind.WAKE:
            woken[event.channel].append(event)
            found = scene.channels.get(event.channel)
            if found is not None and found.kind is ChannelKind.BARRIER:
                wakers[event.channel].append((event.began_ns, lane))
        elif event.kind in (Kind.SET, Kind.NOTIFY):
            wakers[event.channel].append((event.time_ns, lane))
    for channel, events in woken.items():
        for event in events:
            lane = scene.lanes[event.process]
            before = [w for w in wakers[channel] if event.began_ns < w[0] <= event.time_ns]
            if before and (waker := max(before))[1] != lane:
                left, came = scene.since(waker[0]), scene.since(event.time_ns)
                yield Arrow("wake", waker[1], left, lane, came, channel)
