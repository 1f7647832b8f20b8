"""Which things are the block's: what was made through its context ends with it, the rest does not.

A library may make a pool, a lock or a server of its own while a block is open, and keep it for the
program's life.  Threads and finalizers bear no mark, so they are known by what they work on.  Where
it matters, the user is told of processes that are not observed.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import heap, process, util
from typing import Any

from mpscope._recording.block import Block
from mpscope._recording.own_names import prefix
from mpscope._recording.recorder import Recorder
from mpscope._supervision.processes import POSIX
from mpscope._trace.files import segments_of

MOST = 4  # names of processes that are told
CURE = (
    "Make them with `mp`, as in mp.Process(target=...), or have the whole program observed, "
    "unchanged: `mpscope run program.py`."
)


def is_ours(thing: Any, box: Recorder) -> bool:
    """True if it was made through the block's context, or is a method or part of such a thing."""
    if isinstance(thing, str):
        return thing.startswith(prefix(box.folder) + "-")
    if isinstance(thing, heap.Heap):
        return thing is box.block.heap
    if type(thing).__module__.startswith("mpscope."):
        return True
    owner = getattr(thing, "__self__", None)  # of a method
    return owner is not None and not isinstance(owner, type) and is_ours(owner, box)


def finalizers(box: Recorder, since: int) -> list[Any]:
    """The finalizers of this block's things, made since then, in the order of Python's own end."""
    keys = [key for key in list(util._finalizer_registry) if key[1] > since]
    keys.sort(key=lambda key: (key[0] is not None, key[0] or 0, key[1]), reverse=True)
    found = [util._finalizer_registry.get(key) for key in keys]
    return [finalizer for finalizer in found if finalizer and _is_for_ours(finalizer, box)]


def _is_for_ours(finalizer: Any, box: Recorder) -> bool:
    arenas = box.block.heap._arenas if box.block.heap else []
    target = getattr(finalizer, "_weakref", lambda: None)()
    if target is not None and (is_ours(target, box) or any(target is arena for arena in arenas)):
        return True
    return _any_is_ours([finalizer._callback, *(finalizer._args or ())], box)


def threads(box: Recorder, before: set[threading.Thread]) -> list[Any]:
    """The threads that multiprocessing and concurrent.futures have started for this block."""
    fresh = set(threading.enumerate()) - before
    return [thread for thread in fresh if is_of_the_library(thread) and _works_for(thread, box)]


def _works_for(thread: Any, box: Recorder) -> bool:
    processes = getattr(thread, "processes", None)  # an executor's
    if isinstance(processes, dict):
        parts = thread.call_queue, getattr(thread, "pending_work_items", None)
        return _any_is_ours([*list(processes.values()), *parts], box)
    return _any_is_ours(getattr(thread, "_args", ()), box)


def _any_is_ours(things: Iterable[Any], box: Recorder) -> bool:
    return any(is_ours(thing, box) for thing in things)


def is_of_the_library(thread: threading.Thread) -> bool:
    """True if multiprocessing or concurrent.futures has started it, not the user."""
    target = getattr(thread, "_target", None)
    home = getattr(target, "__module__", None) or type(thread).__module__
    return home.startswith(("multiprocessing.", "concurrent.futures.process"))


def addresses_of_managers(found: Iterable[Any]) -> set[Any]:
    """Of servers that were started through the block, by the finalizers that would stop them."""
    return {
        finalizer._args[1]
        for finalizer in found
        if getattr(finalizer._callback, "__name__", "") == "_finalize_manager"
    }


# -- names in shared memory -----------------------------------------------------------------------


def shared_names() -> list[str]:
    """The names in shared memory, where the platform shows them as files."""
    return os.listdir("/dev/shm") if os.path.isdir("/dev/shm") else []


def names_left(folder: str, before: set[str]) -> Iterator[tuple[Callable[[str], None], str, str]]:
    """(how to unlink it, name, kind) of the segments and semaphores of a block that are left."""
    if not POSIX:
        return
    import _multiprocessing
    import _posixshmem

    there = set(shared_names()) - before
    for name in there:
        if name.startswith(f"sem.{prefix(folder)[1:]}-"):
            yield _multiprocessing.sem_unlink, "/" + name[4:], "semaphore"
    for name in segments_of(folder):
        if name.lstrip("/") in there:
            yield _posixshmem.shm_unlink, name, "shared_memory"


# -- what was made without `mp` --------------------------------------------------------------------


class Foreign:
    """Counts such processes from the beginning of the block on."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._made_before = _made()
        self._children_before = set(process._children)

    def note(self) -> str:
        """What to tell the user; empty if there are none."""
        count = _made() - self._made_before - self.block.made
        if count <= 0:
            return ""
        running = process._children - self._children_before - set(self.block.started)
        names = sorted(child.name for child in running)
        told = f" ({', '.join(names[:MOST])}{', …' if len(names) > MOST else ''})" if names else ""
        subject = "1 process was" if count == 1 else f"{count} processes were"
        return f"{subject} made in this block without `mp`{told}, and not observed. {CURE}"


def _made() -> int:
    """How many process objects this process has made so far; asking makes none."""
    return int(repr(process._process_counter)[6:-1])
