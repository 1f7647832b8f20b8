"""What happened in a block: frozen events, read from the black boxes of all its processes.

    folder of the block ─▶ read_folder() ─▶ [ProcessLog] ─▶ all_events() ─▶ [Event] in time order
                                                              └ number_messages(): which receive
                                                                belongs to which send

Glossary.  *Process*: a label, "parent", "child-1" (start order) or the name the user gave.
*Channel*: the name of a queue, lock or proxy, or "a → b" for one direction of a pipe.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ipc_helpers.recorder import CODE, KINDS, RECORD, TEXT, THREAD, UNBOUNDED

WAITING = {CODE["acquire"]: "wait", CODE["timeout"]: "wait", CODE["wake"]: "wait"}
WAITING[CODE["reply"]] = "request"
SENT, RECEIVED, PUT, DROPPED, ENDED = (
    CODE[kind] for kind in ("send", "receive", "put", "drop", "end")
)
_MESSAGE_CODES = (SENT, RECEIVED, PUT, DROPPED)
_KIND = 7  # its place in a record


class Event(NamedTuple):
    """One thing that one process did. Immutable."""

    time_ns: int
    """When it was over, on `time.monotonic_ns()`'s clock, the same for all processes of a machine."""
    process: str
    """The label of the process that did it."""
    kind: str
    """What it was: one of `ipc_helpers.recorder.KINDS`."""
    channel: str
    """The queue, pipe direction ("a → b"), lock or proxy; empty where there is none."""
    number: int
    """Messages: the message's number on its channel; a receive has its send's. Exits: the code."""
    what: str
    """A short description: the message, the call, the printed line, the exception."""
    where: str
    """The line of user code, "workers.py:12 in put_next"; empty where there is none."""
    began_ns: int
    """When it began; `time_ns - began_ns` was spent waiting."""
    size: int
    """Bytes of the pickled message, for sends and receives."""


class Doing(NamedTuple):
    """What a thread had begun, and not ended, when the log was read."""

    kind: str
    channel: str
    where: str
    began_ns: int
    unbounded: bool
    main: bool


class ProcessLog:
    """The files of one process, read once.

    ``records`` are the raw fixed-size records, ``texts`` the (time, tag, bytes) of its .txt file.
    """

    def __init__(self, folder: str, stem: str) -> None:
        self.stem = stem
        self.rank = tuple(int(part) for part in stem.split("."))
        self.box = _read(os.path.join(folder, stem + ".box"))
        self.raw = _read(os.path.join(folder, stem + ".raw"))
        self.stack = _read(os.path.join(folder, stem + ".stack")).decode("utf-8", "replace")
        self.texts = list(_texts(_read(os.path.join(folder, stem + ".txt"))))
        self.label, self.pid, self.main_thread = stem, 0, 0
        self.channels: dict[int, str] = {0: ""}
        self.about: dict[str, str] = {}
        self.places: dict[int, str] = {0: ""}
        self.exception = ""
        self.notes: list[str] = []
        self.segments: list[str] = []
        for _, tag, data in self.texts:
            self._learn(tag, data.decode("utf-8", "replace"))

    def _learn(self, tag: bytes, text: str) -> None:
        if tag == b"m":
            self.label, pid, thread = text.split("\n")
            self.pid, self.main_thread = int(pid), int(thread)
        elif tag == b"c":
            number, name, about = text.split("\n")
            self.channels[int(number)] = name
            if about:
                self.about[name] = about
        elif tag == b"w":
            number, file, line, function = text.split("\n")
            self.places[int(number)] = place(file, int(line), function)
        elif tag == b"x":
            self.exception = text
        elif tag == b"n":
            self.notes.append(text)
        elif tag == b"s":
            self.segments.append(text)

    def records(self) -> Iterator[tuple[int, ...]]:
        """The raw records, in the order in which they were opened; voided ones are skipped."""
        usable = len(self.box) // RECORD.size * RECORD.size
        for record in RECORD.iter_unpack(self.box[RECORD.size : usable]):
            if record[_KIND]:
                yield record

    def doing(self) -> list[Doing]:
        """What its threads had begun and not ended, the latest first."""
        found = []
        for time, _, _, began, _, channel, where, kind, flags, _ in self.records():
            if time == 0:
                name, at = self.channels.get(channel, ""), self.places.get(where, "")
                unbounded, main = bool(flags & UNBOUNDED), not flags & THREAD
                found.append(Doing(KINDS[kind], name, at, began, unbounded, main))
        return found[::-1]

    def lines(self) -> list[tuple[int, str, str]]:
        """Its printed lines: (time of the last piece, "print" or "error", text)."""
        found: list[tuple[int, str, str]] = []
        open_lines = {b"o": b"", b"e": b""}
        last = {b"o": 0, b"e": 0}
        for time, tag, data in self.texts:
            if tag == b"n":
                found.append((time, "error", f"[{data.decode()}]"))
            if tag not in open_lines:
                continue
            *whole, rest = (open_lines[tag] + data).split(b"\n")
            kind = "print" if tag == b"o" else "error"
            found += [(time, kind, line.decode("utf-8", "replace")) for line in whole]
            open_lines[tag], last[tag] = rest, time
        for tag, rest in open_lines.items():
            if rest:
                kind = "print" if tag == b"o" else "error"
                found.append((last[tag], kind, rest.decode("utf-8", "replace")))
        for line in self.raw[: 1 << 20].decode("utf-8", "replace").splitlines():
            found.append((0, "print", line))
        return found

    def events(self) -> Iterator[Event]:
        """Its events, messages not yet numbered."""
        label, channels, places = self.label, self.channels, self.places
        for time, size, _, began, number, channel, where, kind, _, what in self.records():
            name, at = channels.get(channel, ""), places.get(where, "")
            text = what.rstrip(b"\0").decode("utf-8", "replace")  # type: ignore[attr-defined]
            if kind in WAITING or (time == 0 and kind != ENDED):
                yield Event(began, label, WAITING.get(kind, "wait"), name, 0, text, at, began, 0)
            if time:
                yield Event(time, label, KINDS[kind], name, number, text, at, began, size)
        for time, stream, line in self.lines():
            if time:
                yield Event(time, label, stream, "", 0, line, "", time, 0)


