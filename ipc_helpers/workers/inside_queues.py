"""Lesson 07: a queue, built part by part, and workers that find out what each part is for."""

from __future__ import annotations

import os
import pickle
import queue
import struct
import threading
import time
from contextlib import nullcontext
from enum import Enum
from multiprocessing.managers import BaseManager
from multiprocessing.util import Finalize, register_after_fork

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event, Semaphore
    from typing import Any

END = object()  # for the feeder only: it never travels


class PipeQueue:
    """First try: a queue is a pipe."""

    def __init__(self, mp: Any) -> None:
        self.reader, self.writer = mp.Pipe(duplex=False)

    def put(self, message: Any) -> None:
        self.writer.send(message)

    def get(self) -> Any:
        return self.reader.recv()


class LockedQueue(PipeQueue):
    """Second try: one process at a time reads, and one writes."""

    def __init__(self, mp: Any) -> None:
        super().__init__(mp)
        self.read_lock, self.write_lock = mp.Lock(), mp.Lock()

    def put(self, message: Any) -> None:
        with self.write_lock:
            super().put(message)

    def get(self) -> Any:
        with self.read_lock:
            return super().get()


class FedQueue(LockedQueue):
    """Third try: put() fills a buffer, and a thread feeds the pipe from it."""

    def __init__(self, mp: Any) -> None:
        super().__init__(mp)
        self.begin()

    def begin(self) -> None:
        self.buffer: Any = queue.SimpleQueue()
        self.feeder: threading.Thread | None = None

    def put(self, message: Any) -> None:
        if self.feeder is None:
            self.feeder = threading.Thread(target=self.feed, name="feeder", daemon=True)
            self.feeder.start()
        self.buffer.put(message)

    def feed(self) -> None:
        while (message := self.buffer.get()) is not END:
            super().put(message)

    def close(self) -> None:
        if self.feeder is not None:
            self.buffer.put(END)
            self.feeder.join()

    def __getstate__(self) -> dict[str, Any]:  # buffer and feeder do not travel
        return {k: v for k, v in vars(self).items() if k not in ("buffer", "feeder")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.begin()


class MiniQueue(FedQueue):
    """Fourth try: there is room for so many messages, and nobody ends before all are sent."""

    def __init__(self, mp: Any, maxsize: int) -> None:
        super().__init__(mp)
        self.room = mp.BoundedSemaphore(maxsize)

    def begin(self) -> None:
        super().begin()
        Finalize(self, self.close, exitpriority=10)  # called when this process ends
        register_after_fork(self, type(self).begin)  # a forked child has no feeder yet

    def put(self, message: Any) -> None:
        self.room.acquire()
        super().put(message)

    def get(self) -> Any:
        message = super().get()
        self.room.release()
        return message


# --- what fails without a part ------------------------------------------------------------


def get_in_two_halves(box: Any, halfway: Event, go_on: Event) -> None:
    """Do what get() does, with a pause between the header and the body of the message."""
    with getattr(box, "read_lock", nullcontext()):
        (length,) = struct.unpack("!i", os.read(box.reader.fileno(), 4))
        halfway.set()
        go_on.wait(0.5)
        body = os.read(box.reader.fileno(), length)
    try:
        print("got", pickle.loads(body))
    except pickle.UnpicklingError:
        print("got bytes that make no sense")


def get_meanwhile(box: Any, halfway: Event, go_on: Event) -> None:
    """Call get() while the other one is halfway through its own."""
    halfway.wait()
    try:
        print("got", box.get())
    except EOFError:
        print("got EOFError")
    go_on.set()


def put_big(box: Any, line: Connection) -> None:
    """Put a million bytes; say so before and after; end when the parent says so."""
    line.send("I put")
    box.put(bytes(1_000_000))
    line.send("put has returned")
    line.recv()


class Parcel:
    """A message that cannot be pickled before somebody opens its gate, a semaphore."""

    def __init__(self, gate: Semaphore) -> None:
        self.gate = gate

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        self.gate.acquire(timeout=5)
        return str, ("parcel",)


def put_and_end(box: Any, gate: Semaphore) -> None:
    """Put a message that cannot be sent before the gate opens, and another one; then end."""
    box.put(Parcel(gate))
    box.put("the result")


def put_three(box: Any, name: str) -> None:
    """Put three messages with my name on them."""
    for number in range(3):
        box.put((name, number))


# --- identity -----------------------------------------------------------------------------

STOP = object()  # a sentinel that does not survive


class Signal(Enum):
    """A sentinel that survives: an Enum's member is pickled as its name."""

    STOP = "stop"


def count_until(box: Queue[Any], sentinel: Any) -> None:
    """Count the messages that come before the sentinel."""
    count = 0
    while box.get() is not sentinel:
        count += 1
        print("messages so far:", count)


# --- the end ------------------------------------------------------------------------------


def leave(box: Queue[Any], how: str, gate: Semaphore) -> None:
    """Put two messages that cannot be sent before the gate opens, and leave."""
    box.put(Parcel(gate))
    box.put("the result")
    if how == "cancel_join_thread()":
        box.cancel_join_thread()
    if how == "close(), join_thread(), os._exit()":
        box.close()
        box.join_thread()
    if "os._exit()" in how:
        os._exit(0)


def put_and_stay(box: Queue[Any], gate: Semaphore, line: Connection) -> None:
    """Put two messages that cannot be sent before the gate opens; say so, and stay for an hour."""
    box.put(Parcel(gate))
    box.put("the result")
    line.send("two are put")
    time.sleep(3600)


# --- what people use instead --------------------------------------------------------------


class Desk(BaseManager):
    """A manager whose server keeps queues of the module `queue`."""


Desk.register("PriorityQueue", queue.PriorityQueue)


def put_jobs(box: Any, jobs: list[tuple[int, str]]) -> None:
    """Put jobs, each with its priority; 0 is the most urgent."""
    for job in jobs:
        box.put(job)
