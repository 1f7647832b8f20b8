"""A pool whose tasks are on record: submitted where, run by whom, collected or not.

    map, apply_async, imap ... ─▶ "submit" ─▶ queue of tasks ─▶ a worker: see `work`
            │                                                        │
            └─▶ result.get(), next() ─▶ "collect" ◀─ result thread ◀─┘

The queues inside are plain: what a worker does with a task stands in the worker's log.
"""

import contextlib
import os
from _thread import get_ident
from collections.abc import Iterator
from functools import partial
from multiprocessing import pool
from sys import _getframe
from types import FrameType
from typing import Any

from mpscope._recording import recorder
from mpscope._recording.naming import channel_name
from mpscope._recording.own_names import own_names
from mpscope._recording.pickles import get_result, note_import, put_task, refuse_foreign
from mpscope._recording.preflight import RECIPE, main_is_a_notebook, whole
from mpscope._recording.records import CODE
from mpscope._recording.results import RESULTS, waiting
from mpscope._recording.work import POOL, Work, fact, name_of
from mpscope.errors import WrongUse

SUBMIT, SHUTDOWN = CODE["submit"], CODE["shutdown"]
MANY_ENDED = 6  # workers; a pool that starts new ones for ever would else never seem to rest


class Staff:
    """The context that a pool or an executor gets: plain queues, and workers that report."""

    def __init__(self, context: Any, pool: str) -> None:
        self._context, self._pool = context, pool
        self.workers: list[Any] = []
        """The processes of its workers that have not ended."""
        self._ended = 0

    def ended(self) -> int:
        """How many of its workers have ended, as far as its own threads have seen."""
        known = [worker for worker in self.workers if not worker._closed]
        running = [it for it in known if it._popen is None or it._popen.returncode is None]
        self._ended += len(self.workers) - len(running)
        self.workers = running
        return self._ended

    def Process(self, *args: Any, target: Any, **kwargs: Any) -> Any:
        work = Work(self._pool, target, told=self.ended() >= MANY_ENDED)
        worker = self._context.Process(*args, target=work, **kwargs)
        self.workers.append(worker)
        return worker

    def SimpleQueue(self) -> Any:
        with own_names():
            return self._context._plain.SimpleQueue()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


