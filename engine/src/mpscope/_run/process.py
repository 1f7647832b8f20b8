"""The processes of an unchanged program: they report, and differ from plain ones in nothing else.

    parent: Process.start() ── fork ───────────────────────────▶ child: _bootstrap() ─▶ arrive()
                             ╰─ spawn, forkserver: with what the child prepares itself by (see
                                `patches`), so that it has arrived before it imports the program

Unlike the children of an `observe()` block they keep their output, their signal handlers and the
traceback that Python prints; nothing is refused.
"""

import os
import signal
import sys
from _thread import get_ident
from collections.abc import Callable
from io import TextIOWrapper
from multiprocessing import context, queues, util
from multiprocessing.process import BaseProcess
from types import TracebackType

from mpscope._recording import recorder
from mpscope._recording.capture import answer_stack_requests, is_ours
from mpscope._recording.library import PACKAGE, places_of
from mpscope._recording.lifeline import watch_parent
from mpscope._recording.process import (
    END,
    WatchedProcess,
    classes_of,
    forked,
    leave_copies,
    open_box,
)
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import Any, Assignment
from mpscope._recording.store import fcntl

methods: set[str] = set()  # by which this process has started others
_at_its_end = False  # this process has run to its end
births: dict[int, Assignment | None] = {}  # thread -> what the child that it starts needs to know


class FollowedProcess(WatchedProcess):
    """What each process class of the program adds to the standard one."""

    def start(self) -> None:
        if recorder.current is None:  # in what the program has made with os.fork()
            return super(WatchedProcess, self).start()
        super().start()

    def _ipc_refuse(self, box: Recorder) -> None:
        """As many as the program likes, and whatever it likes."""

    def _ipc_launch(self) -> None:
        births[get_ident()] = self._ipc_assignment
        try:
            super()._ipc_launch()
            methods.add(self._popen.method)
        finally:
            del births[get_ident()]

    def __reduce_ex__(self, protocol: Any) -> Any:
        return super(WatchedProcess, self).__reduce_ex__(protocol)  # the child has arrived already

    @property
    def name(self) -> str:
        """Its name, for which Python asks when it is about to print an error; since 3.15, without
        having called the finalizers before."""
        error, box, caller = sys.exc_info()[1], recorder.current, sys._getframe(1)
        fails = caller.f_code is BaseProcess._bootstrap.__code__ and not _at_its_end
        if error is not None and box is not None and fails:
            _note_error(box, error)
        return BaseProcess.name.fget(self)

    @name.setter
    def name(self, name: str) -> None:
        BaseProcess.name.fset(self, name)

    def _bootstrap(self, parent_sentinel: Any = None) -> int:
        if self._ipc_assignment is None:
            return super(WatchedProcess, self)._bootstrap(parent_sentinel)
        box = recorder.current or forked(arrive(self._ipc_assignment))
        watch_parent(box, parent_sentinel, self._parent_pid)
        self._after_fork = _then_note_the_end(self._after_fork)  # the last before `run`
        code = 1
        try:
            code = super(WatchedProcess, self)._bootstrap(parent_sentinel)
        finally:
            box.write(END, 0, code)
        return code


class Process(FollowedProcess, context.Process):
    """`multiprocessing.Process` that reports: of whatever start method is in force."""


CLASSES = classes_of(FollowedProcess, globals())


# -- in the child ---------------------------------------------------------------------------------


def arrive(assignment: Assignment) -> Recorder:
    """Open this child's log, and leave everything else as the program expects it."""
    box = open_box(assignment)  # Ctrl-C goes to the parent, which passes it on: see `session`
    if fcntl is not None:  # held while this process lives: see processes.held
        path = os.path.join(box.folder, box.stem + ".raw")
        fcntl.flock(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), fcntl.LOCK_SH)
    echo()
    _keep_signal_handlers(box)
    return box


def _keep_signal_handlers(box: Recorder) -> None:
    """Answer requests for a stack; a forked child keeps the program's handler for Ctrl-C."""
    handler = signal.getsignal(signal.SIGINT)
    answer_stack_requests(box)
    if callable(handler) and not is_ours(handler):
        signal.signal(signal.SIGINT, handler)


def _then_note_the_end(after_fork: Callable[[], None]) -> Callable[[], None]:
    """What a child does just before `run`; and have `_note_end` called just after it."""

    def call() -> None:
        after_fork()  # forgets all finalizers of the parent
        util.Finalize(None, _note_end, exitpriority=sys.maxsize)

    return call


def _note_end() -> None:
    """Put on record how `run` has ended; from here on the child only waits for its queues."""
    global _at_its_end
    box = recorder.current
    if box is None:
        return
    error = sys.exc_info()[1]  # Python calls this while the error is on its way up
    if error is None:
        leave_copies(box)
    if error is not None and not isinstance(error, SystemExit):
        _note_error(box, error)
    box.open(END, 0, sys._getframe())
    _at_its_end, util._exiting = True, False  # else a feeder hides what it cannot pickle
    try:
        for queue in list(box.block.queues):
            queue._ipc_flush()
    finally:
        util._exiting = True


def _note_error(box: Recorder, error: BaseException) -> None:
    from mpscope._recording.tracebacks import note_exception

    note_exception(box, error)
    error.__traceback__ = without_our_frames(error)


def tell_of_drop(plain: Callable[..., None]) -> Callable[..., None]:
    """Print, as Python does, why a queue's feeder thread has dropped a message."""

    def tell(queue: Any, box: Recorder, error: BaseException, obj: Any) -> None:
        if _at_its_end:  # where it prints nothing
            return plain(queue, box, error, obj)
        queues.Queue._on_queue_feeder_error(error, obj)

    return tell


def without_our_frames(error: BaseException) -> TracebackType | None:
    """Its traceback as it would be without this package."""
    rest: TracebackType | None = None
    for place in reversed(places_of(error)):
        if not place.tb_frame.f_code.co_filename.startswith(PACKAGE):
            rest = TracebackType(rest, place.tb_frame, place.tb_lasti, place.tb_lineno)
    return rest


# -- output ---------------------------------------------------------------------------------------


class Echo(TextIOWrapper):
    """`sys.stdout` or `sys.stderr` as it was, of which each write is also put on record."""

    tag = b"o"

    def write(self, text: str) -> int:
        box = recorder.current
        if box is not None:
            box.say(self.tag, text.encode("utf-8", "backslashreplace"))
        return super().write(text)


def echo() -> None:
    """Put what this process prints on record, too; a forked child has inherited that."""
    for name, tag in (("stdout", b"o"), ("stderr", b"e")):
        plain = getattr(sys, name)
        if type(plain) is TextIOWrapper:  # not None, nor something of the program's
            plain.flush()
            how = plain.line_buffering, plain.write_through
            stream = Echo(plain.buffer, plain.encoding, plain.errors, None, *how)
            vars(stream).update(vars(plain))  # its mode
            stream.tag = tag
            setattr(sys, name, stream)
            _shared.append(plain)  # must live on, as it would close what they share


_shared: list[TextIOWrapper] = []
