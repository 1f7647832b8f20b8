"""What a block tells: its transcript, its summary, its timeline, its trace as a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mpscope._render.picture import Picture, Text
from mpscope._trace.events import Event
from mpscope._trace.kinds import Kind
from mpscope._trace.trace import Print, Trace

if TYPE_CHECKING:
    from mpscope._trace.trace import Trace


class Outputs:
    """All of them read ``trace``; what they need for it is loaded when they are asked."""

    _name: str  # the start method

    @property
    def trace(self) -> Trace:
        """Everything that is known about the block."""
        raise NotImplementedError

    @property
    def events(self) -> Sequence[Event]:
        """Everything that every process did, in time order (see `Event`)."""
        return self.trace.events

    def transcript(self) -> Text:
        """What the children printed: in start order, the same text on every run."""
        return transcript(self.trace)

    def describe(self) -> Text:
        """What happened, in sentences: the same text on every run."""
        from mpscope._render.summary import describe

        return describe(self.trace)

    def timeline(self, title: str | None = None) -> Picture:
        """A space-time diagram: a lane for each process, an arrow for each message."""
        from mpscope._render.timeline import timeline

        return timeline(self.trace, title=title, method=self._name)

    def save_trace(self, path: str | os.PathLike[str]) -> None:
        """Write the events in Chrome's trace format, for Perfetto and other viewers."""
        from mpscope._render.chrome_trace import save_trace

        save_trace(self.trace, path)


SIGNS = {Kind.PRINT: "|", Kind.ERROR: "!"}


def transcript(trace: Trace) -> Text:
    """One line per printed line: children in start order, each one's lines in its own order.

    ``child-1 | said on stdout``, ``child-1 ! said on stderr``.
    """
    return Text("\n".join(map(_told, trace.prints)))


def _told(line: Print) -> str:
    return f"{line.process} {SIGNS[line.stream]} {line.text}".rstrip()


def last_words(prints: Iterable[Print], each: int, most: int = 12) -> str:
    """The last `each` lines of every process, or the last one, or as many as `most`; or ""."""
    said: dict[str, list[str]] = {}
    for line in prints:
        said.setdefault(line.process, []).append(_told(line))
    told = [line for lines in said.values() for line in lines[-each:]]
    if len(told) > most:
        told = [lines[-1] for lines in said.values()]
    if (more := len(told) - most) > 0:
        told = [*told[:most], f"... and {more} more processes printed something"]
    return "\n".join(["Printed last:", *(f"  {line}" for line in told)]) if told else ""
