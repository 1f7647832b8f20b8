"""Programs with the same story on every run, and blocks that never ran, for the tests of pictures.

A program opens a block, runs it to its end (or to its error), and returns it.  `made_up()` makes
the events and logs of a block without starting anything, as many as one likes.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from types import SimpleNamespace
from typing import Any

from mpscope import observe
from mpscope._trace.events import Event
from mpscope._trace.kinds import BlockOutcome, Ending, Kind
from mpscope._trace.processes import Processes
from mpscope._trace.trace import Trace
from mpscope.errors import IpcError

# -- workers --------------------------------------------------------------------------------------


def put_next(numbers: Any, n: int) -> None:
    print(f"I put {n + 1}")
    numbers.put(n + 1)


def put_many(numbers: Any, count: int) -> None:
    for n in range(count):
        numbers.put(n)


def talk(conn: Any) -> None:
    conn.send("Hi daddy!")
    print(f"response: {conn.recv()}")
    conn.close()


def fill(results: Any, names: Any, name: str) -> None:
    results[name] = "test"
    names.append(name)


def put_big(box: Any) -> None:
    box.put(bytes(1_000_000))
    print("put has returned")


def double(jobs: Any, results: Any) -> None:
    while (job := jobs.get()) is not None:
        time.sleep(random.random() / 200)  # now this one is quick, now that one
        results.put(2 * job)


def add(lock: Any, times: int) -> None:
    for _ in range(times):
        with lock:
            time.sleep(0.002)


def slow_square(number: int) -> int:
    time.sleep(0.02)
    return number * number


def fail() -> None:
    raise ValueError("no luck today")


def leave(code: int) -> None:
    sys.exit(code)


def vanish() -> None:
    print("I am gone")
    os._exit(3)


def hang() -> None:
    time.sleep(60)


def begin(conn: Any) -> None:
    print("work begins")
    conn.send("I have begun")
    time.sleep(60)


def take_from(box: Any, filled: Any) -> None:
    with filled:
        while not len(box):
            filled.wait()
        print(f"took {box.pop()}")


def wait_for(go: Any, meeting: Any) -> None:
    go.wait()
    meeting.wait()
    print("here we are")


def start_another(mp: Any) -> None:
    grandchild = mp.Process(target=print, args=("hello",))
    grandchild.start()
    grandchild.join()


# -- programs -------------------------------------------------------------------------------------


def run(mp: Any, target: Callable[..., None], *argument_tuples: tuple[Any, ...]) -> None:
    children = [mp.Process(target=target, args=arguments) for arguments in argument_tuples]
    for child in children:
        child.start()
    for child in children:
        child.join()


def producers(method: str) -> Any:
    with observe(method, 30) as mp:
        numbers = mp.Queue()
        children = [mp.Process(target=put_next, args=(numbers, n)) for n in range(3)]
        for child in children:
            child.start()
        assert sorted(numbers.get() for _ in children) == [1, 2, 3]
        for child in children:
            child.join()
    return mp


def conversation(method: str) -> Any:
    with observe(method, 30) as mp:
        parent_conn, child_conn = mp.Pipe()
        child = mp.Process(target=talk, args=(child_conn,))
        child.start()
        child_conn.close()
        parent_conn.recv()
        parent_conn.send("Hi child!")
        child.join()
    return mp


def shared(method: str) -> Any:
    with observe(method, 30) as mp, mp.Manager() as manager:
        results = manager.dict()
        names = manager.list()
        run(mp, fill, *[(results, names, str(n)) for n in range(4)])
        assert len(results) == len(names[:]) == 4
    return mp


def join_before_drain(method: str) -> Any:
    with contextlib.suppress(IpcError), observe(method, 12) as mp:
        box = mp.Queue()
        child = mp.Process(target=put_big, args=(box,))
        child.start()
        child.join()
    return mp


def rivals(method: str) -> Any:
    with observe(method, 30) as mp:
        jobs = mp.Queue()
        results = mp.Queue()
        children = [mp.Process(target=double, args=(jobs, results)) for _ in range(3)]
        for child in children:
            child.start()
        for job in [*range(9), None, None, None]:
            jobs.put(job)
        assert sum(results.get() for _ in range(9)) == 72
        for child in children:
            child.join()
    return mp


def lockers(method: str) -> Any:
    with observe(method, 30) as mp:
        lock = mp.Lock()
        run(mp, add, (lock, 3), (lock, 3), (lock, 3))
    return mp


def meeting_place(method: str) -> Any:
    with observe(method, 30) as mp:
        go = mp.Event()
        meeting = mp.Barrier(2)
        children = [mp.Process(target=wait_for, args=(go, meeting)) for _ in range(2)]
        for child in children:
            child.start()
        go.set()
        for child in children:
            child.join()
    return mp


def pool_of_two(method: str) -> Any:
    with observe(method, 30) as mp, mp.Pool(2) as pool:
        assert pool.map(slow_square, range(6), chunksize=1) == [0, 1, 4, 9, 16, 25]
    return mp


def bad_ends(method: str) -> Any:
    with observe(method, 30) as mp:
        run(mp, fail, ())
        run(mp, leave, (3,))
        sleeper = mp.Process(target=hang, name="sleeper")
        sleeper.start()
        sleeper.terminate()
        sleeper.join()
        mp.Process(target=hang, daemon=True).start()
    return mp


def left_alone(method: str) -> Any:
    with observe(method, 30) as mp:
        child = mp.Process(target=vanish)
        child.start()
        wait([child.sentinel])
        time.sleep(0.3)
    return mp


def nobody_answers(method: str) -> Any:
    with contextlib.suppress(IpcError), observe(method, 30) as mp:
        answers = mp.Queue()
        mp.Process(target=fail).start()
        answers.get()
    return mp


def unfinished(method: str) -> Any:
    with observe(method, 30) as mp:
        mine, yours = mp.Pipe()
        mp.Process(target=begin, args=(yours,), daemon=True).start()
        assert mine.recv() == "I have begun"
    return mp


def conditional(method: str) -> Any:
    with observe(method, 30) as mp, mp.Manager() as manager:
        box = manager.list()
        filled = manager.Condition()
        child = mp.Process(target=take_from, args=(box, filled))
        child.start()
        time.sleep(random.random() / 5)  # now it has to wait, now not
        with filled:
            box.append(42)
            filled.notify()
        child.join()
    return mp


def grandchild(method: str) -> Any:
    with observe(method, 30) as mp:
        run(mp, start_another, (mp,))
    return mp


STORIES = {
    producers: """\
