"""A `ProcessPoolExecutor(mp_context=mp)` whose tasks are on record, as those of a pool are.

    ProcessPoolExecutor.__init__ ─▶ mp.SimpleQueue() ─▶ adopt(): the executor becomes one that
                                                        reports, and so do its futures

The executor is the standard library's class, made by the user: it is known by the queue that it
asks its context for.
"""

import contextlib
import queue
import threading
from _thread import get_ident
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, partial
from sys import _getframe
from types import FrameType
from typing import Any

from mpscope._recording import recorder, results
from mpscope._recording.library import LIBRARY
from mpscope._recording.naming import channel_name
from mpscope._recording.pickles import explain_task
from mpscope._recording.polls import asked
from mpscope._recording.pool import SHUTDOWN, Staff, submission
from mpscope._recording.recorder import Recorder
from mpscope._recording.work import POOL, fact, safe_text, unpacked


def adopt(executor: Any, context: Any) -> None:
    """Make an executor report, in the middle of its `__init__`."""
    box = recorder.current
    if box is None or not isinstance(executor, ProcessPoolExecutor):
        return
    name = channel_name("executor")
    executor.__class__ = _observing(type(executor))
    executor._ipc_box, executor._ipc_name = box, name
    executor._ipc_staff = executor._mp_context = Staff(context, name)
    pending = _Pending(box, name)
    calls = executor._call_queue
    executor._pending_work_items = calls.pending_work_items = pending
    executor._ipc_submitting = pending.submitting
    calls._on_queue_feeder_error = partial(_explain_first, calls._on_queue_feeder_error)
    box.channel(name, POOL)
    fact(box, "executor", name, executor._max_tasks_per_child or 0)
    box.block.pools.add(executor)


@cache
def _observing(cls: type) -> type:
    return type(cls.__name__, (Observing, cls), {"__module__": cls.__module__})


class Observing:
    """What the observed executor adds to the class that the user has chosen."""

    _ipc_spoiled = False  # an import is in the way

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        function, _, count = unpacked(fn, args)
        with submission(self, function, count, _getframe(1)):
            return super().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        box = recorder.current
        if box is None or not wait:
            return super().shutdown(wait, cancel_futures=cancel_futures)
        with results.waiting(box, SHUTDOWN, self._ipc_name, _getframe(1)):
            super().shutdown(wait, cancel_futures=cancel_futures)

    def _ipc_pulse(self) -> tuple[int, bool, bool]:
        """What may explain a result that never comes: all zero and false if it is healthy."""
        return self._ipc_staff.ended(), False, self._ipc_spoiled

    def _ipc_stop(self) -> None:
        """Its manager thread starts no workers for those that have been killed."""

    def _ipc_wake(self) -> None:
        """Let everybody go who waits for a result, or for the manager thread, which waits itself.

        That thread may know of no worker whose end would wake it, or be taken for dead: Python 3.11
        marks a thread so whose `join` has been broken off.
        """
        for item in list(self._pending_work_items.values()):
            with contextlib.suppress(Exception):  # it has one meanwhile
                item.future.set_exception(BrokenProcessPool("the block has ended"))
        wakeup, calls = self._executor_manager_thread_wakeup, self._call_queue
        if wakeup is None or calls is None:  # it has been shut down
            return
        self._shutdown_thread = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._work_ids.get_nowait()
        self._pending_work_items.clear()
        calls.cancel_join_thread()
        wakeup.wakeup()

    _ipc_end = _ipc_wake


