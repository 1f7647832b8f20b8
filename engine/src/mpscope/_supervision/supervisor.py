"""Keeps the block's first promise: nothing in it outlives its deadline.

The states of a block, at which `lookout` has somebody look (`tick`) again and again:

    RUNNING ◀───────────────────────────────────────────────────────────────────┐
      │ │                                                                       │
      │ └─ look: the parent waits for what no living process can do, or all     │
      │          wait and no thread has run since the last look (`quiescence`)  │
      │    ▼                                                                    │
      │  SUSPECT ── somebody moves, or could still act (`outsiders`) ───────────┘
      │    │
      │    └─ the same at later looks, and the logs prove it (`judge`)
      │       ▼
      └──▶ JUDGED: `verdict` is set, everything is killed, `TimeIsUp` is raised in the block
      │       │    (also: the deadline, `mp.stop()`, a pool whose result cannot come)
      │       │ swallowed? again after `UNWIND_S`, then at every line (`watchdog`)
      ▼       ▼
    ENDING: `end()` waits for the children, unless JUDGED, and cleans up (`cleanup`)
      ▼
    ENDED: the block's `__exit__` raises the verdict, if there is one

`TimeIsUp` is raised only in the block's own frames.  If the block's code is not what runs (it is in
a generator that waits, or in an `ExitStack` that a cell has left), the block is ended where it
stands, and the next one to use it is told.
"""

import contextlib
import sys
import threading
from collections.abc import Callable
from types import FrameType

from mpscope._diagnosis.waitgraph import Account
from mpscope._recording import clock
from mpscope._recording.recorder import Recorder
from mpscope._supervision import report
from mpscope._supervision.faults import shielded
from mpscope._supervision.handlers import HeldBack
from mpscope._supervision.interrupts import Interrupts, TimeIsUp, frames, uses_the_block
from mpscope._supervision.killing import kill_all
from mpscope._supervision.lookout import UNWIND_S, Lookout
from mpscope.errors import IpcError

INSIST_S = 0.05  # after how long a block that goes on is interrupted once more


class Supervisor(Lookout):
    """Watches over one block, from the parent. `box` is the parent's recorder.

    ``verdict`` is the error that the block must end with, once there is one.
    """

    def __init__(
        self, box: Recorder, interrupts: Interrupts, inside: FrameType, method: str
    ) -> None:
        super().__init__(box, interrupts, inside, method)
        self.verdict: IpcError | None = None
        self._judging = threading.Lock()
        self.interrupted: Account | None = None  # where everybody stood when Ctrl-C came
        self.end_where_it_stands: Callable[[], None] = lambda: None
        """Ends the block without its code, which is not running; set by whoever owns the block."""

    def tick(self, frame: FrameType | None) -> None:
        """Raise `TimeIsUp` in the block if it must not go on."""
        shielded(None, self._output.tend)
        if self.interrupts.pending_ns:
            self.interrupts.hear(frame)
        if self.verdict is not None and frame is not None:
            self._pause_s = INSIST_S
            self._line_tracer.begin(frame)
        self._judge(frame)
        verdict = self.verdict
        if verdict is None:
            shielded(None, self.judge.quiescence.looked)
            return
        frame = frame or sys._getframe(1)
        self._line_tracer.remember(frame)
        uses_ours = uses_the_block(frame)
        if not self._strayed(frame):
            raise TimeIsUp
        if uses_ours:
            raise verdict

    def _judge_from_a_thread(self) -> None:
        if self.verdict is not None:  # it may have started somebody meanwhile
            kill_all(self.box)
        self._judge(sys._current_frames().get(self.box.main))

    def _strayed(self, frame: FrameType | None) -> bool:
        """True if the block's code is not what runs; then the block has been ended without it."""
        home = self._line_tracer.block
        if self._ended or any(inner is home for inner in frames(frame, home)):
            return False
        self.end_where_it_stands()
        return True

    def _judge(self, frame: FrameType | None) -> None:
        with self._judging:  # the watchdog may have come to the same conclusion
            if self.verdict is not None:
                return
            self.verdict = self.judge.finding(frame)
        if self.verdict is None:
            return
        self._pause_s = UNWIND_S  # let the block unwind before it is interrupted again
        # what must stay whole may keep its end waiting only so long (see `may_break`)
        self.block.deadline_ns = min(self.block.deadline_ns, clock.monotonic_ns())
        kill_all(self.box)

    def note_interrupt(self, frame: FrameType | None) -> None:
        """Ctrl-C is about to be heard: remember who waits for whom."""
        if self.verdict is not None:
            return
        held_back = HeldBack()
        with contextlib.suppress(Exception):  # the interrupt matters more
            if self.judge.quiescence.is_little():
                self.interrupted = self.judge.glance(frame)
        held_back.let_go()

    def end(self, failed: bool) -> BaseException | None:
        """Leave nothing behind. After a failure kill at once; else let the children finish.

        Returns the interrupt that broke off the waiting for them, if there was one.
        """
        interrupt = None
        try:
            if not failed and self.verdict is None:
                self._cleanup.join_children()
        except TimeIsUp:
            failed = True
        except BaseException as error:
            failed, interrupt = True, error
        self.block.ending = True
        with self._judging:  # the watchdog may be about to say why the block has failed
            pass
        self._stop_watching()
        if self.verdict is None and shielded(False, report.lost_some, self.box):
            self._judge(None)  # not before: an alarm in the midst of it would wait for its lock
        self._cleanup.end(failed or self.verdict is not None)
        shielded(None, self._output.tend)
        return interrupt

    def abandon(self) -> None:
        """The block could not begin: give back what it had taken."""
        self._stop_watching()
        self._cleanup.give_back()
