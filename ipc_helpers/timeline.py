"""A space-time diagram of a block: a lane for each process, an arrow for each message.

    Scene ─▶ thin ─▶ Axis (time to pixels) ─▶ _Sheet: bars, waits, arrows, labels ─▶ PNG ─▶ Picture

Everything is placed in pixels, y downwards; the figure has twice as many, for sharp screens.
matplotlib is imported here only, when a picture is asked for, and leaves no state behind.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PatchCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch
from matplotlib.patheffects import withStroke

from ipc_helpers.cast import FAILED, KILLED, STOPPED, Member
from ipc_helpers.describe import alt_text
from ipc_helpers.errors import IpcError
from ipc_helpers.events import Event, ProcessLog
from ipc_helpers.layout import Axis, Room, thin
from ipc_helpers.picture import Picture
from ipc_helpers.scene import Arrow, Hold, Scene, Wait

WIDTH = 860
MAX_ARROWS, MAX_LANES, MAX_DETAILS = 60, 24, 150
INK, GREY, FAINT, HAIR, RED = "#1f2328", "#57606a", "#b6bdc5", "#e4e8ec", "#b3261e"
PARENT, SERVER = "#000000", "#6e7781"
CHILDREN = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # Okabe and Ito
LOCKS = ("#1f2328", "#CC79A7", "#56B4E9")
BAR = 6.0  # half the height of a process's bar


def timeline(
    events: Sequence[Event],
    logs: Sequence[ProcessLog],
    verdict: IpcError | None = None,
    title: str | None = None,
    subtitle: str = "",
) -> Picture:
    """Draw a block. The alternative text tells its story; the caption is the title."""
    alt = alt_text(events, logs, verdict)
    if title:
        alt = f"{title}. {alt}"
    scene = Scene(events, logs, verdict)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # characters that the font does not have
        png = _Sheet(scene, title or _own_title(scene), subtitle).png()
    return Picture(png, alt, title or "", WIDTH)


def _own_title(scene: Scene) -> str:
    counts = [(len(scene.members), "process")]
    counts += [(len(scene.messages), "message"), (len(scene.calls), "proxy call")]
    shown = [
        f"{n:,} {what}{'' if n == 1 else 'es' if what.endswith('s') else 's'}".replace(",", "\u202f")
        for n, what in counts
        if n
    ]
    return ", ".join(shown)


class _Sheet:
    """One figure being drawn, in pixels."""

    def __init__(self, scene: Scene, title: str, subtitle: str) -> None:
        self.scene = scene
        self.lanes = min(len(scene.members), MAX_LANES)
        self._choose()
        self.pitch = min(66.0, max(34.0, 440.0 / self.lanes))
        self.top = 66.0
        self.height = self.top + self.lanes * self.pitch + 62
        figure = Figure(figsize=(WIDTH / 100, self.height / 100), dpi=200, facecolor="white")
        self.canvas = FigureCanvasAgg(figure)
        self.ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.ax.set(xlim=(0, WIDTH), ylim=(self.height, 0))
        self.ax.axis("off")
        self.left = 26 + max(self._width(self._short(m.label), 11.5) for m in self._members())
        self.axis = Axis(self._moments(), scene.end, self.left + 14, WIDTH - 34)
        self.room = Room(WIDTH - 4)
        self.lines: dict[tuple[str, float, str], list[list[tuple[float, float]]]] = defaultdict(list)
        self.shapes: dict[tuple[str, int], list[list[tuple[float, float]]]] = defaultdict(list)
        self.key: dict[str, str] = {}
        self._draw(title, subtitle)

    def png(self) -> bytes:
        buffer = io.BytesIO()
        self.canvas.print_png(buffer, metadata={"Software": None}, pil_kwargs={"optimize": True})
        return buffer.getvalue()

    # -- what is drawn, and where ---------------------------------------------------------------

    def _members(self) -> list[Member]:
        return self.scene.members[: self.lanes]

    def _choose(self) -> None:
        """Leave out what would only be ink."""
        scene, lanes = self.scene, self.lanes
        arrows = [*scene.messages, *scene.calls, *scene.wakes]
        arrows = [a for a in arrows if a.source < lanes and a.target < lanes]
        arrows.sort(key=lambda arrow: arrow.left)
        self.arrows = thin(arrows, MAX_ARROWS, lambda a: (a.kind, a.source, a.target, a.channel))
        self.waits: dict[int, list[Wait]] = defaultdict(list)
        self.holds: dict[int, list[Hold]] = defaultdict(list)
        for wait in scene.waits:
            self.waits[wait.lane].append(wait)
        for hold in scene.holds:
            self.holds[hold.lane].append(hold)
        self.marks = [mark for mark in scene.marks if mark.lane < lanes]
        left_out = []
        if len(self.arrows) < len(arrows):
            left_out.append(f"{len(self.arrows)} of {_spaced(len(arrows))} arrows are drawn")
        if lanes < len(scene.members):
            left_out.append(f"{lanes} of {len(scene.members)} processes are drawn")
        if len(self.marks) > MAX_DETAILS:
            left_out.append(f"{_spaced(len(self.marks))} marks for printed lines are not drawn")
            self.marks = []
        self.left_out = ", ".join(left_out)

    def _moments(self) -> list[int]:
        """The times that the axis keeps apart."""
        found = {time for arrow in self.arrows for time in (arrow.left, arrow.came)}
        for member in self._members():
            found |= {self.scene.alive(member), self.scene.gone(member)}
        for lanes in (self.waits, self.holds):
            for things in lanes.values():
                if len(things) <= MAX_DETAILS:
                    found |= {time for thing in things for time in (thing.start, thing.stop)}
        if len(self.marks) <= MAX_ARROWS:
            found |= {mark.time for mark in self.marks}
        return sorted(found)

    def _y(self, lane: int) -> float:
        return self.top + (lane + 0.5) * self.pitch

    def _color(self, lane: int) -> str:
        if self.scene.members[lane].server:
            return SERVER
        children = [at for at, member in enumerate(self.scene.members) if at and not member.server]
        return CHILDREN[children.index(lane) % len(CHILDREN)] if lane else PARENT

    # -- the drawing ----------------------------------------------------------------------------

    def _draw(self, title: str, subtitle: str) -> None:
        self._text(16, 25, title, 15, bold=True)
        self._text(WIDTH - 16, 25, subtitle, 11, GREY, align="right")
        if self.left_out:
            self._text(16, 44, self.left_out, 11, GREY)
        for lane, member in enumerate(self._members()):
            self._lane(lane, member)
        for start in self.scene.starts[: self.lanes - 1]:
            self._start(start)
        self._time_axis()
        if self.scene.stopped:
            self._stop_line()
        for lane in range(self.lanes):
            self._hold_bars(lane)
        for arrow in self.arrows:
            self._arrow(arrow)
        self._paint()
        for lane, member in enumerate(self._members()):
            self._ending(lane, member)
        self._labels()
        self._legend()

    def _lane(self, lane: int, member: Member) -> None:
        """The name, and the process's life: solid where it runs, dashed where it waits."""
        y, color, axis = self._y(lane), self._color(lane), self.axis
        self._text(self.left - 2, y, self._short(member.label), 11.5, align="right", bold=not lane)
        self._line("hair", 1, HAIR, (self.left + 8, y), (WIDTH - 16, y))
        born, alive = axis(self._born(lane)), axis(self.scene.alive(member))
        gone = axis(self.scene.gone(member))
        self.room.take(born, y - BAR, gone, y + BAR)
        waits = [wait for wait in self.waits[lane] if wait.what != "starting"]
        if alive > born and lane:
            self._line("dots", 1.4, FAINT, (born, y), (alive, y))
        if len(waits) > MAX_DETAILS:
            self._dense_bar(lane, alive, gone, waits)
            return
        at = alive
        for wait in waits:
            left, right = axis(wait.start), axis(wait.stop)
            if right - left < 3 or left < at - 0.5:
                continue
            self._bar(at, left, y, color, member.server)
            self._line("dashes", 1.7, color, (left, y), (right, y))
            self.key["dashes"] = "waits"
            at = right
        self._bar(at, gone, y, color, member.server)

    def _born(self, lane: int) -> int:
        starts = [start.left for start in self.scene.starts if start.target == lane]
        return starts[0] if starts else 0

    def _bar(self, left: float, right: float, y: float, color: str, server: bool) -> None:
        if right - left < 0.3:
            return
        half = 2.0 if server else BAR
        corners = [(left, y - half), (right, y - half), (right, y + half), (left, y + half)]
        self.shapes[color, 2].append(corners)
        if not server:
            self.key["bar"] = "runs"

    def _dense_bar(self, lane: int, alive: float, gone: float, waits: list[Wait]) -> None:
        """Too many waits to tell apart: the bar is the higher, the more of the time it runs."""
        y, step = self._y(lane), 3.0
        waiting = [0.0] * (int((gone - alive) / step) + 2)
        for wait in waits:
            left, right = self.axis(wait.start) - alive, self.axis(wait.stop) - alive
            for column in range(max(0, int(left / step)), min(len(waiting), int(right / step) + 1)):
                overlap = min(right, (column + 1) * step) - max(left, column * step)
                waiting[column] += max(0.0, overlap) / step
        for column, share in enumerate(waiting):
            left = alive + column * step
            right = min(left + step, gone)
            half = BAR * max(0.12, 1 - share)
            if right > left:
                corners = [(left, y - half), (right, y - half), (right, y + half), (left, y + half)]
                self.shapes[self._color(lane), 2].append(corners)
        self.key["dense"] = "height: share of time it runs"

    def _start(self, start: Arrow) -> None:
        x, y = self.axis(start.left), self._y(start.target)
        self._line("start", 1, FAINT, (x, self._y(start.source) + BAR), (x, y - 4))
        self.shapes[FAINT, 1].append([(x, y), (x - 3, y - 5), (x + 3, y - 5)])

    def _hold_bars(self, lane: int) -> None:
        """A band on top of the bar while the process holds a lock."""
        names = sorted({hold.lock for holds in self.holds.values() for hold in holds})
        for hold in self.holds[lane]:
            row = names.index(hold.lock)
            if row >= len(LOCKS):
                continue
            top = self._y(lane) - BAR - 5 - 6 * row
            left, right = self.axis(hold.start), self.axis(hold.stop)
            right = max(right, left + 0.7)
            corners = [(left, top), (right, top), (right, top + 4), (left, top + 4)]
            self.shapes[LOCKS[row], 4].append(corners)
            self.room.take(left, top, right, top + 4)
            self.key[f"lock{row}"] = f"holds {hold.lock}"

    # -- arrows ---------------------------------------------------------------------------------

    def _ends(self, arrow: Arrow) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where an arrow leaves its bar and where it lands."""
        x0, x1 = self.axis(arrow.left), self.axis(arrow.came)
        y0 = self._y(arrow.source)
        if arrow.target < 0:  # nobody received it: a stub, away from the nearest edge
            down = 1 if arrow.source < self.lanes - 1 or self.lanes == 1 else -1
            return (x0, y0 + down * BAR), (x0 + 9, y0 + down * (BAR + 13))
        y1 = self._y(arrow.target)
        down = 1 if y1 > y0 else -1
        land = 2.0 if self.scene.members[arrow.target].server else BAR
        if arrow.kind == "call":
            x1 = (x0 + x1) / 2
        return (x0, y0 + down * BAR), (x1, y1 - down * land)

    def _arrow(self, arrow: Arrow) -> None:
        color = self._color(arrow.source)
        (x0, y0), (x1, y1) = self._ends(arrow)
        if arrow.source == arrow.target:
            self._loop(x0, x1, self._y(arrow.source), color)
            return
        self.shapes[color, 6].append(_disc(x0, y0, 2.3))
        if arrow.target < 0:
            self._line("arrow", 1.4, color, (x0, y0), (x1, y1))
            self.shapes[f"{color}/white", 6].append(_disc(x1, y1, 3.2))
            self.key["unread"] = "not received"
            return
        style = "wake" if arrow.kind == "wake" else "arrow"
        self._line(style, 1.4, color, (x0, y0), (x1, y1))
        self.shapes[color, 6].append(_head(x0, y0, x1, y1))
        if arrow.kind == "call":
            back = self.axis(arrow.came)
            self._line("back", 1.0, color, (x1, y1), (back, y0))
            self.key["call"] = "calls a proxy"
        elif arrow.kind == "wake":
            self.key["wake"] = "lets go on"
        else:
            self.key["message"] = "message"

    def _loop(self, x0: float, x1: float, y: float, color: str) -> None:
        """A message of a process to itself: a low arch above its bar."""
        rise = BAR + 12
        arch = [(x0 + (x1 - x0) * t / 12, y - BAR - rise * 4 * t / 12 * (1 - t / 12) * 0.7) for t in range(13)]
        self.lines["arrow", 1.4, color].append(arch)
        self.shapes[color, 6] += [_disc(x0, y - BAR, 2.3), _head(*arch[-3], x1, y - BAR)]
        self.key["message"] = "message"

    # -- time -----------------------------------------------------------------------------------

    def _time_axis(self) -> None:
        y = self.top + self.lanes * self.pitch + 4
        axis, left = self.axis, self.left + 14
        seconds = self.scene.end > 5e9
        self._line("axis", 1, FAINT, (left, y), (WIDTH - 34, y))
        for start, stop, x0, x1, _ in axis.cuts():
            middle = (x0 + x1) / 2
            for x in (middle - 3, middle + 3):
                self._line("axis", 1.2, GREY, (x - 2, y + 4), (x + 2, y - 4))
            text = _duration(stop - start)
            self._text(middle, y + 14, text, 10, GREY, align="center", italic=True)
            self.room.take(middle - 24, y + 6, middle + 24, y + 20)
            self.key["cut"] = "nothing happens"
        for x, time, decimals in axis.ticks():
            self._line("axis", 1, FAINT, (x, y), (x, y + 4))
            text = f"{time / 1e9:.{max(0, decimals - 3)}f} s" if seconds else f"{time / 1e6:.{decimals}f}"
            width = self._width(text, 10) / 2
            if self.room.is_free(x - width, y + 6, x + width, y + 20):
                self.room.take(x - width, y + 6, x + width, y + 20)
                self._text(x, y + 14, text, 10, GREY, align="center")
        unit = "" if seconds else "ms"
        self._text(self.left - 2, y + 14, f"time, {unit}" if unit else "time", 10, GREY, align="right")

    def _stop_line(self) -> None:
        x = self.axis(self.scene.end)
        self._line("stop", 1.2, RED, (x, self.top - 4), (x, self.top + self.lanes * self.pitch))
        text = "deadline" if self.scene.time_is_up else "nobody left to end the wait"
        self._text(x + 4, self.top - 12, text, 10.5, RED, align="right")

    def _ending(self, lane: int, member: Member) -> None:
        """How it ended: a cap if well, a cross if not."""
        x, y = self.axis(self.scene.gone(member)), self._y(lane)
        if member.fate in (FAILED, KILLED) or (member.fate == STOPPED and not self.scene.stopped):
            for dy in (-1, 1):
                self._line("cross", 2.2, RED, (x - 4, y - 4 * dy), (x + 4, y + 4 * dy))
            text = member.how or "stopped"
            width = self._width(text, 10.5)
            places = [(x + 9, y), (x - width - 9, y - BAR - 9), (x - width / 2, y - BAR - 10)]
            for at, height in places:
                if self.room.is_free(at, height - 6, at + width, height + 6):
                    self.room.take(at, height - 6, at + width, height + 6)
                    self._text(at, height, text, 10.5, RED, halo=True)
                    break
            self.key["cross"] = "fails or is killed"
        elif lane and not self.scene.stopped:
            self._line("cap", 2, self._color(lane), (x, y - BAR - 2), (x, y + BAR + 2))

    # -- labels ---------------------------------------------------------------------------------

    def _labels(self) -> None:
        """Messages first, then waits, then printed lines: as long as there is room."""
        named: set[str] = set()
        for arrow in self.arrows:
            text = _label(arrow, arrow.channel not in named and arrow.kind != "wake")
            if text and self._label_arrow(arrow, text):
                named.add(arrow.channel)
        for lane in range(self.lanes):
            y = self._y(lane)
            for wait in self.waits[lane]:
                left, right = self.axis(wait.start), self.axis(wait.stop)
                width = self._width(wait.what, 10)
                if wait.what and right - left > width + 4:
                    middle = (left + right) / 2
                    self._try_text([(middle - width / 2, y - 9), (middle - width / 2, y + 10)], wait.what, 10, GREY, italic=True)
        for mark in self.marks:
            self._mark(mark.lane, self.axis(mark.time), mark.kind, mark.text)

    def _label_arrow(self, arrow: Arrow, text: str) -> bool:
        (x0, y0), (x1, y1) = self._ends(arrow)
        width = self._width(text, 10)
        if arrow.target < 0:
            return self._try_text([(x1 + 6, y1), (x1 - width / 2, y1 + 10)], text, 10, INK)
        places = []
        for share in (0.5, 0.35, 0.65, 0.22, 0.78):
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            places += [(x + 5, y), (x - width - 5, y)]
        return self._try_text(places, text, 10, INK)

    def _mark(self, lane: int, x: float, kind: str, text: str) -> None:
        y = self._y(lane)
        if kind == "print":
            self.key["print"] = "prints"
            self.ax.plot(x, y + BAR, "o", ms=3.4, mfc="white", mec=INK, mew=0.8, zorder=8)
            words = "“" + _clean(text, 22) + "”"
            self._try_text([(x - 2, y + BAR + 10)], words, 9.5, GREY)
        else:
            words = {"eof": "end of ", "broken": "no reader: ", "close": "closes ", "drop": "dropped: "}
            self.ax.plot(x, y, "|", ms=9, mec=INK, mew=1.4, zorder=8)
            self._try_text([(x - 2, y + BAR + 10), (x - 2, y - BAR - 10)], words[kind] + _clean(text, 22), 9.5, GREY)

    # -- ink ------------------------------------------------------------------------------------

    def _line(self, style: str, width: float, color: str, *points: tuple[float, float]) -> None:
        self.lines[style, width, color].append(list(points))

    def _paint(self) -> None:
        """Everything collected so far: a collection for each style, far faster than single lines."""
        for (style, width, color), lines in self.lines.items():
            dashes = _STYLES.get(style, "solid")
            order = _ORDER.get(style, 1)
            halo = [withStroke(linewidth=width * 0.72 + 2, foreground="white")]
            self.ax.add_collection(
                LineCollection(
                    lines,
                    colors=color,
                    linewidths=width * 0.72,
                    linestyles=dashes,
                    zorder=order,
                    path_effects=halo if style == "arrow" else None,
                ),
                autolim=False,
            )
        for (color, order), shapes in self.shapes.items():
            edge, _, face = color.partition("/")
            self.ax.add_collection(
                PolyCollection(
                    shapes, facecolors=face or edge, edgecolors=edge, linewidths=1.0 if face else 0, zorder=order
                ),
                autolim=False,
            )
        self.lines.clear()
        self.shapes.clear()

    def _try_text(self, places: Sequence[tuple[float, float]], text: str, size: float, color: str, italic: bool = False) -> bool:
        width = self._width(text, size)
        for x, y in places:
            box = (x - 2, y - size * 0.55, x + width + 2, y + size * 0.55)
            if self.room.is_free(*box):
                self.room.take(*box)
                self._text(x, y, text, size, color, italic=italic, halo=True)
                return True
        return False

    def _text(self, x: float, y: float, text: str, size: float, color: str = INK, align: str = "left", bold: bool = False, italic: bool = False, halo: bool = False) -> None:
        self.ax.text(
            x, y, text, size=size * 0.72, color=color, ha=align, va="center_baseline", parse_math=False,
            weight="bold" if bold else "normal", style="italic" if italic else "normal", zorder=10,
            path_effects=[withStroke(linewidth=2, foreground="white")] if halo else None,
        )

    def _width(self, text: str, size: float) -> float:
        """Of a text, in pixels."""
        renderer = self.canvas.get_renderer()
        font = FontProperties(size=size * 0.72)
        return renderer.get_text_width_height_descent(text, font, False)[0] / 2 * 1.02

    def _short(self, label: str) -> str:
        return label if len(label) <= 20 else f"{label[:11]}…{label[-8:]}"

    def _legend(self) -> None:
        y = self.height - 18
        x = 16.0
        for kind, words in self.key.items():
            x = self._glyph(kind, x, y) + 6
            self._text(x, y, words, 10, GREY)
            x += self._width(words, 10) + 18
        self._paint()

    def _glyph(self, kind: str, x: float, y: float) -> float:
        if kind == "bar":
            self._bar(x, x + 18, y, GREY, False)
        elif kind == "dashes":
            self._line("dashes", 1.7, GREY, (x, y), (x + 20, y))
            return x + 20
        elif kind in ("message", "call", "wake"):
            style = "wake" if kind == "wake" else "arrow"
            self._line(style, 1.4, GREY, (x, y), (x + 18, y))
            self.shapes[GREY, 6].append(_head(x, y, x + 18, y))
        elif kind.startswith("lock"):
            color = LOCKS[int(kind[4:])]
            self.shapes[color, 4].append([(x, y - 2), (x + 18, y - 2), (x + 18, y + 2), (x, y + 2)])
        elif kind == "cross":
            for dy in (-1, 1):
                self._line("cross", 2.2, RED, (x, y - 4 * dy), (x + 8, y + 4 * dy))
            return x + 8
        elif kind == "print":
            self.ax.plot(x + 3, y, "o", ms=3.4, mfc="white", mec=INK, mew=0.8)
            return x + 6
        elif kind == "unread":
            self.shapes[f"{GREY}/white", 6].append(_disc(x + 3, y, 3.2))
            return x + 6
        elif kind == "cut":
            for dx in (2, 8):
                self._line("axis", 1.2, GREY, (x + dx - 2, y + 4), (x + dx + 2, y - 4))
            return x + 10
        elif kind == "dense":
            self.shapes[GREY, 2] += [
                [(x, y - 1), (x + 9, y - 1), (x + 9, y + 1), (x, y + 1)],
                [(x + 9, y - 5), (x + 18, y - 5), (x + 18, y + 5), (x + 9, y + 5)],
            ]
        return x + 18


_STYLES = {"dashes": (0, (3.2, 2.2)), "dots": (0, (0.8, 2.2)), "wake": (0, (1.2, 1.6)), "stop": (0, (5, 3)), "back": (0, (2.5, 1.5))}
_ORDER = {"hair": 0, "start": 1, "dots": 2, "dashes": 2, "stop": 3, "arrow": 5, "wake": 5, "back": 5, "cross": 7, "cap": 3}


def _head(x0: float, y0: float, x1: float, y1: float) -> list[tuple[float, float]]:
    """An arrow's head: a triangle that ends at (x1, y1)."""
    length = max(1e-6, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    return [
        (x1, y1),
        (x1 - 8 * dx + 3.6 * dy, y1 - 8 * dy - 3.6 * dx),
        (x1 - 8 * dx - 3.6 * dy, y1 - 8 * dy + 3.6 * dx),
    ]


def _disc(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    from math import cos, pi, sin

    return [(x + radius * cos(a * pi / 8), y + radius * sin(a * pi / 8)) for a in range(16)]


def _label(arrow: Arrow, with_channel: bool) -> str:
    if arrow.kind == "call":
        return arrow.channel + _spelled(arrow.text) if with_channel else _spelled(arrow.text)
    text = _clean(arrow.text, 18)
    if with_channel and " → " not in arrow.channel:
        return f"{arrow.channel}: {text}"
    return text


def _spelled(call: str) -> str:
    """A call as one writes it: "['a'] = 1" for __setitem__('a', 1)."""
    method, _, rest = call.partition("(")
    inside = _clean(rest.removesuffix(")"), 18)
    if method == "__setitem__" and ", " in inside:
        key, _, value = inside.partition(", ")
        return f"[{key}] = {value}"
    if method == "__getitem__":
        return f"[{':' if inside == '<slice>' else inside}]"
    if method == "#GETVALUE":
        return ".copy()"
    return f".{method}({inside})" if not method.startswith("__") else f" {method.strip('_')}({inside})"


def _clean(text: str, most: int) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = "".join(letter if letter.isprintable() else "·" for letter in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def _duration(ns: int) -> str:
    return f"{ns / 1e9:.1f} s" if ns >= 1e9 else f"{ns / 1e6:.0f} ms" if ns >= 2e6 else f"{ns / 1e6:.1f} ms"


def _spaced(n: int) -> str:
    return f"{n:,}".replace(",", "\u202f")
