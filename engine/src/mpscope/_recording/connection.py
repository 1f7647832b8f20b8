"""Pipe ends that write down what they send and receive.

    a.send(x) ─▶ record "send" ─▶ the same bytes as ever ─▶ record "receive" ─▶ b.recv()

Every method of a standard connection goes through `_send_bytes` or `_recv_bytes`, so these are
overridden, and `send` and `recv`, to know the object and to be fast.  Nothing is added to the
bytes, so capacity and order stay as they are.  Which receive belongs to which send is found
afterwards (`matching.Numbers`): a channel is first in, first out, and each record holds the
size and a checksum of the bytes.
"""

from __future__ import annotations

import os
import sys
from _thread import get_ident
from collections import deque
from multiprocessing import connection, reduction
from sys import _getframe

from mpscope._recording import recorder
from mpscope._recording.polls import asked
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CODE, UNBOUNDED, About, direction
from mpscope._recording.wire import (
    LARGEST,
    WHOLE,
    checksum,
    crc32,
    describe,
    dumps,
    loads,
    read_message,
    too_large,
    write_message,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import _ConnectionBase
    from types import FrameType
    from typing import Any

    _Base = _ConnectionBase[Any, Any]
else:
    _Base = object

QUEUE = About("queue")
SEND, RECEIVE, EOF, BROKEN, CLOSE = (
    CODE[kind] for kind in ("send", "receive", "eof", "broken", "close")
)
READER = 1  # which end of a one-way pipe was closed: its channel is that of the writing end


class _End(_Base):
    """What an end of a pipe, or of the pipe inside a queue, adds to the standard class."""

    _ipc_name = ""  # of this end; of a queue's, the queue's
    _ipc_peer = ""  # the other end of a pipe
    _ipc_box: Recorder | None = None
    _ipc_out = _ipc_in = 0
    _ipc_lent = False
    _ipc_plain_send: Callable[[Any], None]  # the standard class's, without a search for them
    _ipc_plain_receive: Callable[[int | None], Any]

    def fileno(self) -> int:
        """The descriptor; whoever asks for it may read past us."""
        number = super().fileno()  # refuses, if it is closed
        box = recorder.current
        if box is not None and not self._ipc_lent and not _waits_only(_getframe(1)):
            self._ipc_lent = True
            box.text(b"l", self._ipc_name.encode("utf-8", "backslashreplace"))
        return number

    def send(self, obj: Any) -> None:
        box = recorder.current
        if box is None or self._handle is None or not self._writable:
            return super().send(obj)  # refuses, if it must
        self._ipc_send(box, dumps(obj), describe(obj), _getframe(1))

    def recv(self) -> Any:
        box = recorder.current
        if box is None or self._handle is None or not self._readable:
            return super().recv()
        if self._ipc_box is not box:
            self._ipc_ready(box)
        return loads(self._ipc_take(box, box.receive(self._ipc_in, _getframe(1))))

    def _send_bytes(self, buf: Any) -> None:
        box = recorder.current
        if box is None:
            return self._ipc_plain_send(buf)
        self._ipc_send(box, buf, describe(bytes(buf[:31])), _getframe(1))

    def _ipc_send(self, box: Recorder, buf: Any, what: bytes, frame: FrameType) -> None:
        if self._ipc_box is not box:
            self._ipc_ready(box)
        size = len(buf)
        mark = crc32(buf) if size <= WHOLE else checksum(buf)
        place = box.open(SEND, self._ipc_out, frame, UNBOUNDED, what, size, mark)
        try:
            write_message(self, buf)
        except BaseException as error:
            box.turn_into(place, BROKEN if isinstance(error, BrokenPipeError) else 0)
            _let_go_of_buffer(error)
            del buf
            raise
        box.stamp(place)

    def _ipc_take(self, box: Recorder, place: int) -> Any:
        """A whole message, for `recv`: as bytes, or a view of them."""
        try:
            if box.block.wait_in_slices:
                box.block.wait_in_slices(self._poll)
            message = read_message(self)
        except BaseException as error:
            box.turn_into(place, EOF if isinstance(error, EOFError) else 0)
            raise
        size = len(message)
        box.stamp(place, size, crc32(message) if size <= WHOLE else checksum(message))
        return message

    def _recv_bytes(self, maxsize: int | None = None) -> Any:
        box = recorder.current
        if box is None:
            return self._ipc_plain_receive(maxsize)
        if self._ipc_box is not box:
            self._ipc_ready(box)
        return self._ipc_receive(
            box, box.open(RECEIVE, self._ipc_in, _getframe(2), UNBOUNDED), maxsize
        )

    def _ipc_receive(self, box: Recorder, place: int, maxsize: int | None) -> Any:
        try:
            if box.block.wait_in_slices:
                box.block.wait_in_slices(self._poll)
            buf = self._ipc_plain_receive(LARGEST if maxsize is None else maxsize)
        except BaseException as error:
            box.turn_into(place, EOF if isinstance(error, EOFError) else 0)
            raise
        if buf is None:  # longer than allowed
            box.turn_into(place, 0)
            if maxsize is None:
                raise too_large(self)
            return None
        view = buf.getbuffer()
        size = len(view)
        box.stamp(place, size, crc32(view) if size <= WHOLE else checksum(view))
        view.release()
        return buf

    def close(self) -> None:
        box = recorder.current
        if box is not None and self._handle is not None:
            if self._ipc_box is not box:
                self._ipc_ready(box)
            box.write(CLOSE, self._ipc_out or self._ipc_in, 0 if self._ipc_out else READER)
        super().close()

    def _check_closed(self) -> None:
        if self._handle is None and recorder.current is None and self._ipc_box is not None:
            from mpscope.errors import used_after_block

            raise used_after_block(self._ipc_name, recorder.ended_by_itself)
        super()._check_closed()

    def _ipc_ready(self, box: Recorder) -> None:
        self._ipc_box = box
        if not self._ipc_peer:
            number = box.channel(self._ipc_name, QUEUE)
            self._ipc_out, self._ipc_in = number * self._writable, number * self._readable
            return
        for own, sender, receiver in (
            ("_ipc_out", self._ipc_name, self._ipc_peer),
            ("_ipc_in", self._ipc_peer, self._ipc_name),
        ):
            if self._writable if own == "_ipc_out" else self._readable:
                about = About("pipe", "", sender, receiver)
                setattr(self, own, box.channel(direction(sender, receiver), about))


class Connection(_End, connection.Connection):
    """An end of a pipe that reports; made by `mp.Pipe()`, closed by whoever holds it."""

    def poll(self, timeout: float | None = 0.0) -> bool:
        answer = super().poll(timeout)
        about = About("pipe", "", self._ipc_peer, self._ipc_name)
        asked(direction(self._ipc_peer, self._ipc_name), about, "poll()", not answer)
        return answer


class _QueueEnd(_End):
    """An end of the pipe inside a queue: `get` has opened a record already."""

    def _recv_bytes(self, maxsize: int | None = None) -> Any:
        box = recorder.current
        place = box and box.held.pop(get_ident(), 0)
        if not place:  # a Pool uses the ends of its queues directly
            return super()._recv_bytes(maxsize)
        assert box is not None
        return self._ipc_receive(box, place, maxsize)


class _FeederEnd(_End):
    """The writing end inside a `Queue`: only the queue's feeder thread uses it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._ipc_unsent: deque[int] = deque()  # the records of what was put and not yet sent

    def send_bytes(self, buf: Any, offset: int = 0, size: int | None = None) -> None:
        """The feeder thread sends what it has pickled, all of it: nothing is left to be checked."""
        box = recorder.current
        whole = not offset and size is None
        if box is None or not self._ipc_unsent or self._handle is None or not whole:
            return super().send_bytes(buf, offset, size)
        # on record first: it may arrive, and this process die, at any moment
        size = len(buf)
        mark = crc32(buf) if size <= WHOLE else checksum(buf)
        box.sent(self._ipc_unsent.popleft(), size, mark)
        write_message(self, buf)

    def _send_bytes(self, buf: Any) -> None:
        self._ipc_plain_send(buf)  # what nobody has put on record


class QueueEnd(_QueueEnd, connection.Connection):
    """An end of the pipe inside a queue."""


class FeederEnd(_FeederEnd, connection.Connection):
    """The end of a queue's pipe that its feeder thread writes to."""


CLASSES: dict[type, dict[str, type]] = {
    connection.Connection: {"pipe": Connection, "queue": QueueEnd, "feeder": FeederEnd}
}

if sys.platform == "win32":  # duplex pipes and queues are named pipes there

    class PipeConnection(_End, connection.PipeConnection):
        """An end of a Windows named pipe that reports."""

    class QueuePipeEnd(_QueueEnd, connection.PipeConnection):
        """An end of the named pipe inside a queue."""

    class FeederPipeEnd(_FeederEnd, connection.PipeConnection):
        """The end of a queue's named pipe that its feeder thread writes to."""

    CLASSES[connection.PipeConnection] = {
        "pipe": PipeConnection,
        "queue": QueuePipeEnd,
        "feeder": FeederPipeEnd,
    }


def _waits_only(frame: FrameType) -> bool:
    """True if who asks for a descriptor only wants to know when there is something to read."""
    home = str(frame.f_globals.get("__name__", ""))
    return home.startswith(("multiprocessing", "selectors", "asyncio.selector", "mpscope"))


def _let_go_of_buffer(error: BaseException) -> None:
    """Free the pickled bytes that the frames of a failed send hold.

    Garbage in a cycle that holds a buffer of a BytesIO crashes Python 3.12.1 (CPython gh-111049),
    and an error that somebody keeps is soon part of a cycle.
    """
    from traceback import clear_frames

    if error.__traceback__ is not None:
        clear_frames(error.__traceback__.tb_next)


def adopt(plain: Any, role: str, name: str, peer: str = "") -> Any:
    """Turn a standard connection into a reporting one; the standard one is emptied."""
    end = _rebuild(lambda: plain, (), CLASSES[type(plain)][role], name, peer)
    box = recorder.current
    if box is not None and box.is_parent:
        box.block.open_ends.add(end)
        if os.name == "posix":
            box.block.inodes.add(f"[{os.fstat(end._handle).st_ino}]")
    return end


def _reduce(end: Any) -> Any:
    recorder.travels(end._ipc_name)
    standard = next(base for base in type(end).__mro__ if base in CLASSES)
    rebuild, args = reduction.ForkingPickler._extra_reducers[standard](end)
    return _rebuild, (rebuild, args, type(end), end._ipc_name, end._ipc_peer)


def _rebuild(rebuild: Any, args: Any, cls: type, name: str, peer: str) -> Any:
    plain = rebuild(*args)
    end = cls(plain._handle, plain.readable, plain.writable)
    plain._handle = None
    end._ipc_name, end._ipc_peer = name, peer
    return end


for standard_class, roles in CLASSES.items():
    for watched in roles.values():
        watched._ipc_plain_send = standard_class._send_bytes
        watched._ipc_plain_receive = standard_class._recv_bytes
        reduction.register(watched, _reduce)
