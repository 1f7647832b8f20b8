"""A SimpleQueue that reports: no buffer, no feeder thread; `put` sends."""

from __future__ import annotations

from _thread import get_ident
from contextlib import nullcontext
from multiprocessing import queues
from sys import _getframe

from mpscope._recording import connection, recorder, wire
from mpscope._recording.queues import Named, void
from mpscope._recording.records import CODE, UNBOUNDED
from mpscope._recording.wire import describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SEND, RECEIVE = CODE["send"], CODE["receive"]


class SimpleQueue(Named, queues.SimpleQueue):
    """`multiprocessing.SimpleQueue` that reports; made by `mp.SimpleQueue()`."""

    def __init__(self, *, ctx: Any, name: str) -> None:
        super().__init__(ctx=ctx)
        self._ipc_name = name
        self._reader = connection.adopt(self._reader, "queue", name)
        self._writer = connection.adopt(self._writer, "queue", name)
        self._poll = self._reader.poll

    def put(self, obj: Any) -> None:
        box = recorder.current
        if box is None:
            return super().put(obj)
        if self._ipc_box is not box:
            self._ipc_ready(box)
        payload = wire.dumps(obj)
        size, mark = len(payload), wire.checksum(payload)
        what = describe(obj)
        place = box.open(SEND, self._ipc_channel, _getframe(1), UNBOUNDED, what, size, mark)
        try:
            with self._wlock or nullcontext():  # None on Windows, whose pipes need no lock
                self._writer._check_closed()
                wire.write_message(self._writer, payload)
                box.stamp(place)
        except BaseException:
            box.turn_into(place, 0)
            raise

    def get(self) -> Any:
        box = recorder.current
        if box is None:
            return super().get()
        if self._ipc_box is not box:
            self._ipc_ready(box)
        place = box.open(RECEIVE, self._ipc_channel, _getframe(1), UNBOUNDED)
        box.held[get_ident()] = place
        try:
            if box.block.wait_in_slices:
                box.block.wait_in_slices(lambda slice_s: self._rlock.acquire(True, slice_s))
                self._rlock.release()
            return super().get()
        except BaseException:
            void(box, place)
            raise

    def _ipc_busy(self) -> bool:
        return False

    def _ipc_end(self) -> None:
        self._reader.close()
        self._writer.close()
