"""One run of a lab: an observed block, and the means to stop it from another thread.

    thread "watch"   every 0.1 s: draw what the logs say so far; after a stop, see that it happens
      └─ thread "run"   observe(): the experiment; when it is over, the last picture

The watcher starts first: a block ends only when every thread that began inside it has ended.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ipc_helpers.words import said
from mpscope import Ending, Observation, Trace, is_observing, observe
from mpscope.errors import IpcError, WrongUse

FRAME_S = 0.1
_one_at_a_time = threading.Lock()  # there is one observed block in a process


class Run:
    """The block of one experiment. ``error`` is what ended it, if anything did."""

    def __init__(
        self,
        experiment: Callable[..., Any],
        settings: Mapping[str, Any],
        method: str,
        deadline_s: float,
    ) -> None:
        self._experiment, self._settings = experiment, settings
        self._method, self._deadline_s = method, deadline_s
        self._watcher: threading.Thread | None = None
        self._over = threading.Event()
        self.mp: Observation | None = None
        self.answer: Any = None
        self.error: Exception | None = None
        self.stopped = self.waits = False
        self.began = self.took_s = 0.0

    @property
    def running(self) -> bool:
        return self._watcher is not None and self._watcher.is_alive()

    @property
    def over(self) -> bool:
        """Whether it has come to its end, though the last picture may still be drawn."""
        return self._over.is_set()

    @property
    def trace(self) -> Trace:
        """What has happened; there is none before the block is open."""
        assert self.mp is not None
        return self.mp.trace

    @property
    def has_ended(self) -> bool:
        """Whether there was a block, and it has come to an end of its own, or was stopped."""
        return self.mp is not None and self.trace.outcome.ending is not Ending.OPEN

    @property
    def failed(self) -> Exception | None:
        """An error that is none of the engine's, which are part of what is to be seen."""
        return None if isinstance(self.error, IpcError) else self.error

    def perform(self) -> Run:
        """Run the experiment in this thread, to its end; never raises what the run raised."""
        self.began = time.monotonic()
        try:
            if not _one_at_a_time.acquire(blocking=False):
                raise WrongUse(said("lab.other_busy"))
            try:
                self._observe()
            finally:
                _one_at_a_time.release()
        except Exception as error:
            self.error = error
        finally:
            self.took_s = time.monotonic() - self.began
        return self

    def _perform_in_turn(self) -> None:
        """As `perform`, when neither another lab nor a cell has a block open any more."""
        try:
            while not self.stopped and (_one_at_a_time.locked() or is_observing()):
                self.waits = True
                time.sleep(FRAME_S / 2)
            self.waits = False
            if not self.stopped:
                self.perform()
        finally:
            self._over.set()

    def _observe(self) -> None:
        with observe(self._method, self._deadline_s, quiet=True) as mp:  # the panel tells
            self.mp = mp
            if not self.stopped:  # else it was stopped before it had begun
                self.answer = self._experiment(mp, **self._settings)

    def start(self, draw: Callable[[Run], None], finish: Callable[[Run], None]) -> None:
        """Run the experiment in a thread; `draw` now and then, and `finish` at the end."""
        self.began = time.monotonic()
        self._watcher = threading.Thread(
            target=self._watch, args=(draw, finish), name="ipc-lab-watch", daemon=True
        )
        self._watcher.start()

    def _watch(self, draw: Callable[[Run], None], finish: Callable[[Run], None]) -> None:
        threading.Thread(target=self._perform_in_turn, name="ipc-lab-run", daemon=True).start()
        pause = FRAME_S
        while not self._over.wait(pause):
            began = time.monotonic()
            if not self.stopped:
                draw(self)
            pause = max(FRAME_S, 4 * (time.monotonic() - began))  # leave the machine to the run
        finish(self)

    def stop(self) -> None:
        """End the run now, from any thread."""
        self.stopped = True
        if self.mp is not None:
            self.mp.stop()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the run is over and drawn; False if it still runs."""
        if self._watcher is not None:
            self._watcher.join(timeout_s)
        return not self.running


def in_plain_words(error: BaseException) -> str:
    """What went wrong, for people who do not read class names."""
    if isinstance(error, IpcError):
        return str(error)
    return f"{type(error).__name__}: {error}"
