"""What is made through the block's context gets names and memory of the block's own.

Nothing else does: a library that makes a plain lock or value inside the block, and keeps it, uses
names and memory of the process, which outlive the block.
"""

import contextlib
import os
from collections.abc import Iterator
from multiprocessing import heap, process
from threading import RLock

from mpscope._recording import recorder

_one_at_a_time = RLock()


def prefix(folder: str) -> str:
    """The prefix of the names of a block's semaphores: as random as its folder's name."""
    return "/" + os.path.basename(folder)


def _after_fork() -> None:
    global _one_at_a_time
    _one_at_a_time = RLock()  # a thread of the parent may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


@contextlib.contextmanager
def own_names() -> Iterator[None]:
    """Make semaphores and shared values in here under names, and in memory, of the block."""
    box = recorder.current
    if box is None:
        yield
        return
    if box.block.ending:
        raise recorder.used_too_late("mp")
    config = process.current_process()._config
    with _one_at_a_time:
        before = config.get("semprefix"), heap.BufferWrapper._heap
        config["semprefix"] = prefix(box.folder)
        heap.BufferWrapper._heap = box.block.heap = box.block.heap or heap.Heap()
        try:
            yield
        finally:
            config["semprefix"], heap.BufferWrapper._heap = before
