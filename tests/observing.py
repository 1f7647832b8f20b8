"""What the tests of `observe()` share: the start methods, a notebook's `__main__`, descriptors.

pytest is a program with a `__main__` that every spawned child would import; a kernel has none.
These tests run as in a kernel (`as_in_a_notebook`), which is also three times faster.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import sys
import time
import types
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest
from course import START_METHODS

per_method = pytest.mark.parametrize("method", START_METHODS)


@pytest.fixture(autouse=True)
def as_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this process a `__main__` that no child can import."""
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer. Time counts only where the machine gives it to us."""
    began = time.monotonic()
    try:
        yield
    finally:
        took = time.monotonic() - began
        assert took <= seconds, f"took {took:.2f} s, at most {seconds} s were allowed"


def warm_up(method: str) -> None:
    """Start what serves the whole interpreter: the resource tracker, the fork server."""
    context = multiprocessing.get_context(method)
    child = context.Process(target=str)
    child.start()
    child.join()
    child.close()
    resource_tracker.ensure_running()


def descriptors() -> dict[str, str]:
    """The open file descriptors of this process, and what each one is."""
    gc.collect()
    found = {}
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the one that lists
            found[number] = os.readlink(f"/proc/self/fd/{number}")
    return found


def folders() -> set[str]:
    """The folders of blocks of this process."""
    import tempfile

    return {path.name for path in Path(tempfile.gettempdir()).glob(f"ipc-{os.getpid()}-*")}
