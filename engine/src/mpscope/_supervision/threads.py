"""What the threads of the parent are there for, known by what they run.

a queue's feeder                          sends what has been put, and nothing else
an idle worker of a ThreadPoolExecutor    waits for somebody to give it work
a tool's: the kernel's, a debugger's      serves the tool
a pool's or executor's                    acts if there is work left
any other                                 may do anything, at any time
"""

import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from concurrent.futures import thread as thread_pool
from inspect import CO_COROUTINE
from multiprocessing import queues
from types import FrameType
from typing import Any

from mpscope._recording.library import LIBRARY, PACKAGE
from mpscope._supervision.interrupts import frames as frames_of

# Their threads serve the program that runs the block: a kernel, a test, a debugger, a progress bar.
TOOLS = {"ipykernel", "IPython", "zmq", "jupyter_client", "prompt_toolkit", "debugpy"}
TOOLS |= {"_pydevd_bundle", "_pydev_bundle", "execnet", "xdist", "pytest_timeout", "tqdm"}
_LIBRARIES = sysconfig.get_path("stdlib") + os.sep, PACKAGE, "<frozen"
# A kernel's packages may lie in another environment: pip puts some into the user's own folder.
_PACKAGES = tuple(os.sep + name + os.sep for name in ("site-packages", "dist-packages"))
_POOLS = ("multiprocessing.pool", "concurrent.futures.process")


class Threads:
    """The other threads of this process; `before` are those that were there before the block."""

    def __init__(self, main: int, before: set[threading.Thread]) -> None:
        self.main, self.before = main, before

    def servants(self) -> Iterator[int]:
        """The kernel's numbers of those that only send what has been put, or serve a pool."""
        for ident, frames in self._stacks():
            thread = threading._active.get(ident)
            serves = _is_feeder(frames) or (_serves_a_pool(frames) and _is_pure(frames))
            if serves and thread is not None and thread.native_id is not None:
                yield thread.native_id

    def any_at_work(self, but_for_pools: bool = False) -> bool:
        """True if there is one that may act: also for a pool, whose tasks are told of elsewhere."""
        return any(
            not self._is_harmless(ident, frames)
            and not (but_for_pools and _serves_a_pool(frames) and _is_pure(frames))
            for ident, frames in self._stacks()
        )

    def others(self) -> Iterator[str]:
        """The threads that may still do anything, by the name of what they run."""
        for ident, frames in self._stacks():
            of_a_pool = _serves_a_pool(frames) and not self._is_older(ident)
            if not of_a_pool and not self._is_harmless(ident, frames):
                yield _name(ident, frames)

    def _stacks(self) -> Iterator[tuple[int, list[FrameType]]]:
        """Each with what it runs, the innermost first, without `threading`."""
        for ident, innermost in sys._current_frames().items():
            if ident != self.main:
                outwards = frames_of(innermost, None)
                own = threading.__file__
                yield ident, [it for it in outwards if it.f_code.co_filename != own]

    def _is_older(self, ident: int) -> bool:
        return threading._active.get(ident) in self.before

    def _is_harmless(self, ident: int, frames: list[FrameType]) -> bool:
        if not frames:
            return False
        if frames[0].f_code is thread_pool._worker.__code__:
            return True  # idle
        home = _module(frames[-1])
        serves = home in ("multiprocessing.queues", "multiprocessing.resource_sharer")
        serves = serves or home.partition(".")[0] in {"mpscope", *TOOLS}
        serves = serves or (self._is_older(ident) and _serves_a_pool(frames) and _is_idle(frames))
        return serves and _is_pure(frames)


def is_library(file: str) -> bool:
    """True if a file belongs to Python, an installed package or mpscope, or is hidden."""
    is_installed = any(folder in file for folder in _PACKAGES)
    return is_installed or file in LIBRARY or file.startswith(_LIBRARIES)


def holds_tasks_up(frame: FrameType | None) -> bool:
    """True if the program's own coroutine runs, in an event loop that has other tasks."""
    asyncio: Any = sys.modules.get("asyncio")
    loop = asyncio and asyncio._get_running_loop()
    for inner in frames_of(frame, None) if loop else ():
        code = inner.f_code
        if code.co_name == "_run_once":
            break
        if code.co_flags & CO_COROUTINE and not is_library(code.co_filename):
            return len(asyncio.all_tasks(loop)) > 1
    return False


def _is_feeder(frames: list[FrameType]) -> bool:
    """A message's own code may run in there, while it is pickled."""
    return bool(frames) and frames[-1].f_code is queues.Queue._feed.__code__ and _is_pure(frames)


def _serves_a_pool(frames: list[FrameType]) -> bool:
    """A worker of a ThreadPool is none of these: what it runs may be the user's."""
    return bool(frames) and _module(frames[-1]) in _POOLS and frames[-1].f_code.co_name != "worker"


def _is_idle(frames: list[FrameType]) -> bool:
    """True if a pool or executor has no work left that could call back."""
    inside = frames[-1].f_locals
    left = inside.get("cache", getattr(inside.get("self"), "pending_work_items", None))
    return left is not None and not left


def _is_pure(frames: list[FrameType]) -> bool:
    return all(is_library(frame.f_code.co_filename) for frame in frames)


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _name(ident: int, frames: list[FrameType]) -> str:
    if ident == threading.main_thread().ident:
        return "its main thread"
    if frames:
        return frames[-1].f_code.co_name
    thread = threading._active.get(ident)
    return type(thread).__name__ if thread is not None else "Thread"