def read_folder(folder: str) -> list[ProcessLog]:
    """The logs of all processes of a block, the parent first, then in start order."""
    stems = [name[:-4] for name in os.listdir(folder) if name.endswith(".txt")]
    return sorted((ProcessLog(folder, stem) for stem in stems), key=lambda log: log.rank)


def all_events(logs: Iterable[ProcessLog]) -> list[Event]:
    """Every event of every process in time order, with each receive numbered like its send."""
    logs = list(logs)
    numbers = number_messages(logs)
    found: list[Event] = []
    for rank, log in enumerate(logs):
        mine = numbers[rank]
        count = -1
        for event in log.events():
            if event.kind in _MESSAGES:
                count += 1
                event = event._replace(number=mine[count])
            found.append(event)
    found.sort(key=lambda event: event.time_ns)
    return _with_messages_shown(found)


def _with_messages_shown(events: list[Event]) -> list[Event]:
    """What was put or sent is also what was received."""
    shown = {
        (event.channel, event.number): event.what
        for event in events
        if event.number and event.what and event.kind in ("put", "send")
    }
    return [
        event._replace(what=shown.get((event.channel, event.number), ""))
        if event.kind in ("send", "receive") and not event.what
        else event
        for event in events
    ]


_MESSAGES = {"send", "receive", "put", "drop"}


def number_messages(logs: list[ProcessLog]) -> list[list[int]]:
    """The message number of every send, receive, put and drop, per log, in record order.

    A channel is first in, first out: sends in the order in which they began (inside a queue's
    write lock) meet receives in the order in which they ended (inside its read lock).  Size and
    checksum settle the order where two processes write to one end without a lock.  Number 0: no
    partner is known (a receive of bytes that nobody sent whole).
    """
    numbers: list[list[int]] = []
    sends: dict[str, list[_Message]] = defaultdict(list)
    receives: dict[str, list[_Message]] = defaultdict(list)
    for rank, log in enumerate(logs):
        mine: list[int] = []
        numbers.append(mine)
        for time, size, mark, began, _, channel, _, kind, _, _ in log.records():
            if kind not in _MESSAGE_CODES or time == 0:
                continue
            name = log.channels.get(channel, "")
            if kind == SENT:
                sends[name].append((began, rank, len(mine), size, mark))
            elif kind == RECEIVED:
                receives[name].append((time, rank, len(mine), size, mark))
            mine.append(0)
    for name, sent in sends.items():
        sent.sort()
        for number, (_, rank, at, _, _) in enumerate(sent, 1):
            numbers[rank][at] = number
        _match(numbers, sent, sorted(receives[name]))
    _number_puts(logs, numbers)
    return numbers


_Message = tuple[int, int, int, int, int]  # time, rank of the log, place in it, size, checksum


def _match(
    numbers: list[list[int]],
    sent: list[_Message],
    received: list[_Message],
) -> None:
    """Give each receive the number of the first send not yet received that has its fingerprint."""
    waiting = deque(enumerate(sent, 1))
    for _, rank, at, size, mark in received:
        for position, (number, send) in enumerate(waiting):
            if send[3:] == (size, mark):
                numbers[rank][at] = number
                del waiting[position]
                break
            if position > 64:
                break


def _number_puts(logs: list[ProcessLog], numbers: list[list[int]]) -> None:
    """A process's n-th put on a queue is what its feeder thread sent, or dropped, n-th."""
    for log, mine in zip(logs, numbers, strict=True):
        puts: dict[int, list[tuple[int, int]]] = defaultdict(list)
        outcomes: dict[int, list[int]] = defaultdict(list)
        at = -1
        for time, _, _, _, _, channel, _, kind, _, _ in log.records():
            if kind not in _MESSAGE_CODES or time == 0:
                continue
            at += 1
            if kind == PUT:  # in the order of their stamps, made under the buffer's lock
                puts[channel].append((time, at))
            elif kind in (SENT, DROPPED):
                outcomes[channel].append(mine[at])
        for channel, waiting in puts.items():
            for (_, put), number in zip(sorted(waiting), outcomes[channel], strict=False):
                mine[put] = number


def place(file: str, line: int, function: str) -> str:
    """A place in user code without directories; a notebook's cell is "the cell"."""
    if "ipykernel_" in file or file.startswith("<ipython-input"):
        inside = "" if function == "<module>" else f" in {function}"
        return f"the cell, line {line}{inside}"
    inside = "" if function == "<module>" else f" in {function}"
    return f"{os.path.basename(file)}, line {line}{inside}"


def main_stack(log: ProcessLog) -> str:
    """The innermost place of user code in a stack that faulthandler dumped, or "" if none came."""
    from ipc_helpers.recorder import LIBRARY

    wanted = f"0x{log.main_thread:016x}"
    last_dump = log.stack.split("\n\n")
    for block in reversed(last_dump):
        if wanted not in block:
            continue
        for file, line, function in re.findall(r'File "(.*)", line (\d+) in (.*)', block):
            if file not in LIBRARY and not file.startswith("<frozen"):
                return place(file, int(line), function)
    return ""


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def _texts(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    at = 0
    while at + TEXT.size <= len(data):
        time, tag, length = TEXT.unpack_from(data, at)
        at += TEXT.size
        yield time, tag, data[at : at + length]
        at += length
