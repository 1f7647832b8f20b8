"""What the children printed, in an order that is the same on every run."""

from __future__ import annotations

from mpscope._render.picture import Text
from mpscope._trace.kinds import Kind
from mpscope._trace.trace import Print, Trace

SIGNS = {Kind.PRINT: "|", Kind.ERROR: "!"}


def transcript(trace: Trace) -> Text:
    """One line per printed line: children in start order, each one's lines in its own order.

    ``child-1 | said on stdout``, ``child-1 ! said on stderr``.
    """
    return Text("\n".join(map(told, trace.prints)))


def told(line: Print) -> str:
    """A printed line with who printed it."""
    return f"{line.process} {SIGNS[line.stream]} {line.text}".rstrip()
