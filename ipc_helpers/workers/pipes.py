"""Workers of lesson 03: what the children do with one end of a pipe.

    parent ── parent_conn <══ one channel ══> child_conn ── child

Every function here runs in a child process and holds one end (or, in the last
section, shares an end with another child on purpose).
"""

from __future__ import annotations

import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event, Lock

    child_conn = Connection(0)
# At run time the module has no `child_conn`: the old program's child uses a global that only the
# parent's main program sets. Importing this module does not set it. That is the bug of lesson 03.


def old_child(conn: Connection) -> None:
    """The old program's child, with its bug."""
    conn.send("Hi daddy!")
    response = conn.recv()
    print(f"response: {response}")
    conn.close()
    print("the global is my argument:", child_conn is conn)


def mended_child(conn: Connection) -> None:
    """The same conversation. Everything that the child uses, it gets as an argument."""
    conn.send("Hi daddy!")
    response = conn.recv()
    print(f"response: {response}")
    conn.close()
    print(f"my end is closed: {conn.closed}")


def answer_when_asked(conn: Connection) -> None:
    """Wait for a question, then answer it."""
    question = conn.recv()
    conn.send(f"{question} Fine, thanks.")


def send_words(writer: Connection, words: list[str]) -> None:
    """Send every word, close the end, and go."""
    for word in words:
        writer.send(word)
    writer.close()
    print(f"sent {len(words)} words and closed my end")


def stand_by(go_home: Event) -> None:
    """Have nothing to do with any pipe, and stay alive until told to go."""
    go_home.wait()


def read_one(reader: Connection) -> None:
    """Receive one message, then close the end."""
    print(f"got {reader.recv()}, that is enough")
    reader.close()


def send_then_receive(conn: Connection, size: int) -> None:
    """Speak first, listen later."""
    conn.send(bytes(size))
    print(f"got {len(conn.recv())} bytes")


def receive_then_send(conn: Connection, size: int) -> None:
    """Listen first, speak later."""
    print(f"got {len(conn.recv())} bytes")
    conn.send(bytes(size))


def read_header_only(reader: Connection, header_taken: Event, finish: Event) -> None:
    """Do the first half of a recv(): read the 4 bytes that say how long the message is."""
    header = os.read(reader.fileno(), 4)
    (length,) = struct.unpack("!i", header)
    print(f"the header says: a message of {length} bytes follows")
    header_taken.set()
    finish.wait()


def receive_after(reader: Connection, header_taken: Event, finish: Event) -> None:
    """Do a whole recv(), but only after the other reader has taken the header."""
    header_taken.wait()
    try:
        print(f"received {reader.recv()!r}")
    except EOFError as error:
        print(f"EOFError: {error}")
    finish.set()


def receive_with_lock(reader: Connection, lock: Lock, reports: Queue[str]) -> None:
    """Do a whole recv() while no other reader can start one."""
    with lock:
        message = reader.recv()
    reports.put(message)
