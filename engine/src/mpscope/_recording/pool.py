"""A pool whose tasks are on record: submitted where, run by whom, collected or not.

    map, apply_async, imap ... ─▶ "submit" ─▶ queue of tasks ─▶ a worker: see `work`
            │                                                        │
            └─▶ result.get(), next() ─▶ "collect" ◀─ result thread ◀─┘

The queues inside are plain: what a worker does with a task stands in the worker's log.
"""

from __future__ import annotations

import contextlib
import os
import pickletools
import sys
from _thread import get_ident
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from multiprocessing import context, pool
from multiprocessing.reduction import ForkingPickler
from sys import _getframe
from types import FrameType, MethodType
from typing import Any

from mpscope._recording import recorder
from mpscope._recording.naming import channel_name
from mpscope._recording.own_names import own_names
from mpscope._recording.preflight import RECIPE, main_is_a_notebook, whole
from mpscope._recording.recorder import CODE, Recorder
from mpscope._recording.work import POOL, Work, fact, name_of, safe_text
from mpscope.errors import WrongUse

SUBMIT, COLLECT, SHUTDOWN = (CODE[kind] for kind in ("submit", "collect", "shutdown"))
MOST_FAILURES = 100  # of one pool are told with their text; the rest is counted
MANY_ENDED = 6  # workers; a pool that starts new ones for ever would else never seem to rest
UNPICKLABLE_RESULT = (
    "The task was done, but what it returned, or raised, cannot travel back: results are pickled. "
    "Return plain data."
)
INHERITED = (
    "A queue, lock or event of multiprocessing travels to a worker only while that is being "
    "started: give it to the pool as initializer=..., initargs=(...), or use one of a manager: "
    "mp.Manager().Queue()."
)


class Staff:
    """The context that a pool or an executor gets: plain queues, and workers that report."""

    def __init__(self, context: Any, pool: str) -> None:
        self._context, self._pool = context, pool
        self.workers: list[Any] = []
        """The processes of its workers that have not ended."""
        self._ended = 0

    def ended(self) -> int:
        """How many of its workers have ended, as far as its own threads have seen."""
        running = [worker for worker in self.workers if not _has_ended(worker)]
        self._ended += len(self.workers) - len(running)
        self.workers = running
        return self._ended

    def Process(self, *args: Any, target: Any, **kwargs: Any) -> Any:
        work = Work(self._pool, target, told=self.ended() >= MANY_ENDED)
        worker = self._context.Process(*args, target=work, **kwargs)
        self.workers.append(worker)
        return worker

    def SimpleQueue(self) -> Any:
        with own_names(recorder.current):
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
        self._quick_put = partial(_put_task, self._inqueue._writer.send)
        self._quick_get = partial(_get_result, self._outqueue._reader, self._ipc_name)

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

    @contextlib.contextmanager
    def _ipc_submission(self, func: Any, count: int, frame: FrameType) -> Iterator[None]:
        """Put on record that tasks are submitted; `count` 0: nobody knows yet how many."""
        self._refuse_notebook_function(func)
        box = recorder.current
        if box is None:
            yield
            return
        refuse_foreign(self, self._ipc_box, box)
        channel = box.channel(self._ipc_name, POOL)
        what = name_of(func).encode("utf-8", "backslashreplace")[:32]
        place = box.open(SUBMIT, channel, frame, 0, what, count, 0, True)
        self._ipc_spoiled |= note_import(box, self._ipc_name, func, frame)
        self._ipc_submitting[get_ident()] = place
        try:
            yield
        except BaseException:
            box.turn_into(place, 0)
            raise
        finally:
            self._ipc_submitting.pop(get_ident(), None)

    def _ipc_submitted(self, result: Any) -> None:
        """A result has been made, in the thread that submits: it is to report, too."""
        box = recorder.current
        if box is None or type(result) not in RESULTS:
            return
        result.__class__ = RESULTS[type(result)]
        result._ipc_pool = self._ipc_name
        result._ipc_number = result._job + 1  # 0 is no submission
        box.number(self._ipc_submitting.get(get_ident(), 0), result._ipc_number)

    def _refuse_notebook_function(self, func: Any) -> None:
        function = getattr(func, "func", func)
        if getattr(function, "__module__", None) != "__main__" or not main_is_a_notebook():
            return
        if self._ctx.get_start_method() == "fork":
            return
        raise WrongUse(
            f"{getattr(function, '__qualname__', function)} lives only in this notebook, and the "
            f"pool's workers cannot import it. {RECIPE}"
        )

    # -- its end --------------------------------------------------------------------------------

    def join(self) -> None:
        box = recorder.current
        if box is None:
            return super().join()
        if self._state == pool.RUN:
            return self._ipc_refuse_join()
        with waiting(box, SHUTDOWN, self._ipc_name, _getframe(1)):
            if box.block.wait_in_slices:
                for thread in (self._worker_handler, self._task_handler, self._result_handler):
                    box.block.wait_in_slices(partial(_ended_within, thread))
            super().join()

    def _ipc_refuse_join(self) -> None:
        try:
            super().join()
        except ValueError as error:
            error.add_note(f"Say first that no more tasks will come: {self._ipc_name}.close().")
            raise

    def terminate(self) -> None:
        box = recorder.current
        if box is not None and self._state != pool.TERMINATE and not box.block.killed:
            frame = _getframe(1)
            how = "with" if frame.f_code is pool.Pool.__exit__.__code__ else "call"
            fact(box, "terminated", self._ipc_name, how, box.place_of(frame))
        if box is not None and box.block.killed:
            dict.clear(self._cache)  # nobody brings these; else the standard class complains
        super().terminate()

    def _ipc_pulse(self) -> tuple[int, bool, bool]:
        """What may be a reason that a result never comes: all zero and false in a healthy pool."""
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
        threads = self._worker_handler, self._task_handler, self._result_handler
        for thread in threads:
            thread._state = pool.TERMINATE
        for queue in (self._change_notifier, self._outqueue):
            queue.put(None)
        for thread in threads:
            thread.join(0.2)
        for queue in (self._inqueue, self._outqueue, self._change_notifier):
            queue.close()

    def _ipc_wake(self) -> list[Any]:
        """Let everybody go who waits for a result; the ends that the pool's own threads use."""
        for result in list(self._cache.values()):
            if hasattr(result, "_event"):
                result._event.set()
            else:
                with result._cond:
                    result._cond.notify_all()
        return []


