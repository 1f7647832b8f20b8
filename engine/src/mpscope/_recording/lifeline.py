"""A child ends with its parent, however that ends, and soon after the deadline of its block."""

import _signal
import _thread
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from mpscope._recording.clock import monotonic_ns
from mpscope._recording.identity import Stat, stat_of
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import NEVER
from mpscope._recording.store import fcntl, inode_of

GRACE_S = 0.6  # a child that the parent could not kill ends itself this long after the deadline


def watch_parent(box: Recorder, sentinel: int, parent: int) -> None:
    """End this child and its group when the parent dies, or long after its deadline.

    On Linux the kernel kills the group when the parent's end of the sentinel's pipe closes, which
    needs nobody's cooperation: a child may compute for ever in one call that lets no thread run.
    For the rest there is a thread; a raw one, so that `threading.enumerate()` shows only
    the program's own threads.
    """
    if hasattr(fcntl, "F_SETSIG"):
        Tripwire(sentinel)
    box.note(b"p")  # what it needs to run has arrived
    known = inode_of(sentinel), parent, stat_of(parent)
    with suppress(RuntimeError):  # this process may have no threads
        start_deaf_thread(_end_with_parent, (box, sentinel, *known), spare="SIGURG")


class Tripwire:
    """The kernel kills this process's group when the other end of this pipe closes.

    What is set belongs to the open file, which a forked copy shares, and the copy may outlive this
    process, whose end makes the parent close the pipe.  So a fork finds it off, and only this
    process turns it on again, on a file of its own.
    """

    def __init__(self, fd: int) -> None:
        self._fd, self._pipe, self._pid = fd, inode_of(fd), os.getpid()
        self._set(True)
        os.register_at_fork(before=self._before_fork, after_in_parent=self._after_fork)

    def _is_ours(self) -> bool:
        """Not if it is a forked process's, or the program has closed it."""
        return os.getpid() == self._pid and inode_of(self._fd) == self._pipe

    def _before_fork(self) -> None:
        """Nothing is killed until `_after_fork`: the thread that watches the parent has to do."""
        with suppress(OSError):
            if self._is_ours():
                self._set(False)

    def _after_fork(self) -> None:
        """In the process that has forked: be killed as before."""
        with suppress(OSError):  # without /proc, it stays off
            if self._is_ours():
                anew = os.open(f"/proc/self/fd/{self._fd}", os.O_RDONLY | os.O_NONBLOCK)
                os.dup2(anew, self._fd, inheritable=False)
                os.close(anew)
                self._set(True)

    def _set(self, on: bool) -> None:
        me = os.getpid()
        fcntl.fcntl(self._fd, fcntl.F_SETOWN, -me if os.getpgrp() == me else me)
        fcntl.fcntl(self._fd, fcntl.F_SETSIG, _signal.SIGKILL)
        flags = fcntl.fcntl(self._fd, fcntl.F_GETFL)
        fcntl.fcntl(self._fd, fcntl.F_SETFL, flags | os.O_ASYNC if on else flags & ~os.O_ASYNC)


def start_deaf_thread(
    function: Callable[..., object], args: tuple[object, ...], spare: int | str
) -> None:
    """Start a thread that no signal reaches but one: the others are for those who wait for them."""
    heard = getattr(_signal, spare, 0) if isinstance(spare, str) else spare
    with deaf(_signal.valid_signals() - {heard}):
        _thread.start_new_thread(function, args)


@contextmanager
def deaf(to: Iterable[int]) -> Iterator[None]:
    """Neither this thread nor what it starts in here hears these signals, where that can be had."""
    if not hasattr(_signal, "pthread_sigmask"):
        yield
        return
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, to)
    try:
        yield
    finally:
        _signal.pthread_sigmask(_signal.SIG_SETMASK, before)


def _end_with_parent(
    box: Recorder, sentinel: int, pipe: tuple[int, int] | None, parent: int, before: Stat | None
) -> None:
    """`pipe` and `before` are what the sentinel and the parent were: numbers get new owners."""
    box.note(b"t", _thread.get_native_id())
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
        if inode_of(sentinel) == pipe is not None:
            if poll.poll(min(left_ns // 1_000_000 + 1, 2**31 - 1)) and inode_of(sentinel) == pipe:
                break
        elif before is not None and getattr(stat_of(parent), "born", "") != before.born:
            break
        else:  # the program has closed what it did not know, and may have opened something else
            sleep(0.2)
    else:
        box.note(b"z")  # the block's doing, and nobody else's
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
