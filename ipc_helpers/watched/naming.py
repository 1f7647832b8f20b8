"""Names for channels and locks: the variable that the learner gave them.

``numbers = mp.Queue()`` makes the queue "numbers", ``a, b = mp.Pipe()`` the ends "a" and "b"; where
no name is to be seen, it is "queue-1", "pipe-2" ...  Names are unique within a block.
"""

from __future__ import annotations

import linecache
import re
import sys

from ipc_helpers import recorder

_ASSIGNED = re.compile(r"\s*((?:[\w.]+\s*,\s*)*[\w.]+)\s*=[^=]")
_WITH = re.compile(r"\s*with\b.*\bas\s+(\w+)\s*:")


def channel_name(kind: str) -> str:
    """A name for one new object of this kind."""
    return channel_names(kind, 1)[0]


def channel_names(kind: str, count: int) -> list[str]:
    """Names for `count` objects made by one call (the two ends of a pipe)."""
    found = _variables()
    if len(found) != count:
        found = [kind] if count == 1 else [f"{kind}.{end}" for end in "ab"[:count]]
        return [_unique(name, numbered=True) for name in found]
    return [_unique(name, numbered=False) for name in found]


def _variables() -> list[str]:
    frame = sys._getframe(3)
    while frame.f_back is not None and frame.f_code.co_filename in recorder.LIBRARY:
        frame = frame.f_back
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)
    match = _ASSIGNED.match(line) or _WITH.match(line)
    if not match:
        return []
    return [part.strip().rpartition(".")[2].strip("_") for part in match[1].split(",")]


def _unique(name: str, numbered: bool) -> str:
    box = recorder.current
    if box is None:
        return name
    if not box.is_parent:
        name = f"{box.label}:{name}"
    number = 1
    candidate = f"{name}-1" if numbered else name
    while candidate in box.taken:
        number += 1
        candidate = f"{name}-{number}"
    box.taken.add(candidate)
    return candidate
