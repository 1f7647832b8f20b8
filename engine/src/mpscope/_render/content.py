"""What of a block is drawn: its lanes from top to bottom, their colours, and not too much of it.

Scene ─▶ Content: members in rows · looks · arrows, waits, locks, marks (thinned out) · left_out
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from mpscope._render.labels import number
from mpscope._render.theme import LOCKS, PROCESSES
from mpscope._trace.scene import Band, Mark, Scene, by_lane
from mpscope._trace.wait_spans import Wait

MAX_ARROWS, MAX_LANES, MAX_DETAILS = 60, 24, 150
Thing = TypeVar("Thing")


class Look(NamedTuple):
    """How a process and its arrows look: the classes of its colour, of its lines, of its bar."""

    color: str
    line: str = "message"
    striped: bool = False


class Content:
    """What is drawn of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.looks = scene, looks(scene)
        lanes = range(min(len(scene.members), MAX_LANES))
        everything = [*scene.messages, *scene.calls, *scene.wakes]
        arrows = [a for a in everything if a.source in lanes and a.target < len(lanes)]
        arrows.sort(key=lambda arrow: arrow.left)
        self.lanes = in_rows(lanes, scene)
        self.rows = {lane: row for row, lane in enumerate(self.lanes)}
        self.starts = [start for start in scene.starts if start.target in lanes]
        self.tasks, self.holds = by_lane(scene.tasks), by_lane(scene.holds)
        self.waits = by_lane(scene.waits)
        self.arrows = thin(arrows, MAX_ARROWS, lambda a: (a.kind, a.source, a.target, a.channel))
        self.marks: list[Mark] = [mark for mark in scene.marks if mark.lane in lanes]
        self.locks = scene.locks
        self.every_arrow = len(arrows)
        self.left_out = self._thin_out()

    def _thin_out(self) -> list[str]:
        """Leave out what nobody could read; what of it is drawn, in words."""
        told = []
        if len(self.lanes) < len(self.scene.members):
            told.append(f"{len(self.lanes)} of {number(len(self.scene.members))} processes")
        if len(self.marks) > MAX_DETAILS:
            told.append(f"none of {number(len(self.marks))} marks")
            self.marks = []
        if len(self.locks) > len(LOCKS):
            told.append(f"{len(LOCKS)} of {len(self.locks)} locks")
            self.locks = self.locks[: len(LOCKS)]
        return told

    def moments(self) -> list[int]:
        """The times that the axis keeps apart."""
        found = {time for arrow in self.arrows for time in (arrow.left, arrow.came)}
        found |= {start.left for start in self.starts}
        scene = self.scene
        for member in map(scene.members.__getitem__, self.lanes):
            found |= {scene.alive(member), scene.seen(member), scene.gone(member)}
        spans: list[Sequence[Wait | Band]] = [*self.waits.values(), *self.holds.values()]
        for lane_spans in [*spans, *self.tasks.values()]:
            if len(lane_spans) <= MAX_ARROWS:
                long = [span for span in lane_spans if span.stop - span.start > 3e5]
                found |= {time for span in long for time in (span.start, span.stop)}
        if len(self.marks) <= MAX_ARROWS:
            found |= {mark.time for mark in self.marks}
        return sorted(found)


def looks(scene: Scene) -> list[Look]:
    """A look for each lane; no two senders have the same.

    If there are more processes than colours, those that send nothing have none.
    """
    children = [at for at, member in enumerate(scene.members) if at and not member.server]
    if len(children) > len(PROCESSES):
        senders = {a.source for kind in (scene.messages, scene.calls, scene.wakes) for a in kind}
        children = [lane for lane in children if lane in senders]
    found = {lane: _look(rank) for rank, lane in enumerate(children)} | {0: Look("ink")}
    return [found.get(lane, Look("still")) for lane in range(len(scene.members))]


def _look(rank: int) -> Look:
    """The second half of the colours has a mark, and whatever comes after them another."""
    color = f"c{rank % len(PROCESSES) + 1}"
    if rank < len(PROCESSES) // 2:
        return Look(color)
    return Look(color, "second" if rank < len(PROCESSES) else "third", striped=True)


def in_rows(lanes: Sequence[int], scene: Scene) -> list[int]:
    """From top to bottom: parent, servers, producers, those that do both or neither, consumers."""
    gives, takes = set(), set()
    for arrow in scene.messages:
        if arrow.source and arrow.target > 0:  # between children
            gives.add(arrow.source)
            takes.add(arrow.target)

    def rank(lane: int) -> int:
        if not lane or scene.members[lane].server:
            return 0
        return 2 + (lane in takes) - (lane in gives)

    return sorted(lanes, key=rank)


def thin(things: Sequence[Thing], limit: int, key: Callable[[Thing], object]) -> list[Thing]:
    """At most about `limit` of them, evenly and in order; of each kind at least the first."""
    if len(things) <= limit:
        return list(things)
    kinds: dict[object, list[int]] = defaultdict(list)
    for at, thing in enumerate(things):
        kinds[key(thing)].append(at)
    kept: set[int] = set()
    for places in kinds.values():
        share = max(1, round(limit * len(places) / len(things)))
        step = (len(places) - 1) / max(1, share - 1)
        kept.update(places[round(n * step)] for n in range(share))
    return [things[at] for at in sorted(kept)]
