"""A block as an inline SVG timeline, quick enough to be drawn again while the block runs.

    Scene ─▶ Axis (time to pixels) ─▶ Lanes ─▶ text

The same lanes, waits, arrows and colours as the picture that `mp.timeline()` draws with matplotlib,
with fewer words, and in the colours of the page.  A playhead shows a moment of a replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TypeVar

from mpscope._render.layout import Axis, Point, Room, beside, bursts, thin
from mpscope._replay.theme import CHILDREN, EDGE, INK, PAPER, SERVER, WIDTH, cut
from mpscope._replay.words import brief
from mpscope._trace.cast import FAILED, KILLED, STOPPED
from mpscope._trace.spans import Arrow, Hold, Mark, Scene, Wait

MOST_ARROWS, MOST_LABELLED, MOST_LANES, MOST_MARKS = 80, 40, 16, 60
LETTER = 5.8  # pixels: how wide a letter of a label is, about
LABEL, BAR, TOP = 132.0, 5.0, 14.0
RED = "#d93025"

Span = TypeVar("Span", Wait, Hold)


class Lanes:
    """The timeline of one scene.

    `now_ns`, from the beginning of the block, is where time has come to in a block that is running.
    """

    def __init__(self, scene: Scene, now_ns: int = 0, running: bool = False) -> None:
        self.scene, self.running = scene, running
        self.end = max(scene.end, now_ns)
        self.members = scene.members[:MOST_LANES]
        self.pitch = 34.0 if len(self.members) <= 8 else 25.0
        self.height = TOP + len(self.members) * self.pitch + 31
        everything = [*scene.messages, *scene.calls, *scene.wakes]
        everything = [a for a in everything if max(a.source, a.target) < len(self.members)]
        everything.sort(key=lambda arrow: arrow.left)
        self.all = len(everything)
        self.arrows = thin(everything, MOST_ARROWS, lambda a: (a.kind, a.source, a.target))
        self.axis = Axis(self._moments(), self.end, LABEL + 8, WIDTH - 24)
        self.room = Room(WIDTH)
        for lane, member in enumerate(self.members):
            y = self._y(lane)
            born = self.axis(max(0, member.born_ns - scene.cast.began_ns)) if lane else LABEL
            self.room.take(born, y - BAR - 2, self.axis(self._gone(lane)), y + BAR + 2)
            self.room.keep_visible((LABEL, y), (WIDTH, y))

    def svg(self, label: str) -> str:
        """The SVG text; `label` is what a screen reader reads."""
        parts = [*self._ticks()]
        for lane in range(len(self.members)):
            parts += self._lane(lane)
        parts += [self._hold(*hold) for hold in self._wide(self.scene.holds)]
        parts += [self._arrow(arrow) for arrow in self.arrows]
        parts += self._labels()
        waits = [wait for wait in self.scene.waits if wait.lane < len(self.members)]
        parts += [self._wait_label(wait) for wait in self._wide(waits)]
        marks = [mark for mark in self.scene.marks if mark.lane < len(self.members)]
        parts += [self._mark(mark) for mark in marks[:MOST_MARKS]]
        parts += self._left_out()
        return (
            f'<svg class="ipc-svg ipc-lanes" role="img" aria-label="{escape(label)}" '
            f'viewBox="0 0 {WIDTH} {self.height:.0f}" xmlns="http://www.w3.org/2000/svg">'
            f"{''.join(parts)}</svg>"
        )

    def with_playhead(self, svg: str, time_ns: int) -> str:
        """The same text with a line at one moment."""
        x = self.axis(time_ns)
        line = _line(x, 4, x, self.height - 20, RED, 2)
        return svg.removesuffix("</svg>") + line + "</svg>"

    # -- where ----------------------------------------------------------------------------------

    def _moments(self) -> list[int]:
        found = {time for arrow in self.arrows for time in (arrow.left, arrow.came)}
        found |= {self.scene.alive(member) for member in self.members}
        found |= {self._gone(lane) for lane in range(len(self.members))}
        if len(self.scene.waits) <= MOST_MARKS:
            found |= {time for wait in self.scene.waits for time in (wait.start, wait.stop)}
        return sorted(found)

    def _gone(self, lane: int) -> int:
        member = self.members[lane]
        if self.running and (lane == 0 or member.fate == "open"):
            return self.end
        return self.scene.gone(member)

    def _wide(self, spans: list[Span]) -> list[Span]:
        """Of many, those that can be seen: the others would only be ink, and bytes."""
        if len(spans) <= MOST_MARKS:
            return spans
        return [span for span in spans if self.axis(span.stop) - self.axis(span.start) > 3]

    def _y(self, lane: int) -> float:
        return TOP + (lane + 0.5) * self.pitch

    def _color(self, lane: int) -> str:
        if lane == 0:
            return INK
        if self.members[lane].server:
            return SERVER
        rank = sum(not member.server for member in self.members[1:lane])
        return CHILDREN[rank % len(CHILDREN)]

    # -- what -----------------------------------------------------------------------------------

    def _lane(self, lane: int) -> Iterator[str]:
        member, y, color = self.members[lane], self._y(lane), self._color(lane)
        label = member.label if len(member.label) <= 16 else member.label[:15] + "…"
        yield (
            f'<text class="ipc-name" x="{LABEL - 10}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(label)}</text>"
        )
        yield _line(LABEL, y, WIDTH - 12, y, EDGE, 0.6)
        alive, gone = self.scene.alive(member), self._gone(lane)
        waits = self._wide([w for w in self.scene.waits if w.lane == lane])
        if lane:
            born = max(0, member.born_ns - self.scene.cast.began_ns)
            yield _line(self.axis(born), y, self.axis(alive), y, color, 2, "1 4")
        at = min(alive, gone)
        for wait in waits:
            stop = self._stop(wait)
            yield self._bar(at, wait.start, y, color)
            yield _line(self.axis(wait.start), y, self.axis(stop), y, color, 2, "5 4")
            at = max(at, stop)
        yield self._bar(at, gone, y, color)
        if lane:
            yield self._ending(lane, self.axis(gone), y, color)

    def _stop(self, wait: Wait) -> int:
        """A wait that is not over goes on until now."""
        open_ended = self.running and wait.stop >= self.scene.end
        return self.end if open_ended else wait.stop

    def _bar(self, start: int, stop: int, y: float, color: str) -> str:
        left, right = self.axis(start), self.axis(stop)
        if stop <= start:
            return ""
        return (
            f'<rect x="{left:.1f}" y="{y - BAR:.1f}" width="{max(1.5, right - left):.1f}" '
            f'height="{2 * BAR}" rx="3" fill="{color}"/>'
        )

    def _ending(self, lane: int, x: float, y: float, color: str) -> str:
        member = self.members[lane]
        if member.fate in (FAILED, KILLED, STOPPED):
            cross = f"M{x - 4:.1f},{y - 4} l8,8 m0,-8 l-8,8"
            words = member.how or "stopped"
            side = ("end", x - 9) if x > WIDTH - 90 else ("start", x + 9)
            height = y - BAR - 4 if side[0] == "end" else y + 4
            left = side[1] - (6.2 * len(words) if side[0] == "end" else 0)
            self.room.take(left, height - 9, left + 6.2 * len(words), height + 2)
            return (
                f'<path d="{cross}" stroke="{RED}" stroke-width="2.4" fill="none"/>'
                f'<text x="{side[1]:.1f}" y="{height:.1f}" text-anchor="{side[0]}" '
                f'style="font-size:11px">{escape(words)}</text>'
            )
        if member.fate == "open":
            return ""
        return _line(x, y - BAR - 3, x, y + BAR + 3, color, 2)

    def _hold(self, lane: int, start: int, stop: int, lock: str) -> str:
        if lane >= len(self.members):
            return ""
        y = self._y(lane) + BAR + 3
        return _line(self.axis(start), y, max(self.axis(stop), self.axis(start) + 2), y, INK, 3)

    def _arrow(self, arrow: Arrow) -> str:
        color = self._color(arrow.source)
        x0, y0 = self.axis(arrow.left), self._y(arrow.source)
        if arrow.target < 0:  # nobody has received it
            down = 1 if arrow.source < len(self.members) - 1 else -1
            y1 = y0 + down * (BAR + 9)
            return _line(x0, y0 + down * BAR, x0, y1, color, 1.4) + (
                f'<circle cx="{x0:.1f}" cy="{y1:.1f}" r="3" fill="{PAPER}" stroke="{color}" '
                'stroke-width="1.4"/>'
            )
        (x0, y0), (x1, y1) = self._ends(arrow)
        self.room.keep_visible((x0, y0), (x1, y1))
        if arrow.kind == "call":
            back = (self.axis(arrow.came), y0)
            self.room.keep_visible((x1, y1), back)
            there = _line(x0, y0, x1, y1, color, 1.3) + _head(x0, y0, x1, y1, color)
            return there + _line(x1, y1, *back, color, 0.9, "3 2")
        dashes = "2 2" if arrow.kind == "wake" else ""
        return _line(x0, y0, x1, y1, color, 1.4, dashes) + _head(x0, y0, x1, y1, color)

    def _labels(self) -> Iterator[str]:
        """What was sent: beside each arrow, or once for a burst, at the sender's other side."""
        if len(self.arrows) > MOST_LABELLED:
            return
        for burst in bursts(self.arrows, self.axis):
            texts = [cut(brief(arrow.text), 14) for arrow in burst]
            text = texts[0] + (f" … {texts[-1]}" if len(texts) > 1 else "")
            if texts[0] and burst[0].target >= 0:
                yield self._write(list(self._places(burst, text)), text)

    def _places(self, burst: list[Arrow], text: str) -> Iterator[Point]:
        arrow, width = burst[0], LETTER * len(text)
        start, end = self._ends(arrow)
        down = 1 if end[1] > start[1] else -1
        outside = start[1] - down * (2 * BAR + 9)
        if len(burst) == 1:
            yield from beside(start, end, width, 6, abs(arrow.source - arrow.target))
        yield from ((start[0], outside), (start[0] - width, outside))

    def _ends(self, arrow: Arrow) -> tuple[Point, Point]:
        x0, x1 = self.axis(arrow.left), self.axis(arrow.came)
        y0, y1 = self._y(arrow.source), self._y(arrow.target)
        down = 1 if y1 > y0 else -1
        if arrow.kind == "call":  # the head is half-way: who knows when exactly
            x1 = (x0 + x1) / 2
        return (x0, y0 + down * BAR), (x1, y1 - down * BAR)

    def _wait_label(self, wait: Wait) -> str:
        y = self._y(wait.lane)
        left, right = self.axis(wait.start), self.axis(self._stop(wait))
        width = LETTER * len(wait.what)
        if right - left < width + 6:
            return ""
        x = (left + right - width) / 2
        places = [(at, height) for height in (y - 14, y + 14) for at in (x, left, right - width)]
        return self._write(places, wait.what, ";font-style:italic")

    def _write(self, places: list[Point], text: str, more: str = "") -> str:
        """A text at the first place with room; nothing if there is none."""
        place = self.room.place(places, LETTER * len(text), 6)
        return self._small(place[0], place[1] + 4, text, more) if place and text else ""

    def _small(self, x: float, y: float, text: str, more: str = "") -> str:
        halo = f"paint-order:stroke;stroke:{PAPER};stroke-width:3px"
        style = f"font-size:10.5px;{halo}{more}"
        return f'<text x="{x:.1f}" y="{y:.1f}" style="{style}">{escape(text)}</text>'

    def _mark(self, mark: Mark) -> str:
        """A dot for a printed line; a tick, and words where there is room, for anything else."""
        x, y = self.axis(mark.time), self._y(mark.lane)
        if mark.kind == "print":
            return f'<circle cx="{x:.1f}" cy="{y + BAR}" r="2.2" fill="{PAPER}" stroke="{INK}"/>'
        tick = _line(x, y - BAR - 3, x, y + BAR + 3, INK, 1.4)
        if mark.kind == "close":
            return tick
        width = LETTER * len(mark.text)
        return tick + self._write([(x - 2, y + 14), (x + 4 - width, y + 14)], mark.text)

    def _ticks(self) -> Iterator[str]:
        y = TOP + len(self.members) * self.pitch + 8
        yield _line(LABEL, y, WIDTH - 12, y, EDGE, 1)
        for left, right in self.axis.widened():
            yield _line(left, y, right, y, SERVER, 3)
        if self.axis.widened():
            yield _line(2, y + 12, 18, y + 12, SERVER, 3)
            yield self._small(23, y + 16, "time is stretched")
        for stretch in self.axis.cuts():
            middle = (stretch.left + stretch.right) / 2
            yield _line(middle - 5, y + 4, middle - 1, y - 4, INK, 1.2)
            yield _line(middle + 1, y + 4, middle + 5, y - 4, INK, 1.2)
        for x, time, _ in self.axis.ticks(apart=90):
            yield _line(x, y, x, y + 4, INK, 1)
            shown = f"{time / 1e6:.6g} ms"
            yield self._small(min(x - 12, WIDTH - LETTER * len(shown)), y + 16, shown)

    def _left_out(self) -> Iterator[str]:
        told = []
        if len(self.arrows) < self.all:
            told.append(f"{len(self.arrows)} of {self.all} arrows drawn")
        if len(self.members) < len(self.scene.members):
            told.append(f"{len(self.members)} of {len(self.scene.members)} processes drawn")
        if told:
            yield (
                f'<text x="{WIDTH - 12}" y="10" text-anchor="end" style="font-size:10.5px">'
                f"{', '.join(told)}</text>"
            )


def _line(
    x0: float, y0: float, x1: float, y1: float, color: str, width: float, dashes: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" '
        f'stroke="{color}" stroke-width="{width}"{dashed}/>'
    )


def _head(x0: float, y0: float, x1: float, y1: float, color: str) -> str:
    """An arrow's head that ends at (x1, y1)."""
    length = max(1e-6, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    dx, dy = 7 * (x1 - x0) / length, 7 * (y1 - y0) / length
    a, b = (x1 - dx + dy * 0.45, y1 - dy - dx * 0.45), (x1 - dx - dy * 0.45, y1 - dy + dx * 0.45)
    points = f"{x1:.1f},{y1:.1f} {a[0]:.1f},{a[1]:.1f} {b[0]:.1f},{b[1]:.1f}"
    return f'<polygon points="{points}" fill="{color}"/>'
