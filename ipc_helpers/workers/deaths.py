"""Workers of lesson 11: they end in every way there is, some of them in the midst of something."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event, Lock
    from typing import Any


def end_somehow(how: str, line: Connection) -> None:
    """Say that I am there; end in my own way, or wait to be ended; clean up, if I get to it."""
    try:
        line.send("there")
        if how == "sys.exit(3)":
            sys.exit(3)
        if how == "os._exit(3)":
            os._exit(3)
        if how == "an exception":
            raise ValueError("I fail")
        if how != "return":
            time.sleep(3600)
    finally:
        line.send("cleaned up")


def hold(lock: Lock, ready: Event) -> None:
    """Take the lock, and work for an hour before I give it back."""
    with lock:
        ready.set()
        time.sleep(3600)


def read_all(box: Queue[Any], ready: Event) -> None:
    """Get a first message, say so; then get whatever comes, for as long as it takes."""
    box.get()
    ready.set()
    while True:
        box.get()


def somebody_is_inside_get(box: Queue[Any]) -> bool:
    """Whether a reader holds the lock of the queue's reading end, as it does inside get()."""
    lock: Any = getattr(box, "_rlock")  # noqa: B009 - private: to look at, here, and not to use
    if lock.acquire(False):
        lock.release()
        return False
    return True


def send_half(writer: Connection) -> None:
    """Send a whole message; then the beginning of another one, and be killed."""
    writer.send("the first message is whole")
    os.write(writer.fileno(), b"\0\0\x03\xe8" + b"only ten b")  # the header announces 1000 bytes
    os.kill(os.getpid(), signal.SIGKILL)


def answer_or_die(number: int, line: Connection) -> None:
    """Double the number, or, with 13, crash before the answer."""
    if number == 13:
        os._exit(1)
    line.send(2 * number)


def be_polite(stop: Event, ready: Event) -> None:
    """Look now and then whether somebody asks me to stop; then stop."""
    ready.set()
    while not stop.wait(0.05):
        pass


def be_busy(stop: Event, ready: Event) -> None:
    """Work for an hour, and never look."""
    ready.set()
    time.sleep(3600)


def be_deaf(stop: Event, ready: Event) -> None:
    """Work for an hour, never look, and ignore SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready.set()
    time.sleep(3600)


def work_off(jobs: Connection, parents_end: Connection, crash_on: int) -> None:
    """Double each job; crash at one of them, on its first try only."""
    parents_end.close()  # forked, I have a copy: with it open I would never hear that I am alone
    while (job := jobs.recv()) is not None:
        number, attempt = job
        if number == crash_on and attempt == 1:
            os._exit(1)
        jobs.send(2 * number)


def supervise(
    mp: Any, jobs: list[int], crash_on: int, tries: int = 2
) -> tuple[dict[int, int], int]:
    """In the parent: the results by job, and how many workers it took."""
    results: dict[int, int] = {}
    worker: Any = None
    line: Any = None
    started = 0
    for number in jobs:
        for attempt in range(1, tries + 1):
            if worker is None:
                line, theirs = mp.Pipe()
                worker = mp.Process(target=work_off, args=(theirs, line, crash_on))
                worker.start()
                theirs.close()
                started += 1
            try:
                line.send((number, attempt))
                results[number] = line.recv()
                break
            except (EOFError, ConnectionError):  # it has died with the job in its hands
                worker.join()
                worker = None
    if worker is not None:
        line.send(None)
        worker.join()
    return results, started


def dump_on_request(path: str, ready: Event) -> None:
    """Wait for an hour; write my stack into a file whenever SIGUSR1 comes."""
    with open(path, "w", encoding="utf-8") as file:
        faulthandler.register(signal.SIGUSR1, file)
        ready.set()
        fall_asleep()


def fall_asleep() -> None:
    time.sleep(3600)
