"""Workers of lesson 04: children that communicate, and children that share.

A proxy stands in for a list or a dict that lives in the manager's server process,
so these functions take any sequence or mapping that behaves like one.
"""

from __future__ import annotations

import multiprocessing
import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from collections.abc import Callable, MutableMapping, MutableSequence
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue
    from threading import Barrier, Event, Lock
    from typing import Any


def fill(results: MutableMapping[str, str], names: MutableSequence[str], name: str) -> None:
    """The old program: one entry in the dict, one item in the list."""
    results[name] = "test"
    names.append(name)


def fill_with_a_break(
    results: MutableMapping[str, str],
    names: MutableSequence[str],
    name: str,
    half_done: Event,
    go_on: Event,
) -> None:
    """Do what `fill` does, with a break between the two updates."""
    results[name] = "test"
    half_done.set()
    go_on.wait()
    names.append(name)


class Probe:
    """Whoever unpickles a probe gets its own process id instead."""

    def __reduce__(self) -> tuple[Callable[[], int], tuple[()]]:
        return os.getpid, ()


def look_for_the_list(places: MutableSequence[int]) -> None:
    """`places[0]` is the id of the process that holds the list."""
    parent = multiprocessing.parent_process()
    print("in my own memory:   ", places[0] == os.getpid())
    print("in my parent's:     ", parent is not None and places[0] == parent.pid)


def delete_first(letters: MutableSequence[str]) -> None:
    """The old text's test: delete an element and say what is left."""
    del letters[0]
    print("left:", letters[:])


def delete_first_from_queue(messages: Queue[list[str]]) -> None:
    """The same test on a list that comes through a queue."""
    delete_first(messages.get())


def delete_first_from_pipe(end: Connection) -> None:
    """The same test on a list that comes through a pipe."""
    delete_first(end.recv())


def overwrite_first(letters: MutableSequence[Any], new: Any) -> None:
    """The test for a sequence of fixed length: overwrite instead of delete."""
    letters[0] = new
    print("now:", list(letters))


def add_one_in_two_steps(counts: MutableMapping[str, int], both_have_read: Barrier) -> None:
    """`counts["n"] += 1`, written out, with a meeting between its two requests."""
    old = counts["n"]
    both_have_read.wait()
    counts["n"] = old + 1


def add_one_with_lock(counts: MutableMapping[str, int], lock: Lock, times: int) -> None:
    """Read and write as one unit: nobody else comes between."""
    for _ in range(times):
        with lock:
            counts["n"] += 1


def append_when_told(names: MutableSequence[str], ready: Event, go_on: Event) -> None:
    """Append a name after the signal, if the server is still there."""
    ready.set()
    go_on.wait()
    try:
        names.append("late")
    except (OSError, EOFError):
        print("no answer: the server has gone")
