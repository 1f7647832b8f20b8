"""The files of a block, read: one `ProcessLog` for each process.

folder of the block ─▶ read_folder() ─▶ [ProcessLog]: records, texts, names, printed lines
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mpscope._recording.library import LIBRARY
from mpscope._recording.records import CODE, RECORD, TEXT, THREAD, UNBOUNDED, ended_never
from mpscope._trace.channels import Channel, channel_from
from mpscope._trace.kinds import KIND_OF, Kind, Role

STREAMS = {b"o": Kind.PRINT, b"e": Kind.ERROR}
MAX_RAW = 1 << 20  # bytes that a process may write past `print`, on each stream
CHUNK = 1 << 20
REPLY = CODE["reply"]
_KIND = 7  # its place in a record

_LOG = re.compile(r"\d+(\.\d+)*\.txt")
_FRAME = re.compile(r'File "(.*)", line (\d+) in (.*)')
PROCESS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "_recording", "process.py")


class Doing(NamedTuple):
    """What a thread had begun, and not ended, when the log was read."""

    kind: Kind
    channel: str
    where: str
    began_ns: int
    unbounded: bool
    main: bool
    what: str
    call: Call | None = None
    """REPLY: the call that is not answered yet."""


class ProcessLog:
    """The files of one process, read once.

    ``records`` are the raw fixed-size records, ``texts`` its .txt file: (time, tag, thread, bytes).
    """

    def __init__(self, folder: str, stem: str) -> None:
        self.stem = stem
        self.rank = tuple(int(part) for part in stem.split("."))
        self.box = _read_records(os.path.join(folder, stem + ".box"))
        self.raw = _read(os.path.join(folder, stem + ".raw"), MAX_RAW + 1)
        self.raw_errors = _read(os.path.join(folder, stem + ".err"), MAX_RAW + 1)
        self.stack = _read(os.path.join(folder, stem + ".stack")).decode("utf-8", "replace")
        self.texts = list(_texts(_read(os.path.join(folder, stem + ".txt"))))
        self.label, self.pid, self.main_thread = stem, 0, 0
        self.channels: dict[int, str] = {0: ""}
        self.role = Role.CHILD
        self.roles: dict[str, Role] = {}  # of the servers and pool workers that it has started
        self.about: dict[str, Channel] = {}
        self.made: set[str] = set()  # names of channels, and of ends of pipes
        self.places: dict[int, str] = {0: ""}
        self.sources: dict[int, tuple[str, int]] = {}  # the same, where their text can be read
        self.exception = self.exception_type = ""
        self.notes: list[str] = []
        self.segments: list[str] = []
        self.given: list[tuple[str, str]] = []  # (child, what it got as an argument)

        self.held_back: dict[str, int] = {}  # queue -> messages for which its pipe had no room
        self.ended: set[str] = set()  # children that it has killed or terminated
        self.hints: list[str] = []  # what its exception means
        self.missing = ""  # a name that it was sent, and that only the notebook knows
        self.identities: set[str] = set()  # what it sent that only `is` could recognise
        self.polls: dict[tuple[str, str], tuple[int, str]] = {}  # asked in vain: how often, where
        self.threads: set[int] = set()  # those that only serve the recorder or a queue
        self.sizes: dict[str, int] = {}  # parties of a barrier, first value of a semaphore
        for _, tag, _, data in self.texts:
            with contextlib.suppress(ValueError):  # half of it is missing
                self._learn(tag, data.decode("utf-8", "replace"))

    def _learn(self, tag: bytes, text: str) -> None:
        if tag == b"m":
            self.label, pid, thread, role = text.split("\n")
            self.pid, self.main_thread = int(pid), int(thread)
            self.role = Role.PARENT if self.stem == "0" else Role(role)
        elif tag == b"c":
            number, name, *about = text.split("\n")
            self.channels[int(number)] = name
            if about:
                self.about[name] = channel_from(name, about)
        elif tag == b"b":
            self.made.add(text)
        elif tag == b"r":
            label, role = text.split("\n")
            self.roles[label] = Role(role)
        elif tag == b"w":
            number, file, line, function = text.split("\n")
            self.places[int(number)] = place(file, int(line), function)
            self.sources[int(number)] = file, int(line)
        elif tag == b"x":
            self.exception_type, _, self.exception = text.partition("\n")
        elif tag == b"n":
            self.notes.append(text)
        elif tag == b"s":
            self.segments.append(text)
        elif tag == b"g":
            label, what = text.split("\n")
            self.given.append((label, what))

        elif tag == b"u":
            name, count = text.split("\n")
            self.held_back[name] = int(count)
        elif tag == b"k":
            self.ended.add(text)
        elif tag == b"h":
            self.hints.append(text)
        elif tag == b"a":
            self.missing = text
        elif tag == b"q":
            name, call, count, where = text.split("\n")
            self.polls[name, call] = int(count), self.places.get(int(where), "")
        elif tag == b"y":
            self.identities.add(text)
        elif tag == b"t":
            self.threads.add(int(text))
        elif tag == b"v":
            name, size = text.split("\n")
            self.sizes[name] = int(size)

    def records(self) -> Iterator[tuple[Any, ...]]:
        """The raw records, in the order in which they were opened; voided ones are skipped."""
        for _, record in self.numbered_records():
            yield record

    def numbered_records(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The same, each with its place in the file."""
        for at, record in enumerate(RECORD.iter_unpack(self.box)):
            if at and 0 < record[_KIND] < len(KIND_OF):
                yield at, record

    def doing(self) -> list[Doing]:
        """What its threads had begun and not ended, the latest first."""
        found = []
        for number in ended_never(self.box):
            record = RECORD.unpack_from(self.box, number * RECORD.size)
            _, _, _, _, began, channel, where, kind, flags, raw = record
            if number and 0 < kind < len(KIND_OF):
                name, at = self.channels.get(channel, ""), self.places.get(where, "")
                unbounded, main = bool(flags & UNBOUNDED), not flags & THREAD
                call = call_in(raw) if kind == REPLY else None
                what = str(call) if call else shown(raw)
                kind = KIND_OF[kind] or Kind.NOTE
                found.append(Doing(kind, name, at, began, unbounded, main, what, call))
        return found[::-1]

    def lines(self) -> list[tuple[int, Kind, str]]:
        """Its lines: (time of the last piece or 0, PRINT or ERROR, text); whole per thread."""
        found: list[tuple[int, Kind, str]] = []
        open_lines: dict[tuple[bytes, int], tuple[int, bytes]] = {}
        for time, tag, thread, data in self.texts:
            if tag == b"n":
                found.append((time, Kind.ERROR, f"[{data.decode()}]"))
            elif tag in STREAMS:
                *whole, rest = (open_lines.get((tag, thread), (0, b""))[1] + data).split(b"\n")
                found += [(time, STREAMS[tag], line.decode("utf-8", "replace")) for line in whole]
                open_lines[tag, thread] = time, rest
        for (tag, _), (time, rest) in open_lines.items():
            if rest:
                found.append((time, STREAMS[tag], rest.decode("utf-8", "replace")))
        for raw, stream in ((self.raw, Kind.PRINT), (self.raw_errors, Kind.ERROR)):
            text = raw[:MAX_RAW].decode("utf-8", "replace")
            found += [(0, stream, line) for line in text.splitlines()]
            if len(raw) > MAX_RAW:
                note = f"[wrote more than {MAX_RAW >> 20} MB past print; the rest is cut]"
                found.append((0, Kind.ERROR, note))
        return found + [(0, Kind.ERROR, line) for line in crash(self.stack)]


