"""What a child gets a copy of: as it was lent, as the child leaves it, as the parent still has it.

    parent: start() ─▶ Lent: what the child's function can get at ·········· join() ─▶ "|" notes
    child:                                                its end: the same ─▶ "=" notes

A child loads this when it has run to its end, and only if it was lent what it might change.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.process import BaseProcess, current_process
from opcode import opmap
from types import CodeType, FrameType, FunctionType
from weakref import ref
from zlib import crc32

from mpscope._recording.library import own_frames, variables_of
from mpscope._recording.recorder import Recorder, function_of
from mpscope._recording.records import Any

MANY = 300  # parts of a thing; of what has more, only the number counts
MOST = 50  # things of one child
OUTWARDS = 5  # frames in which a variable is looked for
VALUES = bool, int, float, str, bytes, type(None)
_TEXTS = str, bytes
_GROUPS = {list, dict, set, bytearray}
_COLLECTIONS = {"deque", "defaultdict", "Counter", "OrderedDict"}
# What every process object has.
STANDARD = {"_identity", "_config", "_parent_pid", "_parent_name", "_popen", "_closed", "_name"}
STANDARD |= {"_target", "_args", "_kwargs"}


def note_left(box: Recorder) -> None:
    """In a child that has run to its end: how it leaves what it was lent."""
    with suppress(RuntimeError):  # another thread changes it this very moment
        for key, thing, _ in islice(_reachable(current_process()), MOST):
            box.note(b"=", key, *look(thing))


class Lent:
    """What a child that is being started is lent, in its parent: nothing is kept alive but data."""

    def __init__(self, child: Any, forked: bool) -> None:
        function, self._forked = _function_of(child), forked
        self._module = function.__module__ if function else ""  # a function may hold anything
        self._file = function.__code__.co_filename if function else ""
        things = [(key, thing, owner) for key, thing, owner in _reachable(child) if _is_data(thing)]
        self._things = [
            (key, thing, None if owner is None else ref(owner))
            for key, thing, owner in things[:MOST]
        ]
        self._looks: list[tuple[str, str, int]] = []

    def __bool__(self) -> bool:
        return bool(self._things)

    def remember(self) -> None:
        """How everything looks now, when the child has its copies: it need not wait for this."""
        self._looks = [look(thing) for _, thing, _ in self._things]

    def note_unchanged(self, box: Recorder, label: str, frame: FrameType) -> None:
        """Put on record what is still as it was, now that the child has been joined, there."""
        space = getattr(sys.modules.get(self._module), "__dict__", {})
        ways = [box.place_of(around) for around in islice(own_frames(frame), OUTWARDS)]
        about = int(self._forked), " ".join(map(str, ways)), self._file
        for (key, thing, owner), before in zip(self._things, self._looks, strict=True):
            holder = owner() if owner is not None else None
            name, home = _name_of(key, thing, holder, frame)
            if owner is not None:
                thing = dict(_attributes(holder)).get(name, box)
            elif key.startswith(GLOBAL):
                thing = space.get(name, box)
            if name and look(thing) == before:
                box.note(b"|", label, key, name, home, *before, *about)


def _name_of(key: str, thing: Any, holder: Any, frame: FrameType) -> tuple[str, str]:
    """The variable that the program has it in, and the function whose variable that is.

    Of an attribute, in place of that, the variables that hold such an object, each after a dot.
    """
    if key.startswith(GLOBAL):
        return key.removeprefix(GLOBAL), "<module>"
    for around in islice(own_frames(frame), OUTWARDS):
        for name, value in () if holder is not None else variables_of(around).items():
            if value is thing:
                return name, function_of(around.f_code)
            if name == "self" and (found := [n for n, v in _attributes(value) if v is thing]):
                return found[0], ".self"
    return key.partition(".")[2], _holders(type(holder), frame)


def _holders(kind: type, frame: FrameType) -> str:
    frames = islice(own_frames(frame), OUTWARDS)
    variables = [pair for around in frames for pair in variables_of(around).items()]
    names = {name for name, value in variables if type(value) is kind}
    return "." + ".".join(sorted(names))


# -- what there is --------------------------------------------------------------------------------

GLOBAL = "global."


def _reachable(child: Any) -> Iterator[tuple[str, Any, Any]]:
    """(key, what may be changed, whose attribute it is) of what a child's function can get at."""
    given = [*child._args, *child._kwargs.values(), getattr(child._target, "__self__", None)]
    if type(child).run is not BaseProcess.run:
        given.append(child)
    for number, thing in enumerate(given):
        if type(thing) not in VALUES and _is_plain(thing):
            yield f"{number}", thing, None
        elif not _is_ours(thing) and type(thing).__weakrefoffset__:
            for name, value in _attributes(thing):
                if name not in STANDARD and "_ipc" not in name and _is_plain(value):
                    yield f"{number}.{name}", value, thing
    if function := _function_of(child):
        for name in sorted(set(_names_in(function.__globals__, function.__code__, set()))):
            yield GLOBAL + name, function.__globals__[name], None


