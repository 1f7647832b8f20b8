"""Updates of a shared Value that another process came between: `total.value += 1`.

    child-1   takes the lock, reads, gives it back ·                     · takes it, writes, ...
    child-2                                        · takes it, writes ...·

Read from the order in which its lock was taken, and from the source of the line that did it.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator, Sequence
from functools import cache

from mpscope._recording.records import CODE
from mpscope._trace.logs import ProcessLog

_ACQUIRE, _RELEASE = CODE["acquire"], CODE["release"]
_Turn = tuple[int, str, int, bool]  # time, label, place, whether it held the lock already


def lost_updates(logs: Sequence[ProcessLog]) -> Iterator[str]:
    """A sentence for each lock of a Value between whose two turns another process came."""
    places = {log.label: log.places for log in logs}
    turns: dict[str, list[_Turn]] = {}
    for log in logs:
        for lock, turn in _turns(log):
            turns.setdefault(lock, []).append(turn)
    for lock in sorted(turns):
        victims = _interrupted(sorted(turns[lock]), logs)
        if victims:
            who, place = min(victims)
            name = lock if lock.isidentifier() else "value"
            yield (
                f"{lock}: an update was lost, because another process came between the reading and "
                f"the writing of {places[who][place]}: it takes the lock twice. Hold it around "
                f"both: `with {name}.get_lock():`"
            )


def _turns(log: ProcessLog) -> Iterator[tuple[str, _Turn]]:
    """Every time that a process has taken a lock, from lines that update a value."""
    held: dict[int, int] = {}
    for time, _, _, _, _, channel, where, kind, _, _ in log.records():
        if kind == _ACQUIRE and time:
            deep = held.get(channel, 0)
            held[channel] = deep + 1
            yield log.channels.get(channel, ""), (time, log.label, where, deep > 0)
        elif kind == _RELEASE:
            held[channel] = held.get(channel, 0) - 1


def _interrupted(turns: list[_Turn], logs: Sequence[ProcessLog]) -> set[tuple[str, int]]:
    """(label, place) of the updates between whose two turns somebody else also took the lock."""
    sources = {log.label: log.sources for log in logs}
    reading: dict[str, tuple[tuple[str, int], int]] = {}  # label -> line, position of a first turn
    found: set[tuple[str, int]] = set()
    for position, (_, label, place, nested) in enumerate(turns):
        first, line = reading.pop(label, None), sources[label].get(place, ("", 0))
        if nested or not _updates_value(*line):
            continue
        if first is None or first[0] != line:
            reading[label] = line, position
        elif any(other != label for _, other, _, _ in turns[first[1] : position]):
            found.add((label, place))
    return found


@cache
def _updates_value(file: str, line: int) -> bool:
    """True if a line is an augmented assignment to `.value` and nothing else."""
    try:
        (statement,) = ast.parse(linecache.getline(file, line).strip()).body
    except (SyntaxError, ValueError):
        return False
    if isinstance(statement, ast.For | ast.While | ast.If | ast.With) and len(statement.body) == 1:
        statement = statement.body[0]
    if not isinstance(statement, ast.AugAssign) or not isinstance(statement.target, ast.Attribute):
        return False
    reads = [n for n in ast.walk(statement.value) if isinstance(n, ast.Attribute)]
    return statement.target.attr == "value" and not reads
