"""Workers of lesson 12: tasks of pools and executors, among them some that pools do not survive."""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Semaphore
    from typing import Any, NoReturn

kept: list[Any] = []


def keep(*things: Any) -> None:
    """The initializer: keep what every task of this worker will need."""
    kept[:] = things


def square(number: int) -> int:
    """A task."""
    return number * number


def zero_waits(number: int) -> int:
    """A task; number 0 waits until the gate has been opened twice."""
    [gate] = kept
    for _ in range(2 if number == 0 else 0):
        gate.acquire()
    return number


def fail_on_two(number: int) -> int:
    """A task that cannot cope with 2."""
    if number == 2:
        raise LookupError("no two here")
    return number


def be_killed(number: int) -> None:
    """A task whose worker is killed, as by a system that runs out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


class Refused(Exception):
    """An error with two arguments, of which it gives one to its base class."""

    def __init__(self, who: str, code: int) -> None:
        super().__init__(f"{who} refused with {code}")


def refuse(number: int) -> NoReturn:
    """A task that fails with such an error."""
    raise Refused("the server", number)


def prepare(path: str) -> None:
    """An initializer that needs a file."""
    with open(path, encoding="utf-8") as file:
        keep(file.read())


def note_down(number: int) -> int:
    """A task that puts its number into a queue."""
    numbers: Queue[int] = kept[0]
    numbers.put(number)
    return number


def note_into(numbers: Queue[int], number: int) -> None:
    """A task that gets its queue as an argument."""
    numbers.put(number)


def say_and_wait(number: int) -> int:
    """A task that says that it has begun, and waits for the gate."""
    begun, gate = kept
    begun.release()
    gate.acquire()
    return number


def answer_when_open(gate: Semaphore, box: Queue[str]) -> None:
    """Wait for the gate; then put an answer."""
    gate.acquire()
    box.put("the answer")


def send_when_open(gate: Semaphore, line: Connection) -> None:
    """Wait for the gate; then send an answer."""
    gate.acquire()
    line.send("the answer")
