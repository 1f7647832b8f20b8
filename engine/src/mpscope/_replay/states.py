"""A block, moment by moment: who does what, what is where, and what has just happened.

    Trace ─▶ Film ─▶ .steps: [Step]            what happened, a sentence each
                          └▶ .at(n): Moment            how things stand after the first n steps
                                 └▶ view.stage()       drawn

Pure data: no widget and no drawing here.  A slider may jump anywhere: each moment is reached from
the beginning, which takes some hundredths of a second for ten thousand steps.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from mpscope._render.content import in_rows
from mpscope._render.labels import WAKES
from mpscope._render.outputs import SIGNS
from mpscope._replay.moments import Activity, Moment, Place, State, sentence
from mpscope._trace.events import Event
from mpscope._trace.kinds import ChannelKind, Kind
from mpscope._trace.processes import FAILED, KILLED, OPEN, STOPPED, Process
from mpscope._trace.scene import by_lane
from mpscope._trace.trace import Trace
from mpscope._trace.wait_spans import Wait

LOCKS = {ChannelKind.LOCK, ChannelKind.SEMAPHORE, *WAKES}


class Step(NamedTuple):
    """One thing that happened; `time_ns` counts from the beginning of the block."""

    time_ns: int
    event: Event
    text: str


_BEFORE = {"killed": -2, "send": -1}  # of what has the same time


class Film:
    """A whole block, ready to be shown at any moment."""

    def __init__(self, trace: Trace) -> None:
        self.scene = trace.scene
        self.members = self.scene.members
        self.channels = trace.channels
        rows = [self.members[lane] for lane in in_rows(range(len(self.members)), self.scene)]
        self.children = [member.label for member in rows[1:] if not member.server]
        self._zero = self.scene.cast.began_ns
        self.feeders = trace.feeders
        """(process, channel) of everybody whose feeder thread does the sending."""
        self.steps = self._find_steps(trace.events)
        self.places = self._find_places()
        self.links = {
            (step.event.process, place.name)
            for step in self.steps
            for place in self.places
            if step.event.channel in place.channels
        }
        done = [step.event for step in self.steps]
        self.receivers = {(e.process, e.channel) for e in done if e.kind == "receive"}
        """(process, channel) of everybody who has received."""
        self._waits = by_lane(self.scene.waits)
        self._lines = [
            (at, f"{step.event.process} {SIGNS[step.event.kind]} {step.event.what}")
            for at, step in enumerate(self.steps, 1)
            if step.event.kind in SIGNS
        ]
        self._from_the_beginning = lru_cache(2)(self._reached)  # this moment, and the one before

    def __len__(self) -> int:
        return len(self.steps)

    def at(self, index: int) -> Moment:
        """The moment after the first `index` steps; 0 is before anything has happened."""
        return self._from_the_beginning(min(max(index, 0), len(self.steps)))

    def _reached(self, index: int) -> Moment:
        moment = Moment()
        for step in self.steps[:index]:
            moment.go_on(step.event)
        return moment

    def time(self, index: int) -> int:
        """The time of a moment, from the beginning of the block."""
        return self.steps[index - 1].time_ns if index else 0

    def doing(self, lane: int, index: int) -> Activity:
        """What the process of that lane is doing at that moment."""
        member, now = self.members[lane], self.time(index)
        last = index == len(self.steps)
        if lane and now < member.started_ns - self._zero:
            return Activity(State.ABSENT, "not started yet")
        if lane and (last or now >= member.ended_ns - self._zero) and member.outcome != OPEN:
            return _ending(member)
        if now < self.scene.alive(member):
            return Activity(State.STARTING, "starting")
        if lane == 0 and last and self.scene.cast.ended:
            return Activity(State.ENDED, "the block has ended")
        waits = self._waits[lane]
        for wait in waits[max(0, bisect_right(waits, (lane, now, 1 << 62, "")) - 2) :]:
            if wait.start <= now < wait.stop or (last and wait.start <= now == wait.stop):
                return self._waiting(member, wait, index)
        return Activity(State.RUNNING, "serves its proxies" if member.server else "running")

    def _waiting(self, member: Process, wait: Wait, index: int) -> Activity:
        if wait.kind is not Kind.END:
            words = f"in {wait.call}" if wait.call else wait.what or "for an answer"
            return Activity(State.WAITING, f"waits {words}", wait.channel)
        unread = any(
            parcel.sender == member.label
            for parcels in self.at(index).contents.values()
            for parcel in parcels.values()
        )
        if unread:
            return Activity(State.WAITING, "cannot end: unread messages")
        return Activity(State.RUNNING, "ending")

    def lines(self, index: int) -> list[str]:
        """What was printed so far, in the order of time, each line with who printed it."""
        return [line for at, line in self._lines if at <= index]

    # -- what happened --------------------------------------------------------------------------

    def _find_steps(self, events: Sequence[Event]) -> list[Step]:
        cast = self.scene.cast
        waits = {(wait.lane, wait.start) for wait in self.scene.waits}
        seen = [e for e in events if e.process in self.scene.lanes and not cast.is_cleanup(e)]
        seen = [e for e in seen if not self._is_dull(e, waits)]
        seen += [_struck(member) for member in self.members if member.outcome in (KILLED, STOPPED)]
        came = {(e.channel, e.number): e.time_ns for e in seen if e.kind == "receive"}
        steps = []
        for event in seen:
            time = event.time_ns
            if event.kind == "send":  # a big one ends only when it has been read
                time = min(time, came.get((event.channel, event.number), time))
            feeder = (event.process, event.channel) in self.feeders
            about = self.channels.get(event.channel)
            steps.append(Step(time - cast.began_ns, event, sentence(event, about, feeder)))
        steps.sort(key=lambda step: (step.time_ns, _BEFORE.get(step.event.kind, 0)))
        for at, (time, event, _) in enumerate(steps):
            if (
                at and event.kind == "send"
            ):  # where its arrow leaves, and no earlier than a step before
                left = max(event.began_ns - cast.began_ns, steps[at - 1].time_ns)
                steps[at] = steps[at]._replace(time_ns=min(time, left))
        return steps

    def _is_dull(self, event: Event, waits: set[tuple[int, int]]) -> bool:
        """True if a step would show nothing: clean-up, and waits that were over at once."""
        if event.kind == "close":
            channel = self.channels.get(event.channel)
            return channel is None or channel.ends is None or not event.where
        if event.kind == "wait":
            return (self.scene.lanes[event.process], event.time_ns - self._zero) not in waits
        return event.kind in ("exit", "request")

    def _find_places(self) -> list[Place]:
        found: dict[str, Place] = {}
        pipes: dict[tuple[str, str], str] = {}  # ends -> the direction that was used first
        for name in dict.fromkeys(step.event.channel for step in self.steps):
            channel = self.channels.get(name)
            if channel is None:
                continue
            if channel.ends is not None:
                a, b = channel.ends
                pipes[a, b] = name
                if back := pipes.get((b, a)):
                    found[back] = Place(f"{b} ⇄ {a}", "pipe", (back, name))
                else:
                    found[name] = Place(name, "pipe", (name,))
            elif channel.kind is ChannelKind.PROXY:
                server = channel.server
                before = found.get(server, Place(server, "server", ())).channels
                found[server] = Place(server, "server", (*before, name))
            elif channel.kind in LOCKS:
                found[name] = Place(name, channel.kind, (name,))
            elif channel.kind in (ChannelKind.QUEUE, ChannelKind.POOL):
                found[name] = Place(name, "queue", (name,))
        return list(found.values())


def _ending(member: Process) -> Activity:
    if member.outcome == KILLED:
        return Activity(State.KILLED, f"killed by {member.how}")
    if member.outcome == STOPPED:
        return Activity(State.KILLED, "stopped by the end of the block")
    if member.outcome == FAILED:
        return Activity(State.FAILED, f"failed: {member.how}")
    return Activity(State.ENDED, "ended well")


def _struck(member: Process) -> Event:
    """A step for an end that left no record of its own."""
    what = member.how if member.outcome == KILLED else "the end of the block"
    kind: Any = "killed"  # no record has this kind
    return Event(member.ended_ns, member.label, kind, "", 0, what, "", member.ended_ns, 0)


def situation(film: Film, index: int) -> Iterator[str]:
    """How things stand, in words: each process that is there, each channel that holds something."""
    moment = film.at(index)
    for lane, member in enumerate(film.members):
        doing = film.doing(lane, index)
        if doing.state != State.ABSENT:
            yield f"{member.label}: {doing.words}"
    for channel in moment.contents:
        parcels = moment.waiting_in(channel)
        if parcels:
            first = ", ".join(parcel.what for parcel in parcels[:5])
            more = f" and {len(parcels) - 5} more" if len(parcels) > 5 else ""
            yield f"{channel} holds {first}{more}"
    for lock, holders in moment.holders.items():
        if holders:
            yield f"{lock} is held by {' and '.join(holders)}"
