"""Workers of lesson 13, Threads, interpreters, processes, and of its exercises."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Barrier
    from typing import Any

notes: list[str] = []


def count_primes(below: int) -> int:
    """How many primes there are below a number: nothing but computing."""
    return sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, below))


def send_primes(below: int, results: SimpleQueue[int]) -> None:
    """Count primes, and send how many."""
    results.put(count_primes(below))


def take_note(text: str) -> None:
    """Note something in a list of this module."""
    notes.append(text)


def send_back(line: Any) -> None:
    """Send one object back where it came from."""
    line.send(line.recv())


def add_one(number: Any, both: Barrier) -> None:
    """Add one in two steps, with a wait between them until the other has read, too."""
    seen = number.value
    both.wait()
    number.value = seen + 1


def add_one_under_lock(number: Any, lock: Any) -> None:
    """Add one, and let nobody in between."""
    with lock:
        number.value += 1


def fall_over() -> None:
    """End my whole process at once, as a crash in a library would."""
    os._exit(3)


def seven() -> int:
    """Return a number."""
    return 7


def eight() -> int:
    """Return another number."""
    return 8
