"""Locks, semaphores, conditions, events and barriers that report who waits, holds and wakes.

acquire():  "wait" (when it was asked for) ─▶ the standard acquire ─▶ "acquire" or "timeout"
release():  the standard release ─▶ "release" (timed before, so that it precedes the next "acquire")
notify():   waits until whoever it wakes has woken ─▶ "notify" (timed before, likewise)
"""

from collections.abc import Callable
from functools import partial
from multiprocessing import synchronize
from sys import _getframe

from mpscope._recording import recorder
from mpscope._recording.polls import asked
from mpscope._recording.records import CODE, SHARED_VALUE, About, Any

ACQUIRE, TIMEOUT, RELEASE, WAKE, SET, CLEAR, NOTIFY = (
    CODE[kind] for kind in ("acquire", "timeout", "release", "wake", "set", "clear", "notify")
)


class Reporting:
    """A name that travels with the object, and the two things its methods do with it."""

    _ipc_name = ""
    _ipc_about = About("lock")

    def __getstate__(self) -> Any:
        recorder.travels(self._ipc_name)
        return self._ipc_name, self._ipc_about, super().__getstate__()

    def __setstate__(self, state: Any) -> None:
        self._ipc_name, self._ipc_about, rest = state
        super().__setstate__(rest)

    def _ipc_do(
        self, operation: Callable[[], Any], kind: int, unbounded: bool = False, item: int = 0
    ) -> Any:
        """Run a standard operation, and record how it ended.

        What others have waited for precedes what they do next: it has the time when it began.
        """
        box = recorder.current
        if box is None:
            return operation()
        channel = box.channel(self._ipc_name, self._ipc_about)
        place = box.open(kind, channel, _getframe(2), unbounded, size=item)
        try:
            result = operation()
        except BaseException:
            box.turn_into(place, 0)
            raise
        if result is False:
            box.turn_into(place, TIMEOUT)
        elif kind in (ACQUIRE, WAKE):
            box.stamp(place)
        else:
            box.began(place)
        return result


class _SemLock(Reporting):
    """What the four lock classes share; `acquire` and `release` become ordinary methods."""

    def __init__(self, *args: Any, ctx: Any, name: str) -> None:
        self._ipc_name = name
        super().__init__(*args, ctx=ctx)  # type: ignore[call-arg]

    def _make_methods(self) -> None:
        """The standard class binds the raw methods here; ours must not be hidden by them."""

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        return self._ipc_do(self._taking(block, timeout), ACQUIRE, block and timeout is None)

    def _taking(self, block: bool = True, timeout: float | None = None) -> Callable[[], bool]:
        """The standard acquire; where no signal can interrupt it, in slices."""
        box = recorder.current
        if block and box is not None and box.block.wait_in_slices:
            within = partial(self._semlock.acquire, True)
            return partial(box.block.wait_in_slices, within, timeout)
        return partial(self._semlock.acquire, block, timeout)

    def release(self) -> None:
        self._ipc_do(self._semlock.release, RELEASE)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *args: object) -> None:
        self.release()


class Lock(_SemLock, synchronize.Lock):
    """`multiprocessing.Lock` that reports."""


class RLock(_SemLock, synchronize.RLock):
    """`multiprocessing.RLock` that reports."""


class ValueLock(RLock):
    """The lock of a Value or an Array; its records say for which item of the Array it is taken."""

    _ipc_about = About("lock", type=SHARED_VALUE)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        taken, get = super().acquire(block, timeout), _getframe(1)
        if get.f_code.co_name == "getvalue" and get.f_code.co_filename == "<string>":
            asked(self._ipc_name, self._ipc_about, "value", state=get.f_locals["self"]._obj.value)
        return taken

    def __enter__(self) -> bool:
        """Called by a `with` of the user's, or of the Array's methods, by way of its __enter__."""
        caller, item = _getframe(1).f_back, None
        if caller and caller.f_globals.get("__name__") == "multiprocessing.sharedctypes":
            item = caller.f_locals.get("i")
        number = item + 1 if type(item) is int and item >= 0 else 0
        return self._ipc_do(self._taking(), ACQUIRE, True, number)


class Semaphore(_SemLock, synchronize.Semaphore):
    """`multiprocessing.Semaphore` that reports."""

    _ipc_about = About("semaphore")


class BoundedSemaphore(_SemLock, synchronize.BoundedSemaphore):
    """`multiprocessing.BoundedSemaphore` that reports."""

    _ipc_about = About("semaphore")


class PatientCondition(synchronize.Condition):
    """A Condition that waits in slices where no signal can interrupt it: also inside the others."""

    def wait(self, timeout: float | None = None) -> bool:
        box = recorder.current
        return super().wait(timeout) if box is None else box.block.wait(super().wait, timeout)


class Condition(Reporting, PatientCondition):
    """`multiprocessing.Condition` that reports."""

    _ipc_about = About("condition")

    def __init__(self, lock: Any = None, *, ctx: Any, name: str) -> None:
        self._ipc_name = name
        if lock is None:
            lock = RLock(ctx=ctx, name=f"{name}.lock")
            lock._ipc_about = About("lock", of=name)
        super().__init__(lock, ctx=ctx)

    def wait(self, timeout: float | None = None) -> bool:
        return self._ipc_do(lambda: super(Condition, self).wait(timeout), WAKE, timeout is None)

    def notify(self, n: int = 1) -> None:
        self._ipc_do(lambda: super(Condition, self).notify(n), NOTIFY, True)


class Event(Reporting, synchronize.Event):
    """`multiprocessing.Event` that reports."""

    _ipc_about = About("event")

    def __init__(self, *, ctx: Any, name: str) -> None:
        self._ipc_name = name
        super().__init__(ctx=ctx)
        self._cond.__class__ = PatientCondition

    def __setstate__(self, state: Any) -> None:
        self.__dict__.update(state[2])

    def wait(self, timeout: float | None = None) -> bool:
        answer = self._ipc_do(lambda: super(Event, self).wait(timeout), WAKE, timeout is None)
        asked(self._ipc_name, self._ipc_about, "wait()", not answer)
        return bool(answer)

    def is_set(self) -> bool:
        answer = super().is_set()
        asked(self._ipc_name, self._ipc_about, "is_set()", not answer)
        return answer

    def set(self) -> None:
        self._ipc_do(super().set, SET, True)

    def clear(self) -> None:
        self._ipc_do(super().clear, CLEAR)


class Barrier(Reporting, synchronize.Barrier):
    """`multiprocessing.Barrier` that reports."""

    _ipc_about = About("barrier")

    def __init__(self, parties: int, action: Any, timeout: Any, *, ctx: Any, name: str) -> None:
        self._ipc_name = name
        super().__init__(parties, action, timeout, ctx=ctx)
        self._cond.__class__ = PatientCondition

    def __setstate__(self, state: Any) -> None:
        if len(state) == 5:  # called by the standard __init__
            return synchronize.Barrier.__setstate__(self, state)
        super().__setstate__(state)

    def wait(self, timeout: float | None = None) -> int:
        bounded = timeout is not None or self._timeout is not None
        return self._ipc_do(lambda: super(Barrier, self).wait(timeout), WAKE, not bounded)
