"""A replay's pictures, as SVG: boxes, where they stand, curves and signs, and the page's style."""

from html import escape
from typing import NamedTuple, Self

from mpscope._render.page import page_style
from mpscope._render.theme import printable, width_of
from mpscope._replay.moments import Place, State
from mpscope._replay.states import Film
from mpscope._trace.events import Event

INK = "var(--mp-ink)"
PAPER = "var(--mp-paper)"
EDGE = "var(--jp-border-color0, #bdbdbd)"
COLUMN = 26.0  # pixels: how far lines between boxes in a column go to the left


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def above_or_below(self, other: Self) -> bool:
        return self.x < other.x + other.width and other.x < self.x + self.width

    def side(self, other: Self) -> tuple[float, float]:
        """The middle of the edge that faces another box; of two in a column, the left one."""
        left = other.x < self.x or self.above_or_below(other)
        return (self.x if left else self.x + self.width), self.middle


def rect(box: Box, fill: str, more: str, radius: float) -> str:
    x, y, width, height = (f"{value:.1f}" for value in box)
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" '
        f'fill="{fill}" {more}/>'
    )


def curve(one: Box, other: Box, color: str, width: float, dashes: str = "") -> str:
    """A line between two boxes; of two in a column, along their left edges."""
    (x0, y0), (x1, y1) = one.side(other), other.side(one)
    column = one.above_or_below(other)
    a, b = (x0 - COLUMN, x1 - COLUMN) if column else ((x0 + x1) / 2, (x0 + x1) / 2)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{x0:.1f},{y0:.1f} C{a:.1f},{y0:.1f} {b:.1f},{y1:.1f} '
        f'{x1:.1f},{y1:.1f}" fill="none" stroke="{color}" stroke-width="{width}"{dashed}/>'
    )


def fitted(text: str, room: float, size: float = 12, bold: bool = False) -> str:
    """As much of a text as there is room for, in printable characters."""
    text = printable(text)
    if width_of(text, size, bold) <= room:
        return text
    while text and width_of(f"{text}…", size, bold) > room:
        text = text[:-1]
    return f"{text}…"


def pointer(x: float, y: float, left: bool) -> str:
    tip = -4 if left else 4
    return f'<path d="M{x - tip},{y - 5} L{x - tip},{y + 5} L{x + tip},{y} Z" fill="{INK}"/>'


def glyph(state: str, x: float, y: float) -> str:
    """A state as a shape, so that nobody needs colours to tell them apart."""
    line = f'fill="none" stroke="{INK}" stroke-width="1.8"'
    if state == State.RUNNING:
        return f'<path d="M{x - 4},{y - 5} L{x + 5},{y} L{x - 4},{y + 5} Z" fill="{INK}"/>'
    if state == State.WAITING:
        return (
            f'<path d="M{x - 4},{y - 5} H{x + 4} L{x - 4},{y + 5} H{x + 4} Z" '
            f'fill="{INK}" stroke="{INK}"/>'
        )
    if state == State.ENDED:
        return f'<path d="M{x - 5},{y} L{x - 1},{y + 4} L{x + 5},{y - 5}" {line}/>'
    if state in (State.FAILED, State.KILLED):
        cross = f"M{x - 4},{y - 4} L{x + 4},{y + 4} M{x - 4},{y + 4} L{x + 4},{y - 4}"
        return f'<path d="{cross}" {line}/>'
    return f'<circle cx="{x}" cy="{y}" r="4" {line}/>'


STYLE = f"""{page_style()}<style>
.ipc-replay p {{margin:0;line-height:1.5;min-height:1.5em}}
.ipc-replay code, .ipc-replay small {{overflow-wrap:anywhere}}
.ipc-replay small {{font-size:max(11px, .85em)}}
.ipc-svg {{font-family:var(--jp-ui-font-family, system-ui, sans-serif)}}
.ipc-svg text {{fill:{INK};font-size:12px}}
.ipc-svg .ipc-code {{font-family:var(--jp-code-font-family, monospace);font-size:11px}}
.ipc-svg .ipc-name {{font-weight:600;font-size:13px}}
.ipc-replay.jupyter-widgets-disconnected :is(.ipc-controls, .ipc-step) {{display:none}}
.ipc-key {{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:12px;line-height:1.5;color:{INK}}}
.ipc-key span {{display:inline-flex;align-items:center;gap:4px}}
.ipc-fly {{animation:ipc-fly .45s ease-out}}
@keyframes ipc-fly {{from {{transform:translate(var(--dx),var(--dy))}} to {{transform:none}}}}
@media (prefers-reduced-motion: reduce) {{.ipc-fly {{animation:none}}}}
</style>"""


