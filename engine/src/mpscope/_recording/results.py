"""The results of a pool, whose failures and callbacks are on record, and the waits for them."""

from _thread import get_ident
from multiprocessing import pool
from sys import _getframe
from threading import current_thread
from types import FrameType
from typing import Any

from mpscope._recording import recorder
from mpscope._recording.polls import asked
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CODE
from mpscope._recording.work import POOL, fact, safe_text

COLLECT = CODE["collect"]
MOST_FAILURES = 100  # of one pool are told with their text; the rest is counted
UNPICKLABLE_RESULT = (
    "The task was done, but what it returned, or raised, cannot travel back: results are pickled. "
    "Return plain data."
)


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
                about = type(error).__name__, safe_text(error), box.place_of_error(error)
                fact(box, "callback", name, self._ipc_number, *about)
            raise


class _Result(_Reporting):
    _event: Any

    def get(self, timeout: float | None = None) -> Any:
        self._ipc_wait(timeout, _getframe(1), asked=True)
        return super().get(0)

    def wait(self, timeout: float | None = None) -> None:
        if not self._event.is_set():
            self._ipc_wait(timeout, _getframe(1))

    def ready(self) -> bool:
        answer = super().ready()
        asked(self._ipc_pool, POOL, "ready()", not answer, job=self._ipc_number)
        return answer

    def successful(self) -> bool:
        if (box := recorder.current) is not None and self.ready():
            collected(box, self._ipc_pool, self._ipc_number, _getframe(1))
        return super().successful()

    def _ipc_wait(self, timeout: float | None, frame: FrameType, asked: bool = False) -> None:
        box = recorder.current
        if box is None:
            if not self._event.is_set():
                raise recorder.used_too_late(f"a result of {self._ipc_pool}")
            return
        event = self._event
        number = self._ipc_number
        if timeout is None and not event.is_set():
            note_wait_of_callback(box, self._pool, self._pool._result_handler, number, frame)
        with waiting(box, COLLECT, self._ipc_pool, frame, timeout, number, asked) as wait:
            wait.over = box.block.wait(event.wait, timeout)


class _Iterating(_Reporting):
    def next(self, timeout: float | None = None) -> Any:
        box = recorder.current
        if box is None:
            return super().next(timeout)
        with waiting(box, COLLECT, self._ipc_pool, _getframe(1), timeout, self._ipc_number, True):
            return super().next(timeout)

    __next__ = next


RESULTS = {
    standard: type(standard.__name__, (ours, standard), {})
    for ours, standard in (
        (_Result, pool.ApplyResult),
        (_Result, pool.MapResult),
        (_Iterating, pool.IMapIterator),
        (_Iterating, pool.IMapUnorderedIterator),
    )
}
"""Standard class ─▶ the one that reports."""


# -- waits ----------------------------------------------------------------------------------------


class waiting:
    """Records a wait for results, or for the end of a pool, while the `with` lasts.

    ``over`` set to False says that the wait was given up; so does an exception that no task raised.
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

    def __enter__(self) -> Any:
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


def note_wait_of_callback(
    box: Recorder, owner: Any, bringer: Any, number: int, frame: FrameType
) -> None:
    """Put on record that the very thread that brings results waits for one: in a callback."""
    if bringer is current_thread():
        fact(box, "waiting callback", owner._ipc_name, number, box.place_of(frame))
        owner._ipc_spoiled = True


def collected(box: Recorder, pool: str, number: int, frame: FrameType) -> None:
    """A result was asked for, and was there already."""
    place = box.open(COLLECT, box.channel(pool, POOL), frame, 0, b"", 0, 1, True)
    box.number(place, number)