def _function_of(child: Any) -> FunctionType | None:
    """The function of the program's that it runs, if that is one."""
    found: Any = type(child).run if type(child).run is not BaseProcess.run else child._target
    found = getattr(getattr(found, "func", found), "__func__", found)
    return found if type(found) is FunctionType else None


def _names_in(space: dict[str, Any], code: CodeType, seen: set[Any]) -> Iterator[str]:
    """The globals that it may change, and that what it calls in its own module may."""
    if code in seen:
        return
    seen.add(code)
    sets = opmap["STORE_GLOBAL"] in code.co_code[::2]
    for name in code.co_names:
        value = space.get(name, space)
        if _is_plain(value) and value is not space and not name.startswith("__"):
            if sets or type(value) not in VALUES:
                yield name
        elif type(value) is FunctionType and value.__globals__ is space:
            yield from _names_in(space, value.__code__, seen)
    for inner in code.co_consts:
        if type(inner) is CodeType:
            yield from _names_in(space, inner, seen)


def _is_ours(thing: object) -> bool:
    home = type(thing).__module__.partition(".")[0]
    return isinstance(thing, type) or home in ("multiprocessing", "mpscope", "threading")


def _attributes(thing: object) -> Iterable[tuple[str, Any]]:
    try:
        return list(object.__getattribute__(thing, "__dict__").items())
    except AttributeError:
        return ()


# -- how it looks: without ever running code of the program's own ---------------------------------


def _is_plain(thing: object) -> bool:
    kind = type(thing)
    collection = kind.__module__ == "collections" and kind.__name__ in _COLLECTIONS
    return kind in VALUES or kind in _GROUPS or collection


def _is_data(thing: Any) -> bool:
    """True if there is nothing else in it, so that it matters to nobody how long it lives."""
    ahead, count = [thing], 0
    while ahead:
        part = ahead.pop()
        kind = type(part)
        if kind in VALUES or kind is bytearray:
            continue
        if kind is not tuple and not _is_plain(part):
            return False
        count += len(part)
        if count >= MANY:
            return False
        ahead += (*part, *part.values()) if isinstance(part, dict) else part
    return True


def look(thing: Any) -> tuple[str, str, int]:
    """Its type, its length or value, and a number that its parts make, but not their order."""
    kind = type(thing)
    if not _is_plain(thing):
        return kind.__name__, "", 0
    if kind in VALUES:
        large = thing.bit_length() > 60 if kind is int else kind in _TEXTS and len(thing) > 20
        return kind.__name__, "..." if large else repr(thing), _digest(thing)
    return kind.__name__, str(len(thing)), _digest(thing) if _is_data(thing) else 0


def _digest(thing: Any) -> int:
    kind, inner = type(thing), list[int]()
    text = kind.__name__
    if kind is int:
        text += hex(thing)
    elif kind in _TEXTS:
        text += f"{len(thing)}{thing[:MANY]!r}"
    elif kind in VALUES:
        text += repr(thing)
    elif kind is bytearray:
        return crc32(thing)
    else:
        text += str(len(thing))
        inner = [*map(_digest, thing.items() if isinstance(thing, dict) else thing)]
    if kind is tuple:  # a key and its value
        inner = [part * number for number, part in enumerate(inner, 1)]
    return (crc32(text.encode("utf-8", "backslashreplace")) + sum(inner)) & 0xFFFFFFFF
