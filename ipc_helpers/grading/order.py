"""What came before what, whatever the clock says: who could have known of whom.

    child-1: writes ── puts a message ─────▶ parent gets it ── reads    the write came first
    child-2: writes                          (sleeps a second) ── reads    nothing says that it did

An event comes before the later ones of its process, and before what a message, a join or a signal
of that process has led to (Lamport's *happened before*). A lock says nothing of this kind: who got
it first got it by luck. Whoever releases what it has not acquired gives a signal.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping

from ipc_helpers.grading.run import Run
from mpscope import ChannelKind, Event, Kind

Known = Mapping[str, int]  # process -> how many of its events
NOTHING_KNOWN: Known = {}
SIGNALS = {"set", "notify", "notify_all", "wait"}  # calls of managed objects that others ...
HEARD = {"wait", "wait_for", "acquire"}  # ... hear of by these; at a barrier all wait for all


class Order:
    """The order of a run's events. `before(a, b)`: whether a must have happened when b did."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: dict[str, Known] = defaultdict(lambda: NOTHING_KNOWN)
        self._sent: dict[tuple[str, int], Known] = {}
        self._put: dict[str, deque[Known]] = defaultdict(deque)  # into managed queues
        self._signals: dict[str, Known] = defaultdict(lambda: NOTHING_KNOWN)
        self._written: dict[str, Known] = defaultdict(lambda: NOTHING_KNOWN)
        self._holds: Counter[tuple[str, str]] = Counter()
        self._at: dict[Event, tuple[int, Known]] = {}
        for event in run.trace.events:
            self._follow(event)

    def before(self, one: Event, other: Event) -> bool:
        """Whether one event came before another on every run, not only by the clock."""
        number, _ = self._at[one]
        return self._at[other][1].get(one.process, 0) >= number

    def _follow(self, event: Event) -> None:
        me = event.process
        known = _both(self._known[me], self._learned(event))
        number = known.get(me, 0) + 1
        self._known[me] = known = {**known, me: number}
        self._at[event] = number, known
        self._tell(event, known)

    def _learned(self, event: Event) -> Known:
        """What an event brings from other processes."""
        channel, method = event.channel, event.method
        match event.kind:
            case Kind.RECEIVE:
                return self._sent.get((channel, event.number), NOTHING_KNOWN)
            case Kind.JOIN:
                return self._known[channel]
            case Kind.EXIT:
                return self._known[event.what]
            case Kind.EOF:
                return self._written[channel]
            case Kind.REPLY if method == "get" and self._put[channel]:
                return self._put[channel].popleft()
            case Kind.WAKE | Kind.ACQUIRE:
                return self._signals[channel]
            case Kind.REPLY if method in HEARD:
                return self._signals[channel]
        return NOTHING_KNOWN

    def _tell(self, event: Event, known: Known) -> None:
        """Keep what an event tells to those who hear of it."""
        channel, method = event.channel, event.method
        match event.kind:
            case Kind.PUT | Kind.SEND:
                self._sent.setdefault((channel, event.number), known)
                self._written[channel] = _both(self._written[channel], known)
            case Kind.START:
                self._known[event.what] = _both(self._known[event.what], known)
            case Kind.REQUEST if method == "put":
                self._put[channel].append(known)
            case Kind.ACQUIRE:
                self._holds[event.process, channel] += 1
            case Kind.REPLY if method == "acquire":
                self._holds[event.process, channel] += 1
        if self.is_signal(event):
            self._signals[channel] = _both(self._signals[channel], known)

    def is_signal(self, event: Event) -> bool:
        """Whether others who hear of an event know that it was."""
        if event.kind is Kind.RELEASE or (event.kind is Kind.REQUEST and event.method == "release"):
            self._holds[event.process, event.channel] -= 1
            return self._holds[event.process, event.channel] < 0
        if event.kind is Kind.REQUEST:
            return event.method in SIGNALS
        return event.kind in (Kind.SET, Kind.NOTIFY) or self._meets(event)

    def _meets(self, event: Event) -> bool:
        """Whether a process comes to a barrier: all who are let go know that it came."""
        about = self._run.trace.channels.get(event.channel)
        at_barrier = about is not None and about.kind is ChannelKind.BARRIER
        return at_barrier and event.kind in (Kind.WAIT, Kind.WAKE)


def _both(one: Known, other: Known) -> Known:
    if not other or one is other:
        return one
    return {who: max(one.get(who, 0), other.get(who, 0)) for who in {**one, **other}}
