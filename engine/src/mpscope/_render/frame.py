"""Where a timeline's parts go: the canvas, its lanes, its axis, the room that is left, the key.

`lanes` and `arrows` draw into one frame; `timeline` puts them together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from mpscope._render.axis import Axis
from mpscope._render.canvas import Canvas, Point
from mpscope._render.content import Content
from mpscope._render.labels import duration, short

BAR = 5.5  # half the height of a process's bar
HALF_SERVER = 2.0
SMALL = 11.0  # pixels: the size of most text
HALF = SMALL * 0.55  # of a line of such text
RIGHT = 26.0  # pixels free at the right


class Place(NamedTuple):
    """Where a text may stand: the left edge of its box, its middle line, and which end is held.

    Fonts differ: a text is written from the end that has to stay where it is.
    """

    x: float
    y: float
    anchor: str = "start"


class Frame:
    """One picture being drawn, `width` pixels wide; its lanes begin below `top`."""

    def __init__(self, content: Content, width: float, top: float) -> None:
        self.content, self.width = content, width
        self.canvas = Canvas(width)
        self.key: set[str] = set()
        self.ticks: dict[str, None] = {}
        """What the ticks on the lanes stand for, in words."""
        arched = any(arrow.source == arrow.target == content.lanes[0] for arrow in content.arrows)
        self.first = top + (38 if arched else 28)
        self.pitch = min(56.0, max(32.0, 430.0 / len(content.lanes)))
        self.floor = self.first + (len(content.lanes) - 1) * self.pitch + max(26, self.pitch * 0.55)
        longest, members = 20 if width > 600 else 12, content.scene.members
        self.names = {lane: short(members[lane].label, longest) for lane in content.lanes}
        widths = (Canvas.width_of("name" if at else "first", n) for at, n in self.names.items())
        self.left = 34 + max(widths)
        self.axis = Axis(content.moments(), content.scene.end, self.left, width - RIGHT)
        self.room = Room(width - 4)

    def y(self, lane: int) -> float:
        """The middle of a process's lane."""
        return self.first + self.content.rows[lane] * self.pitch

    def down(self, source: int, target: int) -> int:
        """1 if the target's lane is below, -1 if it is above."""
        return 1 if self.content.rows[target] > self.content.rows[source] else -1

    def write(
        self,
        places: Iterable[Place],
        text: str,
        color: str = "ink",
        style: str = "small",
        crossings: int = 0,
    ) -> Place | None:
        """Write at the first place with room that few enough lines cross; nowhere if none has."""
        width = self.canvas.width_of(style, text)
        place = self.room.place(places, width, crossings) if text else None
        if place is None:
            return None
        x, y, anchor = place
        x += {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        self.canvas.text(style, color, x, y, text, anchor, over=True)
        return place

    # -- time -----------------------------------------------------------------------------------

    def draw_axis(self) -> None:
        """Round times, and where time is cut, by how much, or stretched."""
        y, canvas, axis = self.floor, self.canvas, self.axis
        unit = 9 if self.content.scene.end > 5e9 else 6
        canvas.line("axis", "faint", (self.left, y), (self.width - RIGHT, y))
        words = "seconds" if unit == 9 else "ms"
        canvas.text("small", "grey", self.left - 14, y + 13, words, "end")
        for left, right in axis.widened():
            canvas.line("stretch", "still", (left, y), (right, y))
            self.key.add("stretch")
        for start, stop, left, right, *_ in (stretch for stretch in axis.stretches if stretch.cut):
            middle = (left + right) / 2
            canvas.line("gap", "paper", (middle - 3, y), (middle + 3, y))
            for x in (middle - 3, middle + 3):
                canvas.line("cut", "grey", (x - 2, y + 4), (x + 2, y - 4))
            text = f"{duration(stop - start)} cut"
            half = canvas.width_of("call", text) / 2
            self.write([Place(middle - half, y + 13, "middle")], text, "grey", "call")
            self.key.add("cut")
        for x, time, power in axis.ticks():
            shown = f"{time / 10**unit:.{max(0, unit - power)}f}"
            shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
            half = canvas.width_of("small", shown) / 2 + 4
            if self.room.is_free(x - half, y + 6, x + half, y + 20):
                self.room.take(x - half, y + 6, x + half, y + 20)
                canvas.line("axis", "faint", (x, y), (x, y + 4))
                canvas.text("small", "grey", x, y + 13, shown, "middle")

    def draw_stop(self) -> None:
        """The moment at which a supervisor stopped the block."""
        scene = self.content.scene
        if scene.stopped:
            x = self.axis(scene.end)
            self.canvas.line("stop", "red", (x, self.first - 14), (x, self.floor))
            self.room.take(x - 3, self.first - 14, x + 3, self.floor)
            self.canvas.text("small", "red", x + 4, self.first - 29, scene.why_stopped, "end")


GAP = 4.0  # pixels left free beside a label
Box = tuple[float, float, float, float]


def beside(start: Point, end: Point, width: float, lanes: int) -> Iterator[Place]:
    """Where a label of an arrow may stand: at either side, clear of the arrow itself.

    Best is half-way to the next lane, where it cannot be taken for another sender's.
    """
    (x0, y0), (x1, y1) = start, end
    clear = GAP + 1 + HALF * min(6.0, abs((x1 - x0) / ((y1 - y0) or 1)))
    best = 0.5 / max(1, lanes)
    for share in sorted((best, *(n / 10 for n in range(2, 9))), key=lambda s: abs(s - best)):
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        yield Place(x + clear, y)
        yield Place(x - width - clear, y, "end")


class Room:
    """Rectangles that are taken, lines not to be written over, and the room that is left."""

    def __init__(self, right: float) -> None:
        self._right = right
        self._taken: dict[int, list[Box]] = defaultdict(list)
        self._lines: list[tuple[Point, Point]] = []

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        for row in self._rows(top, bottom):
            self._taken[row].append((left, top, right, bottom))

    def keep_visible(self, start: Point, end: Point) -> None:
        """A line that labels are not to lie on."""
        self._lines.append((start, end))

    def is_free(self, left: float, top: float, right: float, bottom: float) -> bool:
        if left < 0 or top < 0 or right > self._right:
            return False
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for row in self._rows(top, bottom)
            for other in self._taken[row]
        )

    def place(self, places: Iterable[Place], width: float, crossings: int) -> Place | None:
        """Take the first free place for a line of text.

        Of several the one that the fewest lines cross, and none that more than `crossings` do.
        """
        best: tuple[int, Place, Box] | None = None
        for place in places:
            x, y, _ = place
            box = (x - GAP, y - HALF, x + width + GAP, y + HALF)
            if not self.is_free(*box):
                continue
            enough = best[0] if best is not None else crossings + 1
            crossing = (line for line in self._lines if _crosses(*line, *box))
            crossed = sum(1 for _ in islice(crossing, enough))
            if crossed < enough:
                best = crossed, place, box
            if not crossed:
                break
        if best is None:
            return None
        self.take(*best[2])
        return best[1]

    def _rows(self, top: float, bottom: float) -> range:
        return range(int(top) // 20, int(bottom) // 20 + 1)


def _crosses(
    start: Point, end: Point, left: float, top: float, right: float, bottom: float
) -> bool:
    (x0, y0), (x1, y1) = start, end
    if max(x0, x1) < left or min(x0, x1) > right or max(y0, y1) < top or min(y0, y1) > bottom:
        return False
    corners = [(x, y) for x in (left, right) for y in (top, bottom)]
    sides = [(x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) for x, y in corners]
    return min(sides) < 0 < max(sides)
