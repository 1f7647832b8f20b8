"""Places in the program, and the stacks that faulthandler dumps."""

import linecache
import os
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from mpscope._recording.library import LIBRARY, PACKAGE
from mpscope._recording.recorder import COMPREHENSIONS

_FRAME = re.compile(r'File "(.*)", line (\d+) in (.*)')
PROCESS = os.path.join(PACKAGE, "_recording", "process.py")


def place(file: str, line: int, function: str) -> str:
    """A place in user code without directories; a notebook's cell is "the cell"."""
    inside = "" if function == "<module>" else f" in {function}"
    if "ipykernel_" in file or file.startswith("<ipython-input"):
        return f"the cell, line {line}{inside}"
    if file.startswith("<"):  # python -c, a spawned child's own start
        return ""
    return f"{os.path.basename(file)}, line {line}{inside}"


def crash(stack: str) -> Iterator[str]:
    """What faulthandler dumped when the process crashed, without paths and addresses."""
    _, fatal, rest = stack.partition("Fatal Python error: ")
    if not fatal:
        return
    yield fatal + rest.partition("\n")[0]
    for file, line, function in _FRAME.findall(_of_crashed_thread(rest)):
        if file == PROCESS:  # the rest is ours; under fork, even the parent's
            return
        if file not in LIBRARY:
            yield f'  File "{os.path.basename(file)}", line {line}, in {function}'


def _of_crashed_thread(dump: str) -> str:
    """Its part of a dump of all threads, or, since 3.13, of its own stack alone."""
    alone = dump.partition("Stack (most recent call first):")[2]
    return (alone or dump.partition("Current thread 0x")[2]).partition("\n\n")[0]


class Frame(NamedTuple):
    """One line of a stack."""

    file: str
    line: int
    function: str

    @property
    def place(self) -> str:
        return place(*self)

    @property
    def source(self) -> str:
        """The text of the line, as a traceback shows it; empty if it is not to be had."""
        return linecache.getline(self.file, self.line).strip()


def main_frames(stack: str, main_thread: int) -> list[Frame]:
    """What the main thread, or the one that crashed, was in, the innermost first.

    Without what a forked child has inherited: that is below `_bootstrap`.
    """
    wanted = f"0x{main_thread:016x}"
    last_dump = stack.split("\n\n")
    _, crashed, rest = stack.partition("Fatal Python error: ")
    if crashed:
        wanted, last_dump = "", [_of_crashed_thread(rest)]
    for block in reversed(last_dump):
        if wanted in block:
            found = [Frame(file, int(line), what) for file, line, what in _FRAME.findall(block)]
            theirs = takewhile(lambda frame: frame.function != "_bootstrap", found)
            return [frame for frame in theirs if frame.function not in COMPREHENSIONS]
    return []
