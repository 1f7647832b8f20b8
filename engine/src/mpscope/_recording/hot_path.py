"""What every message passes through on its way into the log."""

from __future__ import annotations

from _thread import get_ident

from mpscope._recording.clock import monotonic_ns
from mpscope._recording.records import (
    PUT,
    RECEIVE,
    RECORD,
    SENT,
    SENT_AT,
    SIZE,
    STAMP,
    STAMP_ALL,
    THREAD,
    UNBOUNDED,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import mmap
    from types import FrameType
    from typing import Any

    from mpscope._recording.recorder import Recorder

_pack, _stamp, _stamp_all = RECORD.pack_into, STAMP.pack_into, STAMP_ALL.pack_into
_sent = SENT.pack_into


def hot_path(recorder: Recorder) -> tuple[Any, ...]:
    """What every message passes through, as closures: to look attributes up would double the cost.

    ``open(kind, channel, frame, unbounded, what, size, mark)`` writes an event that begins now and
    returns the place to stamp; ``frame`` is the caller's, ``unbounded`` is 1 if only somebody else
    can end the wait, ``over`` says that it takes no time.  ``stamp(place)`` says that
    it is over, ``stamp(place, size, mark)`` also what has been received.  ``put(channel, frame,
    what)`` and ``receive(channel, frame)`` are `open` for what a queue does most.
    """
    box, room, grow = recorder._box, recorder._room, recorder._grow
    following, main = recorder._next, recorder.main
    known, find_place = recorder._places.get, recorder.place_of

    def open(
        kind: int,
        channel: int,
        frame: FrameType,
        unbounded: int = 0,
        what: bytes = b"",
        size: int = 0,
        mark: int = 0,
        over: bool = False,
    ) -> int:
        at = following()
        if at >= room and not grow(at):
            return 0
        place = at * SIZE
        where = known(id(frame.f_code) + frame.f_lasti)  # unique: code objects hold their bytecode
        if where is None:
            where = find_place(frame)
        if get_ident() != main:
            unbounded |= THREAD
        now = monotonic_ns()
        end = now if over else 0
        _pack(box, place, end, 0, size, mark, now, channel, where, kind, unbounded, what)
        return place

    def put(channel: int, frame: FrameType, what: bytes) -> int:
        """Something has been put, without waiting for room."""
        at = following()
        if at >= room and not grow(at):
            return 0
        place = at * SIZE
        where = known(id(frame.f_code) + frame.f_lasti)
        if where is None:
            where = find_place(frame)
        now = monotonic_ns()
        thread = 0 if get_ident() == main else THREAD
        _pack(box, place, now, 0, 0, 0, now, channel, where, PUT, thread, what)
        return place

    def receive(channel: int, frame: FrameType) -> int:
        """Somebody waits for a message, as long as it takes."""
        at = following()
        if at >= room and not grow(at):
            return 0
        place = at * SIZE
        where = known(id(frame.f_code) + frame.f_lasti)
        if where is None:
            where = find_place(frame)
        flags = UNBOUNDED if get_ident() == main else UNBOUNDED | THREAD
        _pack(box, place, 0, 0, 0, 0, monotonic_ns(), channel, where, RECEIVE, flags, b"")
        return place

    def stamp(place: int, size: int = -1, mark: int = 0) -> None:
        if size < 0:
            _stamp(box, place, monotonic_ns())
        else:
            _stamp_all(box, place, monotonic_ns(), 0, size, mark)

    def sent(place: int, size: int, mark: int) -> None:
        """The feeder thread sends, now, what was put there."""
        _sent(box, place + SENT_AT, monotonic_ns(), size, mark)

    def remap(new_box: mmap.mmap, new_room: int) -> None:
        nonlocal box, room
        box, room = new_box, new_room

    return open, stamp, put, receive, sent, remap
