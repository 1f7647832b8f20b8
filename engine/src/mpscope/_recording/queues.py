"""Queues that report; what they do is the standard classes' doing.

    put ─▶ buffer ─▶ feeder thread: pickle ─▶ lock ─▶ pipe ─▶ lock ─▶ get ─▶ unpickle
     │                   │                     │              │
    "put"              "drop"                "send"        "receive"

Sends happen under the queue's write lock and receives under its read lock, so the n-th of one
belongs to the n-th of the other.
"""

from __future__ import annotations

from _thread import get_ident
from collections import deque
from functools import partial
from multiprocessing import queues
from sys import _getframe
from time import sleep

from mpscope._recording import connection, recorder, wire
from mpscope._recording.connection import QUEUE
from mpscope._recording.polls import asked
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CODE, UNBOUNDED, About
from mpscope._recording.wire import WHOLE, checksum, crc32, describe, read_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

PUT, SEND, RECEIVE, EOF = (CODE[kind] for kind in ("put", "send", "receive", "eof"))
WAKE, RELEASE = CODE["wake"], CODE["release"]


class Named:
    """The queue's name, which travels with it, and its number in this process's records."""

    _ipc_name = ""
    _ipc_box: Recorder | None = None
    _ipc_channel = 0

    def __getstate__(self) -> Any:
        recorder.travels(self._ipc_name)
        return self._ipc_name, super().__getstate__()

    def __setstate__(self, state: Any) -> None:
        self._ipc_name, rest = state
        super().__setstate__(rest)

    def empty(self) -> bool:
        answer = super().empty()
        asked(self._ipc_name, QUEUE, "empty()", answer)
        return answer

    def _ipc_ready(self, box: Recorder) -> None:
        self._ipc_box, self._ipc_channel = box, box.channel(self._ipc_name, QUEUE)


class _Buffer(deque):
    """The queue's own buffer; `append` runs under the queue's lock, in the order of sending."""

    unsent: deque[int]

    def append(self, obj: Any, /) -> None:
        box = recorder.current
        if box is not None and obj is not queues._sentinel:
            place = box.held.pop(get_ident(), 0)
            box.stamp(place)
            self.unsent.append(place)
        super().append(obj)


