"""The key under a timeline: only the signs that are in the picture."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mpscope._render.canvas import GREY, INK, STARTING, Ink
from mpscope._render.labels import clean

LOCKS = ("#24292f", "#CC79A7", "#3A8FC4")  # the colours of the bands for locks held
MARGIN, SIGN, SIZE, ROW = 16.0, 20.0, 11.0, 19.0

SIGNS = {  # in this order
    "runs": "runs",
    "share": "the higher, the more of the time it runs",
    "waits": "waits",
    "starting": "starts up",
    "message": "message",
    "call": "call of a proxy",
    "wakes": "lets go on",
    "unread": "not received",
    "prints": "prints",
    "cross": "fails or is killed",
    "cut": "nothing happens (cut)",
    "widened": "time is stretched",
}


def draw_key(ink: Ink, kinds: Collection[str], locks: Sequence[str], top: float) -> float:
    """Draw the signs in as many rows as they need; return where the picture ends."""
    entries = [(kind, words) for kind, words in SIGNS.items() if kind in kinds]
    entries += [(f"lock {row}", f"holds {lock}") for row, lock in enumerate(locks)]
    x, y = MARGIN, top
    for kind, words in entries:
        words = clean(words, 60)
        width = SIGN + 6 + ink.width_of(words, SIZE) + 18
        if x + width > ink.width and x > MARGIN:
            x, y = MARGIN, y + ROW
        _draw_sign(ink, kind, x, y)
        ink.text(x + SIGN + 6, y, words, SIZE, GREY)
        x += width
    return y + ROW


def _draw_sign(ink: Ink, kind: str, x: float, y: float) -> None:
    if kind == "runs":
        ink.bar(GREY, x, x + SIGN, y - 5, y + 5)
    elif kind == "share":
        ink.bar(GREY, x, x + 10, y - 1.5, y + 1.5)
        ink.bar(GREY, x + 10, x + SIGN, y - 5, y + 5)
    elif kind in ("waits", "starting"):
        ink.line(kind, GREY, (x, y), (x + SIGN, y))
    elif kind in ("message", "call", "wakes"):
        ink.line("wakes" if kind == "wakes" else "message", GREY, (x, y), (x + SIGN, y))
        ink.head(GREY, (x, y), (x + SIGN, y))
        if kind == "call":
            ink.line("back", GREY, (x, y + 4), (x + SIGN, y + 4))
    elif kind == "unread":
        ink.line("message", GREY, (x + 4, y + 5), (x + 13, y - 2))
        ink.dot("white", x + 13, y - 2, 3.2, edge=GREY)
    elif kind == "prints":
        ink.bar(GREY, x, x + SIGN, y - 7, y + 3)
        ink.dot("white", x + 10, y + 3, 2.6, edge=INK, order=8)
    elif kind == "cross":
        ink.cross(x + 14, y)
    elif kind == "widened":
        ink.bar(STARTING, x, x + SIGN, y - 1.5, y + 1.5)
    elif kind == "cut":
        for dx in (10, 16):
            ink.line("cut", GREY, (x + dx - 2, y + 4), (x + dx + 2, y - 4))
    else:
        ink.bar(LOCKS[int(kind.split()[1])], x, x + SIGN, y - 2, y + 2)
