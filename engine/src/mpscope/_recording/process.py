"""Processes that report: a black box of their own, captured output, no outliving the parent.

    parent: Process.start() ── pickles (spawn, forkserver) or forks ──▶ child: arrive()
                                                                          opens its black box
                                                                          redirects its output
                                                                          watches its parent
                                                                        run(), then leave()

Imported in every child: standard library only, and little of it.
"""

from __future__ import annotations

import _thread
import os
import sys
from contextlib import suppress
from io import RawIOBase, TextIOWrapper
from multiprocessing import context
from multiprocessing.reduction import ForkingPickler
from time import monotonic_ns

from mpscope._recording import recorder
from mpscope._recording.block import Ended
from mpscope._recording.identity import Stat, stat_of
from mpscope._recording.own_file import fcntl
from mpscope._recording.recorder import CHILD, CODE, NEVER, Assignment, Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess
    from typing import Any

    _Base = BaseProcess
else:
    _Base = object

START, END, EXIT, EXCEPTION, JOIN = (
    CODE[kind] for kind in ("start", "end", "exit", "exception", "join")
)
GRACE_S = 0.6  # a child that the parent could not kill ends itself this long after the deadline


class WatchedProcess(_Base):
    """What the three observed process classes add to `multiprocessing.Process`."""

    _ipc_assignment: Assignment | None = None
    _ipc_label, _ipc_role = "", CHILD
    _ipc_stillborn: int | None = None  # its exit code, if it ended while it was being started
    _ipc_hears = ""  # from whom else than from its block, as far as its target tells

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if recorder.current is not None:
            recorder.current.block.made += 1

    def start(self) -> None:
        """Start the child, as `multiprocessing.Process.start` does.

        Raises `WrongUse` for a function that the child could not import, `CannotPickle` for an
        argument that cannot travel; in both cases no process has been started.
        """
        box = recorder.current
        if box is None or self._popen is not None or self._closed:
            if box is None:
                from mpscope.errors import used_after_block

                raise used_after_block(f"{self.name}.start()", recorder.ended_by_itself)
            return super().start()  # lets the standard class refuse
        from mpscope._recording import gifts, preflight

        self._ipc_refuse(box)
        self._ipc_role = preflight.role_of(self._target)
        self._ipc_assignment = box.assign(self._ipc_role, preflight.chosen_name(self))
        self._ipc_label = self._ipc_assignment.label
        self._config["tempdir"] = box.folder  # what it puts there goes with the block
        parts = (self._target, self._args, self._kwargs)
        self._ipc_hears = preflight.hears_from(self._target, self._args)
        box.write(START, 0, box.children, self._ipc_label.encode()[:32])
        box.block.started.append(self)
        method = self._start_method or context._default_context.get_start_method()
        forks = box.block.forking = method == "fork"
        if forks:
            gifts.note_inheritance(box, self)
        box.block.gifts = set()
        with preflight.whole(box), preflight.deaf_to_interrupts():
            try:
                self._ipc_launch()
            except Exception as error:
                if self._popen is None:
                    box.block.started.remove(self)
                    preflight.explain_pickling(self, parts, error)
                    if isinstance(error, BrokenPipeError):
                        end = preflight.how_it_was_born(error)
                        error.add_note(f"{self._ipc_label} {end} before it had read its arguments")
                raise
            finally:
                gifts.note_gifts(box, self._ipc_label, box.block.gifts or ())
                box.block.forking, box.block.gifts = False, None

    def _ipc_refuse(self, box: Recorder) -> None:
        """Raise what `start` raises when nothing is to be started."""
        from mpscope._recording import preflight

        box.block.let_go()
        preflight.refuse_too_many(box.block.started)
        preflight.refuse_what_cannot_arrive(self)

    def _ipc_launch(self) -> None:
        super().start()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the child ends, as `multiprocessing.Process.join` does."""
        box = recorder.current
        if box is None:
            return super().join(timeout)
        unbounded = timeout is None
        place = box.open(JOIN, box.channel(self._ipc_label), sys._getframe(1), unbounded)
        try:
            if box.block.wait_in_slices:
                box.block.wait_in_slices(self._has_ended_within, timeout)
            else:
                super().join(timeout)
        except BaseException:
            box.turn_into(place, 0)
            raise
        if self.exitcode is None:  # it was not the end, but the time-out
            return box.turn_into(place, 0)
        box.stamp(place)
        box.block.let_go()

    def close(self) -> None:
        """Forget the child, as `multiprocessing.Process.close` does; its end stays on record."""
        code = None if self._closed or self._popen is None else self.exitcode
        box = recorder.current
        if box is not None:
            box.block.let_go()
        super().close()
        if code is not None and box is not None:
            box.write(EXIT, 0, code, self._ipc_label.encode()[:32])
            for ended in box.block.started:
                if type(ended) is Ended and ended.is_of(self):
                    ended._closed = True

    def terminate(self) -> None:
        """End the child, as `multiprocessing.Process.terminate` does."""
        self._ipc_note_end()
        super().terminate()

    def kill(self) -> None:
        """Kill the child, as `multiprocessing.Process.kill` does."""
        self._ipc_note_end()
        super().kill()

    def _ipc_note_end(self) -> None:
        """Its end will be no accident."""
        if recorder.current is not None:
            recorder.current.text(b"k", self._ipc_label.encode())

    def _has_ended_within(self, slice_s: float) -> bool:
        super().join(slice_s)
        return self.exitcode is not None

    def __reduce_ex__(self, protocol: Any) -> Any:
        popen: Any = context.get_spawning_popen()
        if popen is None or hasattr(popen, "_ipc_packed"):  # a part of itself: `target=self.work`
            return super().__reduce_ex__(protocol)
        popen._ipc_packed = True
        payload = bytes(ForkingPickler.dumps(self))
        if b"__main__" in payload:
            from mpscope._recording.preflight import refuse_notebook_names

            refuse_notebook_names(payload, self)
        return arrive_and_unpack, (self._ipc_assignment, payload)

    def _bootstrap(self, parent_sentinel: Any = None) -> int:
        if recorder.current is None:  # forked: the spawned arrived while being unpickled
            arrive(self._ipc_assignment)
        box = recorder.current
        assert box is not None
        watch_parent(box, parent_sentinel, self._parent_pid)
        body = self.run
        self.run = lambda: _run_and_tell(box, body)
        code = 1
        try:
            code = super()._bootstrap(parent_sentinel)
        finally:  # what it is doing stays "end": Python still flushes its queues after this
            box.write(END, 0, code)
        return code


class ForkProcess(WatchedProcess, getattr(context, "ForkProcess", context.Process)):
    """A forked child that reports."""


class SpawnProcess(WatchedProcess, context.SpawnProcess):
    """A spawned child that reports."""


class ForkServerProcess(WatchedProcess, getattr(context, "ForkServerProcess", context.Process)):
    """A child of the fork server that reports."""


CLASSES = {"fork": ForkProcess, "spawn": SpawnProcess, "forkserver": ForkServerProcess}


# -- in the child -------------------------------------------------------------------------------


def arrive_and_unpack(assignment: Assignment, payload: bytes) -> BaseProcess:
    """Unpickle a process object in its child, with output and errors already captured."""
    box = arrive(assignment)
    try:
        return ForkingPickler.loads(payload)
    except Exception as error:
        tell(box, error)
        box.write(END, 0, 1)
        raise SystemExit(1) from None


def arrive(assignment: Assignment | None) -> Recorder:
    """Open this child's black box, catch its output, and put it into a group of its own."""
    assert assignment is not None
    try:
        box = recorder.current = Recorder(assignment)
    except FileNotFoundError:  # the block ended while this child was being born
        os._exit(1)
    if hasattr(os, "setpgid") and "." not in box.stem:
        os.setpgid(0, 0)  # so that its own children end with it
    through = [os.dup(number) if box.echo else -1 for number in (1, 2)]
    with suppress(OSError):  # no room, no descriptors: the program goes on, with less on record
        _catch_output(os.path.join(box.folder, box.stem))
        _answer_stack_requests(box)
    out, err = Spoken(b"o", 1, through[0]), Spoken(b"e", 2, through[1])
    sys.stdout = TextIOWrapper(out, "utf-8", "backslashreplace", write_through=True)
    sys.stderr = TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True)
    if "multiprocessing.resource_tracker" in sys.modules:  # without it, no segment can be made
        watch_segments()
    return box


