"""One run of a lab: an observed block, and the means to stop it from another thread.

    thread "watch"   every 0.1 s: draw what the logs say so far; after a stop, see that it happens
      └─ thread "run"   observe(): the experiment; when it is over, the last picture

The watcher starts first: a block ends only when every thread that began inside it has ended.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mpscope import observe
from mpscope._recording import recorder
from mpscope._supervision.processes import kill_all
from mpscope.errors import IpcError, WrongUse

if TYPE_CHECKING:
    from mpscope._block import Observation

FRAME_S = 0.1
PATIENCE_S = 0.25  # how long after a stop, or the deadline, before everything is killed by force
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
        self._box: recorder.Recorder | None = None
        self._watcher: threading.Thread | None = None
        self._over = threading.Event()
        self.mp: Observation | None = None
        self.answer: Any = None
        self.error: Exception | None = None
        self.stopped = False
        self.began = self.took_s = 0.0

    @property
    def running(self) -> bool:
        return self._watcher is not None and self._watcher.is_alive()

    def perform(self) -> Run:
        """Run the experiment in this thread, to its end; never raises what the run raised."""
        self.began = time.monotonic()
        try:
            if not _one_at_a_time.acquire(blocking=False):
                raise WrongUse("another lab is running: wait until it has ended, or stop it.")
            try:
                self._observe()
            finally:
                _one_at_a_time.release()
        except Exception as error:
            self.error = error
        finally:
            self._box = None
            self.took_s = time.monotonic() - self.began
            self._over.set()
        return self

    def _observe(self) -> None:
        mp = observe(self._method, self._deadline_s)
        mp._mention_failures = lambda: None  # type: ignore[method-assign]  # the panel tells
        if recorder.current is not None:
            raise WrongUse("an observed block is open in another cell: let it end first.")
        with mp:
            self._box, self.mp = recorder.current, mp
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
        threading.Thread(target=self.perform, name="ipc-lab-run", daemon=True).start()
        pause = FRAME_S
        while not self._over.wait(pause):
            began = time.monotonic()
            if not self.stopped:
                draw(self)
            self._insist()
            pause = max(FRAME_S, 4 * (time.monotonic() - began))  # leave the machine to the run
        finish(self)

    def _insist(self) -> None:
        """Kill all processes of a run that waits, after its end, where no tick can reach it."""
        box = self._box
        if box is not None and time.monotonic_ns() > box.deadline_ns + PATIENCE_S * 1e9:
            with contextlib.suppress(OSError):  # the block has just ended by itself
                kill_all(box)

    def stop(self) -> None:
        """End the run now, from any thread: its deadline has come."""
        self.stopped = True
        box = self._box
        if box is not None:
            box.deadline_ns = min(box.deadline_ns, time.monotonic_ns())

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
