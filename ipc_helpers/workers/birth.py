"""Workers of lesson 06: children that tell how they were born, and what they found."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.sharedctypes import Synchronized
    from typing import Any

Stamp = namedtuple("Stamp", "when pid step")
stamps: list[Stamp] = []
guard = threading.Lock()
dice = random.Random()  # a generator of our own, seeded when this file runs


def stamp(step: str) -> None:
    """Note the time, the process and the step."""
    stamps.append(Stamp(time.monotonic_ns(), os.getpid(), step))


stamp("runs the file of the worker")


class Traveller:
    """An argument that stamps the hour when it is pickled, and when it is rebuilt."""

    def __getstate__(self) -> str:
        stamp("pickles the argument")
        return "luggage"

    def __setstate__(self, state: str) -> None:
        stamp("rebuilds the argument")


def report_stamps(traveller: Traveller, line: Connection) -> None:
    """Stamp my own first line, and send all stamps that I have."""
    stamp("runs the target")
    line.send(stamps)


def look_around(fd: int, inode: int, line: Connection) -> None:
    """Tell what I found when I was born."""
    found = {
        "sys.argv": sys.argv[-1] == "changed",
        "current folder": os.path.basename(os.getcwd()) == "elsewhere",
        "os.environ": os.environ.get("IPC_BIRTH") == "changed",
        "loaded module": "colorsys" in sys.modules,
        "open file": is_open(fd, inode),
    }
    line.send(found)


def is_open(fd: int, inode: int) -> bool:
    """Whether this descriptor is open here, and is that file."""
    try:
        return os.fstat(fd).st_ino == inode
    except OSError:
        return False


def call(function: Callable[[], object]) -> None:
    """Call the function that I was given."""
    print("it says:", function())


def nothing() -> None:
    """Live for a moment."""


def try_guard(line: Connection) -> None:
    """Try for half a second to take this module's lock; count my threads."""
    line.send((guard.acquire(timeout=0.5), threading.active_count()))


def throw(results: SimpleQueue[int]) -> None:
    """Throw this module's dice, which have 2 to the power of 64 sides."""
    results.put(dice.getrandbits(64))


def throw_global(results: SimpleQueue[int]) -> None:
    """Throw the dice of the random module, which all of a program share."""
    results.put(random.getrandbits(64))


def read_word(fd: int) -> None:
    """Read four bytes from a file that I have inherited."""
    print("child read", os.read(fd, 4).decode())


class WaitsToBeRebuilt:
    """An argument that a new child cannot rebuild before the parent sends a word."""

    def __init__(self, line: Connection) -> None:
        self.line = line

    def __setstate__(self, state: dict[str, Connection]) -> None:
        state["line"].recv()


def show(first: object, number: Synchronized[int]) -> None:
    """Show a number that lies in shared memory."""
    print("the number is", number.value)


class Fragile:
    """An argument that survives being pickled, and not being rebuilt."""

    def __setstate__(self, state: object) -> None:
        raise ValueError("broken on the way")

    def __getstate__(self) -> str:
        return "pieces"


def unpack(parcel: Fragile) -> None:
    """Say that I have got it."""
    print("the target runs")


# --- what birth costs ---------------------------------------------------------------------


def time_births(methods: list[str], megabytes: int, line: Connection) -> None:
    """Play the parent: for each method, time from start() to the end of a child, best of eight."""
    ballast = fill(megabytes)
    line.send({method: best_birth(method, rounds=8) for method in methods})
    del ballast


def best_birth(method: str, rounds: int) -> float:
    """The seconds that the quickest child took to be born, do nothing, and end."""
    import multiprocessing

    mp: Any = multiprocessing.get_context(method)
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        child = mp.Process(target=nothing)
        child.start()
        child.join()
        times.append(time.perf_counter() - began)
    return min(times[1:])  # the first one also starts the fork server


def fill(megabytes: int) -> Any:
    """That much memory, in use: one byte is written into each page of it."""
    import mmap

    memory = mmap.mmap(-1, max(1, megabytes) << 20, **private(mmap))
    for page in range(0, len(memory), mmap.PAGESIZE):
        memory[page] = 1
    return memory


def private(mmap: Any) -> dict[str, int]:
    """Flags for memory as a program's own lists have it: not shared with a forked child."""
    return {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if os.name == "posix" else {}
