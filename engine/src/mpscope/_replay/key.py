"""What the marks of a replay mean: those that this block can show."""

from __future__ import annotations

from html import escape

from mpscope._replay.moments import State
from mpscope._replay.shapes import INK, PAPER, glyph
from mpscope._replay.states import Film
from mpscope._trace.processes import FAILED, KILLED, STOPPED

MESSAGE = f'<rect x="1" y="3" width="16" height="12" rx="4" fill="{INK}"/>'
KEPT = (
    f'<rect x="1" y="3" width="16" height="12" rx="4" fill="{PAPER}" stroke="{INK}" '
    'stroke-dasharray="3 2"/>'
)


def key(film: Film) -> str:
    """The key as a line of HTML: each mark, and a few words."""
    outcomes = {member.outcome for member in film.members}
    marks = [(glyph(State.STARTING, 9, 9), "not there yet, or starting")]
    marks += [(glyph(State.RUNNING, 9, 9), "runs"), (glyph(State.WAITING, 9, 9), "waits")]
    marks += [(glyph(State.ENDED, 9, 9), "ended well")]
    if outcomes & {FAILED, KILLED, STOPPED}:
        marks.append((glyph(State.FAILED, 9, 9), "failed, killed or stopped"))
    if film.receivers:
        marks.append((MESSAGE, "a message, in the colour of its sender"))
    if film.feeders:
        marks.append((KEPT, "put, and not yet sent"))
    shown = "".join(
        f'<span><svg class="ipc-svg" width="18" height="18" aria-hidden="true">{mark}</svg> '
        f"{escape(words)}</span>"
        for mark, words in marks
    )
    return f'<div class="ipc-key">{shown}</div>'
