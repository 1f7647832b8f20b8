"""The key under a timeline: each sign that is in the picture, and no other."""

from collections.abc import Collection, Sequence

from mpscope._render.canvas import Canvas
from mpscope._render.labels import clean
from mpscope._render.theme import LOCKS

MARGIN, SIGN, ROW = 16.0, 22.0, 20.0
# In this order: what it says, and its strokes, in pixels from the left end of its middle line.  No
# two look alike without their colours.
SIGNS = {
    "runs": ("runs", "bar grey 0,-1 22,-1"),
    "serves": ("serves its proxies", "serves grey 0,0 22,0"),
    "task": ("runs a task", "idle grey 0,0 22,0; bar grey 3,0 9,0; bar grey 13,0 19,0"),
    "idle": ("has no task", "idle grey 0,0 22,0"),
    "share": ("higher: runs more of the time", "fill grey 0,-1 9,-1 9,-5 22,-5 22,5 9,5 9,1 0,1"),
    "waits": ("waits", "waits grey 0,0 22,0"),
    "start": ("start()", "start still 11,-7 11,3; fill still 11,7 8,1 14,1"),
    "starting": ("starts up", "starting grey 0,0 22,0"),
    "unseen": ("ends, nobody saw when", "unseen grey 0,0 22,0"),
    "cap": ("ends well", "cap grey 11,-7 11,7; bar grey 0,0 11,0"),
    "ended": ("ended by its pool", "idle grey 0,0 11,0; fill still 11,-5 16,0 11,5 6,0"),
    "cross": ("fails or is killed", "cross red 7,-4 15,4; cross red 7,4 15,-4"),
    "message": ("message", "message grey 0,0 22,0; head grey 0,0 22,0"),
    "bundle": (
        "messages, one after the other",
        "band grey 0,-4 12,5 22,5 3,-4; message grey 0,-4 12,5; message grey 3,-4 22,5",
    ),
    "call": ("call of a proxy", "message grey 0,0 22,0; head grey 0,0 22,0; back grey 0,4 22,4"),
    "wakes": ("wakes", "wakes grey 0,0 22,0; head grey 0,0 22,0"),
    "unread": ("not received", "message grey 4,5 13,-2; ring grey 13,-2"),
    "prints": ("prints", "bar grey 0,-1 22,-1; ring ink 11,4.5"),
    "tick": ("", "tick ink 11,-7 11,7; waits grey 0,0 11,0"),  # what is done there
    "cut": ("time is cut", "cut grey 6,4 10,-4; cut grey 12,4 16,-4"),
    "stretch": ("time is stretched", "axis grey 0,0 22,0; stretch still 6,0 16,0"),
    "moment": ("holds a lock for a moment", "bar grey 0,3 22,3; dot ink 11,-6"),
    **{lock: ("", f"bar grey 0,3 22,3; lock {lock} 0,-6 22,-6") for lock in LOCKS},
}


def draw_key(
    canvas: Canvas, kinds: Collection[str], ticks: str, locks: Sequence[str], top: float
) -> float:
    """Draw the signs in as many rows as they need; return where the picture ends."""
    told = {kind: words or ticks for kind, (words, _) in SIGNS.items() if kind in kinds}
    told |= {color: f"holds {lock}" for color, lock in zip(LOCKS, locks, strict=False)}
    x, y = MARGIN, top
    for kind, words in told.items():
        words = clean(words, 44)
        width = SIGN + 6 + canvas.width_of("small", words)
        if x + width > canvas.width - MARGIN and x > MARGIN:
            x, y = MARGIN, y + ROW
        _draw_sign(canvas, SIGNS[kind][1], x, y)
        canvas.text("small", "grey", x + SIGN + 6, y, words)
        x += width + 18
    return y + ROW if told else top


def _draw_sign(canvas: Canvas, strokes: str, x: float, y: float) -> None:
    for stroke in strokes.split("; "):
        style, color, *pairs = stroke.split()
        points = [(x + float(dx), y + float(dy)) for dx, dy in (it.split(",") for it in pairs)]
        if style == "head":
            canvas.head(color, points[0], points[-1])
        elif style in ("ring", "dot"):
            getattr(canvas, style)(color, *points[0], 2.8)
        elif style in ("fill", "band"):
            canvas.fill(color, *points, style=style)
        else:
            canvas.line(style, color, *points)
