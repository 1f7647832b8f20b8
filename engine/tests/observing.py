"""What the tests of `observe()` share: the start methods, a notebook's `__main__`, descriptors.

pytest is a program with a `__main__` that every spawned child would import; a kernel has none.
These tests run as in a kernel (`as_in_a_notebook`), which is also three times faster.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
import types
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest
from machine import Patience, stalled_since
from outside import START_METHODS, Watch

from mpscope._recording import recorder

per_method = pytest.mark.parametrize("method", START_METHODS)


@pytest.fixture(autouse=True)
def as_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this process a `__main__` that no child can import."""
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer. Time counts only where the machine gives it to us."""
    began, patience = time.monotonic(), Patience()
    try:
        yield
    finally:
        took, seconds = time.monotonic() - began, patience.with_promise(seconds)
        if took > seconds:
            took -= stalled_since(began)
        assert took <= seconds, f"took {took:.2f} s, at most {seconds:.2f} s were allowed"


@functools.cache
def warm_up(method: str) -> None:
    """Start what serves the whole interpreter: the resource tracker, the fork server."""
    import ctypes  # noqa: F401  its library keeps a descriptor

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


@contextlib.contextmanager
def leaving_nothing(method: str) -> Iterator[None]:
    """Fail if, right after the body, there is anything that was not there before."""
    warm_up(method)
    watch, before = Watch(), (folders(), descriptors())
    globals_before = recorder.current, signal.getsignal(signal.SIGINT), sys.gettrace()
    threads = set(threading.enumerate())
    yield
    assert recorder.current is None
    assert globals_before == (recorder.current, signal.getsignal(signal.SIGINT), sys.gettrace())
    left = watch.left(patience_s=1.5)  # what other workers make comes and goes
    assert not left, left
    assert folders() == before[0]
    now = descriptors()
    gained = {number: what for number, what in now.items() if before[1].get(number) != what}
    assert not gained, gained
    late = time.monotonic() + 2
    while set(threading.enumerate()) - threads and time.monotonic() < late:
        time.sleep(0.01)
    left_threads = set(threading.enumerate()) - threads
    assert not left_threads, left_threads


@contextlib.contextmanager
def interrupt_after(seconds: float, times: int = 1) -> Iterator[None]:
    """Ctrl-C, from outside: as a terminal or a kernel does it."""
    done = threading.Event()

    def press() -> None:
        for _ in range(times):
            if done.wait(seconds):
                return
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        while True:
            try:
                done.set()
                thread.join()
                break
            except KeyboardInterrupt:
                continue


def notes(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What blocks have said at their end, each note in one line."""
    said = capsys.readouterr().err.replace("\n    ", " ")  # of a note that goes on
    return [line for line in said.splitlines() if line.startswith("note: ")]
