"""What a block has to tell, as texts and pictures: inside it as things stand now, then for good."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mpscope._diagnosis.waitgraph import Account
from mpscope._recording import recorder
from mpscope._render.outputs import Picture, Text, transcript
from mpscope._supervision import report
from mpscope._supervision.supervisor import Supervisor
from mpscope._trace.events import Event
from mpscope._trace.trace import Trace
from mpscope._trace.waiting import WaitGraph
from mpscope.errors import WrongUse


class Story:
    """The part of an `Observation` that tells; drawing is loaded when it is asked for."""

    _name: str
    _supervisor: Supervisor
    _folder = ""
    _trace: Trace | None = None
    """Once the block has ended."""
    _account: Account | None = None
    """Where every process stood when it was stopped or interrupted."""

    @property
    def trace(self) -> Trace:
        """Everything that is known about the block; inside it, as things stand now."""
        if self._trace is not None:
            return self._trace
        if not self._folder:
            raise WrongUse("this observe() block has not begun; write `with observe() as mp:`")
        return Trace.read(self._folder)

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

        return timeline(self.trace, title, self._name)

    def save_trace(self, path: str | os.PathLike[str]) -> None:
        """Write the events in Chrome's trace format, for Perfetto and other viewers."""
        from mpscope._render.chrome_trace import save_trace

        save_trace(self.trace, path)

    def waits(self) -> Picture:
        """Who waits for whom: now, or when the block was stopped or interrupted."""
        from mpscope._render.wait_graph import picture_of

        kept = self._trace.graph if self._trace is not None else WaitGraph()
        return picture_of(kept if kept.standings else report.wait_graph(self.account()))

    def account(self) -> Account:
        """Where every process stands: now, or when the block was stopped or interrupted."""
        if self._account is not None:
            return self._account
        box = recorder.current
        if self._trace is None and box is not None and box.folder == self._folder:
            self._supervisor.judge.asks_on(frame := sys._getframe(1))
            return report.look(box, box.block.started, frame)
        return report.afterwards(self.trace)
