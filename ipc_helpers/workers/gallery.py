"""Workers of lesson 05: a child or two for each type that a manager offers.

Most arguments are proxies. Their hints name the object that the server holds:
a proxy of a `threading.Lock` has the methods `acquire` and `release`, and so on.
"""

from __future__ import annotations

import multiprocessing
import os
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    from collections.abc import Iterable, MutableMapping, MutableSequence
    from multiprocessing.managers import Namespace, SyncManager, ValueProxy
    from queue import Queue
    from typing import Any


# --- data ---------------------------------------------------------------------------------


def append_squares(squares: MutableSequence[int], numbers: Iterable[int]) -> None:
    """Append the square of each number."""
    for number in numbers:
        squares.append(number * number)


def append_to_row(rows: MutableSequence[list[int]], number: int) -> None:
    """Append to one of the lists that a list holds."""
    rows[number].append(3)


def count_words(counts: MutableMapping[str, int], lock: threading.Lock, words: str) -> None:
    """Count words into a dict that others count into as well."""
    for word in words.split():
        with lock:
            counts[word] = counts.get(word, 0) + 1


def new_set(manager: SyncManager) -> Any:
    """A shared set; before Python 3.14 a shared dict, whose keys are as good as a set."""
    return manager.set() if hasattr(manager, "set") else manager.dict()


def remember(seen: Any, item: str) -> None:
    """Add an item to what `new_set` made."""
    if hasattr(seen, "add"):
        seen.add(item)
    else:
        seen[item] = True


def add_links(seen: Any, links: Iterable[str]) -> None:
    """Remember each link once, however often it comes."""
    for link in links:
        remember(seen, link)


def fetch_if_new(
    seen: Any, page: str, fetched: MutableSequence[str], both_have_looked: threading.Barrier
) -> None:
    """Look, then act: two requests, with a meeting between them."""
    is_new = page not in seen
    both_have_looked.wait()
    if is_new:
        remember(seen, page)
        fetched.append(page)


def sum_up(board: Namespace) -> None:
    """Read one attribute, set two."""
    board.total = sum(range(board.limit + 1))
    board._note = "done"


def add(counter: ValueProxy[int], lock: threading.Lock, times: int) -> None:
    """Add one to the value, many times; the lock makes each read-and-write one unit."""
    for _ in range(times):
        with lock:
            counter.value += 1


def negate(numbers: MutableSequence[int], first: int) -> None:
    """Negate every second number, beginning with number `first`."""
    for i in range(first, len(numbers), 2):
        numbers[i] = -numbers[i]


# --- locks, signals, meetings -------------------------------------------------------------


def go_in_and_out(door: threading.Lock, log: MutableSequence[str], name: str) -> None:
    """Write "in" and "out" three times, each pair under the lock."""
    for _ in range(3):
        with door:
            log.append(f"{name} in")
            log.append(f"{name} out")


def hold_and_die(door: threading.Lock) -> None:
    """End the hard way while holding the lock: no `finally`, no `release`."""
    door.acquire()
    print("I hold the lock")
    os._exit(1)


def go_down(lock: threading.RLock, log: MutableSequence[int], depth: int) -> None:
    """Take the lock again at each level, while the levels above still hold it."""
    with lock:
        log.append(depth)
        if depth > 1:
            go_down(lock, log, depth - 1)


def take_a_seat(
    seats: threading.Semaphore, log: MutableSequence[int], pair: threading.Barrier
) -> None:
    """Write +1 on sitting down and -1 on getting up; wait in the seat until two sit."""
    with seats:
        log.append(+1)
        pair.wait()
        log.append(-1)


def give_back(seats: threading.Semaphore) -> None:
    """Give back a seat that this process never took."""
    seats.release()


def take_from_box(filled: threading.Condition, box: MutableSequence[int]) -> None:
    """Wait until the box holds something, then take it."""
    with filled:
        filled.wait_for(lambda: len(box) > 0)
        print("took", box.pop())


def wait_for_notify(filled: threading.Condition) -> None:
    """Wait for a notification, without a look into the box."""
    with filled:
        print("notified:", filled.wait(timeout=0.3))


def start_on_signal(go: threading.Event, log: MutableSequence[str]) -> None:
    """Do nothing before the signal."""
    go.wait()
    log.append("go")


def ring_twice(bell: threading.Event) -> None:
    """Set the same event two times."""
    bell.set()
    bell.set()


def two_phases(meeting: threading.Barrier, log: MutableSequence[str]) -> None:
    """Begin phase 2 only when everybody has finished phase 1."""
    log.append("phase 1")
    meeting.wait()
    log.append("phase 2")


def try_to_meet(meeting: threading.Barrier) -> None:
    """Wait for the others, but not for ever."""
    try:
        meeting.wait(timeout=0.5)
        print("everybody came")
    except threading.BrokenBarrierError:
        print("BrokenBarrierError: somebody is missing")


# --- messages and work --------------------------------------------------------------------


def times_ten(numbers: Queue[int | None], results: Queue[int]) -> None:
    """Answer each number, until the sentinel None comes."""
    for number in iter(numbers.get, None):
        results.put(number * 10)


def take_and_die(tasks: Queue[str]) -> None:
    """Take a task, and end before it is done."""
    print("took", tasks.get())
    os._exit(1)


def do_tasks(tasks: Queue[int | None], done: MutableSequence[int]) -> None:
    """Do each task, then report it with `task_done`; None is the sentinel."""
    for number in iter(tasks.get, None):
        done.append(number * number)
        tasks.task_done()


def do_task_silently(tasks: Queue[int]) -> None:
    """Do one task and forget to report it."""
    print("did task", tasks.get())


def square(number: int) -> int:
    """The work for a pool."""
    return number * number


def pid_of_my_parent() -> int | None:
    """Who started the process that runs this?"""
    parent = multiprocessing.parent_process()
    return parent.pid if parent is not None else None
