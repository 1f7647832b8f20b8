"""The scenes of the checkpoints: programs that are not shown, only what they did.

The learner reads an account, a transcript or a timeline, and says what is behind it. So each scene
goes the same way on every run: who comes first is arranged, never left to the clock.
"""

from __future__ import annotations

import os
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from multiprocessing.connection import Connection
    from multiprocessing.queues import JoinableQueue, Queue
    from typing import Any


# ---- part I --------------------------------------------------------------------------------------


def print_shop(mp: Any) -> None:
    """Two printers share a queue of jobs; there is one sentinel for both."""
    jobs, done = mp.Queue(), mp.Queue()
    left = mp.Process(target=_print, args=(jobs, done), name="left")
    right = mp.Process(target=_print, args=(jobs, done), name="right")
    for job in ("a poster", "a map", None):
        jobs.put(job)
    left.start()
    left.join()  # has taken the sentinel
    jobs.put("a letter")
    right.start()
    for _ in range(3):
        done.get()
    right.join()


def _print(jobs: Queue[Any], done: Queue[Any]) -> None:
    while (job := jobs.get()) is not None:
        done.put(job)


def bakery(mp: Any) -> None:
    """The baker is faster than the counter has room: one loaf lies there, the others wait."""
    counter, doorbell = mp.Queue(1), mp.Semaphore(0)
    mp.Process(target=_bake, args=(counter, doorbell), name="baker").start()
    doorbell.acquire()
    for _ in range(3):
        counter.get()


def _bake(counter: Queue[str], doorbell: Any) -> None:
    counter.put("loaf 1")
    opener = threading.Timer(0.3, doorbell.release)  # opens when put() below has long been waiting
    opener.start()
    for number in (2, 3):
        counter.put(f"loaf {number}")
    opener.join()


def dictation(mp: Any) -> None:
    """A child reads until the end of file, and somebody still holds the pen."""
    reader, writer = mp.Pipe(duplex=False)
    pupil = mp.Process(target=_write_down, args=(reader,), name="pupil")
    pupil.start()
    reader.close()
    for word in ("once", "upon", "a time"):
        writer.send(word)
    pupil.join()


def _write_down(reader: Connection) -> None:
    try:
        while True:
            print(reader.recv())
    except EOFError:
        print("that was all")


offset: int  # has no value before somebody gives it one


def thermometer(mp: Any) -> None:
    """The parent sets a global, and the child looks at it."""
    global offset
    offset = 3
    child = mp.Process(target=_measure, name="sensor")
    child.start()
    child.join()


def _measure() -> None:
    print("begin")
    print(20 + offset)


def kitchen(mp: Any) -> None:
    """A cook takes three orders, and says of two that they are done."""
    orders = mp.JoinableQueue()
    for order in ("soup", "fish", "tea"):
        orders.put(order)
    mp.Process(target=_cook, args=(orders,), name="cook").start()
    orders.join()


def _cook(orders: JoinableQueue[str]) -> None:
    for number in range(3):
        print(orders.get())
        if number != 1:
            orders.task_done()


# ---- part II -------------------------------------------------------------------------------------


class _Sealed:
    """A message that cannot be pickled before its gate is open."""

    def __init__(self, gate: Any) -> None:
        self.gate, self.begun = gate, threading.Event()

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        self.begun.set()
        self.gate.acquire()
        return str, ("a sealed letter",)


def night_post(mp: Any) -> None:
    """A child puts two letters and is gone before its feeder can send any."""
    box, gate = mp.Queue(), mp.Semaphore(0)
    mp.Process(target=_post_and_go, args=(box, gate), name="postman").start()
    box.get()


def _post_and_go(box: Queue[Any], gate: Any) -> None:
    letter = _Sealed(gate)
    box.put(letter)
    box.put("a card")
    letter.begun.wait()
    os._exit(0)


def two_keys(mp: Any) -> None:
    """Two children, two locks, taken in two orders."""
    vault, office = mp.Lock(), mp.Lock()
    met = mp.Barrier(2)
    guard = mp.Process(target=_take_both, args=(vault, office, met), name="guard")
    clerk = mp.Process(target=_take_both, args=(office, vault, met), name="clerk")
    guard.start()
    clerk.start()
    guard.join()


def _take_both(first: Any, second: Any, met: Any) -> None:
    with first:
        met.wait()
        with second:
            print("both")


def early_bell(mp: Any) -> None:
    """The bell rings before anybody waits for it."""
    bell, rung = mp.Condition(), mp.Semaphore(0)
    sleeper = mp.Process(target=_sleep_then_wait, args=(bell, rung), name="sleeper")
    sleeper.start()
    with bell:
        bell.notify()
    rung.release()
    sleeper.join()


def _sleep_then_wait(bell: Any, rung: Any) -> None:
    rung.acquire()
    with bell:
        bell.wait()


# ---- part III ------------------------------------------------------------------------------------


def safe_room(mp: Any) -> None:
    """A child is killed inside, and the next one waits at the door."""
    door, first_inside = mp.Lock(), mp.Semaphore(0)
    first = mp.Process(target=_stay_inside, args=(door, first_inside), name="first")
    first.start()
    first_inside.acquire()
    first.kill()
    first.join()
    second_inside = mp.Semaphore(0)
    second = mp.Process(target=_stay_inside, args=(door, second_inside), name="second")
    second.start()
    second_inside.acquire()


def _stay_inside(door: Any, inside: Any) -> None:
    with door:
        inside.release()
        time.sleep(60)


def second_try(mp: Any) -> None:
    """A worker ends in the midst of its second job; another one gets that job again."""
    for name, jobs, fatal in (("first", (4, 7), 7), ("second", (7, 9), 0)):
        mine, yours = mp.Pipe()
        worker = mp.Process(target=_double, args=(yours, fatal), name=name)
        worker.start()
        yours.close()
        for job in jobs:
            mine.send(job)
            try:
                mine.recv()
            except EOFError:
                worker.join()
        mine.close()
        worker.join()


def _double(line: Connection, fatal: int) -> None:
    try:
        while True:
            job = line.recv()
            if job == fatal:
                os._exit(1)
            line.send(2 * job)
    except EOFError:
        pass
