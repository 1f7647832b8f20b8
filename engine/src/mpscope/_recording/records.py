"""What stands in a log: records of fixed size, how the most frequent are written, and texts.

Also what travels to a child about it.
"""

from __future__ import annotations

from _thread import get_ident
from collections import deque
from struct import Struct
from types import FrameType

from mpscope._recording.clock import monotonic_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    import mmap
    from typing import Any as Any

    from mpscope._recording.recorder import Recorder
else:
    Any = object  # `typing` would cost a spawned child several milliseconds

# What each means, `_trace.kinds.Kind` says; a child that loaded that would have to load `enum`.
KINDS = (
    *("", "start", "end", "exit", "exception", "print", "error", "put", "send"),
    *("receive", "drop", "eof", "broken", "close", "wait", "acquire", "timeout", "release"),
    *("wake", "set", "clear", "notify", "request", "reply", "join"),
    *("note", "submit", "task", "idle", "collect", "shutdown"),
)
CODE = {name: code for code, name in enumerate(KINDS)}

TASK, IDLE = CODE["task"], CODE["idle"]
ENDLESS = {CODE[kind] for kind in ("receive", "put", "send", "acquire", "wake", "set", "notify")}

# end time (0: not over), number, size, mark, begin time, channel, where, kind, flags, what
# `size`: bytes of a message; of a lock taken for an item of an Array, its index plus one.
RECORD = Struct("<qqIIqHHBBxx32s")  # the two bytes that are left out: see LENGTH
STAMP = Struct("<q")  # the end time again, when it is over
STAMP_ALL = Struct("<qqII")  # the first four, when something has been received
SENT = Struct("<qII")  # the second to fourth, when the feeder thread has sent what was put
COUNT = Struct("<I")
SENT_AT, MARK_AT = 8, 20
LENGTH, LENGTH_AT = Struct("<H"), 38  # of a list or the like, put or received, plus one; else 0
MOST_ITEMS = 0xFFFE  # of more, only that there were so many is kept
SIZED = frozenset((list, dict, set, bytearray, deque))
BEAT, BEAT_AT = Struct("<QQ"), 44  # in the first record, which is none: a loop, how often it asked
KIND_AT = 36  # where the kind stands in a record; 0 there means: no event after all
SIZE = RECORD.size
REFUSED = 1  # the mark of a call of a proxy that raised, or has not acquired what it asked for
COPY = 2  # ... that gave a plain container: a copy of what the manager has
UNBOUNDED, THREAD, ASKS = 1, 2, 4  # flags: without a time-out; not the main thread; by polling
TEXT = Struct("<qcQI")  # time, tag, thread, length of what follows


CHILD, SERVER, WORKER = "child", "server", "pool worker"  # the roles of processes: `kinds.Role`
HELPERS = {SERVER: "manager-", WORKER: "pool-worker-"}  # with the labels that they get


class Assignment:
    """What a child needs to know to open its log; `echo`: pass its output on.

    No namedtuple, as to make one costs a child a tenth of a millisecond; so with `About`.
    """

    def __init__(
        self,
        folder: str,
        stem: str,
        label: str,
        deadline_ns: int,
        echo: bool = False,
        role: str = CHILD,
    ) -> None:
        self.folder, self.stem, self.label, self.role = folder, stem, label, role
        self.deadline_ns, self.echo = deadline_ns, echo
        self.lent = False
        """Whether it gets a copy of anything that it might change: see `lent`."""


class About:
    """What a channel is, as the first record of it says; see `_trace.channels.Channel`."""

    def __init__(
        self,
        kind: str,
        server: str = "",
        sender: str = "",
        receiver: str = "",
        of: str = "",
        type: str = "",
    ) -> None:
        self.kind, self.server, self.of, self.type = kind, server, of, type
        self.sender, self.receiver = sender, receiver

    def fields(self) -> tuple[str, ...]:
        return self.kind, self.server, self.sender, self.receiver, self.of, self.type


def direction(sender: str, receiver: str) -> str:
    """The name of the channel from one end of a pipe to the other."""
    return f"{sender} → {receiver}"


SHARED_VALUE = "Value"  # the type of a lock that belongs to a Value or an Array, and to no other
EVERYTHING = "*"  # what a forked process gets

NEVER = 1 << 62  # a deadline that does not come


def ended_never(records: bytes | memoryview) -> list[int]:
    """The numbers of the records, from 0, whose end time is 0."""
    with memoryview(records).cast("q") as words, words[:: SIZE // words.itemsize] as ends:
        return [at for at, end in enumerate(ends.tolist()) if not end]


_pack, _stamp, _stamp_all = RECORD.pack_into, STAMP.pack_into, STAMP_ALL.pack_into
_sent, _length = SENT.pack_into, LENGTH.pack_into


def hot_path(recorder: Recorder) -> tuple[Any, ...]:
    """What every message passes through, as closures: to look attributes up would double the cost.

    ``open(kind, channel, frame, unbounded, what, size, mark)`` writes an event that begins now and
    returns the place to stamp; ``frame`` is the caller's, ``unbounded`` is 1 if only somebody else
    can end the wait, ``over`` says that it takes no time.  ``stamp(place)`` says that
    it is over, ``stamp(place, size, mark)`` also what has been received.
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

    def stamp(place: int, size: int = -1, mark: int = 0) -> None:
        if size < 0:
            _stamp(box, place, monotonic_ns())
        else:
            _stamp_all(box, place, monotonic_ns(), 0, size, mark)

    def sent(place: int, size: int, mark: int) -> None:
        """The feeder thread sends, now, what was put there."""
        _sent(box, place + SENT_AT, monotonic_ns(), size, mark)

    def length(place: int, items: int) -> None:
        """So many items were in what was put there, or received: they may change on their way."""
        _length(box, place + LENGTH_AT, items + 1 if items < MOST_ITEMS else MOST_ITEMS + 1)

    def remap(new_box: mmap.mmap, new_room: int) -> None:
        nonlocal box, room
        box, room = new_box, new_room

    return open, stamp, sent, length, remap
