"""Workers of the labs: what the children do in the experiments of the lessons."""

from __future__ import annotations

import os
import struct
import time
from contextlib import nullcontext

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier, Event, Lock
    from typing import Any

board = ["old"]  # a global variable: every process has its own


# --- two memories -------------------------------------------------------------------------


def change(what: str, thing: Any) -> None:
    """Turn "old" into "new"."""
    if what == "message":
        thing.put("new")
    elif what == "environ":
        os.environ["IPC_LAB"] = "new"
    elif what == "value":
        thing.value = 1
    else:
        (board if what == "global" else thing)[0] = "new"


def look(what: str, thing: Any, mine: bool) -> tuple[str, int, int]:
    """What I see: "old" or "new", the object's id, the inode of its pipe (0 if it has none).

    `mine` says that I made the change: then I have sent the message, and do not wait for one.
    """
    inode = 0
    if what == "message":
        seen = "new" if mine else thing.get()
        inode = os.fstat(thing._reader.fileno()).st_ino if os.name == "posix" else 0
    elif what == "environ":
        seen, thing = os.environ.get("IPC_LAB", "old"), os.environ
    elif what == "value":
        seen = "new" if thing.value else "old"
    elif what == "global":
        seen, thing = board[0], board
    else:
        seen = thing[0]
    return seen, id(thing), inode


def change_or_look(what: str, mine: bool, thing: Any, line: Connection) -> None:
    """Change it, if that is my part; when the parent says so, tell what I see."""
    if mine:
        change(what, thing)
    line.send("I am here")
    line.recv()
    line.send(look(what, thing, mine))


# --- queue --------------------------------------------------------------------------------


def produce(box: Queue[str | None], name: str, messages: int, size: int) -> None:
    """Put A1, A2, ... into the box, each as long as asked for."""
    for number in range(1, messages + 1):
        box.put(f"{name}{number}".ljust(size, "."))


def consume(box: Queue[str | None], pause_s: float) -> None:
    """Get until the sentinel None comes; work for a while on each message."""
    while box.get() is not None:
        time.sleep(pause_s)


# --- pipe ---------------------------------------------------------------------------------


def write_stream(mine: Connection, other: Connection, messages: int, size: int) -> None:
    """Send every message, close my end, and go."""
    other.close()
    for number in range(1, messages + 1):
        mine.send(f"message {number}".ljust(size, "."))
    mine.close()


def read_stream(mine: Connection, other: Connection, closes: bool) -> None:
    """Receive until the end of the file; before that, close my copy of the writer's end, or not."""
    if closes:
        other.close()
    received = 0
    try:
        while True:
            mine.recv()
            received += 1
    except EOFError:
        print(f"end of file after {received} messages")


def write_to_nobody(mine: Connection, other: Connection, size: int, hung_up: Event) -> None:
    """Send one message; wait until the reader has hung up; send another one."""
    other.close()
    mine.send("message 1".ljust(size, "."))
    hung_up.wait()
    try:
        mine.send("message 2".ljust(size, "."))
        print("nobody will read message 2, and nobody has told me")
    except BrokenPipeError:
        print("BrokenPipeError: nobody is left to read")


def hang_up(mine: Connection, other: Connection, hung_up: Event) -> None:
    """Receive one message, close my end, and tell."""
    other.close()
    mine.recv()
    mine.close()
    hung_up.set()


def talk(mine: Connection, other: Connection, messages: int, size: int, first: bool) -> None:
    """Hold a conversation: send and receive in turns; `first`: my turn to speak comes first."""
    other.close()
    for number in range(1, messages + 1):
        if first:
            mine.send(f"message {number}".ljust(size, "."))
        mine.recv()
        if not first:
            mine.send(f"answer {number}".ljust(size, "."))
    print("the talk is over")


# --- manager ------------------------------------------------------------------------------


def use(
    shelf: Any, operation: str, number: int, times: int, lock: Lock, everybody: Barrier
) -> None:
    """Do something with the shelf; when everybody has, say what I see on it."""
    if hasattr(shelf, "get"):  # a queue: the list comes through it, as a copy
        shelf = shelf.get()
    everybody.wait()  # who begins alone may be done before the next one is born
    if operation == "write":
        shelf[number] = number + 1
    elif operation == "add":
        for _ in range(times):
            shelf[0] = shelf[0] + 1
    elif operation == "add-locked":
        for _ in range(times):
            with lock:
                shelf[0] = shelf[0] + 1
    else:
        total = sum(shelf)  # asks for one item after the other
        assert total == 0
    everybody.wait()
    print("I see", contents(shelf))


def contents(shelf: Any) -> Sequence[int]:
    """The items, all at once where the shelf can do that."""
    return list(shelf) if hasattr(shelf, "shm") else shelf[:]


# --- anatomy of a queue -------------------------------------------------------------------


def has_no_room(writer: Connection) -> bool:
    """Whether a pipe is full, so that who sends has to wait; Windows does not tell."""
    if os.name != "posix":
        return True
    from select import select

    return not select([], [writer], [], 0)[1]


def put_and_leave(
    box: Queue[str], messages: int, size: int, leave: str, settled: Connection
) -> None:
    """Put every message; when the feeder can send no more, say so; then leave in the given way."""
    for number in range(1, messages + 1):
        box.put(f"{number}".ljust(size, "."))
    inside: Any = box
    looks: list[tuple[int, bool, bool]] = []
    while len(looks) < 3 or len(set(looks[-3:])) > 1 or not any(looks[-1][1:]):
        idle = bool(inside._notempty._waiters)  # its feeder waits for something to do
        looks.append((len(inside._buffer), idle, has_no_room(inside._writer)))
        time.sleep(0.03)
    settled.send("idle" if looks[-1][1] else "busy")
    if leave == "cancel":
        box.cancel_join_thread()
    if leave == "flush":
        box.close()
        box.join_thread()
    if leave in ("exit", "flush"):
        os._exit(0)


# --- two hands on one end ------------------------------------------------------------------


def read_in_two_halves(
    reader: Connection, lock: Lock | None, answers: Queue[str], taken: Event, finish: Event
) -> None:
    """Take the header, let the other reader go on, take the body: under the lock, if there is."""
    with lock or nullcontext():
        (length,) = struct.unpack("!i", os.read(reader.fileno(), 4))
        taken.set()
        if lock is None:
            finish.wait()
            answers.put(f"A took the header: {length} bytes follow")
            return
        body = b""
        while len(body) < length:
            body += os.read(reader.fileno(), length - len(body))
    answers.put(f"A received its message: {len(body)} bytes")


def read_at_once(
    reader: Connection, lock: Lock | None, answers: Queue[str], taken: Event, finish: Event
) -> None:
    """Do a whole recv_bytes(), after the other reader has taken its header."""
    taken.wait()
    with lock or nullcontext():
        message = reader.recv_bytes()
    answers.put(f"B received a message: {len(message)} bytes")
    finish.set()