class _Cache(pool._PoolCache):  # type: ignore[name-defined]
    """Where a pool keeps the results that it waits for: each one enters here, once."""

    def __setitem__(self, job: int, result: Any) -> None:
        if isinstance(result._pool, Pool):
            result._pool._ipc_submitted(result)
        super().__setitem__(job, result)


# -- results --------------------------------------------------------------------------------------


class _Reporting:
    """What the observed results add to the standard ones: failures and callbacks on record."""

    _ipc_pool, _ipc_number = "", 0
    _pool: Any

    def _set(self, index: int, outcome: tuple[bool, Any]) -> None:
        box, owner, name = recorder.current, self._pool, self._ipc_pool
        if box is not None and not outcome[0]:
            owner._ipc_failures += 1
            if owner._ipc_failures <= MOST_FAILURES:
                fact(box, "failed", name, self._ipc_number, index, safe_text(outcome[1]))
            if type(outcome[1]) is pool.MaybeEncodingError:
                outcome[1].add_note(UNPICKLABLE_RESULT)
        try:
            super()._set(index, outcome)
        except Exception as error:  # of a callback: the user's, in the thread that brings results
            if box is not None:
                owner._ipc_spoiled = True
                place = place_of_error(box, error)
                kind, told = type(error).__name__, safe_text(error)
                fact(box, "callback", name, self._ipc_number, kind, told, place)
            raise


