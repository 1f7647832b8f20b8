"""Workers of lesson 02: what the children do with a queue.

    child ── put ──> Queue ── get ──> parent        (results come home)
    parent ── put ──> Queue ── get ──> children     (jobs go out, a sentinel ends them)

Every function here runs in a child process. The classes are messages with a
habit: one waits before it lets itself be pickled, one tells who pickled it.
"""

from __future__ import annotations

import queue
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from multiprocessing.queues import JoinableQueue, Queue, SimpleQueue
    from multiprocessing.synchronize import Event, Semaphore
    from typing import Any


def put_next(numbers: Queue[int], n: int) -> None:
    """Put the number after n into the queue: the old program's child."""
    numbers.put(n + 1)
    print(f"I put {n + 1}")


def put_when_told(box: Queue[str], name: str, go: Event) -> None:
    """Wait for the signal, then put my name."""
    go.wait()
    box.put(name)


def put_series(box: Queue[tuple[str, int]], name: str, count: int) -> None:
    """Put (name, 0), (name, 1), ... into the queue."""
    for number in range(count):
        box.put((name, number))


def write_in_turn(
    screen: SimpleQueue[str], number: int, my_turn: Semaphore, your_turn: Semaphore
) -> None:
    """Write one line in three pieces, and let the other child write between them."""
    for piece in ("I put ", str(number), "\n"):
        my_turn.acquire()
        screen.put(piece)
        your_turn.release()


def double_until_none(jobs: Queue[int | None], results: Queue[int]) -> None:
    """Put the double of every job into results. The sentinel None ends the work."""
    while (job := jobs.get()) is not None:
        results.put(2 * job)
    print("no more jobs for me")


def fill(box: Queue[int], count: int, reports: Queue[str]) -> None:
    """Put count numbers, but give up when the queue stays full. Report what happened."""
    for number in range(count):
        try:
            box.put(number, timeout=0.3)
        except queue.Full:
            reports.put(f"full after {number} puts")
            return
    reports.put(f"all {count} puts returned")


def put_generator(box: Queue[Any]) -> None:
    """Put something that cannot be pickled, then something that can."""
    box.put(n * n for n in range(3))
    box.put("a plain string")
    box.close()
    box.join_thread()  # wait until everything is sent
    print("no put has complained")


def put_big(box: Queue[bytes], size: int) -> None:
    """Put one message of size bytes. Then there is nothing left to do."""
    box.put(bytes(size))
    print("put has returned, my work is done")


def do_tasks(tasks: JoinableQueue[int | None], results: Queue[int]) -> None:
    """Double every task, and tell the queue after each one that it is done."""
    while (task := tasks.get()) is not None:
        results.put(2 * task)
        tasks.task_done()


class Spy:
    """A message that arrives as the name of the thread that pickled it."""

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (threading.current_thread().name,)


class SlowParcel:
    """A message that waits, while it is being pickled, until the gate is open."""

    def __init__(self, gate: threading.Event) -> None:
        self.gate = gate

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        self.gate.wait(timeout=5)
        return str, ("parcel",)
