"""A child ends with its parent, however that ends, and soon after the deadline of its block."""

from __future__ import annotations

import _signal
import _thread
import os
import sys
from contextlib import suppress

from mpscope._recording.clock import monotonic_ns
from mpscope._recording.identity import Stat, stat_of
from mpscope._recording.own_file import fcntl
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import NEVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

GRACE_S = 0.6  # a child that the parent could not kill ends itself this long after the deadline


def watch_parent(box: Recorder, sentinel: Any, parent: int) -> None:
    """End this child and its group when the parent dies, or long after its deadline.

    On Linux the kernel kills the group when the parent's end of the sentinel's pipe closes, which
    needs nobody's cooperation: a child may compute for ever in one call that lets no thread run.
    For the rest there is a thread; a raw one, so that `threading.enumerate()` shows only
    the program's own threads.
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
    if not hasattr(_signal, "pthread_sigmask"):
        _thread.start_new_thread(function, args)
        return
    heard = getattr(_signal, spare) if isinstance(spare, str) else spare
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals() - {heard})
    try:
        _thread.start_new_thread(function, args)
    finally:
        _signal.pthread_sigmask(_signal.SIG_SETMASK, before)


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
