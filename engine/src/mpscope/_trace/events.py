"""What happened in a block: frozen events, in time order.

[ProcessLog] ─▶ Events: a sequence that is kept as raw records, 72 bytes each, and makes each
                        `Event` when it is looked at
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, overload

from mpscope._recording.records import CODE, RECORD
from mpscope._trace.kinds import KIND_OF, Kind
from mpscope._trace.logs import REPLY, Call, ProcessLog, call_in, shown
from mpscope._trace.matching import PUT, RECEIVED, SENT, Numbers, at_place

BEGINS = {CODE[kind]: Kind.WAIT for kind in ("acquire", "timeout", "wake")}
BEGINS[REPLY] = Kind.REQUEST
NO_WAIT = {CODE["end"], CODE["task"]}  # what has begun and not ended, and is no wait
MESSAGES = {SENT, RECEIVED, PUT}
KEPT = 200_000  # events: no more are kept as objects, of 250 bytes each

# An event is known by the rank of its log, its record, and which of the record's events it is.
PART_BITS, AT_BITS = 2, 24
BEGAN, OVER, LEFT, LINE = range(4)  # LINE: `at` counts printed lines
_RANK = PART_BITS + AT_BITS + 1  # lines come after records of the same time
_CODE = (1 << _RANK + 16) - 1


class Event(NamedTuple):
    """One thing that one process did. Immutable."""

    time_ns: int
    """When it was over, on the clock of `time.monotonic_ns()`, one for the whole machine."""
    process: str
    """The label of the process that did it."""
    kind: Kind
    """What it was."""
    channel: str
    """The queue, pipe direction ("a → b"), lock or proxy; empty where there is none."""
    number: int
    """Messages: the message's number on its channel; a receive has its send's. Exits: the code.
    Closes: 1 for an end that only reads."""
    what: str
    """A short description: the message, the call, the printed line, the exception."""
    where: str
    """The line of user code, "workers.py:12 in put_next"; empty where there is none."""
    began_ns: int
    """When it began; `time_ns - began_ns` was spent waiting."""
    size: int
    """Bytes of the pickled message, for sends and receives."""
    call: Call | None = None
    """REQUEST and REPLY: the call of the proxy, of which `what` is the text."""

    @property
    def method(self) -> str:
        """Calls of a proxy: the name of the method; else empty."""
        return self.call.method if self.call else ""


_event = tuple.__new__  # a third of the time of Event(...), and there may be millions


class Events(Sequence[Event]):
    """The events of a block in time order, each receive with the number of its send."""

    def __init__(self, logs: Iterable[ProcessLog]) -> None:
        self._logs = list(logs)
        self._lines = [[line for line in log.lines() if line[0]] for log in self._logs]
        self._numbers = Numbers(self._logs)
        packed = [key for rank in range(len(self._logs)) for key in self._keys(rank)]
        packed.sort()
        self._codes = array("Q", (key & _CODE for key in packed))
        self._kept: list[Event] | None = None

    def __len__(self) -> int:
        return len(self._codes)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        if isinstance(index, slice):
            return [self._make(code) for code in self._codes[index]]
        return self._make(self._codes[index])

    def stream(self) -> Iterator[Event]:
        """The events one by one; none is kept."""
        return map(self._make, self._codes)

    def __iter__(self) -> Iterator[Event]:
        if len(self) > KEPT:
            return self.stream()
        if self._kept is None:
            self._kept = [self._make(code) for code in self._codes]
        return iter(self._kept)

    def __repr__(self) -> str:
        return f"<{len(self)} events>"

    def _keys(self, rank: int) -> Iterator[int]:
        """(time, code) of each event of a log, packed into one number that sorts."""
        number = self._numbers.number[rank]
        base = rank << _RANK
        for at, (time, left, _, _, began, _, _, kind, _, _) in self._logs[rank].numbered_records():
            code = base | at << PART_BITS
            if kind in BEGINS or (time == 0 and kind not in NO_WAIT):
                yield began << _RANK + 16 | code | BEGAN
            if time:
                yield time << _RANK + 16 | code | OVER
            elif kind == SENT and number[at]:  # it arrived, though its sender never knew
                yield began << _RANK + 16 | code | OVER
            if kind == PUT and left:  # sent by the feeder thread, or (negative) dropped
                yield abs(left) << _RANK + 16 | code | LEFT
        for at, line in enumerate(self._lines[rank]):
            code = base | 1 << PART_BITS + AT_BITS | at << PART_BITS | LINE
            yield line[0] << _RANK + 16 | code

    def _make(self, code: int) -> Event:
        rank, part, at = code >> _RANK, code & 3, code >> PART_BITS & (1 << AT_BITS) - 1
        log = self._logs[rank]
        if part == LINE:
            time, stream, text = self._lines[rank][at]
            return Event(time, log.label, stream, "", 0, text, "", time, 0)
        time, number, size, _, began, channel, place, code, _, raw = RECORD.unpack_from(
            log.box, at * RECORD.size
        )
        name, where, what = log.channels.get(channel, ""), log.places.get(place, ""), shown(raw)
        kind, call = KIND_OF[code], None
        if code == REPLY:
            call = call_in(raw)
            what = str(call)
        if part == BEGAN:
            kind = BEGINS.get(code, Kind.WAIT)
            return _event(Event, (began, log.label, kind, name, 0, what, where, began, size, call))
        if code in MESSAGES:
            left, number = number, self._numbers.number[rank][at]
            what = self._sent_what(rank, at) or what
            if part == LEFT:
                kind, time = (Kind.SEND, left) if left > 0 else (Kind.DROP, -left)
                began, where = time, ""
        values: tuple[Any, ...] = (time or began, log.label, kind, name, number, what, where)
        return _event(Event, (*values, began, size, call))

    def _sent_what(self, rank: int, at: int) -> str:
        """The description of the message that was received here; empty if it is not known."""
        source = self._numbers.source[rank][at]
        if not source:
            return ""
        rank, at = at_place(source - 1)
        return shown(RECORD.unpack_from(self._logs[rank].box, at * RECORD.size)[-1])