4 processes: parent and child-1 to child-3.
numbers: child-1 puts 1; child-2 puts 2; child-3 puts 3; parent gets all 3.
child-1 to child-3 each print 1 line.
All children end well.""",
    conversation: """\
2 processes: parent and child-1.
child_conn → parent_conn: child-1 sends 'Hi daddy!'; parent receives it.
parent_conn → child_conn: parent sends 'Hi child!'; child-1 receives it.
child-1 prints 1 line.
child-1 ends well.""",
    shared: """\
6 processes: parent, manager-1 and child-1 to child-4.
names in manager-1: parent calls __getitem__; child-1 to child-4 each call append.
results in manager-1: parent calls __len__; child-1 to child-4 each call __setitem__.
All children end well.""",
    join_before_drain: """\
2 processes: parent and child-1.
box: child-1 puts b'\\x00…; nobody gets it.
child-1 prints 1 line.
The block is stopped, because everybody waits: parent waits in child-1.join(); child-1 has run to \
its end and waits, at exit, until somebody reads box: its feeder thread still holds messages \
(join before drain).""",
    rivals: """\
4 processes: parent and child-1 to child-3.
jobs: parent puts 12 messages; child-1 to child-3 together get all 12.
results: child-1 to child-3 together put 9 messages; parent gets all 9.
All children end well.""",
    lockers: """\
4 processes: parent and child-1 to child-3.
lock: child-1 to child-3 each hold it 3 times.
All children end well.""",
    meeting_place: """\
