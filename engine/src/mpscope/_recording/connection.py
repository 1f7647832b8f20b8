"""Pipe ends that write down what they send and receive.

    a.send(x) ─▶ record "send" ─▶ the same bytes as ever ─▶ record "receive" ─▶ b.recv()

Every method of a standard connection goes through `_send_bytes` or `_recv_bytes`, so these are
overridden, and `send` and `recv`, to know the object and to be fast.  Nothing is added to the
bytes: their size and checksum tell afterwards which receive belongs to which send (`matching`).
"""

import os
from _thread import get_ident
from collections import deque
from collections.abc import Callable
from io import BytesIO
from multiprocessing import connection, reduction
from sys import _getframe
from types import FrameType

from mpscope._recording import recorder
from mpscope._recording.polls import asked
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CODE, UNBOUNDED, About, Any, direction
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

QUEUE = About("queue")
SEND, RECEIVE, EOF, BROKEN, CLOSE = (
    CODE[kind] for kind in ("send", "receive", "eof", "broken", "close")
)
READER = 1  # which end of a one-way pipe was closed: its channel is that of the writing end


class _End:
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
            box.note(b"l", self._ipc_name)
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
        place = box.open(RECEIVE, self._ipc_in, _getframe(1), UNBOUNDED)
        return loads(self._ipc_take(box, place, read_message, self))

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
            from traceback import clear_frames

            box.turn_into(place, BROKEN if isinstance(error, BrokenPipeError) else 0)
            # Garbage in a cycle that holds a buffer of a BytesIO crashes Python 3.12.1 (CPython
            # gh-111049), and an error that somebody keeps is soon part of a cycle.
            clear_frames(error.__traceback__ and error.__traceback__.tb_next)
            del buf
            raise
        box.stamp(place)

    def _ipc_take(self, box: Recorder, place: int, take: Any, *args: Any) -> Any:
        """What `take(*args)` returns: bytes, a view of them, a BytesIO, or None if too long."""
        try:
            if box.block.wait_in_slices:
                box.block.wait_in_slices(self._poll)
            taken = take(*args)
        except BaseException as error:
            box.turn_into(place, EOF if isinstance(error, EOFError) else 0)
            raise
        message = taken.getbuffer() if type(taken) is BytesIO else taken
        if message is None:
            box.turn_into(place, 0)
            return None
        size = len(message)
        box.stamp(place, size, crc32(message) if size <= WHOLE else checksum(message))
        return taken

    def _recv_bytes(self, maxsize: int | None = None) -> Any:
        box = recorder.current
        if box is None:
            return self._ipc_plain_receive(maxsize)
        if self._ipc_box is not box:
            self._ipc_ready(box)
        # of a queue, `get` has opened a record already; but a Pool uses its ends directly
        place = 0 if self._ipc_peer else box.held.pop(get_ident(), 0)
        place = place or box.open(RECEIVE, self._ipc_in, _getframe(2), UNBOUNDED)
        most = LARGEST if maxsize is None else maxsize
        buf = self._ipc_take(box, place, self._ipc_plain_receive, most)
        if buf is None and maxsize is None:
            raise too_large(self)
        return buf

    def close(self) -> None:
        box = recorder.current
        if box is not None and self._handle is not None:
            if self._ipc_box is not box:
                self._ipc_ready(box)
            box.write(CLOSE, self._ipc_out or self._ipc_in, 0 if self._ipc_out else READER)
            with box.block.closing:
                return super().close()
        super().close()

    def _check_closed(self) -> None:
        if self._handle is None and recorder.current is None and self._ipc_box is not None:
            raise recorder.used_too_late(self._ipc_name)
        super()._check_closed()

    def _ipc_ready(self, box: Recorder) -> None:
        self._ipc_box = box
        if self._writable:
            self._ipc_out = box.channel(*self._ipc_way(self._ipc_name, self._ipc_peer))
        if self._readable:
            self._ipc_in = box.channel(*self._ipc_way(self._ipc_peer, self._ipc_name))

    def _ipc_way(self, sender: str, receiver: str) -> tuple[str, About]:
        """The channel from one end to the other, and what it is."""
        if not self._ipc_peer:
            return self._ipc_name, QUEUE
        return direction(sender, receiver), About("pipe", "", sender, receiver)


class _PipeEnd(_End):
    """An end of a pipe; made by `mp.Pipe()`, closed by whoever holds it."""

    def poll(self, timeout: float | None = 0.0) -> bool:
        box = recorder.current
        if timeout is None and box is not None and self._handle is not None and self._readable:
            if self._ipc_box is not box:
                self._ipc_ready(box)
            place = box.open(RECEIVE, self._ipc_in, _getframe(1), UNBOUNDED, b"poll(None)")
            try:
                return super().poll(None)
            finally:
                box.turn_into(place, 0)
        answer = super().poll(timeout)
        asked(*self._ipc_way(self._ipc_peer, self._ipc_name), "poll()", not answer)
        return answer


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


def _waits_only(frame: FrameType) -> bool:
    """True if who asks for a descriptor only wants to know when there is something to read."""
    home = str(frame.f_globals.get("__name__", ""))
    return home.startswith(("multiprocessing", "selectors", "asyncio.selector", "mpscope"))


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


CLASSES: dict[type, dict[str, type]] = {}
"""Standard class ─▶ what an end is for ─▶ ours."""

# On Windows, duplex pipes and queues are named pipes: a class of their own.
_STANDARD: list[Any] = [getattr(connection, n, None) for n in ("Connection", "PipeConnection")]
for standard in filter(None, _STANDARD):
    own = {"_ipc_plain_send": standard._send_bytes, "_ipc_plain_receive": standard._recv_bytes}
    CLASSES[standard] = {}
    for role, base in (("pipe", _PipeEnd), ("queue", _End), ("feeder", _FeederEnd)):
        name = standard.__name__ + ("" if role == "pipe" else f"_of_a_{role}")
        cls = type(name, (base, standard), {**own, "__module__": __name__})
        CLASSES[standard][role] = globals()[name] = cls  # by which a pickle finds it
        reduction.register(cls, _reduce)