def named_slider(value: str) -> str:
    """Names the handle of the slider beside it, and says its value in words.

    ipywidgets has no way to do either.  The slider itself writes the bare number there whenever it
    moves, so ours comes after it.
    """
    return f"""<style data-value="{escape(value)}" onload="setTimeout(() => this
  .closest('.ipc-replay')?.querySelectorAll('[role=slider]').forEach(handle => {{
    handle.setAttribute('aria-label', 'Step');
    handle.setAttribute('aria-valuetext', this.dataset.value); }}), 100)"></style>"""


PAD, GAP = 10.0, 12.0
SIDE_BY_SIDE = 600  # pixels: in less, cards stand below each other
MOST = 10  # cards in a column


class Layout:
    """What is shown, and where: ``cards`` of processes, ``boxes`` of what is between them."""

    def __init__(self, film: Film, event: Event | None, width: int) -> None:
        self.left_out: list[str] = []
        self.width = width
        actor = event.process if event else ""
        channel = event.channel if event else ""
        children = self._fit(film.children, actor, "process")
        used = next((place.name for place in film.places if channel in place.channels), "")
        names = self._fit([place.name for place in film.places], used, "channel")
        self.places = [place for place in film.places if place.name in names]
        self.cards: dict[str, Box] = {}
        self.boxes: dict[str, Box] = {}
        sizes = dict.fromkeys(children, 66.0 if len(children) <= 6 else 48.0)
        heights = {place.name: _height(place) for place in self.places}
        arrange = self._side_by_side if width >= SIDE_BY_SIDE else self._below_each_other
        bottom = arrange(sizes, heights)
        self.height = bottom + PAD + 18 * len(self.left_out)
        for row, more in enumerate(self.left_out, 1):
            y = bottom + 18 * row - 2
            self.left_out[row - 1] = f'<text x="{PAD}" y="{y:.0f}">{more}</text>'

    def _side_by_side(self, children: dict[str, float], places: dict[str, float]) -> float:
        """The parent at the left, its children at the right, what is between them between them."""
        card, middle = round(0.27 * self.width), round(0.35 * self.width)
        right, between = (
            sum(h + GAP for h in sizes.values()) - GAP for sizes in (children, places)
        )
        tallest = max(right, between, 66)
        self.cards["parent"] = Box(PAD, PAD + tallest / 2 - 33, card, 66)
        _stack(self.cards, children, self.width - card - PAD, PAD + (tallest - right) / 2, card)
        left, top = (self.width - middle) / 2, PAD + (tallest - between) / 2
        _stack(self.boxes, places, left, top, middle)
        return PAD + tallest

    def _below_each_other(self, children: dict[str, float], places: dict[str, float]) -> float:
        """The parent, what stands between, the children; lines run along the left edge."""
        left, width = PAD + COLUMN, self.width - 2 * PAD - COLUMN
        top = _stack(self.cards, {"parent": 66.0}, left, PAD, width)
        top = _stack(self.boxes, places, left, top, width)
        return _stack(self.cards, children, left, top, width) - GAP

    def _fit(self, names: list[str], needed: str, what: str) -> list[str]:
        """At most `MOST` names, among them the one that is needed."""
        if len(names) <= MOST:
            return names
        shown = names[:MOST]
        if needed in names and needed not in shown:
            shown[-1] = needed
        more = f"… and {len(names) - MOST} more {what}{'es' if what.endswith('s') else 's'}"
        self.left_out.append(more)
        return shown


def _stack(
    boxes: dict[str, Box], heights: dict[str, float], left: float, top: float, width: float
) -> float:
    """Put boxes below each other; return where the next one would begin."""
    for name, height in heights.items():
        boxes[name] = Box(left, top, width, height)
        top += height + GAP
    return top


def _height(place: Place) -> float:
    if place.kind == "server":
        return 34 + 20 * min(len(place.channels), 6)
    if place.kind in ("queue", "pipe"):
        return 30 + 34 * len(place.channels)
    return 48
