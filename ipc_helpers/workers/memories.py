"""Workers of lesson 01: children that tell who they are, end, and change what they can reach."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from collections.abc import MutableSequence
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from multiprocessing.sharedctypes import Synchronized
    from typing import Any

counter = 0  # global variables: every process has its own
greeting = "as the file says"


def introduce(line: Connection) -> None:
    """Tell the parent my name and my pid; end when it answers."""
    line.send((multiprocessing.current_process().name, os.getpid()))
    line.recv()


def end(how: str) -> None:
    """End in one of four ways."""
    if how == "exit":
        sys.exit(3)
    if how == "fail":
        raise ValueError("this child fails")
    if how == "sleep":
        time.sleep(3600)


def work_on(line: Connection) -> None:
    """Say that work has begun; work for an hour; say that it is done."""
    print("work begins")
    line.send("I have begun")
    time.sleep(3600)
    print("work is done")


def append_four(numbers: list[int]) -> None:
    """Append 4 to the list, and show the list."""
    numbers.append(4)
    print("my list:", numbers)


def change_ordinary(numbers: list[int]) -> None:
    """Change a global variable, an argument and the environment."""
    global counter
    counter += 1
    numbers.append(1)
    os.environ["CHANGED_BY_CHILD"] = "yes"


def change_made_for_it(
    number: Synchronized[int], shelf: MutableSequence[int], letters: Queue[str]
) -> None:
    """Change three objects that were made for several processes."""
    number.value = 1
    shelf.append(1)
    letters.put("a letter")


def append_and_tell(numbers: list[int], letters: Queue[tuple[int, int]]) -> None:
    """Append 4 to the list; put into the queue the ids of both."""
    numbers.append(4)
    letters.put((id(numbers), id(letters)))


def tell_inode(letters: Any) -> None:
    """Put into the queue the number by which the system knows its pipe (not on Windows)."""
    letters.put(os.fstat(letters._reader.fileno()).st_ino)


def tell_greeting(line: Connection) -> None:
    """Send the global variable `greeting` as this process has it."""
    line.send(greeting)
