"""Workers that `interleavings` runs in its tests."""

from __future__ import annotations

import os
import time
from typing import Any


def nothing(mp: Any) -> dict[str, Any]:
    return {}


def fine(**_: object) -> str:
    return "fine"


def two(step: Any) -> None:
    step("one")
    step("two")


def four(step: Any) -> None:
    for name in ("one", "two", "three", "four"):
        step(name)


def unmarked(step: Any) -> None:
    pass


def fails(step: Any) -> None:
    step("one")
    step("two")
    raise KeyError("x")


def fails_holding(step: Any, count: Any, lock: Any) -> None:
    lock.acquire()
    step("one")
    step("two")
    raise KeyError("x")


def leaves(step: Any) -> None:
    step("one")
    step("two")
    os._exit(3)


def sleeps(step: Any) -> None:
    step("one")
    time.sleep(60)


def swallows(step: Any, left: Any, right: Any) -> None:
    """Wait for what I hold myself; refuse to leave."""
    with left:
        step("one")
        try:
            left.acquire()
        finally:
            right.release()  # not mine: raises in the midst of giving up


def patient(step: Any, count: Any, lock: Any) -> None:
    """Wait for a lock, but not for ever."""
    step("ask")
    if lock.acquire(timeout=5):
        count.value += 1
        step("hold")
        lock.release()
    else:
        count.value += 100


def asks_once(step: Any, count: Any, lock: Any) -> None:
    step("ask")
    if lock.acquire(block=False):
        step("hold")
        count.value += 1
        lock.release()


def keeps(step: Any, count: Any, lock: Any) -> None:
    step("take")
    lock.acquire()


def again_and_again(step: Any, count: Any, lock: Any) -> None:
    """One step more if somebody has come between."""
    step("read")
    seen = count.value
    step("write")
    if count.value != seen:
        step("once more")
    count.value += 1


def spins(step: Any) -> None:
    while True:
        step("look")


def channel(mp: Any) -> dict[str, Any]:
    return {"items": mp.Queue(), "gate": mp.Event(), "meeting": mp.Barrier(2),
            "seats": mp.Semaphore(1)}  # fmt: skip


def opens(step: Any, items: Any, gate: Any, meeting: Any, seats: Any) -> None:
    step("open")
    gate.set()
    step("meet")
    meeting.wait()
    with seats:
        step("sit")


def passes(step: Any, items: Any, gate: Any, meeting: Any, seats: Any) -> None:
    step("pass")
    gate.wait()
    step("meet")
    meeting.wait()
    with seats:
        step("sit")


def table_for_two(mp: Any) -> dict[str, Any]:
    return {"forks": [mp.Lock(), mp.Lock()], "pens": {"red": mp.Semaphore(1)}}


def eats(step: Any, forks: Any, pens: Any) -> None:
    with forks[0], forks[1]:
        pass


def eats_the_other_way(step: Any, forks: Any, pens: Any) -> None:
    with forks[1], forks[0]:
        pass


def writes(step: Any, forks: Any, pens: Any) -> None:
    with pens["red"]:
        pass
