"""What a block tells: its transcript, its summary, its timeline, its trace as a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mpscope._render.picture import Picture, Text
from mpscope._render.transcript import transcript
from mpscope._trace.events import Event

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