class Result(_Reporting, pool.ApplyResult):
    """`AsyncResult` that reports."""

    def get(self, timeout: float | None = None) -> Any:
        self._ipc_wait(timeout, _getframe(1), asked=True)
        return super().get(0)

    def wait(self, timeout: float | None = None) -> None:
        if not self._event.is_set():
            self._ipc_wait(timeout, _getframe(1))

    def successful(self) -> bool:
        if (box := recorder.current) is not None and self.ready():
            collected(box, self._ipc_pool, self._ipc_number, _getframe(1))
        return super().successful()

    def _ipc_wait(self, timeout: float | None, frame: FrameType, asked: bool = False) -> None:
        box = recorder.current
        if box is None:
            if not self._event.is_set():
                from mpscope.errors import used_after_block

                raise used_after_block(f"a result of {self._ipc_pool}")
            return
        event = self._event
        number = self._ipc_number
        with waiting(box, COLLECT, self._ipc_pool, frame, timeout, number, asked) as wait:
            if box.block.wait_in_slices and not event.is_set():
                box.block.wait_in_slices(event.wait, timeout)
            wait.over = event.wait(0 if box.block.wait_in_slices else timeout)


class MapResult(Result, pool.MapResult):
    """The result of `map_async` that reports."""


class _Iterating(_Reporting):
    def next(self, timeout: float | None = None) -> Any:
        box = recorder.current
        if box is None:
            return super().next(timeout)
        with waiting(box, COLLECT, self._ipc_pool, _getframe(1), timeout, self._ipc_number, True):
            return super().next(timeout)

    __next__ = next


class Iterating(_Iterating, pool.IMapIterator):
    """The iterator of `imap` that reports."""


class IteratingUnordered(_Iterating, pool.IMapUnorderedIterator):
    """The iterator of `imap_unordered` that reports."""


RESULTS = {
    pool.ApplyResult: Result,
    pool.MapResult: MapResult,
    pool.IMapIterator: Iterating,
    pool.IMapUnorderedIterator: IteratingUnordered,
}


# -- waits ----------------------------------------------------------------------------------------


class waiting:
    """A wait for results, or for the end of a pool, on record while the `with` lasts.

    ``over`` set to False says that it was given up; so does an exception that no task has raised.
    """

    def __init__(
        self,
        box: Recorder,
        kind: int,
        pool: str,
        frame: FrameType,
        timeout: float | None = None,
        number: int = 0,
        asked: bool = False,
    ) -> None:
        self.box, self.over = box, True
        channel = box.channel(pool, POOL)
        self.place = box.open(kind, channel, frame, timeout is None, b"", 0, asked)
        box.number(self.place, number)
        self._is_main = get_ident() == box.main
        if self._is_main and timeout is None:
            box.block.pool_wait = self.place

    def __enter__(self) -> waiting:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if self._is_main:
            self.box.block.pool_wait = 0
        gave_up = kind is not None and (
            not issubclass(kind, Exception) or kind in (StopIteration, pool.TimeoutError)
        )
        if gave_up or not self.over:
            self.box.turn_into(self.place, 0)
        else:
            self.box.stamp(self.place)


def collected(box: Recorder, pool: str, number: int, frame: FrameType) -> None:
    """Somebody has asked how it went, and did not have to wait."""
    place = box.open(COLLECT, box.channel(pool, POOL), frame, 0, b"", 0, 1, True)
    box.number(place, number)


def _has_ended(worker: Any) -> bool:
    popen = worker._popen
    return worker._closed or (popen is not None and popen.returncode is not None)


def _ended_within(thread: Any, slice_s: float) -> bool:
    thread.join(slice_s)
    return not thread.is_alive()


# -- what the pool's threads do -------------------------------------------------------------------


def _put_task(send: Callable[[Any], None], task: Any) -> None:
    try:
        send(task)
    except OSError:
        raise
    except Exception as error:
        if task is not None:
            _, _, function, args, kwargs = task
            explain_task(error, function, args, kwargs)
        raise


def _get_result(reader: Any, name: str) -> Any:
    payload = reader.recv_bytes()
    try:
        return ForkingPickler.loads(payload)
    except Exception as error:
        if (box := recorder.current) is not None:
            fact(box, "result thread", name, safe_text(error), *class_in(payload))
        raise


