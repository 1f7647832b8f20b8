"""The block around a program: from before its first line until after its last `atexit` function.

program ─▶ threads end ─▶ its atexit functions ─▶ finish(): as Python does, wait for children;
   │                                              then files, and the end
   ├─ Ctrl-C ─▶ account ─▶ SIGINT to the children ─▶ KeyboardInterrupt
   ├─ SIGUSR1 ─▶ account ─▶ goes on
   └─ a hang, the deadline ─▶ everything is killed ─▶ TimeIsUp ─▶ atexit, finish() ─▶ exit 124
"""

import argparse
import atexit
import contextlib
import math
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import resource_tracker, util
from types import FrameType
from typing import Any

from mpscope._block import Observation
from mpscope._diagnosis.remarks import remarks_on_program
from mpscope._diagnosis.waitgraph import Account
from mpscope._notes import cause_of
from mpscope._recording import recorder
from mpscope._recording.records import CODE, UNBOUNDED
from mpscope._render.outputs import last_words
from mpscope._run import alarms, patches, process
from mpscope._supervision import faults, report
from mpscope._supervision.faults import shielded
from mpscope._supervision.interrupts import TimeIsUp
from mpscope._supervision.processes import runs
from mpscope._trace.trace import prints_of
from mpscope.errors import DeadlineExceeded, Deadlock, IpcError

STOPPED = 124  # as timeout(1) ends when it had to stop its command
LAST = 5  # lines of each process below an account


class Session:
    """Observes the program that this process is about to become."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.told: list[str] = []
        self.interrupted = False
        self.error: BaseException | None = None
        self._pid = os.getpid()
        self._mp = Observation("spawn", options.deadline or math.inf, quiet=True)
        self._refuse_bad_files()

    def _refuse_bad_files(self) -> None:
        for path in (self.options.timeline, self.options.trace, self.options.report):
            try:
                if path:
                    open(path, "wb").close()
            except OSError as error:
                print(f"mpscope: can't write {path!r}: {error.strerror}", file=sys.stderr)
                sys.exit(2)

    def follow(self, program: Callable[[], None]) -> None:
        """Run the program; ends this process as the program ends."""
        self._mp.__enter__()
        self._begin()
        try:
            program()
        except BaseException as error:
            if self._mp._supervisor.verdict is not None:  # what else is raised, is its doing
                atexit._run_exitfuncs()  # the last of them is `finish`, which does not return
            if isinstance(error, SystemExit):
                raise
            self.interrupted = isinstance(error, KeyboardInterrupt)
            self.error = error
            show(error)
            sys.exit(1)

    def _begin(self) -> None:
        atexit.register(self.finish)
        # segments are the resource tracker's business, and the program's
        resource_tracker.register = resource_tracker._resource_tracker.register
        patches.install()
        alarms.hide_from_program(self._mp._supervisor)
        process.echo()
        self._mp._interrupts.witness = self._on_interrupt
        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, self._on_request)

    # -- when an account is wanted ----------------------------------------------------------------

    def _on_interrupt(self, frame: FrameType | None) -> None:
        """Ctrl-C has come: the children are in groups of their own, and have not heard it yet."""
        if self._mp._supervisor.verdict is None:
            with contextlib.suppress(Exception):  # the interrupt matters more
                self._tell_all("Ctrl-C. When it came,", frame)
        box = recorder.current
        for child in list(box.block.started if box is not None else ()):
            if runs(child) and child.pid is not None:
                with contextlib.suppress(OSError):
                    os.killpg(child.pid, signal.SIGINT)

    def _on_request(self, signum: int, frame: FrameType | None) -> None:
        if os.getpid() == self._pid and recorder.current is not None:
            shielded(None, self._tell_all, "where every process stands now:", frame)

    def _tell_all(self, first: str, frame: FrameType | None) -> None:
        self._tell(first, self._mp._supervisor.judge.glance(frame))

    def _tell(self, first: str, seen: Account) -> None:
        """Past `sys.stderr`, in which the program may be this very moment."""
        said = last_words(prints_of(seen.logs.values()), LAST)
        lines = [f"mpscope: {report.told(first, seen)}", *report.how_long(seen), said]
        text = "".join(f"{line}\n" for line in lines if line)
        self.told.append(text)
        data = text.encode(errors="backslashreplace")
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(2, data) :]

    # -- the end ----------------------------------------------------------------------------------

    def finish(self) -> None:
        """End as Python does, while that is still observed; then write the files."""
        if os.getpid() != self._pid:  # in what the program has made with os.fork()
            return
        verdict = self._end()
        if verdict is not None:
            first = why_stopped(verdict, self.options.deadline)
            shielded(None, self._tell, first, verdict.account)
        elif not self.interrupted:
            for remark in shielded((), self._remarks):
                self.told.append(f"mpscope: {remark}\n")
                print(self.told[-1], end="", file=sys.stderr)
        faults.tell()
        for path, write in (
            (self.options.timeline, lambda path: self._mp.timeline().save(path)),
            (self.options.trace, self._mp.save_trace),
            (self.options.report, self._write_report),
        ):
            try:
                if path:
                    write(path)
            except Exception as error:
                print(f"mpscope: can't write {path!r}: {error}", file=sys.stderr)
        if verdict is not None:
            leave(STOPPED)
        if self.interrupted and os.name == "posix":  # as Python does, for the shell to know
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            _flush()
            os.kill(os.getpid(), signal.SIGINT)

    def _remarks(self) -> list[object]:
        cause = cause_of(self.error, self._mp.trace)
        return [*([cause] if cause else []), *remarks_on_program(self._mp.trace)]

    def _end(self) -> IpcError | None:
        box, supervisor = recorder.current, self._mp._supervisor
        assert box is not None
        if supervisor.verdict is None:
            box.open(CODE["end"], 0, sys._getframe(), UNBOUNDED)  # also until its queues are read
        methods = process.methods or {multiprocessing.get_start_method()}
        self._mp._name = " and ".join(sorted(methods))  # for the head of the picture
        # what must not be broken off elsewhere, finalizers, is where Python may wait for ever now
        supervisor.may_break = lambda frame: not supervisor._ended
        how: tuple[Any, Any, None] = (None, None, None)
        for child in box.block.started:
            if child.daemon and runs(child):
                child._ipc_note_end()  # Python is about to end it
        try:
            util._exit_function()
        except TimeIsUp:
            pass
        except KeyboardInterrupt as error:
            self.interrupted = True
            how = (KeyboardInterrupt, error, None)
        try:
            self._mp.__exit__(*how)
        except IpcError as verdict:
            return verdict
        return None

    def _write_report(self, path: str) -> None:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([*self.told, f"What happened:\n{self._mp.describe()}\n"]))


def why_stopped(verdict: IpcError, deadline_s: float | None) -> str:
    """The first line of the account of a program that had to be stopped."""
    if not verdict.account.standings:  # nobody could look
        return verdict.plain
    if isinstance(verdict, Deadlock):
        return "every process waits, and none of these waits can end, so the program was stopped:"
    if isinstance(verdict, DeadlineExceeded):
        return f"the program did not end within {deadline_s:g} s and was stopped. When time was up,"
    return "the parent waits, and nobody is left who could end that, so the program was stopped:"


def show(error: BaseException) -> None:
    """Have an uncaught exception shown, as Python does, without the frames of this package."""
    place = process.without_our_frames(error)
    sys.excepthook(type(error), error.with_traceback(place), place)


def leave(code: int) -> None:
    """End this process at once: a thread of the program may never end."""
    _flush()
    os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
