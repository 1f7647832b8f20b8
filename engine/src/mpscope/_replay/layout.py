"""Where everything stands in a picture of a replay: side by side, or below each other."""

from __future__ import annotations

from mpscope._replay.moments import Place
from mpscope._replay.shapes import COLUMN, Box
from mpscope._replay.states import Film
from mpscope._trace.events import Event

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
        size = 66.0 if len(children) <= 6 else 48.0
        if self.width >= SIDE_BY_SIDE:
            bottom = self._side_by_side(children, size)
        else:
            bottom = self._below_each_other(children, size)
        self.height = bottom + PAD + 18 * len(self.left_out)
        for row, more in enumerate(self.left_out, 1):
            y = bottom + 18 * row - 2
            self.left_out[row - 1] = f'<text x="{PAD}" y="{y:.0f}">{more}</text>'

    def _side_by_side(self, children: list[str], size: float) -> float:
        """The parent at the left, its children at the right, what is between them between them."""
        card, middle = round(0.27 * self.width), round(0.35 * self.width)
        right = len(children) * (size + GAP) - GAP
        between = sum(_height(place) + GAP for place in self.places) - GAP
        tallest = max(right, between, 66)
        self.cards["parent"] = Box(PAD, PAD + tallest / 2 - 33, card, 66)
        top = PAD + (tallest - right) / 2
        for label in children:
            self.cards[label] = Box(self.width - card - PAD, top, card, size)
            top += size + GAP
        top = PAD + (tallest - between) / 2
        for place in self.places:
            self.boxes[place.name] = Box((self.width - middle) / 2, top, middle, _height(place))
            top += _height(place) + GAP
        return PAD + tallest

    def _below_each_other(self, children: list[str], size: float) -> float:
        """The parent, what stands between, the children; lines run along the left edge."""
        left, width = PAD + COLUMN, self.width - 2 * PAD - COLUMN
        self.cards["parent"] = Box(left, PAD, width, 66)
        top = PAD + 66 + GAP
        for place in self.places:
            self.boxes[place.name] = Box(left, top, width, _height(place))
            top += _height(place) + GAP
        for label in children:
            self.cards[label] = Box(left, top, width, size)
            top += size + GAP
        return top - GAP

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


def _height(place: Place) -> float:
    if place.kind == "server":
        return 34 + 20 * min(len(place.channels), 6)
    if place.kind in ("queue", "pipe"):
        return 30 + 34 * len(place.channels)
    return 48