class Queue(Named, queues.Queue):
    """`multiprocessing.Queue` that reports; made by `mp.Queue()`."""

    def __init__(self, maxsize: int = 0, *, ctx: Any, name: str) -> None:
        self._ipc_name = name
        super().__init__(maxsize, ctx=ctx)
        self._reader = connection.adopt(self._reader, "queue", name)
        self._writer = connection.adopt(self._writer, "feeder", name)
        self._reset()

    def _reset(self, after_fork: bool = False) -> None:
        super()._reset(after_fork)
        self._buffer = _Buffer()
        self._buffer.unsent = self._writer._ipc_unsent = deque()
        self._ipc_append = deque.append.__get__(self._buffer)  # past _Buffer.append

    def put(self, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        box = recorder.current
        if box is None:
            self._refuse_after_block()
            return super().put(obj, block, timeout)
        if self._ipc_box is not box:
            self._ipc_ready(box)
        if type(self) is not Queue or self._closed or not self._sem.acquire(False):
            return self._ipc_put_or_wait(box, obj, block, timeout, _getframe(1))
        place = box.put(self._ipc_channel, _getframe(1), describe(obj))
        notempty = self._notempty
        with notempty:  # from here on as in the standard class
            if self._thread is None:
                self._start_thread()
            self._buffer.unsent.append(place)
            self._ipc_append(obj)
            if notempty._waiters:  # else notify() would do nothing, slowly
                notempty.notify()

    def _ipc_put_or_wait(
        self, box: Recorder, obj: Any, block: bool, timeout: float | None, frame: FrameType
    ) -> None:
        unbounded = block and timeout is None
        place = box.open(PUT, self._ipc_channel, frame, unbounded, describe(obj))
        box.held[get_ident()] = place
        try:
            if block and box.block.wait_in_slices:
                self._in_slices(box, partial(super().put, obj), queues.Full, timeout)
            else:
                super().put(obj, block, timeout)
        except BaseException:
            void(box, place)
            raise

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        box = recorder.current
        if box is None:
            self._refuse_after_block()
            return super().get(block, timeout)
        if self._ipc_box is not box:
            self._ipc_ready(box)
        unbounded = block and timeout is None
        if unbounded and not box.block.wait_in_slices and not self._closed:
            return self._ipc_get(box, box.receive(self._ipc_channel, _getframe(1)))
        place = box.open(RECEIVE, self._ipc_channel, _getframe(1), unbounded)
        try:
            box.held[get_ident()] = place
            if block and box.block.wait_in_slices:
                item = self._in_slices(box, super().get, queues.Empty, timeout)
            else:
                item = super().get(block, timeout)
        except BaseException as error:
            void(box, place)
            asked(self._ipc_name, QUEUE, "get()", isinstance(error, queues.Empty))
            raise
        asked(self._ipc_name, QUEUE, "get()", False)
        return item

    def _ipc_get(self, box: Recorder, place: int) -> Any:
        """The standard `get` without a time-out, stamped inside its lock."""
        lock = self._rlock
        try:
            lock.acquire()
        except BaseException:
            box.turn_into(place, 0)
            raise
        try:
            message = read_message(self._reader)
            size = len(message)
            box.stamp(place, size, crc32(message) if size <= WHOLE else checksum(message))
        except BaseException as error:
            box.turn_into(place, EOF if isinstance(error, EOFError) else 0)
            raise
        finally:
            lock.release()
        self._sem.release()
        return wire.loads(message)

    def _in_slices(self, box: Recorder, attempt: Any, in_vain: Any, timeout: float | None) -> Any:
        found: list[Any] = []

        def within(slice_s: float) -> bool:
            try:
                found.append(attempt(True, slice_s))
            except in_vain:
                return False
            return True

        if not box.block.wait_in_slices(within, timeout):
            raise in_vain
        return found[0]

    def _refuse_after_block(self) -> None:
        if self._closed:
            from mpscope.errors import used_after_block

            raise used_after_block(self._ipc_name, recorder.ended_by_itself)

    def _on_queue_feeder_error(self, e: BaseException, obj: Any) -> None:
        """Note in the transcript what the feeder thread could not pickle, and go on."""
        box = recorder.current
        if box is None or self._ipc_ended:
            return
        box.dropped(self._writer._ipc_unsent.popleft())
        self._ipc_tell_of_drop(box, e, obj)

    def _ipc_tell_of_drop(self, box: Recorder, e: BaseException, obj: Any) -> None:
        reason = f"{type(e).__name__}: {e}".splitlines()[0]
        text = f"{self._ipc_name}: dropped a message that cannot be pickled: {reason}\n"
        box.say(b"e", text.encode("utf-8", "backslashreplace"))

    _ipc_ended = False

    def _ipc_busy(self) -> bool:
        """True if the feeder thread has something to send, or is about to."""
        thread, idle = self._thread, self._notempty._waiters
        return bool(self._buffer) or (thread is not None and thread.is_alive() and not idle)

    def _start_thread(self) -> None:
        super()._start_thread()
        box = recorder.current
        if box is not None:
            box.block.queues.add(self)
            box.own_thread(self._thread.native_id)

    def _ipc_flush(self) -> None:
        """End of a child: what Python does a moment later, when it hides what cannot be pickled."""
        for step in (self._close, self._jointhread):
            if step and not self._joincancelled:
                step()

    def _ipc_end(self) -> None:
        """End of the block: end the feeder thread, whether or not anybody reads."""
        unsent, idle = self._writer._ipc_unsent, 0
        while (left := len(unsent)) and idle < 20:  # it may yet have something to complain about
            sleep(0.005)
            idle = 0 if len(unsent) < left else idle + 1
        self._ipc_ended = True
        if self._ipc_busy() and not self._joincancelled and recorder.current is not None:
            # and the one that is stuck in the pipe
            recorder.current.text(b"u", f"{self._ipc_name}\n{len(unsent) + 1}".encode())
        self._reader.close()  # a feeder blocked in a full pipe gets BrokenPipeError
        self.close()
        thread = self._thread
        if thread is not None:
            thread.join(1.0)
        else:
            self._writer.close()


def void(box: Recorder, place: int) -> None:
    """The operation raised: there was no event, unless its message went through."""
    if box.held.pop(get_ident(), 0):
        box.turn_into(place, 0)


class JoinableQueue(Queue, queues.JoinableQueue):
    """`multiprocessing.JoinableQueue` that reports; made by `mp.JoinableQueue()`."""

    def __init__(self, maxsize: int = 0, *, ctx: Any, name: str) -> None:
        super().__init__(maxsize, ctx=ctx, name=name)
        from mpscope._recording.synchronize import PatientCondition

        self._cond.__class__ = PatientCondition

    def join(self) -> None:
        box = recorder.current
        if box is None:
            return super().join()
        place = box.open(WAKE, self._ipc_tasks(box), _getframe(1), UNBOUNDED)
        try:
            super().join()
        except BaseException:
            box.turn_into(place, 0)
            raise
        box.stamp(place)

    def task_done(self) -> None:
        box = recorder.current
        super().task_done()
        if box is not None:
            box.write(RELEASE, self._ipc_tasks(box))

    def _ipc_tasks(self, box: Recorder) -> int:
        """What `join` waits for, as a channel."""
        return box.channel(f"{self._ipc_name}.join", About("tasks", of=self._ipc_name))
