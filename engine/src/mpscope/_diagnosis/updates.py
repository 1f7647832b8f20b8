"""Updates that were lost in a race: `total.value += 1`.

    child-1   takes the lock, reads, gives it back ·                     · takes it, writes, ...
    child-2                                        · takes it, reads ... ·

Each has read before the other wrote, so one of the two is lost.  Known from the order in which the
lock was taken, or a manager was asked, and from the source of the lines that did it: of one, or of
two, `n = d["n"]` and then `d["n"] = n + 1`.
"""

import ast
import linecache
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from mpscope._recording.records import CODE, REFUSED, SHARED_VALUE
from mpscope._trace.logs import ProcessLog, call_in

_GIVES = {"__getitem__", "get", "__getattribute__"}
_SETS = {"__setitem__", "set", "__setattr__"}
_ONE_LOCK = "it asks the manager twice. Hold one lock around both, in every process: `with lock:`"
_USES = ast.Subscript | ast.Attribute | ast.Call
_ACQUIRE, _RELEASE = CODE["acquire"], CODE["release"]


class _Update(NamedTuple):
    """When a process took the lock to read and to write, or asked a manager."""

    read: int
    wrote: int
    label: str
    place: str
    cure: str


def lost_updates(logs: Sequence[ProcessLog]) -> Iterator[str]:
    """A sentence for each shared thing whose updates by two processes overlapped."""
    updates: dict[tuple[str, str], list[_Update]] = defaultdict(list)
    for log in logs:
        for name, part, update in (*_updates(log), *_managed_updates(log)):
            updates[name, part].append(update)
    lost: dict[str, _Update] = {}
    for (name, _), found in sorted(updates.items()):
        if first := _overlapping(sorted(found)):
            lost.setdefault(name, first)
    for name, update in lost.items():
        yield (
            f"{name}: an update was lost, because another process came between the reading and "
            f"the writing of {update.place}: {update.cure}"
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
    """(lock, what is behind it, update) where a lock was taken twice, to read and to write."""
    held: dict[int, int] = {}
    taken: dict[int, tuple[int, int, int]] = {}  # by the Value itself, to read or to write
    reading: dict[tuple[str, str], tuple[int, int]] = {}
    values = {name for name, about in log.about.items() if about.type == SHARED_VALUE}
    for time, _, item, _, _, channel, where, kind, _, _ in log.records():
        name = log.channels.get(channel, "")
        if kind not in (_ACQUIRE, _RELEASE) or not time or name not in values:
            continue
        depth = held[channel] = held.get(channel, 0) + (1 if kind == _ACQUIRE else -1)
        if depth > 1:  # the program holds it around this
            taken.pop(channel, None)
        elif kind == _ACQUIRE:
            taken[channel] = time, where, item
        if depth or channel not in taken:
            continue
        time, where, item = taken.pop(channel)
        if part := _updated(*log.sources.get(where, ("", 0)), item):
            before, read = reading.pop((name, part), (0, 0))
            if _is_update(log, before, where):
                cure = f"`with {name if name.isidentifier() else 'value'}.get_lock():`"
                cure = f"it takes the lock twice. Hold it around both: {cure}"
                yield name, part, _Update(read, time, log.label, log.places[where], cure)
            else:
                reading[name, part] = where, time


def _is_update(
    log: ProcessLog, read: int, wrote: int, in_one: Callable[[str, int], bool] | None = None
) -> bool:
    """True if what was read at one place went into what was written at the other.

    ``in_one`` says of a line that has done both whether that was an update; else `x += ...` is.
    """
    first, second = log.sources.get(read, ("", 0)), log.sources.get(wrote, ("", 0))
    if first == second:
        return (in_one or _adds)(*second)
    home, other = (log.places[at].partition(" in ")[2] for at in (read, wrote))
    return home == other and first[0] == second[0] and _goes_into(*first, second[1])


@cache
def _goes_into(file: str, first: int, second: int) -> bool:
    """True if a line keeps a part in a variable, and the other sets it to that and something."""
    match _statement(file, first), _statement(file, second):
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=read),
            ast.Assign(targets=[ast.Subscript() | ast.Attribute()], value=ast.BinOp() as value),
        ) if isinstance(read, _USES):
            sides = value.left, value.right
            between = [_statement(file, line) for line in range(first + 1, second)]
            kept = not any(_sets(statement, name) for statement in between)
            return kept and any(isinstance(side, ast.Name) and side.id == name for side in sides)
    return False


def _sets(statement: ast.stmt | None, name: str) -> bool:
    return isinstance(statement, ast.Assign) and any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(statement)
    )


def _adds(file: str, line: int) -> bool:
    return isinstance(_statement(file, line), ast.AugAssign)


def _managed_updates(log: ProcessLog) -> Iterator[tuple[str, str, _Update]]:
    """(managed object, part of it, update) where a manager gave a part, and got it anew."""
    reading: dict[tuple[str, str], tuple[int, int]] = {}
    for time, _, _, mark, began, channel, where, kind, _, what in log.records():
        if kind != CODE["reply"] or not time or mark == REFUSED:
            continue
        call = call_in(what)
        part = call.args[0] if call.args and call.method != "set" else ""
        about = log.channels.get(channel, ""), part
        if call.method in _GIVES:
            reading[about] = where, time
        elif call.method in _SETS and (not part or (call.args[1:] and _is_whole(part))):
            before, read = reading.pop(about, (0, 0))
            if _is_update(log, before, where, _sets_a_part):
                yield *about, _Update(read, began, log.label, log.places[where], _ONE_LOCK)


def _is_whole(described: str) -> bool:
    """Not cut short, nor "<Point>": two that are described like this are the same."""
    try:
        ast.literal_eval(described)
    except (SyntaxError, ValueError):
        return False
    return True


def _statement(file: str, line: int) -> ast.stmt | None:
    """The only one in a line, also behind a `for` or a `with`."""
    try:
        (statement,) = ast.parse(linecache.getline(file, line).strip()).body
    except (SyntaxError, ValueError):
        return None
    if isinstance(statement, ast.For | ast.While | ast.If | ast.With) and len(statement.body) == 1:
        return statement.body[0]
    return statement


@cache
def _sets_a_part(file: str, line: int) -> bool:
    match _statement(file, line):
        case ast.AugAssign(target=target) | ast.Assign(targets=[target], value=ast.BinOp()):
            return isinstance(target, ast.Subscript | ast.Attribute)
    return False


@cache
def _updated(file: str, line: int, item: int) -> str:
    """What a line updates that does nothing else, ".x" or "[1]"; empty if it is no update.

    ``item`` is the index of the Array's item plus one, or 0.
    """
    match _statement(file, line):
        case ast.AugAssign(target=part, value=value):
            others = ast.walk(value)
        case ast.Assign(targets=[ast.Name()], value=part):  # the first of two lines
            others = iter(())
        case ast.Assign(targets=[part], value=value):  # the second
            others = ast.walk(value)
        case _:
            return ""
    if any(isinstance(node, ast.Attribute | ast.Subscript) for node in others):
        return ""
    match part:
        case ast.Attribute(attr=attr):
            return f".{attr}"
        case ast.Subscript() if item:
            return f"[{item - 1}]"
    return ""
