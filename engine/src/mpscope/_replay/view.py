"""One moment of a block as an inline SVG: processes at the sides, what connects them in between.

    ┌ parent ┐      ┌ numbers · queue ┐      ┌ child-1 ┐
    │ waits  │ ◀─── │ ◂ [1] [2]       │ ◀─── │ running │      Film, index ─▶ stage() ─▶ text
    └────────┘      └─────────────────┘      └─────────┘

What has just moved flies to its place, by CSS, unless the reader's system asks for less motion.
"""

from collections.abc import Sequence
from html import escape

from mpscope._render.content import looks
from mpscope._render.labels import clean
from mpscope._render.page import SHADE
from mpscope._render.timeline import reflow
from mpscope._replay import shapes
from mpscope._replay.moments import Parcel, Place, State, brief
from mpscope._replay.shapes import EDGE, INK, PAPER, Box
from mpscope._replay.states import Film, situation

STILL = "still"  # the colour of a sender that is not among the members
CODE = 12.2  # the size of a usual font that is as wide as the letters of a program at 11


def stage(film: Film, index: int, widths: Sequence[int]) -> str:
    """The moment after `index` steps, as HTML: drawn in each width, the page shows one."""
    return reflow({width: _Stage(film, index, width).text() for width in widths})


class _Stage:
    def __init__(self, film: Film, index: int, width: int) -> None:
        self.film, self.index, self.width = film, index, width
        self.moment = film.at(index)
        members = zip(film.members, looks(film.scene), strict=True)
        self.colors = {member.label: look.color for member, look in members}
        self.event = film.steps[index - 1].event if index else None
        self.lanes = {member.label: lane for lane, member in enumerate(film.members)}
        layout = shapes.Layout(film, self.event, width)
        self.cards, self.boxes, self.places = layout.cards, layout.boxes, layout.places
        self.height, self.left_out = layout.height, layout.left_out

    def text(self) -> str:
        parts = [self._link(*link) for link in sorted(self.film.links) if link != self._moving()]
        starts = self.event is not None and self.event.kind == "start"
        boxes = [*map(self._card, self.cards), *map(self._place, self.places)]
        # the line of a start passes below what is between, not through it
        parts += [self._move(), *boxes] if starts else [*boxes, self._move()]
        parts += self.left_out
        label = f"Step {self.index} of {len(self.film)}. "
        if self.index:
            label += self.film.steps[self.index - 1].text + " "
        label += "; ".join(situation(self.film, self.index)) + "."
        return (
            f'<svg class="ipc-svg" role="img" aria-label="{escape(label)}" '
            f'viewBox="0 0 {self.width} {self.height:.0f}" xmlns="http://www.w3.org/2000/svg">'
            f"{''.join(parts)}</svg>"
        )

    def _moving(self) -> tuple[str, str]:
        """The process and the place of the present step."""
        if self.event is None:
            return "", ""
        channel = self.event.channel
        place = next((p.name for p in self.film.places if channel in p.channels), "")
        return self.event.process, place

    def _color(self, label: str) -> str:
        return f"var(--mp-{self.colors.get(label, STILL)})"

    # -- processes ------------------------------------------------------------------------------

    def _card(self, label: str) -> str:
        box, color = self.cards[label], self._color(label)
        room = box.width - 28
        doing = self.film.doing(self.lanes[label], self.index)
        acts = self.event is not None and self.event.process == label
        edge = f'stroke="{color}" stroke-width="2.5"' if acts else f'stroke="{EDGE}"'
        acting = doing.state not in (State.WAITING, State.ABSENT, State.STARTING)
        dashes = "" if acting else ' stroke-dasharray="5 4"'
        faint = ' opacity="0.55"' if doing.state == State.ABSENT else ""
        x, y = box.x + 16, box.y
        name = escape(shapes.fitted(label, room, 13, bold=True))
        status = (
            shapes.glyph(doing.state, x + 5, y + 35) + f'<text x="{x + 16}" y="{y + 39}">'
            f"{escape(shapes.fitted(doing.words, room - 14))}</text>"
        )
        said = self.moment.printed.get(label)
        words = ""
        if said is not None and box.height > 60:
            line = escape(shapes.fitted(f"› {said}", room, CODE))
            words = f'<text class="ipc-code" x="{x}" y="{y + 57}">{line}</text>'
        return (
            f"<g{faint}>{shapes.rect(box, PAPER, edge + dashes, 8)}"
            f"{shapes.rect(Box(box.x, box.y + 6, 6, box.height - 12), color, '', 3)}"
            f'<text class="ipc-name" x="{x}" y="{y + 20}">{name}</text>'
            f"{status}{words}</g>"
        )

    # -- what stands between --------------------------------------------------------------------

    def _place(self, place: Place) -> str:
        box = self.boxes[place.name]
        frame = shapes.rect(box, PAPER, f'stroke="{EDGE}"', 8)
        shown = escape(shapes.fitted(place.name, box.width - 90, 13, bold=True))
        name = f'<tspan class="ipc-name">{shown}</tspan>'
        kind = place.kind if place.kind != place.name else ""
        if place.kind == "server":
            kind = escape(self.film.doing(self.lanes[place.name], self.index).words)
            rows = [self._proxy(box, row, name) for row, name in enumerate(place.channels[:6])]
        elif place.kind in ("queue", "pipe"):
            rows = [self._tube(box, row, name) for row, name in enumerate(place.channels)]
        else:
            state = escape(self._lock_state(place))
            rows = [f'<text x="{box.x + 12}" y="{box.y + 36}">{state}</text>']
        title = f'<text x="{box.x + 12}" y="{box.y + 18}">{name} {kind}</text>'
        return "".join([frame, title, *rows])

    def _lock_state(self, place: Place) -> str:
        doing = [self.film.doing(lane, self.index) for lane in range(len(self.film.members))]
        part_of = {name: channel.of for name, channel in self.film.channels.items()}
        waiting = [it for it in doing if place.name in (it.channel, part_of.get(it.channel))]
        holders = self.moment.holders.get(place.name)
        if place.kind == "event":
            words = "set" if self.moment.flags.get(place.name) else "not set"
        elif place.kind in ("lock", "semaphore"):
            words = f"held by {', '.join(holders)}" if holders else "free"
        else:
            words = ""
        told = f"{len(waiting)} wait" if len(waiting) > 1 else f"{len(waiting)} waits"
        told = " · ".join(filter(None, [words, told if waiting else ""])) or "nobody waits"
        return shapes.fitted(told, self.boxes[place.name].width - 24)

    def _proxy(self, box: Box, row: int, proxy: str) -> str:
        calls = self.moment.calls.get(proxy, 0)
        y = box.y + 38 + 20 * row
        words = f"{calls} call" + ("" if calls == 1 else "s")
        shown = escape(shapes.fitted(proxy, box.width - 90, CODE))
        return (
            f'<text class="ipc-code" x="{box.x + 12}" y="{y}">{shown}</text>'
            f'<text x="{box.x + box.width - 12}" y="{y}" text-anchor="end">{words}</text>'
        )

    def _tube(self, box: Box, row: int, channel: str) -> str:
        """The messages that fit, the next to come out first, and the number of the others."""
        tube = Box(box.x + 12, box.y + 26 + 34 * row, box.width - 24, 30)
        left = ("parent", channel) in self.film.receivers  # where the parent stands, they come out
        front, back = (tube.x + 8, tube.x + tube.width - 8)[:: 1 if left else -1]
        parts = [shapes.rect(tube, SHADE, f'stroke="{EDGE}"', 12)]
        parts.append(shapes.pointer(front, tube.middle, left))
        parcels, shown, used = self.moment.waiting_in(channel), 0, 18.0
        for parcel in parcels[:20]:
            width = _chip_width(parcel)
            if used + width > tube.width - 34:
                break
            x = tube.x + used if left else tube.x + tube.width - used - width
            slot = Box(x, tube.y + 4, width, 22)
            parts.append(self._chip(parcel, slot, self._flying(parcel, channel, slot)))
            shown, used = shown + 1, used + width + 5
        if len(parcels) > shown:
            anchor = ' text-anchor="end"' if left else ""
            text = f'y="{tube.middle + 4}"{anchor}>+{len(parcels) - shown}</text>'
            parts.append(f'<text x="{back}" {text}')
        return "".join(parts)

    def _chip(self, parcel: Parcel, slot: Box, style: str = "") -> str:
        color = self._color(parcel.sender)
        edge = "" if parcel.sent else f'stroke="{color}" stroke-dasharray="3 2"'
        fill = color if parcel.sent else PAPER
        ink = f"var(--mp-on-{self.colors.get(parcel.sender, STILL)})" if parcel.sent else INK
        text = escape(clean(brief(parcel.what, parcel.call), 12))
        return (
            f"<g{style}>{shapes.rect(slot, fill, edge, 5)}"
            f'<text class="ipc-code" x="{slot.x + slot.width / 2:.1f}" y="{slot.middle + 4:.1f}" '
            f'text-anchor="middle" style="fill:{ink}">{text}</text></g>'
        )

    # -- what moves -----------------------------------------------------------------------------

    def _flying(self, parcel: Parcel, channel: str, slot: Box) -> str:
        """If this message has just come here: where it comes from, for the animation."""
        event = self.event
        if event is None or event.channel != channel or event.kind not in ("put", "send"):
            return ""
        came = parcel[:3] == (event.number, event.what, event.process)
        was_put = event.kind == "send" and (event.process, channel) in self.film.feeders
        card = self.cards.get(event.process)
        return _from(card.side(slot), slot) if card and came and not was_put else ""

    def _link(self, process: str, place: str) -> str:
        card, box = self.cards.get(process), self.boxes.get(place)
        return shapes.curve(card, box, EDGE, 1.2) if card and box else ""

    def _move(self) -> str:
        """The present step's line, and the message that has just been received."""
        event = self.event
        if event is None:
            return ""
        card, color = self.cards.get(event.process), self._color(event.process)
        if event.kind == "start" and card and event.what in self.cards:
            return shapes.curve(card, self.cards[event.what], color, 1.6, "4 4")
        box = self.boxes.get(self._moving()[1])
        if card is None or box is None:
            return ""
        line = shapes.curve(card, box, color, 2.4)
        if event.kind not in ("receive", "reply") or not event.what:
            return line
        before = self.film.at(self.index - 1).contents.get(event.channel, {}).get(event.number)
        sender = before.sender if before else event.process
        parcel = Parcel(event.number, event.what, sender, True, event.call)
        width = _chip_width(parcel)
        slot = Box(card.x + card.width - width - 8, card.y + 5, width, 22)
        return line + self._chip(parcel, slot, _from(box.side(card), slot))


def _chip_width(parcel: Parcel) -> float:
    return max(26.0, 6.8 * min(len(brief(parcel.what, parcel.call)), 12) + 12)


def _from(start: tuple[float, float], slot: Box) -> str:
    dx, dy = start[0] - slot.x - slot.width / 2, start[1] - slot.middle
    return f' class="ipc-fly" style="--dx:{dx:.0f}px;--dy:{dy:.0f}px"'
