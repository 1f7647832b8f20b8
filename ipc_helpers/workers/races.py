"""Workers of lesson 09: two processes, and every order of their steps.

`step("name")` marks where a step begins. `interleavings` runs the workers in each order of the
steps; without it, `step` can be any function that takes a name.
"""

from __future__ import annotations

from threading import BrokenBarrierError

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Barrier, Condition, Lock
    from typing import Any

    from ipc_helpers.workers.turns import Step


def shared_count(mp: Any) -> dict[str, Any]:
    """A number in shared memory that begins with 0, and a lock."""
    count, lock = mp.Value("i", 0), mp.Lock()
    return {"count": count, "lock": lock}


def number(count: Synchronized[int], **_: object) -> int:
    """What the number is."""
    return count.value


def add_one(step: Step, count: Synchronized[int], lock: Lock) -> None:
    """Add one, in two steps, and without the lock."""
    step("read")
    seen = count.value
    step("write")
    count.value = seen + 1


def lock_each_step(step: Step, count: Synchronized[int], lock: Lock) -> None:
    """Add one; hold the lock while I read, and again while I write."""
    step("read")
    with lock:
        seen = count.value
    step("write")
    with lock:
        count.value = seen + 1


def lock_both_steps(step: Step, count: Synchronized[int], lock: Lock) -> None:
    """Add one; hold the lock from the first step to the last."""
    with lock:
        step("read")
        seen = count.value
        step("write")
        count.value = seen + 1


def plus_equals(step: Step, count: Synchronized[int], lock: Lock) -> None:
    """Add one, in a single line."""
    count.value += 1


def plus_equals_locked(step: Step, count: Synchronized[int], lock: Lock) -> None:
    """Add one; hold the lock that the Value brings with it."""
    with count.get_lock():
        count.value += 1


def two_locks(mp: Any) -> dict[str, Any]:
    """A left lock and a right one."""
    left, right = mp.Lock(), mp.Lock()
    return {"left": left, "right": right}


def left_then_right(step: Step, left: Lock, right: Lock) -> None:
    """Take the left lock, then the right one."""
    step("take left")
    with left:
        step("take right")
        with right:
            pass


def right_then_left(step: Step, left: Lock, right: Lock) -> None:
    """Take the right lock, then the left one."""
    step("take right")
    with right:
        step("take left")
        with left:
            pass


def take_both(mine: Lock, other: Lock, both_have_one: Barrier) -> None:
    """Take my lock; when everybody has one, take the other."""
    with mine:
        both_have_one.wait()
        with other:
            print("I have both")


def bell_and_flag(mp: Any) -> dict[str, Any]:
    """A condition to wait at, and a flag that says what has happened."""
    bell, ready = mp.Condition(), mp.Value("b", False, lock=False)
    return {"bell": bell, "ready": ready}


def wait_for_bell(step: Step, bell: Condition, ready: Any) -> None:
    """Wait until the bell rings."""
    step("wait")
    with bell:
        bell.wait()


def ring(step: Step, bell: Condition, ready: Any) -> None:
    """Raise the flag, and wake whoever waits."""
    step("ring")
    with bell:
        ready.value = True
        bell.notify()


def wait_for_flag(step: Step, bell: Condition, ready: Any) -> None:
    """Wait until the flag is up; look before each wait."""
    step("wait")
    with bell:
        while not ready.value:
            bell.wait()


def meet(meeting: Barrier, name: str) -> None:
    """Wait for the others, but not for ever."""
    try:
        meeting.wait(timeout=0.5)
        print(f"{name}: everybody is here")
    except BrokenBarrierError:
        print(f"{name}: BrokenBarrierError, somebody is missing")


def greedy(step: Step, count: Synchronized[int], lock: Lock) -> None:
    """Do three jobs; take the lock for each, and take it again at once."""
    for job in ("job 1", "job 2", "job 3"):
        with lock:
            step(job)


def polite(step: Step, count: Synchronized[int], lock: Lock) -> None:
    """Do three jobs; after each, have something to do without the lock."""
    for job in ("job 1", "job 2", "job 3"):
        with lock:
            step(job)
        step("rest")


def one_job(step: Step, count: Synchronized[int], lock: Lock) -> None:
    """Do a single job with the lock."""
    with lock:
        step("my job")
