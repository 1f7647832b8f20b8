"""What the course itself runs in children when it checks an exercise.

The learner's functions are in their own modules; these are their partners: a producer that waits
for its turn, a sender that nobody knows the length of, three friends who wait for each other.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.managers import ListProxy
    from multiprocessing.queues import Queue
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Event
    from typing import Any

PAUSE_S = 0.12  # long enough to be seen by whoever does not wait for it
BETWEEN = "between the halves"
SLOW_S = 0.25  # long enough to come after everybody else
shelf: list[int] = []


added_at_home: list[int] = []


class Late(int):
    """A number that takes its time to be added to, and notes if that is done where it was made."""

    def __new__(cls, number: int, pause_s: float = SLOW_S) -> Late:
        self = super().__new__(cls, number)
        self.pause_s, self.home = pause_s, os.getpid()
        return self

    pause_s: float
    home: int

    def __add__(self, other: int) -> int:
        if os.getpid() == self.home:
            added_at_home.append(int(self))
        time.sleep(self.pause_s)
        return int(self) + other

    __radd__ = __add__


class Thick(int):
    """A number whose sum with another one takes its time to be sent: the feeder pickles it."""

    def __add__(self, other: int) -> int:
        return _Slow(int(self) + other)


class _Slow(int):
    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        time.sleep(2 * SLOW_S)
        return int, (int(self),)


class Heavy(int):
    """A number that takes its time to be rebuilt: its child comes late for what follows it."""

    def __reduce__(self) -> tuple[Any, tuple[int]]:
        return _lift, (int(self),)


def _lift(number: int) -> int:
    time.sleep(SLOW_S)
    return number


class Ballot(str):
    """A name that takes its time to be unfolded: another counter comes in between."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return _unfold, (str(self),)


def _unfold(name: str) -> str:
    time.sleep(PAUSE_S)
    return name


class Letter(str):
    """A letter that takes its time to be sent: not when it is given to a child, but by a child."""

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        if multiprocessing.parent_process() is None:
            return Letter, (str(self),)
        time.sleep(PAUSE_S)
        return str, (str(self),)


class Visitor(int):
    """A number that takes its time to be added: what is not protected meanwhile is lost."""

    def __add__(self, other: int) -> int:
        time.sleep(PAUSE_S)
        return int(self) + other

    __radd__ = __add__


def be_ready(line: Connection, pause_s: float) -> None:
    """Take my time, say that I am ready, and stay until I am sent home."""
    time.sleep(pause_s)
    line.send("ready")
    line.recv()


def die_young(line: Connection, code: int) -> None:
    """End before I have said a word."""
    sys.exit(code)


def change_all(
    numbers: list[int],
    letters: Queue[Any],
    number: Synchronized[int],
    managed: ListProxy[int],
) -> None:
    """Change everything that a child can reach, and tell the id of each."""
    ids = [id(thing) for thing in (numbers, shelf, letters, number, managed)]
    numbers.append(1)
    shelf.append(1)
    number.value += 1
    managed.append(1)
    letters.put(ids)


def produce(box: Queue[int | None], items: list[int], turn: Event, done: Event) -> None:
    """Wait for my turn, put my items and a sentinel, and say so when all of them have left."""
    turn.wait()
    time.sleep(PAUSE_S)
    for item in [*items, None]:
        box.put(item)
    box.close()
    box.join_thread()
    done.set()


def send_three(line: Connection) -> None:
    """Send three prices."""
    _send(line, [3, 4, 5])


def send_none(line: Connection) -> None:
    """Have nothing to send."""
    _send(line, [])


def send_slowly(line: Connection) -> None:
    """Send a price, fall silent for a while, and send another one."""
    _send(line, [10])
    time.sleep(PAUSE_S)
    _send(line, [20])


def _send(line: Connection, prices: list[int]) -> None:
    for price in prices:
        line.send(price)


def tea_party(mp: Any) -> None:
    """Three friends hold a conversation that does not end: lesson 03 asks why."""
    for_Ada, Ada = mp.Pipe()
    for_Bo, Bo = mp.Pipe()
    Ada_to_Bo, Bo_to_Ada = mp.Pipe()
    mp.Process(target=_ada, args=(Ada, Ada_to_Bo), name="Ada").start()
    mp.Process(target=_bo, args=(Bo, Bo_to_Ada), name="Bo").start()
    for_Ada.send("tea?")
    answer = for_Ada.recv()
    for_Bo.send(answer)


