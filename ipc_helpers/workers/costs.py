"""Workers of lesson 14, What a channel costs, and of its exercises."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from typing import Any


def count_messages(line: Connection) -> None:
    """Count what comes; at each None, tell how many there were. Go on until "end"."""
    count = 0
    while (message := line.recv()) != "end":
        if message is not None:
            count += 1
            continue
        line.send(count)
        count = 0


def take_all(letters: Queue[Any], line: Connection) -> None:
    """Take as many messages out of the queue as I am told, then say so; 0 ends me."""
    while count := line.recv():
        for _ in range(count):
            letters.get()
        line.send("I have had them all")
