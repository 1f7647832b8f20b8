"""An arrow for each message, call and wake-up, in its sender's colour, with what was sent.

Messages that one sender sends one receiver too closely for a label each are a bundle: a band with
one label, "1 … 5, None"; where not even lines could be told apart, it has its first and its last.
A label stands beside its own arrow, and on no other.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import chain

from mpscope._render.axis import Axis
from mpscope._render.canvas import Point
from mpscope._render.frame import BAR, HALF_SERVER, Frame, Place, beside
from mpscope._render.labels import label, listed, number
from mpscope._trace.arrows import Arrow

CLOSE = 34.0  # pixels: arrows that leave closer to each other have one label together
STUB = 12.0  # pixels: how far a message goes that nobody receives
KNOT = 2.0  # pixels from one arrow of a bundle to the next: less is a solid block
MANY = 24  # arrows: more are drawn thinner
COUNTED = 10  # messages: of more in a bundle, it is said how many
Bundle = list[Arrow]


def draw_arrows(frame: Frame) -> int:
    """All arrows, and then their labels, so that no label lies on an arrow that comes later.

    Returns how many are to be seen, those of which a band is all that is drawn among them.
    """
    bundles, seen = bundled(frame.content.arrows, frame.axis), 0
    for bundle in bundles:
        lines = bundle
        if len(bundle) > 1 and bundle[0].target >= 0:
            _draw_band(frame, bundle)
            lines = bundle[:: len(bundle) - 1] if _is_knot(frame, bundle) else bundle
        for arrow in lines:
            _draw_arrow(frame, arrow, inner=arrow not in (bundle[0], bundle[-1]))
        seen += len(bundle) if lines is bundle else _count(frame, bundle)
    said: dict[object, float] = {}
    for bundle in bundles:
        _label(frame, bundle, said)
    return seen


def bundled(arrows: Sequence[Arrow], axis: Axis) -> list[Bundle]:
    """Arrows in bundles; most bundles have one arrow."""
    bundles: list[Bundle] = []
    last: dict[tuple[str, int, int, str], Bundle] = {}
    for arrow in arrows:
        key = arrow.kind, arrow.source, arrow.target, arrow.channel
        bundle = last.get(key)
        close = bundle and axis(arrow.left) - axis(bundle[-1].left) < CLOSE
        if bundle and close and arrow.kind == "message" and arrow.source != arrow.target:
            bundle.append(arrow)
        else:
            last[key] = [arrow]
            bundles.append(last[key])
    parts = ([bundle] if len(bundle) > 2 else [[arrow] for arrow in bundle] for bundle in bundles)
    return list(chain.from_iterable(parts))


def ends(frame: Frame, arrow: Arrow) -> tuple[Point, Point]:
    """Where an arrow leaves its bar, and where it lands."""
    x0, x1 = frame.axis(arrow.left), frame.axis(arrow.came)
    y0 = frame.y(arrow.source)
    if arrow.target < 0:  # nobody received it: a stub towards the other lanes
        down = 1 if frame.content.rows[arrow.source] < len(frame.content.lanes) - 1 else -1
        return (x0, y0 + down * BAR), (x0 + STUB - 2, y0 + down * (BAR + STUB))
    if arrow.source == arrow.target:
        return (x0, y0 - BAR), (x1, y0 - BAR)
    down = frame.down(arrow.source, arrow.target)
    y1 = frame.y(arrow.target)
    if arrow.kind == "call":  # there and back: the head is half-way, who knows when exactly
        return (x0, y0 + down * BAR), ((x0 + x1) / 2, y1 - down * HALF_SERVER)
    return (x0, y0 + down * BAR), (x1, y1 - down * BAR)


def _is_knot(frame: Frame, bundle: Bundle) -> bool:
    (start, end), (last_start, last_end) = ends(frame, bundle[0]), ends(frame, bundle[-1])
    apart = min(last_start[0] - start[0], last_end[0] - end[0]) / (len(bundle) - 1)
    return apart * abs(end[1] - start[1]) < KNOT * math.dist(start, end)


def _count(frame: Frame, bundle: Bundle) -> int:
    """How many messages a bundle stands for, also those that were thinned out."""
    first, until = bundle[0], bundle[-1].left
    way, sent = (first.source, first.target, first.channel), frame.content.scene.messages
    between = (it for it in sent if first.left <= it.left <= until)
    return sum((it.source, it.target, it.channel) == way for it in between)


def _draw_band(frame: Frame, bundle: Bundle) -> None:
    (start, end), (last_start, last_end) = ends(frame, bundle[0]), ends(frame, bundle[-1])
    color = frame.content.looks[bundle[0].source].color
    frame.canvas.fill(color, start, last_start, last_end, end, style="band")
    frame.key.add("bundle")


def _draw_arrow(frame: Frame, arrow: Arrow, inner: bool) -> None:
    canvas, look = frame.canvas, frame.content.looks[arrow.source]
    start, end = ends(frame, arrow)
    canvas.dot(look.color, *start, 2.3)
    if arrow.source == arrow.target:  # to itself: a low arch
        (x, y), way = start, end[0] - start[0]
        arch = [(x + way * s, y - 56 * s * (1 - s)) for s in (step / 12 for step in range(13))]
        canvas.line(look.line, look.color, *arch)
        canvas.head(look.color, arch[-3], end)
        frame.key.add("message")
        return
    frame.room.keep_visible(start, end)
    if arrow.target < 0:
        canvas.line(look.line, look.color, start, end)
        canvas.ring(look.color, *end, 3.2)
        frame.room.take(end[0] - 4, end[1] - 4, end[0] + 4, end[1] + 4)
        frame.key.add("unread")
        return
    style = "wakes" if arrow.kind == "wake" else "inner" if inner else look.line
    if not inner:
        canvas.line("halo", "paper", start, end)
    canvas.line(style, look.color, start, end)
    canvas.head(look.color, start, end, 6 if inner or len(frame.content.arrows) > MANY else 8)
    if arrow.kind == "call":
        back = (frame.axis(arrow.came), start[1])
        canvas.line("back", look.color, end, back)
        frame.room.keep_visible(end, back)
    frame.key.add({"wake": "wakes", "call": "call"}.get(arrow.kind, "message"))


def _label(frame: Frame, bundle: Bundle, said: dict[object, float]) -> None:
    """What was sent, beside its arrow; the first on a channel names the channel, too.

    Where a sender says the same again at once, it is written once.
    """
    first, x = bundle[0], frame.axis(bundle[0].left)
    channel = frame.content.scene.channels.get(first.channel)
    text = label(first, first.channel not in said, channel)
    if len(bundle) > 1:
        plain = [label(arrow, False) for arrow in bundle]
        text = text.removesuffix(plain[0]) + listed(plain)
        if (count := _count(frame, bundle)) > COUNTED:
            text += f" ({number(count, 'message')})"
    again = first.source, text
    if x - said.get(again, -math.inf) < 2 * CLOSE:
        return
    if text and frame.write(_places(frame, bundle, text), text):
        said[first.channel] = said[again] = x


def _places(frame: Frame, bundle: Bundle, text: str) -> Iterator[Place]:
    """Where the label of an arrow, or of a bundle, may stand; the best place first."""
    first, last = bundle[0], bundle[-1]
    width = frame.canvas.width_of("small", text)
    (x0, y0), (x1, y1) = start, end = ends(frame, first)
    down = 1 if y1 > y0 else -1
    if first.target < 0:
        right = ends(frame, last)[1][0]
        yield from (Place(right + 9, y1), Place(x1 - width / 2, y1 + 12 * down, "middle"))
        return
    if first.source == first.target:
        yield Place((x0 + x1 - width) / 2, y0 - 21, "middle")
        return
    lanes = abs(frame.content.rows[first.source] - frame.content.rows[first.target])
    ways = [(start, end)]
    if first.kind == "call":  # also beside its way back
        ways.append(((frame.axis(first.came), y0), end))
    elif len(bundle) > 1:
        ways.append(ends(frame, last))
    around = [beside(*way, width, lanes) for way in ways]
    yield from (place for places in zip(*around, strict=True) for place in places)
    tail = (x0 + ends(frame, last)[0][0] - width) / 2
    outside = y0 - down * (2 * BAR + 9)  # the sender's bar lies between
    yield from (Place(tail, outside, "middle"), Place(x0 - 4, outside))
    yield Place(x0 + 4 - width, outside, "end")
