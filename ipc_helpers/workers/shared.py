"""Workers of lesson 10: processes that hold, read and change the same bytes."""

from __future__ import annotations

import mmap
import os
import sys
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import ShareableList, SharedMemory

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from multiprocessing.connection import Connection
    from multiprocessing.sharedctypes import Synchronized, SynchronizedArray
    from multiprocessing.synchronize import Event, Lock
    from typing import Any

OLD, NEW = b"old" * 2, b"new" * 2  # a record in two halves


def exists(name: str) -> bool:
    """Whether a segment of this name is there. Nobody gets to know that I have looked."""
    try:
        if os.name == "posix":
            import _posixshmem  # what SharedMemory itself uses, without the tracker

            os.close(_posixshmem.shm_open(f"/{name.lstrip('/')}", os.O_RDONLY, mode=0))
        else:
            SharedMemory(name).close()
    except FileNotFoundError:
        return False
    return True


# --- the same bytes ---


def change_first(name: str) -> None:
    """Find a segment by its name, read its text, and change the first letter."""
    segment = SharedMemory(name)
    print("I read", bytes(segment.buf[:5]))
    segment.buf[0] = ord("J")
    segment.close()


def double(numbers: SynchronizedArray[Any], count: Synchronized[int]) -> None:
    """Double all numbers where they lie, and count them."""
    for place in range(len(numbers)):
        numbers[place] *= 2
        count.value += 1


def square(name: str, first: int, last: int) -> None:
    """Square the numbers from first to last, in place."""
    import numpy  # only now: a child that computes nothing need not have it

    segment = SharedMemory(name)
    numbers = numpy.frombuffer(segment.buf, "i8")
    numbers[first:last] **= 2
    del numbers  # a view that is still there would forbid close()
    segment.close()


def write_into(memory: mmap.mmap) -> None:
    """Write into the memory that I was given."""
    memory[:5] = b"child"


def write_into_file(path: str) -> None:
    """Map a file, and write into my view of it."""
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[:5] = b"child"


def rename_second(people: ShareableList[Any]) -> None:
    """Put a shorter name into the second place."""
    people[1] = "Jo"
    people.shm.close()


# --- one holds it, one has let it go ---


def take_step(step: str, name: str, segment: SharedMemory | None) -> tuple[Any, str]:
    """Attach, read, close or unlink; return the segment, and an error's name or what I read."""
    try:
        if step == "attach":
            return SharedMemory(name), ""
        if step == "read":
            return segment, bytes(segment.buf[:5]).decode()
        getattr(segment, step)()
    except (FileNotFoundError, TypeError) as error:
        return segment, type(error).__name__
    return segment, ""


def hold(name: str, line: Connection) -> None:
    """Take the steps that the parent asks for; tell what came of each, and what I have."""
    segment = None
    for step in iter(line.recv, "end"):
        segment, outcome = take_step(step, name, segment)
        line.send((outcome, is_mapped(segment)))
    if segment is not None:
        segment.close()


def is_mapped(segment: SharedMemory | None) -> bool:
    """Whether this process can reach the bytes of the segment."""
    return segment is not None and segment.buf is not None


def read_later(name: str, line: Connection) -> None:
    """Say that I am here; when I am told to, look for the segment."""
    line.send("I am here")
    line.recv()
    print("I read", bytes(SharedMemory(name).buf[:5]))


def visit(name: str, tracked: bool) -> None:
    """Attach to a segment and close it again, in one of two ways."""
    if tracked:
        segment = SharedMemory(name)
    elif sys.version_info >= (3, 13):
        segment = SharedMemory(name, track=False)
    else:  # by hand: tell the tracker to forget it
        segment = SharedMemory(name)
        resource_tracker.unregister(f"/{name}", "shared_memory")
    segment.close()


def look_at_closed(name: str) -> None:
    """Lay an array over the bytes, close the segment, and look at the array."""
    import numpy

    segment = SharedMemory(name)
    numbers = numpy.ndarray(5, "u1", buffer=segment.buf)
    segment.close()
    print("the first number is", numbers[0])


# --- a record in two halves ---


def write_record(name: str, lock: Lock, half_written: Event, looked: Event) -> None:
    """Write a record, with the lock; stop halfway until the reader has looked, or has tried to."""
    segment = SharedMemory(name)
    with lock:
        segment.buf[:3] = NEW[:3]
        half_written.set()
        looked.wait()
        segment.buf[3:6] = NEW[3:]
    segment.close()


def read_record(name: str, lock: Lock, half_written: Event, looked: Event) -> None:
    """Read the record, with a lock, while the writer is halfway through."""
    segment = SharedMemory(name)
    half_written.wait()
    if not lock.acquire(block=False):
        looked.set()  # I have tried
        lock.acquire()
    print("I read", bytes(segment.buf[:6]))
    lock.release()
    looked.set()
    segment.close()


# --- a ring of slots ---


class Slots:
    """A ring of slots in shared memory, from one producer to one consumer."""

    def __init__(self, mp: Any, count: int, size: int) -> None:
        self.count, self.pitch, self.at = count, size + 4, 0
        self.free, self.filled = mp.Semaphore(count), mp.Semaphore(0)
        self.memory = SharedMemory(create=True, size=count * self.pitch)

    def next_slot(self) -> memoryview:
        """The bytes of the slot that is next on my side; each side counts for itself."""
        start = self.at % self.count * self.pitch
        self.at += 1
        return self.memory.buf[start : start + self.pitch]

    def send_bytes(self, data: bytes) -> None:
        """Wait for a free slot; write the length and the bytes into it."""
        self.free.acquire()
        with self.next_slot() as slot:
            slot[: 4 + len(data)] = len(data).to_bytes(4, "big") + data
        self.filled.release()

    def recv_bytes(self) -> bytes:
        """Wait for a filled slot; take the bytes out of it."""
        self.filled.acquire()
        with self.next_slot() as slot:
            data = bytes(slot[4 : 4 + int.from_bytes(slot[:4], "big")])
        self.free.release()
        return data


def send_all(ring: Any, messages: list[bytes]) -> None:
    """Send messages through a ring, whichever it is."""
    for message in messages:
        ring.send_bytes(message)


def leave_at_once(ring: Any) -> None:
    """Send one message, and end without a word."""
    ring.send_bytes(b"one")