3 processes: parent, child-1 and child-2.
go: parent sets it; child-1 and child-2 each wait for it.
meeting: child-1 and child-2 each wait for all.
child-1 and child-2 each print 1 line.
All children end well.""",
    bad_ends: """\
5 processes: parent, child-1, child-2, sleeper and child-4.
child-1 ends with ValueError; child-2 ends with exit code 3; sleeper is killed by SIGTERM; \
child-4 is stopped at the end of the block.""",
    nobody_answers: """\
2 processes: parent and child-1.
child-1 ends with ValueError.
The block is stopped: the parent waits in answers.get(), and no child is left that could end this \
wait.""",
    unfinished: """\
2 processes: parent and child-1.
yours → mine: parent receives 'I have begun'.
child-1 is stopped at the end of the block.""",
    conditional: """\
3 processes: parent, manager-1 and child-1.
box in manager-1: parent calls append; child-1 calls __len__ and pop.
filled in manager-1: parent calls acquire, notify and release; child-1 calls acquire and release.
child-1 prints 1 line.
child-1 ends well.""",
    grandchild: """\
3 processes: parent, child-1 and child-1.1.
child-1 starts child-1.1.
child-1.1 prints 1 line.
All children end well.""",
}

# -- blocks that never ran ------------------------------------------------------------------------

MS = 1_000_000


def made_up(
    children: int, messages: int, seed: int = 0, name: str = "child-{}", text: str = "{}"
) -> Trace:
    """Children that send messages to their parent and to each other through queues, at random."""
    chance = random.Random(seed)
    labels = ["parent", *(name.format(n) for n in range(1, children + 1))]
    events = [
        event(n * MS, "parent", "start", number=n, what=label)
        for n, label in enumerate(labels)
        if n
    ]
    time = 80 * MS
    numbers = dict.fromkeys(labels, 0)
    for count in range(messages):
        time += chance.choice((20_000, 100_000, MS, 5 * MS))
        sender, receiver = chance.sample(labels, 2)
        numbers[receiver] += 1
        told = {"channel": f"for {receiver}", "number": numbers[receiver]}
        what = text.format(count)
        events += [
            event(time, sender, "put", what=what, **told),
            event(time + 30_000, sender, "send", what=what, **told),
            event(time + chance.randrange(50_000, 3 * MS), receiver, "receive", 60_000, **told),
        ]
        if chance.random() < 0.3:
            events.append(event(time + 1000, sender, "print", what=f"sent {what}"))
    time += 10 * MS
    events += [event(time, label, "end") for label in labels[1:]]
    events += [
        event(time + 9 * MS, "parent", "exit", what=label, where="x") for label in labels[1:]
    ]
    events.sort()
    born = [0, *(40 * MS + n for n in range(children))]
    return trace_of(events, [log(n, label, born[n]) for n, label in enumerate(labels)])


def trace_of(events: list[Event], logs: list[Any], ending: Ending = Ending.ENDED) -> Trace:
    """A trace of made-up events, none of which stands in the logs."""
    trace = Trace(tuple(logs), BlockOutcome(ending))
    latest = {event.process: event.time_ns for event in events}
    cast = Processes(events, latest, logs, trace.outcome)
    vars(trace).update(events=events, cast=cast, incomplete=())
    return trace


def event(
    time: int,
    process: str,
    kind: str,
    took: int = 0,
    *,
    channel: str = "",
    number: int = 0,
    what: str = "",
    where: str = "",
) -> Event:
    return Event(time, process, Kind(kind), channel, number, what, where, time - took, 5)


def log(rank: int, label: str, born: int) -> Any:
    """As much of a `ProcessLog` as drawing and telling look at."""
    return SimpleNamespace(
        stem=str(rank),
        label=label,
        texts=[(born, b"m", b"")],
        held_back={},
        about={},
        left={},
        lendings=[],
        channels={},
        roles={},
        sizes={},
        made=(),
        exception="",
        exception_type="",
        doing=list,
        records=list,
        main_wait=lambda: None,
    )
