"""A space-time diagram of a block: a lane for each process, an arrow for each message.

    Scene ─▶ choose (thin) ─▶ Axis (time to pixels) ─▶ lanes, arrows, labels, key ─▶ Ink ─▶ Picture

Reads from left to right: a bar where a process runs, dashes where it waits, an arrow from each send
to its receive in the sender's colour.  Labels are placed where there is room, and left out where
there is none; nothing is ever written over something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from mpscope._render.canvas import FAINT, GREY, HAIR, INK, RED, STARTING, Ink, Point
from mpscope._render.key import LOCKS, draw_key
from mpscope._render.labels import clean, duration, label, listed, number, short
from mpscope._render.layout import CHILDREN, SERVER, Axis, Room, beside, bursts, thin
from mpscope._render.picture import Picture
from mpscope._render.summary import alt_text, describe
from mpscope._trace.cast import FAILED, KILLED, STOPPED, Member, Verdict
from mpscope._trace.events import Event, ProcessLog
from mpscope._trace.spans import Arrow, Hold, Mark, Scene, Wait

WIDTH = 860.0
MAX_ARROWS, MAX_LANES, MAX_DETAILS = 60, 24, 150
BAR = 5.5  # half the height of a process's bar
SMALL = 11.0  # pixels: the size of most text
PARENT = "#24292f"


def timeline(
    events: Sequence[Event],
    logs: Sequence[ProcessLog],
    verdict: Verdict | None = None,
    title: str | None = None,
    method: str = "",
) -> Picture:
    """Draw a block; the picture's words are its story, the same on every run."""
    scene = Scene(events, logs, verdict)
    alt = alt_text(events, logs, verdict)
    return Picture(
        _Drawing(scene, title or _counts(scene), method).png,
        alt=f"{title}. {alt}" if title else alt,
        words=describe(events, logs, verdict),
        width=int(WIDTH),
    )


