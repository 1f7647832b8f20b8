"""Which receive belongs to which send.

A channel is first in, first out: the n-th send meets the n-th receive, both in the order of their
times, which inside a queue were taken under its write lock and its read lock.  Size and checksum
tell who sent what where two processes write to one end without a lock; if even these are the same,
nothing but the times does.  A receive without a number has no partner: bytes that nobody sent as
one message.

There may be millions: a message is a number here, (time, log, record) packed into one.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from struct import Struct

from mpscope._recording.records import CODE, RECORD
from mpscope._trace.logs import ProcessLog

SENT, RECEIVED, PUT = (CODE[kind] for kind in ("send", "receive", "put"))
SIZE = RECORD.size
AT_BITS = 24  # of a record's place in its log
PLACE_BITS = AT_BITS + 16  # ... and of the log's rank
_PLACE = (1 << PLACE_BITS) - 1
_LOOKS = Struct("<Q")  # size and checksum, as one number
_LOOKS_AT = 16
_END_TIME = Struct("<q")


class Numbers:
    """``number[rank][at]`` is a message's number on its channel, 0 if it has none;
    ``source[rank][at]``, of a receive, the place of the send (`at_place`) plus one, or 0."""

    def __init__(self, logs: Sequence[ProcessLog]) -> None:
        self._boxes = [log.box for log in logs]
        counts = [len(box) // SIZE for box in self._boxes]
        self.number = [array("I", bytes(4 * count)) for count in counts]
        self.source = [array("Q", bytes(8 * count)) for count in counts]
        sends: dict[str, list[int]] = defaultdict(list)
        receives: dict[str, list[int]] = defaultdict(list)
        for rank, log in enumerate(logs):
            self._collect(rank, log, sends, receives)
        for name, sent in sends.items():
            sent.sort()
            received = receives.pop(name, [])
            received.sort()
            self._number(sent, received)

    def _collect(
        self,
        rank: int,
        log: ProcessLog,
        sends: dict[str, list[int]],
        receives: dict[str, list[int]],
    ) -> None:
        channels = log.channels
        for at, fields in log.numbered_records():
            time, sent, _, _, began, channel, _, kind, _, _ = fields
            place = rank << AT_BITS | at
            if kind == SENT:
                sends[channels.get(channel, "")].append((time or began) << PLACE_BITS | place)
            elif kind == PUT and sent > 0:
                sends[channels.get(channel, "")].append(sent << PLACE_BITS | place)
            elif kind == RECEIVED and time:
                receives[channels.get(channel, "")].append(time << PLACE_BITS | place)

    def _number(self, sent: list[int], received: list[int]) -> None:
        """Number a channel's messages as they arrived; those that did not, at their time."""
        partners, unread = self._pair(sent, received)
        left = iter([at for at in unread if self._has_left(sent[at])])
        waiting = next(left, None)
        count = 0
        for message, partner in zip(received, partners, strict=True):
            if partner < 0:
                continue
            while waiting is not None and waiting < partner:
                self._set(sent[waiting], count := count + 1)
                waiting = next(left, None)
            self._set(sent[partner], count := count + 1)
            self._set(message, count, sent[partner])
        while waiting is not None:
            self._set(sent[waiting], count := count + 1)
            waiting = next(left, None)

    def _pair(self, sent: list[int], received: list[int]) -> tuple[Sequence[int], Iterator[int]]:
        """For each receive the first unread send that looks the same, else -1; what is left."""
        partners = array("q", bytes(8 * len(received)))
        same = 0
        for same, (one, other) in enumerate(zip(sent, received, strict=False)):
            if self._looks(one) != self._looks(other):
                break
            partners[same] = same
        else:
            same = min(len(sent), len(received))
        following = array("q", bytes(8 * len(sent)))  # the next send that looks like this one
        first: dict[int, int] = {}
        for at in range(len(sent) - 1, same - 1, -1):
            looks = self._looks(sent[at])
            following[at], first[looks] = first.get(looks, -1), at
        read = bytearray(len(sent))
        read[:same] = b"\1" * same
        for at in range(same, len(received)):
            looks = self._looks(received[at])
            partner = partners[at] = first.get(looks, -1)
            if partner >= 0:
                read[partner] = 1
                first[looks] = following[partner]
        return partners, (at for at in range(same, len(sent)) if not read[at])

    def _looks(self, message: int) -> int:
        place = message & _PLACE
        box, at = self._boxes[place >> AT_BITS], place & (1 << AT_BITS) - 1
        looks: int = _LOOKS.unpack_from(box, at * SIZE + _LOOKS_AT)[0]
        return looks

    def _has_left(self, message: int) -> bool:
        """True if a send is known to be over: a send that only began may never have left."""
        rank, at = at_place(message & _PLACE)
        return bool(_END_TIME.unpack_from(self._boxes[rank], at * SIZE)[0])

    def _set(self, message: int, number: int, sent: int = -1) -> None:
        rank, at = at_place(message & _PLACE)
        self.number[rank][at] = number
        if sent >= 0:
            self.source[rank][at] = (sent & _PLACE) + 1


def at_place(place: int) -> tuple[int, int]:
    """(rank of the log, record in it)"""
    return place >> AT_BITS, place & (1 << AT_BITS) - 1
