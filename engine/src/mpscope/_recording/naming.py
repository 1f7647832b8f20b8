"""How channels get their names.

``numbers = mp.Queue()`` makes the queue "numbers", ``a, b = mp.Pipe()`` the ends "a" and "b", and
``ready, go = mp.Event(), mp.Event()`` two events; where no name is to be seen, it is "queue-1",
"pipe-2" ...  Names are unique within a block.  Processes have labels: "child-1", "manager-1", or
what the program calls them.
"""

import itertools
import linecache
import re
import sys
from itertools import islice
from types import FrameType

from mpscope._recording import recorder
from mpscope._recording.library import LIBRARY
from mpscope._recording.records import HELPERS

_ASSIGNED = re.compile(r"\s*((?:[\w.]+\s*,\s*)*[\w.]+)\s*=[^=]")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_WITH = re.compile(r"\s*with\b.*\bas\s+(\w+)\s*:")

SERVER_OWNS = "forkserver:"  # before the names of what a fork server has made for its children
owner = ""  # what stands before the names that are given in a process without a log


def channel_name(kind: str) -> str:
    return channel_names(kind, 1)[0]


def channel_names(kind: str, count: int) -> list[str]:
    """Names for `count` objects made by one call (the two ends of a pipe)."""
    if recorder.ended_by_itself:
        raise recorder.used_too_late(f"a new {kind}")
    found = _variables(count)
    if numbered := len(found) != count:
        found = [kind] if count == 1 else [f"{kind}.{end}" for end in "ab"[:count]]
    return [_unique(name, numbered) for name in found]


def _variables(count: int) -> list[str]:
    frame = sys._getframe(3)
    while frame.f_back is not None and frame.f_code.co_filename in LIBRARY:
        frame = frame.f_back
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)
    raw = line.encode()
    if b";" in raw:  # of several statements, the one that is running
        line = raw[raw.rfind(b";", 0, _column(frame)) + 1 :].decode()
    match = _ASSIGNED.match(line) or _WITH.match(line)
    if not match:
        return []
    names = [part.strip().rpartition(".")[2].strip("_") for part in match[1].split(",")]
    if len(names) > count == 1:
        return names[_which(frame, line[match.end() - 1 :], len(raw)) :][:1]
    return names


def _column(frame: FrameType) -> int:
    """Where in its line the call begins that is running, in bytes."""
    return next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))[2] or 0


def _which(frame: FrameType, values: str, length: int) -> int:
    """Which of the values in `a, b = mp.Queue(), mp.Queue()` is being made; else too high."""
    column = _column(frame)
    before = values.encode()[: column - length].decode()
    while before != (shorter := _BRACKETS.sub("", before)):
        before = shorter
    return before.count(",") + 1000 * len(re.findall(r"[(\[{]", before))


def _unique(name: str, numbered: bool) -> str:
    box = recorder.current
    if box is None:
        return owner + name
    if not box.is_parent:
        name = f"{box.label}:{name}"
    number = 1
    candidate = f"{name}-1" if numbered else name
    while candidate in box.taken:
        number += 1
        candidate = f"{name}-{number}"
    box.taken.add(candidate)
    box.note(b"b", candidate)
    return candidate


class Labels:
    """Those of one process and its children; `next()` gives one that no other of them has."""

    def __init__(self, own: str, is_parent: bool) -> None:
        self._mine = "" if is_parent else f"{own}."  # another child may use the same names
        self._children = 0  # without servers and workers: none of them is a "second child"
        self._taken = {own}

    def next(self, role: str, name: str) -> str:
        """The label of the next child, whatever names were given by hand."""
        mine = self._mine
        self._children += role not in HELPERS
        if role in HELPERS:
            inside = mine.startswith(HELPERS[role])  # a pool in the worker of another
            kind = "" if inside else HELPERS[role]
            candidates = (f"{kind}{mine}{n}" for n in itertools.count(1))
        elif name:
            candidates = (f"{mine}{name}-{n}" if n > 1 else mine + name for n in itertools.count(1))
        else:
            candidates = (f"{mine or 'child-'}{n}" for n in itertools.count(self._children))
        label = next(label for label in candidates if label not in self._taken)
        self._taken.add(label)
        return label