class _Pending(dict[int, Any]):
    """The work items that an executor waits for: each one enters here, once."""

    def __init__(self, box: Recorder, pool: str) -> None:
        super().__init__()
        self._box, self._pool = box, pool
        self.submitting: dict[int, int] = {}  # thread -> the record that it has opened
        self._failures = 0

    def __setitem__(self, number: int, item: Any) -> None:
        place = self.submitting.get(get_ident())
        if place is not None and type(item.future) is Future:
            self._box.number(place, number + 1)  # 0 is no submission
            item.future.__class__ = ObservedFuture
            item.future._ipc_pool, item.future._ipc_number = self._pool, number + 1
            item.future._ipc_failed = self._failed
            item.future._waiters = _Waiters(self._pool, number + 1)
        super().__setitem__(number, item)

    def _failed(self, number: int, error: BaseException | None) -> None:
        self._failures += 1
        if self._failures <= results.MOST_FAILURES and error is not None:
            fact(self._box, "failed", self._pool, number, 0, safe_text(error))


class ObservedFuture(Future[Any]):
    """`concurrent.futures.Future` that reports."""

    _ipc_pool, _ipc_number = "", 0
    _ipc_failed: Callable[[int, BaseException | None], None]

    def result(self, timeout: float | None = None) -> Any:
        return self._ipc_wait(super().result, timeout, _getframe(1))

    def exception(self, timeout: float | None = None) -> BaseException | None:
        found: BaseException | None = self._ipc_wait(super().exception, timeout, _getframe(1))
        return found

    def done(self) -> bool:
        answer = super().done()
        if _getframe(1).f_code.co_filename not in LIBRARY:
            asked(self._ipc_pool, POOL, "done()", not answer, job=self._ipc_number)
        return answer

    def _ipc_wait(self, get: Callable[..., Any], timeout: float | None, frame: FrameType) -> Any:
        box = recorder.current
        if box is None:
            return get(timeout)
        if timeout is None and not self.done():
            for owner in [owner for owner in box.block.pools if owner._ipc_name == self._ipc_pool]:
                bringer = owner._executor_manager_thread
                results.note_wait_of_callback(box, owner, bringer, self._ipc_number, frame)
        about = box, results.COLLECT, self._ipc_pool, frame, timeout, self._ipc_number, True
        with results.waiting(*about) as wait:
            try:
                box.block.wait(self._ipc_done_within, timeout)
                return get(0)
            finally:
                wait.over = self.done()

    def _ipc_done_within(self, timeout: float | None) -> bool:
        with self._condition:
            return self._condition.wait_for(self.done, timeout)

    def add_done_callback(self, fn: Callable[..., Any]) -> None:
        if (box := recorder.current) is not None:
            results.collected(box, self._ipc_pool, self._ipc_number, _getframe(1))
        super().add_done_callback(fn)

    def set_exception(self, exception: BaseException | None) -> None:
        if recorder.current is not None and not isinstance(exception, BrokenProcessPool):
            self._ipc_failed(self._ipc_number, exception)
        super().set_exception(exception)


class _Waiters(list[Any]):
    """Those who wait for a future among others, in `wait()` or `as_completed()`."""

    def __init__(self, pool: str, number: int) -> None:
        super().__init__()
        self._pool, self._number = pool, number

    def append(self, waiter: Any) -> None:
        if type(waiter.event) is threading.Event:
            waiter.event.__class__ = _Arrival
            waiter.event._ipc_pool, waiter.event._ipc_number = self._pool, self._number
        super().append(waiter)


class _Arrival(threading.Event):
    """What `wait()` and `as_completed()` wait for; it stands for one of their futures."""

    _ipc_pool, _ipc_number = "", 0

    def wait(self, timeout: float | None = None) -> bool:
        box = recorder.current
        if box is None:
            return super().wait(timeout)
        frame = _getframe(1)
        about = box, results.COLLECT, self._ipc_pool, frame, timeout, self._ipc_number
        with results.waiting(*about) as wait:
            wait.over = box.block.wait(super().wait, timeout)
        return wait.over


def _explain_first(plain: Callable[..., None], error: Exception, item: Any) -> None:
    """The feeder thread could not pickle a task: say what of it, then do as the standard class."""
    if hasattr(item, "work_id"):
        explain_task(error, item.fn, item.args, item.kwargs)
    plain(error, item)
