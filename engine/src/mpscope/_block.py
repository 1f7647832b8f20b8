"""`observe()`: a multiprocessing context that can be watched.

    with observe("spawn") as mp:      instead of  mp = multiprocessing.get_context("spawn")
        ...                           plain multiprocessing
    mp.transcript()                   what the children printed
    mp.trace                          what every process did, and who they were
    mp.timeline()                     a picture of it; mp.describe() tells it in words

The block never hangs, and leaves no process, name or descriptor behind (see `_supervision`).
"""

from __future__ import annotations

import atexit
import math
import os
import shutil
import sys
import tempfile
from concurrent.futures import CancelledError
from multiprocessing import get_all_start_methods
from numbers import Real
from types import FrameType, TracebackType

from mpscope._recording import recorder
from mpscope._recording.block import Block
from mpscope._recording.clock import monotonic_ns
from mpscope._recording.context import ObservedContext
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import NEVER, Assignment
from mpscope._recording.tracebacks import last_line
from mpscope._render.outputs import last_words
from mpscope._story import Story
from mpscope._supervision import faults, interrupts, report
from mpscope._supervision.faults import shielded
from mpscope._supervision.interrupts import TimeIsUp
from mpscope._supervision.ours import Foreign
from mpscope._supervision.processes import home
from mpscope._supervision.supervisor import Supervisor
from mpscope._supervision.sweep import sweep
from mpscope._trace.kinds import STOPPING, BlockOutcome, Ending
from mpscope._trace.logs import read_folder
from mpscope._trace.trace import Trace
from mpscope._trace.waiting import WaitGraph
from mpscope.errors import IpcError, WrongUse

MOST_S = sys.float_info.max
LONGEST_S = 1e9  # thirty years; no clock counts further than a few hundred in nanoseconds
LAST = 3  # lines of each process below an error that ends the block

sweep()  # after a kernel that was killed, the next import cleans up


def observe(
    method: str | None = None, deadline_s: float = 10, *, quiet: bool = False, echo: bool = False
) -> Observation:
    """Open a block whose processes are observed; use it as ``with observe(...) as mp:``.

    Args:
        method: "fork", "spawn" or "forkserver"; by default the environment variable
            IPC_START_METHOD, else "spawn", which works on every platform.
        deadline_s: seconds after which everything in the block is stopped.
        quiet: no notes on stderr, when the block has ended well, about children that failed,
            messages that nobody read, and the like.
        echo: what the children print goes to where it would go without `observe()`, at once; it is
            kept for `mp.transcript()` either way.

    Raises:
        WrongUse: unknown method, a deadline that is not a positive number; when the block is
            entered: inside another block, inside a child, or not in the main interpreter.
        DeadlineExceeded, BlockStopped, ChildFailed, NobodyLeft: from the block; see
            `mpscope.errors`. A note on each has the last lines that every process printed.
    """
    chosen = method if method is not None else os.environ.get("IPC_START_METHOD") or "spawn"
    known = get_all_start_methods()
    if chosen not in known:
        raise WrongUse(
            f"no start method {chosen!r} on this platform; choose one of {', '.join(known)}"
            + (" (it comes from IPC_START_METHOD)" if method is None else "")
        )
    if isinstance(deadline_s, bool) or not isinstance(deadline_s, Real):  # numpy's are, too
        raise WrongUse(f"deadline_s must be a number of seconds, not {type(deadline_s).__name__}")
    if not 0 < deadline_s < math.inf:
        raise WrongUse(f"deadline_s must be a positive number of seconds, not {deadline_s}")
    return Observation(chosen, float(min(deadline_s, MOST_S)), quiet, echo)


def is_observing() -> bool:
    """Whether a block is open in this process: there is one at a time."""
    return recorder.current is not None


