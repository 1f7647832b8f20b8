"""Queues that report; what they do is the standard classes' doing.

put ─▶ buffer ─▶ feeder thread: pickle ─▶ lock ─▶ pipe ─▶ lock ─▶ get ─▶ unpickle
 │                   │                     │              │
"put"              "drop"                "send"        "receive"
"""

from _thread import get_ident
from collections import deque
from functools import partial
from multiprocessing import queues
from sys import _getframe
from time import sleep
from types import FrameType

from mpscope._recording import connection, recorder, wire
from mpscope._recording.connection import QUEUE
from mpscope._recording.polls import asked
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CODE, SIZED, Any
from mpscope._recording.wire import describe, read_message

PUT, RECEIVE = CODE["put"], CODE["receive"]


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
        if box is None and self._closed:
            raise recorder.used_too_late(self._ipc_name)
        if box is None:
            return super().put(obj, block, timeout)
        if self._ipc_box is not box:
            self._ipc_ready(box)
        if type(self) is not Queue or self._closed or not self._sem.acquire(False):
            return self._ipc_put_or_wait(box, obj, block, timeout, _getframe(1))
        place = box.open(PUT, self._ipc_channel, _getframe(1), 0, describe(obj), 0, 0, True)
        if type(obj) in SIZED:
            box.length(place, len(obj))
        notempty = self._notempty
        with notempty:  # from here on as in the standard class
            if self._thread is None:
                self._start_thread()
            self._buffer.unsent.append(place)
            self._ipc_append(obj)
            if notempty._waiters:  # else notify() would do nothing, slowly
                notempty.notify()

    def qsize(self) -> int:
        size = super().qsize()
        asked(self._ipc_name, QUEUE, "qsize()", state=size)
        return size

    def _ipc_put_or_wait(
        self, box: Recorder, obj: Any, block: bool, timeout: float | None, frame: FrameType
    ) -> None:
        unbounded = block and timeout is None
        place = box.open(PUT, self._ipc_channel, frame, unbounded, describe(obj))
        if type(obj) in SIZED:
            box.length(place, len(obj))
        box.held[get_ident()] = place
        try:
            self._attempt(box, partial(super().put, obj), queues.Full, block, timeout)
        except BaseException:
            if box.held.pop(get_ident(), 0):  # else its message went through
                box.turn_into(place, 0)
            raise

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        box = recorder.current
        if box is None and self._closed:
            raise recorder.used_too_late(self._ipc_name)
        if box is None:
            return super().get(block, timeout)
        if self._ipc_box is not box:
            self._ipc_ready(box)
        unbounded = block and timeout is None
        place = box.open(RECEIVE, self._ipc_channel, _getframe(1), unbounded)
        if unbounded and not self._closed:
            message = take(self, box, place)
            self._sem.release()
            item = wire.loads(message)
        else:
            item = self._ipc_get(box, place, block, timeout)
        if type(item) in SIZED:
            box.length(place, len(item))
        return item

    def _ipc_get(self, box: Recorder, place: int, block: bool, timeout: float | None) -> Any:
        try:
            box.held[get_ident()] = place
            item = self._attempt(box, super().get, queues.Empty, block, timeout)
        except BaseException as error:
            if box.held.pop(get_ident(), 0):  # else its message went through
                box.turn_into(place, 0)
            asked(self._ipc_name, QUEUE, "get()", isinstance(error, queues.Empty))
            raise
        asked(self._ipc_name, QUEUE, "get()", False)
        return item

    def _attempt(
        self, box: Recorder, attempt: Any, in_vain: Any, block: bool, timeout: float | None
    ) -> Any:
        """What `attempt(block, timeout)` returns; where it must be, in slices."""
        if not block or not box.block.wait_in_slices:
            return attempt(block, timeout)
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
        box = recorder.current
        if box is None:
            return super()._start_thread()
        with box.block.whole:  # if it were broken off, nobody could end that thread any more
            super()._start_thread()
            box.block.queues.add(self)
            box.note(b"t", self._thread.native_id)  # it serves the queue alone

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
            recorder.current.note(b"u", self._ipc_name, len(unsent) + 1)
        self._reader.close()  # a feeder blocked in a full pipe gets BrokenPipeError
        self.close()
        if self._thread is not None:
            self._thread.join(1.0)
        else:
            self._writer.close()


def take(queue: Any, box: Recorder, place: int) -> Any:
    """A queue's next message, as the standard `get` reads it that has no time-out."""
    lock, reader = queue._rlock, queue._reader
    try:
        if box.block.wait_in_slices:
            box.block.wait(partial(lock.acquire, True))
        else:
            lock.acquire()
    except BaseException:
        box.turn_into(place, 0)
        raise
    try:
        return reader._ipc_take(box, place, read_message, reader)
    finally:
        lock.release()
