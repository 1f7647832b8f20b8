"""A SimpleQueue that reports: no buffer, no feeder thread; `put` sends."""

from contextlib import nullcontext
from multiprocessing import queues
from sys import _getframe

from mpscope._recording import connection, recorder, wire
from mpscope._recording.queues import Named, take
from mpscope._recording.records import CODE, UNBOUNDED
from mpscope._recording.wire import describe

SEND, RECEIVE = CODE["send"], CODE["receive"]


class SimpleQueue(Named, queues.SimpleQueue):
    """`multiprocessing.SimpleQueue` that reports; made by `mp.SimpleQueue()`."""

    def __init__(self, *, ctx: object, name: str) -> None:
        super().__init__(ctx=ctx)
        self._ipc_name = name
        self._reader = connection.adopt(self._reader, "queue", name)
        self._writer = connection.adopt(self._writer, "queue", name)
        self._poll = self._reader.poll

    def put(self, obj: object) -> None:
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

    def get(self) -> object:
        box = recorder.current
        if box is None:
            return super().get()
        if self._ipc_box is not box:
            self._ipc_ready(box)
        self._reader._check_closed()
        place = box.open(RECEIVE, self._ipc_channel, _getframe(1), UNBOUNDED)
        return wire.loads(take(self, box, place))

    def _ipc_busy(self) -> bool:
        return False

    def _ipc_end(self) -> None:
        self._reader.close()
        self._writer.close()