class _Drawing:
    """One picture; `png` is its bytes."""

    def __init__(self, scene: Scene, title: str, method: str) -> None:
        self.scene = scene
        self.members = scene.members[:MAX_LANES]
        self.ink = Ink(WIDTH)
        self.key: set[str] = set()
        self._choose()
        self.first = 78.0 if self.left_out or scene.stopped else 62.0
        self.pitch = min(62.0, max(32.0, 430.0 / len(self.members)))
        self.floor = self._y(len(self.members) - 1) + max(26.0, self.pitch * 0.55)
        names = [short(member.label) for member in self.members]
        self.left = 40 + max(self.ink.width_of(name, 12.5, not n) for n, name in enumerate(names))
        self.axis = Axis(self._moments(), scene.end, self.left, WIDTH - 30)
        self.room = Room(WIDTH - 4)
        self._draw(title, method)
        bottom = draw_key(self.ink, self.key, self.locks, self.floor + 38)
        self.png = self.ink.png(bottom)

    # -- what to draw, and where ----------------------------------------------------------------

    def _choose(self) -> None:
        """Leave out what would only be ink, and say so."""
        scene, lanes = self.scene, len(self.members)
        arrows = [*scene.messages, *scene.calls, *scene.wakes]
        arrows = [arrow for arrow in arrows if arrow.source < lanes and arrow.target < lanes]
        arrows.sort(key=lambda arrow: arrow.left)
        self.arrows = thin(arrows, MAX_ARROWS, lambda a: (a.kind, a.source, a.target, a.channel))
        self.waits: dict[int, list[Wait]] = defaultdict(list)
        self.holds: dict[int, list[Hold]] = defaultdict(list)
        for wait in scene.waits:
            self.waits[wait.lane].append(wait)
        for hold in scene.holds:
            self.holds[hold.lane].append(hold)
        self.marks = [mark for mark in scene.marks if mark.lane < lanes]
        self.locks = sorted({hold.lock for hold in scene.holds})
        told = []
        if lanes < len(scene.members):
            told.append(f"{lanes} of {number(len(scene.members))} processes")
        if len(self.arrows) < len(arrows):
            told.append(f"{len(self.arrows)} of {number(len(arrows))} arrows")
        if len(self.marks) > MAX_DETAILS:
            told.append(f"none of {number(len(self.marks))} printed lines")
            self.marks = []
        if len(self.locks) > len(LOCKS):
            told.append(f"{len(LOCKS)} of {len(self.locks)} locks")
            self.locks = self.locks[: len(LOCKS)]
        self.left_out = f"Thinned out: {' and '.join(told)} are drawn." if told else ""

    def _moments(self) -> list[int]:
        """The times that the axis keeps apart."""
        found = {time for arrow in self.arrows for time in (arrow.left, arrow.came)}
        found |= {start.left for start in self.scene.starts}
        for member in self.members:
            found |= {self.scene.alive(member), self.scene.gone(member)}
        spans: list[Sequence[Wait | Hold]] = [*self.waits.values(), *self.holds.values()]
        for lane in spans:
            if len(lane) <= MAX_ARROWS:
                found |= {t for s in lane if s.stop - s.start > 3e5 for t in (s.start, s.stop)}
        if len(self.marks) <= MAX_ARROWS:
            found |= {mark.time for mark in self.marks}
        return sorted(found)

    def _y(self, lane: int) -> float:
        return self.first + lane * self.pitch

    def _color(self, lane: int) -> str:
        if self.scene.members[lane].server:
            return SERVER
        before = sum(not member.server for member in self.scene.members[1:lane])
        return CHILDREN[before % len(CHILDREN)] if lane else PARENT

    def _draw(self, title: str, method: str) -> None:
        ink = self.ink
        ink.text(16, 24, title, 15, bold=True)
        took = duration(self.scene.end)
        ink.text(WIDTH - 16, 24, " · ".join(filter(None, [method, took])), 11, GREY, "right")
        ink.text(16, 44, self.left_out, 11, GREY)
        for lane, member in enumerate(self.members):
            self._lane(lane, member)
            self._hold_bars(lane)
        for start in self.scene.starts:
            if start.target < len(self.members):
                self._start(start)
        self._time_axis()
        self._stop_line()
        for arrow in self.arrows:
            self._arrow(arrow)
        for lane, member in enumerate(self.members):
            self._ending(lane, member)
        self._label_arrows()
        for lane in range(len(self.members)):
            self._label_waits(lane)
        for mark in self.marks:
            self._mark(mark)

    # -- lanes ----------------------------------------------------------------------------------

    def _lane(self, lane: int, member: Member) -> None:
        """Its name and its life: solid while it runs, dashed while it waits."""
        y, color, axis = self._y(lane), self._color(lane), self.axis
        name = short(member.label)
        self.ink.text(self.left - 18, y, name, 12.5, align="right", bold=not lane)
        self.ink.line("hair", HAIR, (self.left - 8, y), (WIDTH - 16, y))
        self.room.keep_visible((self.left - 8, y), (WIDTH - 16, y))
        alive, gone = axis(self.scene.alive(member)), axis(self.scene.gone(member))
        waits = self.waits[lane]
        if len(waits) > MAX_DETAILS:
            self._share_bar(lane, alive, gone, waits)
            return
        at = alive
        for wait in waits:
            left, right = axis(wait.start), axis(wait.stop)
            if right - left >= 3 and right > at:
                self._bar(lane, at, left)
                self.ink.line("waits", color, (max(left, at), y), (right, y))
                self.room.take(left, y - 2, right, y + 2)
                self.key.add("waits")
                at = right
        self._bar(lane, at, gone)

    def _bar(self, lane: int, left: float, right: float) -> None:
        if right - left < 0.3:
            return
        y, server = self._y(lane), self.scene.members[lane].server
        half = 2.0 if server else BAR
        self.ink.bar(self._color(lane), left, right, y - half, y + half)
        self.room.take(left, y - half, right, y + half)
        self.key |= set() if server else {"runs"}

    def _share_bar(self, lane: int, alive: float, gone: float, waits: list[Wait]) -> None:
        """Too many waits to tell apart: the bar is the higher, the more of the time it runs."""
        y, step = self._y(lane), 3.0
        waiting = [0.0] * (int((gone - alive) / step) + 2)
        for wait in waits:
            left, right = self.axis(wait.start) - alive, self.axis(wait.stop) - alive
            for column in range(max(0, int(left / step)), min(len(waiting), int(right / step) + 1)):
                covered = min(right, (column + 1) * step) - max(left, column * step)
                waiting[column] += max(0.0, covered) / step
        for column, share in enumerate(waiting):
            left, right = alive + column * step, min(alive + (column + 1) * step, gone)
            half = BAR * max(0.12, 1 - share)
            if right > left:
                self.ink.bar(self._color(lane), left, right, y - half, y + half)
        self.room.take(alive, y - BAR, gone, y + BAR)
        self.key.add("share")

    def _hold_bars(self, lane: int) -> None:
        """A band above the bar while the process holds a lock; bands too close become one."""
        bands: dict[str, list[list[float]]] = {lock: [] for lock in self.locks}
        for hold in self.holds[lane]:
            left, right = self.axis(hold.start), self.axis(hold.stop)
            if hold.lock not in bands:
                continue
            if (done := bands[hold.lock]) and left - done[-1][1] < 0.8:
                done[-1][1] = max(done[-1][1], right)
            else:
                done.append([left, max(right, left + 1)])
        for row, lock in enumerate(self.locks):
            bottom = self._y(lane) - BAR - 1.5 - 5.5 * row
            for left, right in bands[lock]:
                self.ink.bar(LOCKS[row], left, right, bottom - 4, bottom, 4)
                self.room.take(left, bottom - 4, right, bottom)

    def _start(self, start: Arrow) -> None:
        """A thin arrow from whoever called start(), and dots until the child runs Python."""
        x, y = self.axis(start.left), self._y(start.target)
        self.ink.line("start", STARTING, (x, self._y(start.source) + BAR), (x, y - 5))
        self.room.keep_visible((x, self._y(start.source) + BAR), (x, y - 5))
        self.ink.shape(STARTING, [(x, y), (x - 3, y - 6), (x + 3, y - 6)], 1)
        alive = self.axis(start.came)
        if alive - x > 4:
            self.ink.line("starting", STARTING, (x, y), (alive, y))
            self.key.add("starting")

    def _ending(self, lane: int, member: Member) -> None:
        """How it ended: a cap if well, a cross if not."""
        x, y = self.axis(self.scene.gone(member)), self._y(lane)
        stopped = member.fate == STOPPED and not self.scene.stopped
        if member.fate in (FAILED, KILLED) or stopped:
            self.ink.cross(x, y)
            self.room.take(x - 5, y - 5, x + 5, y + 5)
            text = member.how or "stopped"
            width = self.ink.width_of(text, 10.5)
            places = [(x + 9, y), (x - width - 9, y), (x - width, y - 14), (x - width, y + 14)]
            self._write(places, text, 11, RED, crossings=2)
            self.key.add("cross")
        elif lane and not self.scene.stopped:
            self.ink.line("cap", self._color(lane), (x, y - BAR - 2), (x, y + BAR + 2))

    # -- arrows ---------------------------------------------------------------------------------

    def _ends(self, arrow: Arrow) -> tuple[Point, Point]:
        """Where an arrow leaves its bar, and where it lands."""
        x0, x1 = self.axis(arrow.left), self.axis(arrow.came)
        y0 = self._y(arrow.source)
        if arrow.target < 0:  # nobody received it: a stub towards the other lanes
            down = 1 if arrow.source < len(self.members) - 1 else -1
            return (x0, y0 + down * BAR), (x0 + 10, y0 + down * (BAR + 12))
        if arrow.source == arrow.target:
            return (x0, y0 - BAR), (x1, y0 - BAR)
        y1 = self._y(arrow.target)
        down = 1 if y1 > y0 else -1
        if arrow.kind == "call":  # there and back: the head is half-way, who knows when exactly
            return (x0, y0 + down * BAR), ((x0 + x1) / 2, y1 - down * 2.5)
        return (x0, y0 + down * BAR), (x1, y1 - down * BAR)

    def _arrow(self, arrow: Arrow) -> None:
        color, ink = self._color(arrow.source), self.ink
        message = "message" if len(self.arrows) <= 24 else "one of many"
        start, end = self._ends(arrow)
        ink.dot(color, *start, 2.3)
        if arrow.source == arrow.target:  # to itself: a low arch
            arch = [_on_arch(start, end, step / 12) for step in range(13)]
            ink.line(message, color, *arch)
            ink.head(color, arch[-3], end)
            self.key.add("message")
            return
        self.room.keep_visible(start, end)
        if arrow.target < 0:
            ink.line(message, color, start, end)
            ink.dot("white", *end, 3.2, edge=color)
            self.room.take(end[0] - 4, end[1] - 4, end[0] + 4, end[1] + 4)
            self.key |= {"message", "unread"}
            return
        ink.line("wakes" if arrow.kind == "wake" else message, color, start, end)
        ink.head(color, start, end)
        if arrow.kind == "call":
            back = (self.axis(arrow.came), start[1])
            ink.line("back", color, end, back)
            self.room.keep_visible(end, back)
        self.key.add({"wake": "wakes", "call": "call"}.get(arrow.kind, "message"))

    # -- time -----------------------------------------------------------------------------------

    def _time_axis(self) -> None:
        y, ink, axis = self.floor, self.ink, self.axis
        unit = 9 if self.scene.end > 5e9 else 6
        ink.line("axis", FAINT, (self.left, y), (WIDTH - 30, y))
        ink.text(self.left - 18, y + 13, "seconds" if unit == 9 else "ms", SMALL, GREY, "right")
        for left, right in axis.widened():
            ink.bar(STARTING, left, right, y - 1.5, y + 1.5, 4)
            self.key.add("widened")
        for start, stop, left, right, *_ in axis.cuts():
            middle = (left + right) / 2
            ink.bar("white", middle - 3, middle + 3, y - 1.5, y + 1.5, 3)
            for x in (middle - 3, middle + 3):
                ink.line("cut", GREY, (x - 2, y + 4), (x + 2, y - 4))
            text = f"{duration(stop - start)} cut"
            width = ink.width_of(text, SMALL)
            self._write([(middle - width / 2, y + 13)], text, SMALL, GREY, italic=True)
            self.key.add("cut")
        for x, time, power in axis.ticks():
            shown = f"{time / 10**unit:.{max(0, unit - power)}f}"
            shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
            width = ink.width_of(shown, SMALL) / 2 + 4
            if self.room.is_free(x - width, y + 6, x + width, y + 20):
                self.room.take(x - width, y + 6, x + width, y + 20)
                ink.line("axis", FAINT, (x, y), (x, y + 4))
                ink.text(x, y + 13, shown, SMALL, GREY, "center")

    def _stop_line(self) -> None:
        if self.scene.stopped:
            x = self.axis(self.scene.end)
            self.ink.line("stop", RED, (x, self.first - 16), (x, self.floor))
            self.room.take(x - 3, self.first - 16, x + 3, self.floor)
            text = "deadline" if self.scene.time_is_up else "stopped: nobody can end the wait"
            self.ink.text(x + 4, self.first - 25, text, 11, RED, "right")

    # -- words ----------------------------------------------------------------------------------

    def _label_arrows(self) -> None:
        """What was sent, beside each arrow, or once for a burst, at the sender's other side."""
        named: set[str] = set()
        for burst in bursts(self.arrows, self.axis):
            first, *_, last = burst if len(burst) > 1 else burst * 2
            text = label(first, first.channel not in named)
            if len(burst) > 1:
                text += listed([label(arrow, False) for arrow in burst[1:]])
            start, end = self._ends(first)
            if text and self._write(self._places(burst, start, end, text, last), text, SMALL, INK):
                named.add(first.channel)

    def _places(
        self, burst: list[Arrow], start: Point, end: Point, text: str, last: Arrow
    ) -> Iterator[Point]:
        """Where the label of an arrow, or of a burst, may begin; the best place first."""
        (x0, y0), (x1, y1) = start, end
        width = self.ink.width_of(text, SMALL)
        down = 1 if y1 > y0 else -1
        lanes = abs(burst[0].source - burst[0].target)
        tail = (x0 + self.axis(last.left) - width) / 2
        outside = y0 - down * (2 * BAR + 9)  # the sender's bar lies between
        if burst[0].target < 0:
            yield from ((x1 + 9, y1), (x1 - width / 2, y1 + 12 * down))
        elif burst[0].source == burst[0].target:
            yield (x0 + x1 - width) / 2, y0 - 21
        else:
            if len(burst) == 1 and burst[0].kind == "call":  # also beside its way back
                back = (2 * x1 - x0, y0)
                ways = (beside(way, end, width, SMALL * 0.55, lanes) for way in (start, back))
                yield from (place for pair in zip(*ways, strict=True) for place in pair)
            elif len(burst) == 1:
                yield from beside(start, end, width, SMALL * 0.55, lanes)
            yield from ((tail, outside), (x0, outside), (x0 - width, outside))

    def _label_waits(self, lane: int) -> None:
        """What it waits in: once for each wait that is long enough."""
        y = self._y(lane)
        for wait in self.waits[lane]:
            left, right = self.axis(wait.start), self.axis(wait.stop)
            width = self.ink.width_of(wait.what, SMALL)
            if wait.what and right - left > width + 6:
                middle = (left + right - width) / 2
                starts = (middle, left + 4, right - width - 4)
                places = [(x, y + dy) for dy in (-9, 10) for x in starts]
                self._write(places, wait.what, SMALL, GREY, italic=True)

    def _mark(self, mark: Mark) -> None:
        x, y = self.axis(mark.time), self._y(mark.lane)
        if mark.kind == "print":
            self.ink.dot("white", x, y + BAR, 2.6, edge=INK, order=8)
            self.key.add("prints")
        else:
            self.ink.bar(INK, x - 0.8, x + 0.8, y - BAR - 2, y + BAR + 2, 8)
        text = clean(mark.text, 30)
        width = self.ink.width_of(text, 10.5)
        places = [(x - 2, y + BAR + 10), (x + 4 - width, y + BAR + 10), (x - 2, y - BAR - 9)]
        self._write(places, text, 10.5, GREY)

    def _write(
        self,
        places: Iterable[Point],
        text: str,
        size: float,
        color: str,
        italic: bool = False,
        crossings: int = 0,
    ) -> bool:
        """Write at the first place with room that few enough lines cross; nowhere if none has."""
        width = self.ink.width_of(text, size)
        place = self.room.place(places, width, size * 0.55, crossings)
        if place is not None:
            self.ink.text(*place, text, size, color, italic=italic, halo=True)
        return place is not None


# -- small things ---------------------------------------------------------------------------------


def _on_arch(start: Point, end: Point, share: float) -> Point:
    x = start[0] + (end[0] - start[0]) * share
    return x, start[1] - 14 * 4 * share * (1 - share)


def _counts(scene: Scene) -> str:
    """ "4 processes, 3 messages" """
    counts = [number(len(scene.members), "process", "processes")]
    kinds = (
        (len(scene.messages), "message"),
        (len(scene.calls), "proxy call"),
        (len({hold.lock for hold in scene.holds}), "lock"),
    )
    return ", ".join(counts + [number(n, kind) for n, kind in kinds if n])