def _catch_output(base: str) -> None:
    """Let what bypasses `print` go into files."""
    for number, kind in ((1, ".raw"), (2, ".err")):
        file = os.open(base + kind, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if fcntl is not None:  # held by whoever inherits my output: see processes.has_orphans
            fcntl.flock(file, fcntl.LOCK_SH)
        os.dup2(file, number)
        os.close(file)


def watch_segments() -> None:
    """Note the name of every shared-memory segment that this process makes.

    `SharedMemory` is no object of the context, so nothing of ours could be a subclass: this is the
    one place where functions of the standard library are replaced, for the length of the block.
    """
    from multiprocessing import resource_tracker

    plain = resource_tracker._resource_tracker.register

    def register(name: str, rtype: str) -> None:
        plain(name, rtype)
        box = recorder.current
        if rtype == "shared_memory" and box is not None:
            box.text(b"s", name.encode())
            _reserve(name)

    resource_tracker.register = register
    if sys.version_info >= (3, 13):  # `track=False` passes the tracker by
        import _posixshmem

        shm_open = _posixshmem.shm_open

        def open_segment(path: str, flags: int, mode: int = 0o777) -> int:
            fd = shm_open(path, flags, mode)
            box = recorder.current
            if flags & os.O_CREAT and box is not None:
                box.text(b"s", path.encode())
            return fd

        open_segment._ipc_plain = shm_open  # type: ignore[attr-defined]
        _posixshmem.shm_open = open_segment


def stop_watching_segments() -> None:
    """Put the standard library's functions back."""
    from multiprocessing import resource_tracker

    resource_tracker.register = resource_tracker._resource_tracker.register
    module = sys.modules.get("_posixshmem")
    if module is not None and hasattr(module.shm_open, "_ipc_plain"):
        module.shm_open = module.shm_open._ipc_plain


def _reserve(name: str) -> None:
    """Take a new segment's memory now: else whoever writes to it, when there is none, is killed.

    Raises OSError if the device for shared memory is full.
    """
    if not hasattr(os, "posix_fallocate"):
        return
    import _posixshmem

    fd = _posixshmem.shm_open(name, os.O_RDWR, mode=0o600)
    try:
        size = os.fstat(fd).st_size
        os.posix_fallocate(fd, 0, size)
    except OSError as error:  # its name goes when the block ends
        text = f"no room for a segment of {size} bytes: the memory for shared objects is full"
        raise OSError(error.errno, text) from None
    finally:
        os.close(fd)


class Spoken(RawIOBase):
    """The bytes under `sys.stdout` and `sys.stderr`: every write is on record at once.

    `through` is where it would have gone without us, if it is to go there as well; else -1.
    """

    def __init__(self, tag: bytes, fd: int, through: int = -1) -> None:
        self._tag, self._fd, self._through = tag, fd, through

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def write(self, data: Any) -> int:
        text = bytes(data)
        box = recorder.current
        if box is None:  # a raw os.fork() of the learner's
            return os.write(self._fd, text)
        if not box.say(self._tag, text):  # no room for it: perhaps there is where it goes otherwise
            with suppress(OSError):
                os.write(self._fd, text)
        if self._through >= 0:
            os.write(self._through, text)
        return len(text)


def _answer_stack_requests(box: Recorder) -> None:
    """On a signal (from the parent, at the deadline) dump the Python stack; on a crash too."""
    import faulthandler
    import signal

    path = os.path.join(box.folder, box.stem + ".stack")
    answers = hasattr(faulthandler, "register")  # not on Windows
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    fd = os.open(path + ".soon" if answers else path, flags, 0o600)
    stack = box.stack_file = os.fdopen(fd, "ab")  # the box keeps it open
    # since 3.14 a thread that has not run yet would be the last one to be dumped
    faulthandler.enable(stack, all_threads=sys.version_info < (3, 13))
    if answers:
        for number in signal.valid_signals():  # a forked child inherits the parent's alarm
            if _is_ours(signal.getsignal(number)) and number != signal.SIGINT:
                signal.signal(number, signal.SIG_DFL)
        if callable(signal.getsignal(signal.SIGINT)):
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # forgets one that was for the parent
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
            signal.signal(signal.SIGINT, signal.default_int_handler)
        # the one signal that nobody uses, and that a program started by `exec` ignores
        faulthandler.register(signal.SIGURG, stack, all_threads=True)
        os.rename(path + ".soon", path)  # from here on somebody answers


def _is_ours(handler: Any) -> bool:
    return str(getattr(handler, "__module__", "")).startswith("mpscope.")


def watch_parent(box: Recorder, sentinel: Any, parent: int) -> None:
    """End this child and its group when the parent dies, or long after its deadline.

    On Linux the kernel kills the group when the parent's end of the sentinel's pipe closes, which
    needs nobody's cooperation: a child may compute for ever in one call that lets no thread run.
    For the rest there is a thread; a raw one, so that `threading.enumerate()` shows the learner
    only threads of theirs.
    """
    if hasattr(fcntl, "F_SETSIG"):
        import signal

        leads = os.getpgrp() == os.getpid()
        fcntl.fcntl(sentinel, fcntl.F_SETOWN, -os.getpid() if leads else os.getpid())
        fcntl.fcntl(sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(sentinel, fcntl.F_GETFL)
        fcntl.fcntl(sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
        box.sentinel, box.sentinel_inode = sentinel, os.fstat(sentinel).st_ino
    known = _inode(sentinel), parent, stat_of(parent)
    with suppress(RuntimeError):  # this process may have no threads
        start_deaf_thread(_end_with_parent, (box, sentinel, *known), spare="SIGURG")


def start_deaf_thread(
    function: Callable[..., Any], args: tuple[Any, ...], spare: int | str
) -> None:
    """Start a thread that no signal reaches but one: the others are for those who wait for them."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        _thread.start_new_thread(function, args)
        return
    heard = getattr(signal, spare) if isinstance(spare, str) else spare
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - {heard})
    try:
        _thread.start_new_thread(function, args)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent(
    box: Recorder, sentinel: Any, pipe: tuple[int, int] | None, parent: int, before: Stat | None
) -> None:
    """`pipe` and `before` are what the sentinel and the parent were: numbers get new owners."""
    box.own_thread(_thread.get_native_id())
    deadline_ns = box.block.deadline_ns
    left_ms = max(0, deadline_ns - monotonic_ns()) // 1_000_000 + int(GRACE_S * 1000)
    left_ms = min(left_ms, 2**31 - 1) if deadline_ns < NEVER else None
    if sys.platform == "win32":
        import _winapi

        _winapi.WaitForSingleObject(int(sentinel), 0xFFFFFFFF if left_ms is None else left_ms)
        os._exit(1)
    import select
    import signal
    from time import sleep

    until_ns = NEVER if left_ms is None else monotonic_ns() + left_ms * 1_000_000
    poll = select.poll()
    poll.register(sentinel, select.POLLIN)
    while (left_ns := until_ns - monotonic_ns()) > 0:
        if _inode(sentinel) == pipe is not None:
            if poll.poll(min(left_ns // 1_000_000 + 1, 2**31 - 1)) and _inode(sentinel) == pipe:
                break
        elif before is not None and getattr(stat_of(parent), "born", "") != before.born:
            break
        else:  # the program has closed what it did not know, and may have opened something else
            sleep(0.2)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _inode(fd: Any) -> tuple[int, int] | None:
    try:
        about = os.fstat(fd)
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _run_and_tell(box: Recorder, body: Callable[[], None]) -> None:
    """Run the child's body; an exception goes on record before Python's own end of process."""
    try:
        body()
    except SystemExit:
        raise
    except BaseException as error:
        tell(box, error)
        raise SystemExit(1) from None
    finally:  # opened and never stamped: from here on it only waits for its queues to be read
        box.open(END, 0, sys._getframe())
        for queue in list(box.block.queues):
            queue._ipc_flush()


def tell(box: Recorder, error: BaseException) -> None:
    """Put an uncaught exception on record, and its traceback on stderr as Python would."""
    from mpscope._recording.tracebacks import short_traceback

    note_exception(box, error)
    sys.stderr.write(short_traceback(error))


def note_exception(box: Recorder, error: BaseException) -> None:
    """Put an uncaught exception on record."""
    from mpscope._recording.tracebacks import hints, last_line, missing_in_notebook

    last = last_line(error)
    for hint in hints(error):
        box.text(b"h", hint.encode("utf-8", "backslashreplace"))
    if name := missing_in_notebook(error):
        box.text(b"a", name.encode("utf-8", "backslashreplace"))
    told = f"{type(error).__name__}\n{last}".encode("utf-8", "backslashreplace")
    box.text(b"x", told[:2000])
    box.write(EXCEPTION, 0, what=last.encode("utf-8", "ignore")[:32])
