"""Updates of a shared Value or Array that another one came between: `total.value += 1`.

    child-1   takes the lock, reads, gives it back ·                     · takes it, writes, ...
    child-2                                        · takes it, reads ... ·

Each has read before the other wrote, so one of the two is lost.  Known from the order in which the
lock was taken, and from the source of the line that did it.
"""

import ast
import linecache
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from mpscope._recording.records import CODE, SHARED_VALUE
from mpscope._trace.logs import ProcessLog

_ACQUIRE, _RELEASE = CODE["acquire"], CODE["release"]


class _Update(NamedTuple):
    """When a process took the lock to read and to write, in one line."""

    read: int
    wrote: int
    label: str
    place: str


def lost_updates(logs: Sequence[ProcessLog]) -> Iterator[str]:
    """A sentence for each shared thing whose updates by two processes overlapped."""
    updates: dict[tuple[str, str], list[_Update]] = defaultdict(list)
    for log in logs:
        for name, part, update in _updates(log):
            updates[name, part].append(update)
    lost: dict[str, _Update] = {}
    for (name, _), found in sorted(updates.items()):
        if first := _overlapping(sorted(found)):
            lost.setdefault(name, first)
    for name, update in lost.items():
        variable = name if name.isidentifier() else "value"
        yield (
            f"{name}: an update was lost, because another process came between the reading and "
            f"the writing of {update.place}: it takes the lock twice. Hold it around both: "
            f"`with {variable}.get_lock():`"
        )


def _overlapping(updates: list[_Update]) -> _Update | None:
    """The first one that had read before another process's had written; in the order of time."""
    latest = None
    for update in updates:
        if latest and update.read < latest.wrote and update.label != latest.label:
            return latest
        latest = max(latest or update, update, key=lambda one: one.wrote)
    return None


def _updates(log: ProcessLog) -> Iterator[tuple[str, str, _Update]]:
    """(lock, what is behind it, update) for each line that took a lock twice, to update it."""
    held: dict[int, int] = {}
    reading: dict[tuple[str, str], tuple[tuple[str, int], int]] = {}
    values = {name for name, about in log.about.items() if about.type == SHARED_VALUE}
    for time, _, _, _, _, channel, where, kind, _, _ in log.records():
        name = log.channels.get(channel, "")
        if kind not in (_ACQUIRE, _RELEASE) or not time or name not in values:
            continue
        held[channel] = held.get(channel, 0) + (1 if kind == _ACQUIRE else -1)
        if kind == _RELEASE or held[channel] > 1:
            continue
        line = log.sources.get(where, ("", 0))
        if part := _updated(*line):
            before, read = reading.pop((name, part), (("", 0), 0))
            if before == line:
                yield name, part, _Update(read, time, log.label, log.places[where])
            else:
                reading[name, part] = line, time


@cache
def _updated(file: str, line: int) -> str:
    """What a line updates that does nothing else, "value" or "[0]"; empty if it is no update."""
    try:
        (statement,) = ast.parse(linecache.getline(file, line).strip()).body
    except (SyntaxError, ValueError):
        return ""
    if isinstance(statement, ast.For | ast.While | ast.If | ast.With) and len(statement.body) == 1:
        statement = statement.body[0]
    if not isinstance(statement, ast.AugAssign):
        return ""
    if any(isinstance(node, ast.Attribute | ast.Subscript) for node in ast.walk(statement.value)):
        return ""
    match statement.target:
        case ast.Attribute(attr="value"):
            return "value"
        case ast.Subscript(slice=ast.Constant(value=index)):
            return f"[{index!r}]"
    return ""
