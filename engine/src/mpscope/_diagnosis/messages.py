"""Messages that were changed after `put()` and before they were sent.

    child-1             put(batch): 250 items · batch.clear()
    its feeder thread                                          · pickles batch: 0 items

How many there were is on record twice: when it was put, and when it was received.  And two that
looked different when they were put cannot have become the same bytes by themselves.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mpscope._recording.records import CODE, MOST_ITEMS, RECORD
from mpscope._recording.wire import WHOLE
from mpscope._trace.logs import ProcessLog, shown
from mpscope._trace.matching import Numbers, at_place

_PUT, _RECEIVE = CODE["put"], CODE["receive"]
_CURE = (
    "put() keeps the object itself, and a thread pickles it a moment later. Put a copy, or make a "
    "new one for each message"
)


class _Put(NamedTuple):
    queue: str
    sender: str
    where: str


def changed_after_put(logs: Sequence[ProcessLog]) -> Iterator[str]:
    """A sentence for each line that has put what was changed before it was sent."""
    lengths = [log.lengths() for log in logs]
    if not any(map(any, lengths)):
        return
    found: dict[_Put, list[str]] = {}
    for put, told in _longer_or_shorter(logs, lengths):
        found.setdefault(put, []).append(told)
    for put, alike in _become_alike(logs):
        found.setdefault(put, [alike])  # how many of them were changed, nobody knows
    for put, (first, *more) in found.items():
        yield (
            f"{put.queue}: what {put.sender} put there ({put.where}) was changed before it was "
            f"sent: {first}{f', and so in {len(more)} more' if more else ''}. {_CURE}"
        )


def _longer_or_shorter(
    logs: Sequence[ProcessLog], lengths: list[list[int]]
) -> Iterator[tuple[_Put, str]]:
    numbers = Numbers(logs)
    for rank, log in enumerate(logs):
        for at, record in log.numbered_records():
            source, got = numbers.source[rank][at], lengths[rank][at] - 1
            if record[7] != _RECEIVE or not source or got < 0:
                continue
            sender, place = at_place(source - 1)
            had = lengths[sender][place] - 1
            if had < 0 or had == got:
                continue
            fields = RECORD.unpack_from(logs[sender].box, place * RECORD.size)
            what = shown(fields[-1])
            kind = "list" if what.startswith("[") else what.strip("<>")
            if kind in ("dict", "set") and 0 < got < had:
                continue  # keys that are equal once they have been unpickled count as one
            n = f"at least {MOST_ITEMS:,}" if had == MOST_ITEMS else f"{had:,}"
            arrived = f"at least {MOST_ITEMS:,}" if got == MOST_ITEMS else f"{got:,}"
            yield _put(logs[sender], fields), f"a {kind} of {n} arrived with {arrived}"


def _become_alike(logs: Sequence[ProcessLog]) -> Iterator[tuple[_Put, str]]:
    """Of two lists, put one after the other, that looked different then, and not when sent."""
    for log in logs:
        last: dict[int, tuple[tuple[int, int], bytes]] = {}
        for record in log.records():
            _, sent, size, mark, _, channel, _, kind, _, what = record
            if kind != _PUT or sent <= 0:
                continue
            looks, before = last.get(channel, ((0, 0), b""))
            last[channel] = (size, mark), what
            if looks == (size, mark) and before[:1] == what[:1] == b"[" and before != what:
                first, second = shown(before), shown(what)
                if size <= WHOLE or _beginning(first) != _beginning(second):
                    yield _put(log, record), f"{first} and {second} arrived as the same"


def _beginning(what: str) -> str:
    """What is certainly among the first bytes of a message, which its checksum covers."""
    return re.split("[…<]", what)[0]


def _put(log: ProcessLog, record: tuple[int, ...]) -> _Put:
    return _Put(log.channels.get(record[5], ""), log.label, log.places.get(record[6], ""))