def _ada(parent: Connection, bo: Connection) -> None:
    bo.send(parent.recv() + " You, too?")
    parent.send(bo.recv())


def _bo(parent: Connection, ada: Connection) -> None:
    ada.recv()
    ada.send(parent.recv())


# --- inside a queue -----------------------------------------------------------------------


class Parcel:
    """A message that cannot be pickled before its gate, a semaphore, is open."""

    def __init__(self, gate: Any) -> None:
        self.gate, self.begun = gate, threading.Event()

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        self.begun.set()
        self.gate.acquire(timeout=10)
        return str, ("parcel",)


def put_labelled(box: Any, name: str, count: int, go_home: Any) -> None:
    """Put (name, 0), (name, 1), ...; stay until I am sent home."""
    for number in range(count):
        box.put((name, number))
    go_home.acquire()


def put_and_tell(box: Any, messages: list[Any], line: Connection) -> None:
    """Put messages; say before the first, and after each, how far I am; stay until sent home."""
    line.send("I put")
    for number, message in enumerate(messages):
        box.put(message)
        line.send(number)
    line.recv()


def put_and_end(box: Any, gate: Any, line: Connection) -> None:
    """Put two messages that cannot be sent yet, and end."""
    box.put(Parcel(gate))
    box.put("the result")
    line.send("I end")


def get_two(box: Any, results: Any) -> None:
    """Get two messages, and hand them on."""
    for _ in range(2):
        results.put(box.get())


def with_a_slow_feeder(report: Any, batches: Queue[Any], readings: list[Any]) -> None:
    """Run a report whose queue can send nothing before the report has returned."""
    gate = threading.Semaphore(0)
    batches.put(Parcel(gate))
    try:
        report(batches, list(readings))
    finally:
        gate.release()


def report_then_leave(
    report: Any, results: Queue[Any], lines: list[str], gate: Any, line: Connection
) -> None:
    """Run a report that is to leave by itself; its queue can send nothing before the gate opens."""
    results.put(Parcel(gate))
    line.send("I begin")
    report(results, list(lines), _leave)


def _leave() -> None:
    os._exit(3)


def three_clerks(mp: Any) -> None:
    """Three clerks put three messages each on one desk, and leave in three ways."""
    desk = mp.Queue()
    opened, shut = mp.Semaphore(0), mp.Semaphore(0)
    tell_Ada, Ada = mp.Pipe()
    tell_Bo, Bo = mp.Pipe()
    tell_Cy, Cy = mp.Pipe()
    ada = mp.Process(target=_clerk, args=(desk, opened, Ada, "return"), name="Ada")
    bo = mp.Process(target=_clerk, args=(desk, shut, Bo, "os._exit"), name="Bo")
    cy = mp.Process(target=_clerk, args=(desk, shut, Cy, "cancel_join_thread"), name="Cy")
    for clerk, tell in ((ada, tell_Ada), (bo, tell_Bo), (cy, tell_Cy)):
        clerk.start()
        desk.get()
        tell.send("the first one is here")
    bo.join()
    cy.join()
    opened.release()
    desk.get()
    desk.get()
    ada.join()


def _clerk(desk: Queue[Any], gate: Any, line: Connection, leave: str) -> None:
    name = multiprocessing.current_process().name
    desk.put(f"{name}'s first")
    line.recv()
    parcel = Parcel(gate)
    desk.put(parcel)
    parcel.begun.wait()  # now the feeder has given the desk's lock back, and waits at the gate
    desk.put(f"{name}'s last")
    if leave == "cancel_join_thread":
        desk.cancel_join_thread()
    if leave == "os._exit":
        os._exit(0)


# --- when processes die -------------------------------------------------------------------

LONG_LETTER = "a long letter: " + 20_000 * "so much to say, "


def clerk(job: str, line: Connection) -> None:
    """Answer the job, and end well or badly: each job has its own way."""
    if job == "silent":
        os._exit(3)
    if job == "slow":
        time.sleep(SLOW_S)
    line.send(LONG_LETTER if job == "long" else f"{job}: done")
    if job == "last words":
        os._exit(4)


def tidy_up_first(stop: Event, ready: Event) -> None:
    """Wait until I am asked to stop, and take my time to put my things in order."""
    ready.set()
    stop.wait()
    time.sleep(SLOW_S)


def never_look(stop: Event, ready: Event) -> None:
    """Work for an hour, and never look whether somebody asks me to stop."""
    ready.set()
    time.sleep(3600)


