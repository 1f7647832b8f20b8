"""Workers of lesson 08: two processes at one end of a pipe.

a message = a header, 4 bytes that say how long the body is, and then the body
"""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event, Lock
    from typing import Any

PAGE = 4096  # bytes: what Linux puts into a pipe at a time, on most machines


# --- readers ------------------------------------------------------------------------------


def take_header(reader: Connection, taken: Event, finish: Event) -> None:
    """Do the first half of a recv(): take the 4 bytes that say how long the message is."""
    (length,) = struct.unpack("!i", os.read(reader.fileno(), 4))
    print(f"a message of {length} bytes follows")
    taken.set()
    finish.wait()


def receive_after(reader: Connection, taken: Event, finish: Event) -> None:
    """Receive one message of bytes, after the other reader has taken its header."""
    taken.wait()
    print("received", reader.recv_bytes())
    finish.set()


# --- writers ------------------------------------------------------------------------------


def write(writer: Connection, letter: str, size: int) -> None:
    """Send one message: so many bytes, each of them this letter."""
    writer.send_bytes(letter.encode() * size)


def write_with_lock(writer: Connection, letter: str, size: int, lock: Lock) -> None:
    """Send one message while no other writer can begin one."""
    with lock:
        writer.send_bytes(letter.encode() * size)


def two_writers(mp: Any, size: int, lock: Lock | None = None) -> list[str]:
    """Stop A in the midst of its message, if it can be: let B send, then A go on. What arrives?"""
    target, more = (write, ()) if lock is None else (write_with_lock, (lock,))
    reader, writer = mp.Pipe(duplex=False)
    half_fill(writer)
    a = mp.Process(target=target, args=(writer, "A", size, *more), name="A")
    b = mp.Process(target=target, args=(writer, "B", 6, *more), name="B")
    a.start()
    while bytes_in(reader) < min(2 * PAGE, PAGE + 4 + size):
        time.sleep(0.01)  # A has not yet written what there is room for
    pause(a.pid)
    reader.recv_bytes()  # makes room for one more page
    b.start()
    if lock is None:
        b.join()
    resume(a.pid)
    writer.close()
    return list(arrivals(reader))


def half_fill(writer: Connection) -> None:
    """Make the pipe two pages long, and fill the first (Linux)."""
    import fcntl

    fcntl.fcntl(writer.fileno(), fcntl.F_SETPIPE_SZ, 2 * PAGE)
    writer.send_bytes(bytes(PAGE - 4))


def bytes_in(reader: Connection) -> int:
    """How many bytes are in the pipe now (Linux, macOS)."""
    import fcntl
    import termios

    (count,) = struct.unpack("i", fcntl.ioctl(reader.fileno(), termios.FIONREAD, bytes(4)))
    return int(count)


def pause(pid: int) -> None:
    """Stop a process where it is, as the operating system may at any moment; see that it stands."""
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):  # it has ended
        os.kill(pid, signal.SIGSTOP)
        while True:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
                if stat.read().rpartition(")")[2].split()[0] in "TZ":  # stopped, or a zombie
                    return
            time.sleep(0.005)


def resume(pid: int) -> None:
    """Let a process that was stopped go on."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def arrivals(reader: Connection) -> Iterator[str]:
    """Tell each message that arrives: how many bytes, and of whom."""
    try:
        while True:
            message = reader.recv_bytes()
            mine = message.count(message[:1])
            torn = f", and {len(message) - mine} of somebody else" * (mine < len(message))
            yield f"{mine} bytes of {message[:1].decode()}{torn}"
    except EOFError:
        yield "end of file"
    except OSError as error:
        yield f"OSError: {error}"


# --- many of both -------------------------------------------------------------------------


def write_many(writer: Connection, letter: str, size: int, count: int, lock: Lock) -> None:
    """Send so many messages, each under the lock."""
    for _ in range(count):
        with lock:
            writer.send_bytes(letter.encode() * size)


def read_many(reader: Connection, count: int, lock: Lock, whole: Queue[int]) -> None:
    """Receive so many messages, each under the lock; tell how many were whole."""
    good = 0
    for _ in range(count):
        with lock:
            message = reader.recv_bytes()
        good += len(set(message)) == 1 and len(message) == 10_000
    whole.put(good)


def report(writer: Connection, name: str, count: int) -> None:
    """Send my name with a number, a few times, and go."""
    for number in range(count):
        writer.send(f"{name} {number}")


# --- ends that travel ---------------------------------------------------------------------


def use_what_comes(line: Connection, go_home: Event) -> None:
    """Receive an end of another pipe, say something through it, and close it."""
    writer = line.recv()
    writer.send("hello through an end that came by post")
    writer.close()
    go_home.wait()


def first_letter(letters: Any) -> None:
    """Is there a connection that I inherited? And what is the first letter?"""
    print("inherited a connection:", hasattr(letters._tls, "connection"))
    print("first letter:", letters[0])