def explain_task(error: Exception, function: Any, args: Any, kwargs: Any) -> None:
    """Add to the error what of the task cannot be pickled, and the cure."""
    if function in (pool.mapstar, pool.starmapstar):
        ((function, args),) = args
    elif type(function) is partial and name_of(function.func) == "_process_chunk":
        (function,), (args,) = function.args, args
    for what, value in (("function", function), ("argument", [*args, *kwargs.values()])):
        if not (culprit := _unpicklable(value, "")):
            continue
        thing, path = culprit
        whole = f"its {what}{f', in {path},' if path else ''}"
        kind = "a lambda" if name_of(thing) == "<lambda>" else f"{_named(thing)}"
        if _only_inherited(error):
            cure = f"{whole} is {kind}. {INHERITED}"
        else:
            cure = (
                f"{whole} cannot be pickled ({kind}), and a worker gets its tasks as pickles. Use "
                "a function of a module, and give it plain data."
            )
        error.add_note(f"The task has not been sent: {cure}")
        return


def _named(thing: Any) -> str:
    name = name_of(thing)
    return f"a {type(thing).__name__}" if name.startswith("<") else name


def _only_inherited(error: BaseException) -> bool:
    """Whether it was raised because the thing can travel to a new process, and not otherwise."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and place.tb_frame.f_code is context.assert_spawning.__code__


def _unpicklable(value: Any, path: str, depth: int = 5) -> tuple[Any, str] | None:
    """What makes a value unpicklable, and its attribute, if it is one; None if nothing does."""
    try:
        ForkingPickler.dumps(value)
        return None
    except Exception:
        inside: Iterable[tuple[Any, str]] = ()
        if type(value) in (list, tuple, set, frozenset):
            inside = ((item, path) for item in value)
        elif type(value) is dict:
            inside = ((item, path) for item in value.values())
        elif isinstance(value, MethodType):
            inside = [(value.__self__, path)]
        elif type(value).__module__.startswith(("multiprocessing.", "mpscope.")):
            pass  # a queue or lock: it is the culprit, and not what is inside it
        elif not isinstance(value, type) and type(getattr(value, "__dict__", None)) is dict:
            name = type(value).__name__
            inside = ((item, f"{name}.{key}") for key, item in vars(value).items())
        found = (_unpicklable(item, where, depth - 1) for item, where in inside if depth)
        return next((culprit for culprit in found if culprit), (value, path))


def class_in(payload: bytes) -> tuple[str, str]:
    """The first class that a pickled result names, and "exception" if a task has raised it."""
    strings: list[str] = []
    how = "result"
    for opcode, value, _ in pickletools.genops(payload):
        if isinstance(value, str):
            strings.append(value)
        elif opcode.name == "STACK_GLOBAL" and strings[-1] in ("rebuild_exc", "_rebuild_exc"):
            how = "exception"
        elif opcode.name == "STACK_GLOBAL" and not strings[-2].startswith("concurrent.futures"):
            return strings[-1], how
    return "", how


def place_of_error(box: Recorder, error: BaseException) -> int:
    """The line on which it was raised."""
    place, found = error.__traceback__, None
    while place is not None:
        if place.tb_frame.f_code.co_filename not in recorder.LIBRARY:
            found = place
        place = place.tb_next
    return box.place_at(found.tb_frame.f_code, found.tb_lasti, found.tb_lineno) if found else 0


def note_import(box: Recorder, pool: str, function: Any, frame: FrameType | None) -> bool:
    """Whether, and put on record that, the function's module is being imported by this very thread.

    Who pickles the task looks the function up in its module, and so waits for the import's end.
    """
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    if not getattr(getattr(module, "__spec__", None), "_initializing", False):
        return False
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals is vars(module):
            fact(box, "importing", pool, function.__module__, box.place_of(frame))
            return True
        frame = frame.f_back
    return False


def refuse_foreign(thing: Any, maker: Recorder, box: Recorder) -> None:
    """Raise `WrongUse` if a forked child uses a pool of its parent: its threads are not here."""
    if maker.stem != box.stem:
        raise WrongUse(
            f"{thing._ipc_name} was made in {maker.label}, and {box.label} uses a copy of it: the "
            "threads that hand out its tasks exist only there, and nobody would ever run this "
            "one. Return what is left to do, and let the parent submit it."
        )