def read_folder(folder: str) -> list[ProcessLog]:
    """The logs of all processes of a block, the parent first, then in start order."""
    if not os.path.isdir(folder):  # somebody has cleaned up behind our back
        return []
    stems = [name[:-4] for name in os.listdir(folder) if _LOG.fullmatch(name)]
    return sorted((ProcessLog(folder, stem) for stem in stems), key=lambda log: log.rank)


def segments_of(folder: str) -> list[str]:
    """The names of the shared-memory segments that its processes have made or used."""
    names = [name for name in os.listdir(folder) if _LOG.fullmatch(name)]
    texts = (text for name in names for text in _texts(_read(os.path.join(folder, name))))
    return [data.decode("utf-8", "replace") for _, tag, _, data in texts if tag == b"s"]


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
        if file == PROCESS:  # from here on it is not the learner's, under fork even the parent's
            return
        if file not in LIBRARY:
            yield f'  File "{os.path.basename(file)}", line {line}, in {function}'


def _of_crashed_thread(dump: str) -> str:
    """Its part of a dump of all threads, or, since 3.13, of its own stack alone."""
    alone = dump.partition("Stack (most recent call first):")[2]
    return (alone or dump.partition("Current thread 0x")[2]).partition("\n\n")[0]


def main_stack(log: ProcessLog) -> str:
    """The innermost place of user code in a stack that faulthandler dumped, or "" if none came."""
    wanted = f"0x{log.main_thread:016x}"
    last_dump = log.stack.split("\n\n")
    _, crashed, rest = log.stack.partition("Fatal Python error: ")
    if crashed:
        wanted, last_dump = "", [_of_crashed_thread(rest)]
    for block in reversed(last_dump):
        if wanted not in block:
            continue
        for file, line, function in _FRAME.findall(block):
            if file not in LIBRARY and not file.startswith("<frozen"):
                return place(file, int(line), function)
    return ""


class Call(NamedTuple):
    """A call of a proxy, as far as its record has room for it."""

    method: str
    args: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method}({', '.join(self.args)})"


def call_in(raw: bytes) -> Call:
    """The call in the record of a proxy."""
    method, *args = shown(raw).split("\x1f")
    return Call(method, tuple(args))


def shown(raw: bytes) -> str:
    """The description in a record."""
    return raw.rstrip(b"\0").decode("utf-8", "replace")


def _read_records(path: str) -> bytes:
    """The part of a file of records that has been written to: at least one record."""
    try:
        with open(path, "rb") as file:
            end = file.seek(0, os.SEEK_END)
            while end:
                start = max(0, end - CHUNK)
                file.seek(start)
                if used := file.read(end - start).rstrip(b"\0"):
                    end = start + len(used)
                    break
                end = start
            file.seek(0)
            read = file.read(max(1, -(-end // RECORD.size)) * RECORD.size)
            return read[: len(read) // RECORD.size * RECORD.size]
    except FileNotFoundError:
        return b""


def _read(path: str, limit: int = -1) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        return b""


def _texts(data: bytes) -> Iterator[tuple[int, bytes, int, bytes]]:
    at = 0
    while at + TEXT.size <= len(data):
        time, tag, thread, length = TEXT.unpack_from(data, at)
        at += TEXT.size
        yield time, tag, thread, data[at : at + length]
        at += length