def never_listen(stop: Event, ready: Event) -> None:
    """Work for an hour, never look, and ignore SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready.set()
    time.sleep(3600)


def fragile(fuses: Any, line: Connection) -> None:
    """Double each job until None comes; crash at 13, as often as there are fuses."""
    while (job := line.recv()) is not None:
        if job == 13 and fuses.acquire(block=False):
            os._exit(1)
        line.send(2 * job)


def fragile_batches(fuses: Any, line: Connection) -> None:
    """Answer each job of a batch with its double; die at 13, as often as there are fuses."""
    while (batch := line.recv()) is not None:
        for job in batch:
            if job == 13 and fuses.acquire(block=False):
                os._exit(1)
            line.send((job, 2 * job))


class Round:
    """The parcels of one courier, who sets out only when somebody has met with an accident."""

    def __init__(self, parcels: list[int], accident: Any) -> None:
        self.parcels, self.accident = parcels, accident

    def __iter__(self) -> Iterator[int]:
        if ACCIDENT not in self.parcels:
            self.accident.acquire(timeout=2)
        yield from map(Parcelled, self.parcels)


ACCIDENT = 13


class Parcelled(int):
    """A number that takes its time to be added to a total: what is not protected is lost."""

    def __radd__(self, other: int) -> int:
        time.sleep(0.05)
        return int(self) + other

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)


def drive(accident: Any, parcel: int) -> None:
    """Carry a parcel; with 13, meet with an accident on the way."""
    if parcel == ACCIDENT:
        for _ in range(10):
            accident.release()
        os.kill(os.getpid(), signal.SIGKILL)


def between() -> None:
    """What comes between the two halves of a record: a word, and some time."""
    print(BETWEEN)
    time.sleep(0.02)


# ---- the word index -----------------------------------------------------------------------------


def deliver(line: Connection, records: list[tuple[str, list[str]]]) -> None:
    """Send each record, then the sentinel."""
    for record in records:
        line.send(record)
    line.send(None)


def shout(line: Connection) -> None:
    """Answer each text with the same in capitals."""
    while (text := line.recv()) is not None:
        line.send(text.upper())


def split_texts(fault: str, token: str, line: Connection) -> None:
    """Answer each text with its words; meet with the fault once, if it is in this text."""
    while (text := line.recv()) is not None:
        words = text.split()
        met = "TROUBLE" in words and fault != "none" and take(token)
        if met and fault == "die":
            os._exit(9)
        if met and fault == "slow":
            time.sleep(SLOW_S)
        line.send(words)
        if met and fault == "die after the answer":
            os._exit(9)


def take(token: str) -> bool:
    """Whether I am the first to take it."""
    try:
        os.remove(token)
    except FileNotFoundError:
        return False
    return True


def store_and_die(
    store: Callable[..., object], folder: str, name: str, words: list[str], moment: str
) -> None:
    """Store a record, and be killed at a moment: "begins to write", "renames", "has renamed"."""
    reached = False

    def at(event: str, args: tuple[Any, ...]) -> None:
        nonlocal reached
        writes = event == "open" and (args[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        if reached or (event != "os.rename" and not (writes and in_folder(args[0], folder))):
            return
        if writes and moment == "begins to write":
            reached = True
            if args[2] & os.O_TRUNC:
                open(args[0], "w").close()
            os._exit(9)
        if event == "os.rename" and moment in ("renames", "has renamed"):
            reached = True
            if moment == "has renamed":
                os.replace(args[0], args[1])
            os._exit(9)

    sys.addaudithook(at)
    store(folder, name, words)


def in_folder(path: object, folder: str) -> bool:
    """Whether this is the path of a file of that folder."""
    return isinstance(path, str | os.PathLike) and os.path.dirname(os.fspath(path)) == folder


# --- pools and futures --------------------------------------------------------------------


def weigh(parcel: str) -> int:
    """The weight of a parcel; "torn" cannot be weighed."""
    if parcel == "torn":
        raise ValueError("it is torn")
    return len(parcel)


def taste(dish: str) -> str:
    """Say how a dish is; "poison" ends the process that tastes it."""
    if dish == "poison":
        os._exit(1)
    return f"{dish}: good"


def answer_after(ticks: Any, box: Queue[str]) -> None:
    """Put an answer when three ticks have been heard."""
    for _ in range(3):
        ticks.acquire()
    box.put("the answer")
