"""What went wrong in a block that ended well, a line each: what a plain program would not tell.

    logs ─▶ remarks() ─▶ notes on stderr (but for observe(quiet=True))

`mp.describe()` tells of all that in its own words; only `would_not_end` stands in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mpscope._diagnosis.crashes import CURE, likely_cause
from mpscope._diagnosis.pools import unasked
from mpscope._diagnosis.updates import lost_updates
from mpscope._diagnosis.usage import Tally
from mpscope._recording.recorder import CODE
from mpscope._trace.channels import channels_of
from mpscope._trace.kinds import ChannelKind, Role
from mpscope._trace.logs import ProcessLog
from mpscope._trace.totals import natural
from mpscope._trace.waiting import killed_by

MOST = 8  # so many are told; of the rest, the number
SHOWN = 32  # bytes of a label that a record has room for
_PUT, _EXIT, _END, _JOIN = CODE["put"], CODE["exit"], CODE["end"], CODE["join"]


def remarks(logs: Sequence[ProcessLog]) -> list[str]:
    """Every remark on a block that ended well; at most `MOST` lines."""
    told = [*_failures(logs), *unasked(logs), *_dropped(logs), *_unread(logs)]
    told += lost_updates(logs)
    if len(told) > MOST:
        told = [*told[: MOST - 1], f"and {len(told) - MOST + 1} more like these"]
    return told


def would_not_end(queue: str, count: int) -> str:
    """The sentence on messages of the parent's for which a queue's pipe had no room.

    Python waits at its end until somebody has read them, unless told by `cancel_join_thread()`.
    """
    return (
        f"A plain program would not end here: the parent still holds {_number(count)} for {queue}, "
        "whose pipe is full, until somebody reads."
    )


def _failures(logs: Sequence[ProcessLog]) -> Iterator[str]:
    ended_on_purpose = {label for log in logs for label in log.ended}
    codes, stopped = _codes(logs), _stopped(logs)
    for log in logs[1:]:
        code = codes.get(log.label.encode()[:SHOWN], 0)
        if log.exception:
            told = f"{log.label} ended with {log.exception} (mp.transcript() has the traceback)"
            yield told + "".join(f": {hint}" for hint in log.hints)
        elif log.role is not Role.CHILD:
            continue
        elif code > 0:
            yield f"{log.label} ended with exit code {code}"
        elif code < 0 and log.label not in stopped | ended_on_purpose:
            end = killed_by(-code)
            cause = likely_cause(log, end)
            yield f"{log.label} {end}" + (f": {cause}. {CURE}" if cause else "")


def _codes(logs: Sequence[ProcessLog]) -> dict[bytes, int]:
    """The exit codes of those whose starter has seen them end, by their shortened labels."""
    return {
        record[9].rstrip(b"\0"): record[1]
        for log in logs
        for record in log.records()
        if record[7] == _EXIT
    }


def _stopped(logs: Sequence[ProcessLog]) -> set[str]:
    """Whom nobody joined, and who had not come to an end: the end of the block has killed it."""
    joined = {
        log.channels.get(record[5], "")
        for log in logs
        for record in log.records()
        if record[7] == _JOIN and record[0]
    }
    ended = {log.label for log in logs for record in log.records() if record[7] == _END}
    return {log.label for log in logs} - joined - ended


def _unread(logs: Sequence[ProcessLog]) -> Iterator[str]:
    tally = Tally(logs, (), [log.label for log in logs])
    stopped = _stopped(logs) - {logs[0].label}
    pipes = {c.name for c in channels_of(logs).values() if c.kind is ChannelKind.PIPE}
    for channel in sorted(tally.carriers(), key=natural):
        senders, readers = tally.senders(channel), tally.did("receive", channel)
        count = tally.left(channel)
        # how many were left by whom the end of the block has stopped is a matter of time
        if count <= 0 or stopped & (senders | readers):
            continue
        verb = "sent through" if channel in pipes else "put into"
        labels = tally.in_order(senders)
        who = " and ".join(labels) if len(labels) < 4 else f"{len(labels)} processes"
        told = f"{_number(count)} that {who} {verb} {channel} {'was' if count == 1 else 'were'} "
        held = logs[0].held_back.get(channel)
        yield told + "never read" + (f". {would_not_end(channel, held)}" if held else "")


def _dropped(logs: Sequence[ProcessLog]) -> Iterator[str]:
    for log in logs:
        lost: dict[tuple[str, str], int] = {}
        for _, fate, _, _, _, channel, _, kind, _, what in log.records():
            if kind == _PUT and fate < 0:
                key = log.channels.get(channel, ""), what.rstrip(b"\0").decode("utf-8", "replace")
                lost[key] = lost.get(key, 0) + 1
        for (channel, what), count in sorted(lost.items()):
            times = f" {count} times" if count > 1 else ""
            told = f"{what}, which {log.label} put into {channel}{times}"
            yield f"{told}, cannot be pickled and was dropped"


def _number(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