class Observation(ObservedContext, Story):
    """What ``with observe() as mp`` binds: the context during the block, its story afterwards."""

    def __init__(
        self, method: str, deadline_s: float, quiet: bool = False, echo: bool = False
    ) -> None:
        super().__init__(method)
        self.deadline_s, self._quiet, self._echo = deadline_s, quiet, echo
        self._block: Block | None = None

    def __enter__(self) -> Observation:
        self._refuse_what_cannot_work()
        self._pid = os.getpid()
        self._interrupts = interrupts.Interrupts()
        recorder.ended_by_itself = ""
        try:
            self._begin(sys._getframe(1))
        except BaseException:  # no room for its folder, no descriptors left
            self._close_box()
            self._interrupts.give_back()
            raise
        self._interrupts.witness = self._supervisor.note_interrupt
        self._interrupts.may_break = self._supervisor.may_break
        atexit.register(self._end_at_exit)
        return self

    def _refuse_what_cannot_work(self) -> None:
        box = recorder.current
        if box is not None and not box.is_parent:
            raise WrongUse(
                "observe() inside a child: its processes are observed already; give the worker "
                "`mp` as an argument and use that"
            )
        if box is not None:
            raise WrongUse("an observe() block is open already; end it before you open another")
        if self._trace is not None:
            raise WrongUse("this observe() block has ended; call observe() again for a new one")
        if not interrupts.is_main_interpreter():
            raise WrongUse(
                "observe() inside an interpreter: signals, which end a block in time, reach the "
                "main interpreter only; open the block there"
            )

    def _begin(self, block: FrameType) -> None:
        self._folder = tempfile.mkdtemp(prefix=f"ipc-{os.getpid()}-", dir=home())
        deadline_ns = monotonic_ns() + int(min(self.deadline_s, LONGEST_S) * 1e9)
        if math.isinf(self.deadline_s):
            deadline_ns = NEVER
        box = Recorder(Assignment(self._folder, "0", "parent", deadline_ns, self._echo))
        recorder.current, self._block = box, box.block
        box.block.deadline_s = self.deadline_s
        self._foreign = Foreign(box.block)
        self._supervisor = Supervisor(box, self._interrupts, block, self._name)
        self._supervisor.end_where_it_stands = self._end_where_it_stands
        self._task = interrupts.task_of(interrupts.home_of(block))
        try:
            self._supervisor.begin()
        except BaseException:
            self._supervisor.abandon()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if os.getpid() != self._pid:
            return  # a copy, made by os.fork(): the block is its parent's
        foreign = shielded("", self._foreign.note)  # their names are known as long as they run
        if self._trace is None:  # else it has ended by itself
            self._end(failed=kind is not None)
        recorder.ended_by_itself = ""
        verdict, self._supervisor.verdict = self._supervisor.verdict, None
        if verdict is not None:
            if self._task is not None and isinstance(error, CancelledError):
                self._task.uncancel()
            self._account = verdict.account
            shielded(None, self._keep, Ending(type(verdict).__name__), verdict)
            for note in filter(None, (shielded("", self._last_words), foreign)):
                verdict.add_note(note)
            faults.tell()
            if error is verdict:  # raised by what used the block after its end
                return
            cause = None if isinstance(error, TimeIsUp | CancelledError) else error
            try:
                raise verdict from cause
            finally:  # TimeIsUp would keep all frames of the block alive
                verdict.__context__ = None
                del verdict, cause, error, traceback
        from mpscope import _notes  # not above: children load this module, too

        if error is None:
            if not self._quiet and self.trace.logs:
                unseen = "" if self._foreign.block.made else foreign
                shielded(None, _notes.mention, self.trace, unseen)
        elif isinstance(error, KeyboardInterrupt):
            self._account = self._supervisor.interrupted
            shielded(None, self._keep, Ending.INTERRUPTED, error)
            if self._account is not None:
                told = shielded("", report.interrupted, self._account)
                print(told, shielded("", self._last_words), sep="\n", file=sys.stderr)
        else:
            shielded(None, self._keep, Ending.RAISED, error)
            if isinstance(error, Exception):
                shielded(None, _notes.explain, error, self.trace)
        faults.tell()

    def _end(self, failed: bool) -> None:
        try:
            interrupt = self._supervisor.end(failed)
            logs = shielded((), read_folder, self._folder)
            self._trace = Trace(tuple(logs), BlockOutcome(Ending.ENDED))
        finally:
            shielded(None, self._close_box)
            shielded(None, self._interrupts.give_back)
            atexit.unregister(self._end_at_exit)
        if interrupt is not None:
            shielded(None, self._keep, Ending.INTERRUPTED, interrupt)
            raise interrupt

    def _last_words(self) -> str:
        return last_words(self.trace.prints, LAST)

    def _keep(self, ending: Ending, error: BaseException) -> None:
        """What ended the block, and who waited for whom then, becomes part of its trace."""
        text = str(error) if ending in STOPPING else last_line(error)
        plain = error.plain if isinstance(error, IpcError) else ""
        outcome = BlockOutcome(ending, type(error).__name__, text, plain or text)
        graph = report.wait_graph(self._account) if self._account is not None else WaitGraph()
        self._trace = Trace(self.trace.logs, outcome, graph)

    def _end_where_it_stands(self) -> None:
        """Time is up while the code waits in a generator or coroutine; who uses it next is told."""
        self._end(failed=True)
        recorder.ended_by_itself = type(self._supervisor.verdict).__name__
        if self._task is not None and not self._task.done():
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    def _end_at_exit(self) -> None:
        """The program has never left the block; Python takes our handlers away, not our timer."""
        if self._trace is None:
            self.__exit__(None, None, None)

    def _close_box(self) -> None:
        box, recorder.current, self._block = recorder.current, None, None
        if box is not None:
            box.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the block now, from any thread; in a block that has ended this does nothing.

        Everything that the block has started is killed, and `BlockStopped` is raised in it.
        """
        if (block := self._block) is not None:
            block.stop()