class Pool(pool.Pool):
    """`multiprocessing.pool.Pool` whose tasks report; made by `mp.Pool()`."""

    def __init__(self, *args: Any, context: Any, **kwargs: Any) -> None:
        box = recorder.current
        assert box is not None
        self._ipc_box, self._ipc_name = box, channel_name("pool")
        self._ipc_submitting: dict[int, int] = {}  # thread -> the record that it has opened
        self._ipc_failures = 0
        self._ipc_spoiled = False  # a callback has raised, or an import is in the way
        self._ipc_staff = Staff(context, self._ipc_name)
        with whole(box):
            super().__init__(*args, context=self._ipc_staff, **kwargs)
            self._cache.__class__ = _Cache
            box.block.pools.add(self)

    def _setup_queues(self) -> None:
        super()._setup_queues()
        self._quick_put = partial(put_task, self._inqueue._writer.send)
        self._quick_get = partial(get_result, self._outqueue._reader, self._ipc_name)

    # -- submitting -----------------------------------------------------------------------------

    def apply_async(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        with self._ipc_submission(func, 1, _getframe(1)):
            return super().apply_async(func, *args, **kwargs)

    def _map_async(self, func: Any, iterable: Any, *args: Any, **kwargs: Any) -> Any:
        if self._state == pool.RUN and not hasattr(iterable, "__len__"):
            iterable = list(iterable)
        count = len(iterable) if hasattr(iterable, "__len__") else 0
        with self._ipc_submission(func, count, _getframe(1)):
            return super()._map_async(func, iterable, *args, **kwargs)

    def imap(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        with self._ipc_submission(func, 0, _getframe(1)):
            return super().imap(func, *args, **kwargs)

    def imap_unordered(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        with self._ipc_submission(func, 0, _getframe(1)):
            return super().imap_unordered(func, *args, **kwargs)

    def _ipc_submission(self, func: Any, count: int, frame: FrameType) -> Any:
        function = getattr(func, "func", func)
        lives_here = getattr(function, "__module__", None) == "__main__" and main_is_a_notebook()
        if lives_here and self._ctx.get_start_method() != "fork":
            raise WrongUse(
                f"{getattr(function, '__qualname__', function)} lives only in this notebook, and "
                f"the pool's workers cannot import it. {RECIPE}"
            )
        return submission(self, func, count, frame)

    def _ipc_submitted(self, result: Any) -> None:
        """A result has been made, in the thread that submits: it is to report, too."""
        box = recorder.current
        if box is None or type(result) not in RESULTS:
            return
        result.__class__ = RESULTS[type(result)]
        result._ipc_pool = self._ipc_name
        result._ipc_number = result._job + 1  # 0 is no submission
        box.number(self._ipc_submitting.get(get_ident(), 0), result._ipc_number)

    # -- its end --------------------------------------------------------------------------------

    def join(self) -> None:
        box = recorder.current
        if box is None:
            return super().join()
        if self._state == pool.RUN:
            try:
                return super().join()  # refuses
            except ValueError as error:
                error.add_note(f"Say first that no more tasks will come: {self._ipc_name}.close().")
                raise
        with waiting(box, SHUTDOWN, self._ipc_name, _getframe(1)):
            for thread in self._ipc_threads():
                box.block.wait(partial(_ended_within, thread))
            super().join()

    def _ipc_threads(self) -> tuple[Any, ...]:
        return self._worker_handler, self._task_handler, self._result_handler

    def terminate(self) -> None:
        box = recorder.current
        if box is not None and box.block.killed:
            self._ipc_wake()  # a callback may wait in there, too
            dict.clear(self._cache)  # nobody brings these; else the standard class complains
        elif box is not None and self._state != pool.TERMINATE:
            frame = _getframe(1)
            how = "with" if frame.f_code is pool.Pool.__exit__.__code__ else "call"
            fact(box, "terminated", self._ipc_name, how, box.place_of(frame))
        super().terminate()

    def _ipc_pulse(self) -> tuple[int, bool, bool]:
        """What may explain a result that never comes: all zero and false in a healthy pool."""
        silent = not self._result_handler.is_alive()
        return min(self._ipc_staff.ended(), MANY_ENDED), silent, self._ipc_spoiled

    def _ipc_stop(self) -> None:
        """No new workers for those that will be killed now."""
        self._worker_handler._state = pool.TERMINATE

    @staticmethod
    def _help_stuff_finish(inqueue: Any, task_handler: Any, size: int) -> None:
        """A killed worker may hold the lock for ever; then there is nobody to share it with."""
        if recorder.current is not None and not recorder.current.block.killed:
            return super(Pool, Pool)._help_stuff_finish(inqueue, task_handler, size)
        reader = inqueue._reader
        while task_handler.is_alive() and reader.poll():
            os.read(reader.fileno(), 1 << 16) if os.name == "posix" else reader.recv_bytes()

    def _ipc_end(self) -> None:
        """Let its threads end before its queues close; its own end may have been broken off."""
        box = recorder.current
        if box is not None and box.block.killed and self._outqueue._wlock is not None:
            with contextlib.suppress(ValueError):  # a dead worker cannot give it back
                self._outqueue._wlock.release()
        self.terminate()
        for thread in self._ipc_threads():
            thread._state = pool.TERMINATE
        for queue in (self._change_notifier, self._outqueue):
            queue.put(None)
        for thread in self._ipc_threads():
            thread.join(0.2)
        for queue in (self._inqueue, self._outqueue, self._change_notifier):
            queue.close()

    def _ipc_wake(self) -> None:
        """Wake every thread that waits for a result."""
        for result in list(self._cache.values()):
            if hasattr(result, "_event"):
                if not result._event.is_set():
                    result._success, result._value = False, OSError("the block has ended")
                result._event.set()
            else:
                with result._cond:
                    result._cond.notify_all()


@contextlib.contextmanager
def submission(owner: Any, func: Any, count: int, frame: FrameType) -> Iterator[None]:
    """Put on record that tasks are submitted to a pool or executor; `count` 0: not known yet."""
    box = recorder.current
    if box is None:
        yield
        return
    refuse_foreign(owner, owner._ipc_box, box)
    channel = box.channel(owner._ipc_name, POOL)
    what = name_of(func).encode("utf-8", "backslashreplace")[:32]
    place = box.open(SUBMIT, channel, frame, 0, what, count, 0, True)
    owner._ipc_spoiled |= note_import(box, owner._ipc_name, func, frame)
    owner._ipc_submitting[get_ident()] = place
    try:
        yield
    except BaseException:
        box.turn_into(place, 0)
        raise
    finally:
        owner._ipc_submitting.pop(get_ident(), None)


class _Cache(pool._PoolCache):  # type: ignore[name-defined]
    """Where a pool keeps the results that it waits for: each one enters here, once."""

    def __setitem__(self, job: int, result: Any) -> None:
        if isinstance(result._pool, Pool):
            result._pool._ipc_submitted(result)
        super().__setitem__(job, result)


def _ended_within(thread: Any, timeout: float | None) -> bool:
    thread.join(timeout)
    return not thread.is_alive()
