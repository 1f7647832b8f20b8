"""The grader of inside-1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import ChannelKind, Kind

ORDER, BIG, ROOM, END, READERS = (
    "its own order for each producer",
    "put() does not wait for a reader",
    "room for two",
    "nobody ends before all is sent",
    "two readers",
)
NAMES = ("red", "blue")


class Promises(Grader):
    """A case for each promise; see `stage`."""

    cases = {name: (name,) for name in (ORDER, READERS, BIG, ROOM, END)}
    methods = ("fork", "spawn")
    limit_s = 4.0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        parts = {ORDER: in_order, BIG: big, ROOM: room, END: end, READERS: readers}
        return parts[case[0]](mp, answer)

    def expected(self, *case: Any) -> Any:
        return {
            ORDER: {name: [0, 1, 2, 3] for name in NAMES},
            BIG: (True, 300_000),
            ROOM: ([0, 1], False, [0, 1, 2]),
            END: ["parcel", "the result"],
            READERS: [0, 1, 2, 3],
        }[case[0]]

    def diagnose(self, run: Run) -> str | None:
        if type(run.error).__name__ == "CannotPickle":
            return "does-not-travel"
        if run.did(Kind.PUT):
            return "took-the-real-one"
        users = {ORDER: (NAMES, Kind.SEND), READERS: (("one", "other"), Kind.RECEIVE)}
        if run.name in users and _unguarded(run, *users[run.name]):
            return "no-lock"
        return _broken(run)


def _broken(run: Run) -> str | None:
    """The promise that was broken, if it shows in what happened."""
    if run.name == BIG and run.result == (False, 300_000):
        return "put-waits"
    if run.name == ROOM:
        if run.result and run.result[1]:
            return "no-limit"
        return "room-is-not-given-back" if run.stuck else None
    if run.stuck and run.result == run.expected:
        return "never-ends"
    if run.name == END and run.stuck:
        return "never-ends" if run.waiting("parent", Kind.JOIN) else "lost-at-end"
    return None


def _through_a_pipe(run: Run) -> bool:
    """Whether the messages went through a bare pipe, and not through a queue with locks."""
    channels = {event.channel for name in NAMES for event in run.did(Kind.SEND, name)}
    return any(run.trace.channels[channel].kind is ChannelKind.PIPE for channel in channels)


def _unguarded(run: Run, users: Sequence[str], kind: Kind) -> bool:
    """Whether all of these have used one end of a bare pipe, and take no lock in common."""
    if not _through_a_pipe(run) or not all(run.did(kind, who) for who in users):
        return False
    locks = [
        {event.channel for event in run.did(Kind.ACQUIRE, who)}
        & {event.channel for event in run.did(Kind.RELEASE, who)}
        for who in users
    ]
    return not set.intersection(*locks)


# ---- the five cases ------------------------------------------------------------------------------


def in_order(mp: Any, make: Any) -> dict[str, list[int]]:
    box, go_home = make(mp, 3), mp.Semaphore(0)
    for name in NAMES:
        args = (box, name, 4, go_home)
        mp.Process(target=exercises.put_labelled, args=args, name=name).start()
    got = [box.get() for _ in range(8)]
    for _ in NAMES:
        go_home.release()
    return {name: [number for who, number in got if who == name] for name in NAMES}


def big(mp: Any, make: Any) -> tuple[bool, int]:
    box = make(mp, 3)
    mine, yours = mp.Pipe()
    args = (box, [bytes(300_000)], yours)
    mp.Process(target=exercises.put_and_tell, args=args, name="red").start()
    mine.recv()
    returned = mine.poll(0.7)
    size = len(box.get())
    mine.send("go home")
    return returned, size


def room(mp: Any, make: Any) -> tuple[list[int], bool, list[int]]:
    box = make(mp, 2)
    mine, yours = mp.Pipe()
    mp.Process(target=exercises.put_and_tell, args=(box, [0, 1, 2], yours), name="red").start()
    mine.recv()
    first = [mine.recv() for _ in range(2)]
    third = mine.poll(0.3)
    got = [box.get()]
    mine.recv()  # now there is room
    got += [box.get() for _ in range(2)]
    mine.send("go home")
    return first, third, got


def end(mp: Any, make: Any) -> list[str]:
    box, gate = make(mp, 3), mp.Semaphore(0)
    mine, yours = mp.Pipe()
    args = (box, gate, yours)
    child = mp.Process(target=exercises.put_and_end, args=args, name="red")
    child.start()
    mine.recv()
    child.join(0.2)
    gate.release()
    got = [box.get(), box.get()]
    child.join()
    return got


def readers(mp: Any, make: Any) -> list[int]:
    box, results, go_home = make(mp, 4), mp.SimpleQueue(), mp.Semaphore(0)
    for name in ("one", "other"):
        mp.Process(target=exercises.get_two, args=(box, results), name=name).start()
    args = (box, "red", 4, go_home)
    mp.Process(target=exercises.put_labelled, args=args, name="red").start()
    got = [results.get() for _ in range(4)]
    go_home.release()
    return sorted(number for _, number in got)
