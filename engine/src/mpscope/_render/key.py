"""The key under a timeline: each sign that is in the picture, and no other."""

from collections.abc import Collection, Sequence

from mpscope._render.canvas import Canvas
from mpscope._render.labels import clean
from mpscope._render.theme import LOCKS

MARGIN, SIGN, ROW = 16.0, 22.0, 20.0
SIGNS = {  # in this order
    "runs": "runs",
    "serves": "serves its proxies",
    "task": "runs a task",
    "idle": "has no task",
    "share": "higher: runs more of the time",
    "waits": "waits",
    "start": "start()",
    "starting": "starts up",
    "unseen": "ends, nobody saw when",
    "cap": "ends well",
    "ended": "ended by its pool",
    "cross": "fails or is killed",
    "message": "message",
    "bundle": "messages, one after the other",
    "call": "call of a proxy",
    "wakes": "wakes",
    "unread": "not received",
    "prints": "prints",
    "tick": "",  # what is done there
    "cut": "time is cut",
    "stretch": "time is stretched",
}


def draw_key(
    canvas: Canvas, kinds: Collection[str], ticks: str, locks: Sequence[str], top: float
) -> float:
    """Draw the signs in as many rows as they need; return where the picture ends."""
    entries = [(kind, words or ticks) for kind, words in SIGNS.items() if kind in kinds]
    entries += [(color, f"holds {lock}") for color, lock in zip(LOCKS, locks, strict=False)]
    x, y = MARGIN, top
    for kind, words in entries:
        words = clean(words, 44)
        width = SIGN + 6 + canvas.width_of("small", words)
        if x + width > canvas.width - MARGIN and x > MARGIN:
            x, y = MARGIN, y + ROW
        _draw_sign(canvas, kind, x, y)
        canvas.text("small", "grey", x + SIGN + 6, y, words)
        x += width + 18
    return y + ROW if entries else top


def _draw_sign(canvas: Canvas, kind: str, x: float, y: float) -> None:
    end, middle = x + SIGN, x + SIGN / 2
    if kind in ("serves", "idle", "waits", "starting", "unseen", "stretch"):
        canvas.line(kind, "grey", (x, y), (end, y))
    elif kind == "task":
        canvas.line("idle", "grey", (x, y), (end, y))
        canvas.line("bar", "grey", (x + 5, y), (end - 5, y))
    elif kind in ("runs", "prints"):
        canvas.line("bar", "grey", (x, y - 1), (end, y - 1))
        if kind == "prints":
            canvas.ring("ink", middle, y + 4.5, 2.6)
    elif kind == "share":
        for left, right, half in ((x, middle, 1.5), (middle, end, 5)):
            corners = [(left, y - half), (right, y - half), (right, y + half), (left, y + half)]
            canvas.fill("grey", *corners)
    elif kind == "start":
        canvas.line("start", "still", (middle, y - 7), (middle, y + 3))
        canvas.fill("still", (middle, y + 7), (middle - 3, y + 1), (middle + 3, y + 1))
    elif kind in ("cap", "ended", "tick"):
        color = {"cap": "grey", "ended": "still", "tick": "ink"}[kind]
        canvas.line("tick" if kind == "tick" else "cap", color, (middle, y - 7), (middle, y + 7))
        canvas.line("waits" if kind == "tick" else "bar", "grey", (x, y), (middle, y))
    elif kind == "cross":
        canvas.cross(middle, y)
    elif kind in ("message", "call", "wakes"):
        canvas.line("wakes" if kind == "wakes" else "message", "grey", (x, y), (end, y))
        canvas.head("grey", (x, y), (end, y))
        if kind == "call":
            canvas.line("back", "grey", (x, y + 4), (end, y + 4))
    elif kind == "unread":
        canvas.line("message", "grey", (x + 4, y + 5), (x + 13, y - 2))
        canvas.ring("grey", x + 13, y - 2, 3.2)
    elif kind == "bundle":
        first, last = ((x, y - 4), (end - 10, y + 5)), ((x + 3, y - 4), (end, y + 5))
        canvas.fill("grey", *first, *reversed(last), style="band")
        canvas.line("message", "grey", *first)
        canvas.line("message", "grey", *last)
    elif kind == "cut":
        for dx in (-3, 3):
            canvas.line("cut", "grey", (middle + dx - 2, y + 4), (middle + dx + 2, y - 4))
    else:
        canvas.line("lock", kind, (x, y), (end, y))
