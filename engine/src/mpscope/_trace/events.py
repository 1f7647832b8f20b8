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
from operator import itemgetter
from typing import Any, NamedTuple

from mpscope._recording.recorder import CODE, KINDS, RECORD, TEXT, THREAD, UNBOUNDED

WAITING = {CODE["acquire"]: "wait", CODE["timeout"]: "wait", CODE["wake"]: "wait"}
WAITING[CODE["reply"]] = "request"
SENT, RECEIVED, PUT, ENDED = (CODE[kind] for kind in ("send", "receive", "put", "end"))
MESSAGES = {SENT, RECEIVED, PUT}
NO_WAIT = {ENDED, CODE["task"]}  # what has begun and not ended, and is no wait
STREAMS = {b"o": "print", b"e": "error"}
MAX_RAW = 1 << 20  # bytes that a process may write past `print`, on each stream
LOOK_BACK = 4096  # what a thread is doing is among its process's latest records
_KIND = 7  # its place in a record


_FRAME = re.compile(r'File "(.*)", line (\d+) in (.*)')
PROCESS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "_recording", "process.py")


class Event(NamedTuple):
    """One thing that one process did. Immutable."""

    time_ns: int
    """When it was over, on the clock of `time.monotonic_ns()`, one for the whole machine."""
    process: str
    """The label of the process that did it."""
    kind: str
    """What it was: one of `mpscope._recording.recorder.KINDS`."""
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


_event = tuple.__new__  # a third of the time of Event(...), and there may be a million


class Doing(NamedTuple):
    """What a thread had begun, and not ended, when the log was read."""

    kind: str
    channel: str
    where: str
    began_ns: int
    unbounded: bool
    main: bool
    what: str


class ProcessLog:
    """The files of one process, read once.

    ``records`` are the raw fixed-size records, ``texts`` its .txt file: (time, tag, thread, bytes).
    """

    def __init__(self, folder: str, stem: str) -> None:
        self.stem = stem
        self.rank = tuple(int(part) for part in stem.split("."))
        self.box = _used(_read(os.path.join(folder, stem + ".box")))
        self.raw = _read(os.path.join(folder, stem + ".raw"), MAX_RAW + 1)
        self.raw_errors = _read(os.path.join(folder, stem + ".err"), MAX_RAW + 1)
        self.stack = _read(os.path.join(folder, stem + ".stack")).decode("utf-8", "replace")
        self.texts = list(_texts(_read(os.path.join(folder, stem + ".txt"))))
        self.label, self.pid, self.main_thread = stem, 0, 0
        self.channels: dict[int, str] = {0: ""}
        self.about: dict[str, str] = {}
        self.places: dict[int, str] = {0: ""}
        self.exception = ""
        self.notes: list[str] = []
        self.segments: list[str] = []
        self.given: list[tuple[str, str]] = []  # (child, what it got as an argument)
        self.threads: set[int] = set()  # those that only serve the recorder or a queue
        self.sizes: dict[str, int] = {}  # parties of a barrier, first value of a semaphore
        for _, tag, _, data in self.texts:
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
        elif tag == b"g":
            label, what = text.split("\n")
            self.given.append((label, what))
        elif tag == b"t":
            self.threads.add(int(text))
        elif tag == b"v":
            name, size = text.split("\n")
            self.sizes[name] = int(size)

    def records(self) -> Iterator[tuple[Any, ...]]:
        """The raw records, in the order in which they were opened; voided ones are skipped."""
        for record in RECORD.iter_unpack(self.box[RECORD.size :]):
            if record[_KIND]:
                yield record

    def doing(self) -> list[Doing]:
        """What its threads had begun and not ended, the latest first."""
        found = []
        newest = self.box[max(RECORD.size, len(self.box) - LOOK_BACK * RECORD.size) :]
        for record in RECORD.iter_unpack(newest):
            time, _, _, _, began, channel, where, kind, flags, raw = record
            if kind and time == 0:
                name, at = self.channels.get(channel, ""), self.places.get(where, "")
                unbounded, main = bool(flags & UNBOUNDED), not flags & THREAD
                found.append(Doing(KINDS[kind], name, at, began, unbounded, main, _shown(raw)))
        return found[::-1]

    def lines(self) -> list[tuple[int, str, str]]:
        """Its lines: (time of the last piece or 0, "print" or "error", text); whole per thread."""
        found: list[tuple[int, str, str]] = []
        open_lines: dict[tuple[bytes, int], tuple[int, bytes]] = {}
        for time, tag, thread, data in self.texts:
            if tag == b"n":
                found.append((time, "error", f"[{data.decode()}]"))
            elif tag in STREAMS:
                *whole, rest = (open_lines.get((tag, thread), (0, b""))[1] + data).split(b"\n")
                found += [(time, STREAMS[tag], line.decode("utf-8", "replace")) for line in whole]
                open_lines[tag, thread] = time, rest
        for (tag, _), (time, rest) in open_lines.items():
            if rest:
                found.append((time, STREAMS[tag], rest.decode("utf-8", "replace")))
        for raw, stream in ((self.raw, "print"), (self.raw_errors, "error")):
            text = raw[:MAX_RAW].decode("utf-8", "replace")
            found += [(0, stream, line) for line in text.splitlines()]
            if len(raw) > MAX_RAW:
                note = f"[wrote more than {MAX_RAW >> 20} MB past print; the rest is cut]"
                found.append((0, "error", note))
        return found + [(0, "error", line) for line in crash(self.stack)]

    def events(self, numbers: Numbers, rank: int) -> Iterator[Event]:
        """Everything it did, in no particular order; `numbers` knows its messages by `rank`."""
        label, channels, places = self.label, self.channels, self.places
        for at, fields in enumerate(self.records()):
            time, number, size, _, began, channel, where, kind, _, raw = fields
            name, line, what = channels.get(channel, ""), places.get(where, ""), _shown(raw)
            if kind in WAITING or (time == 0 and kind not in NO_WAIT):
                wait = WAITING.get(kind, "wait")
                yield _event(Event, (began, label, wait, name, 0, what, line, began, size))
            if kind in MESSAGES:
                number, what = numbers.get((rank, at), (0, what))
                yield from self._message(fields, name, number, what, line)
            elif time:
                kind = KINDS[kind]
                yield _event(Event, (time, label, kind, name, number, what, line, began, size))
        for time, stream, text in self.lines():
            if time:
                yield Event(time, label, stream, "", 0, text, "", time, 0)

    def _message(
        self, fields: tuple[Any, ...], name: str, number: int, what: str, line: str
    ) -> Iterator[Event]:
        """The events of one put, send or receive."""
        time, fate, size, _, began, _, _, kind, _, _ = fields
        label = self.label
        if kind == SENT and not time and number:  # it arrived, though its sender never knew
            time = began
        if time:
            yield _event(Event, (time, label, KINDS[kind], name, number, what, line, began, size))
        if kind == PUT and fate:  # when the feeder thread sent it, or (negative) dropped it
            then, kind = abs(fate), "send" if fate > 0 else "drop"
            yield _event(Event, (then, label, kind, name, number, what, "", then, size))


def read_folder(folder: str) -> list[ProcessLog]:
    """The logs of all processes of a block, the parent first, then in start order."""
    if not os.path.isdir(folder):  # somebody has cleaned up behind our back
        return []
    stems = [name[:-4] for name in os.listdir(folder) if name.endswith(".txt")]
    return sorted((ProcessLog(folder, stem) for stem in stems), key=lambda log: log.rank)


def all_events(logs: Iterable[ProcessLog]) -> list[Event]:
    """Every event of every process in time order, with each receive numbered like its send."""
    logs = list(logs)
    numbers = number_messages(logs)
    found = [event for rank, log in enumerate(logs) for event in log.events(numbers, rank)]
    found.sort(key=itemgetter(0))
    return found


def number_messages(logs: list[ProcessLog]) -> Numbers:
    """The number and the description of every message, by the records of its put, send, receive.

    A channel is first in, first out: the n-th send meets the n-th receive, both in the order of
    their times, which inside a queue were taken under its write lock and its read lock.  Size and
    checksum tell who sent what where two processes write to one end without a lock; if even these
    are the same, nothing but the times does.  A receive without a number has no partner: bytes
    that nobody sent as one message.
    """
    sends: dict[str, list[_Message]] = defaultdict(list)
    receives: dict[str, list[_Message]] = defaultdict(list)
    for rank, log in enumerate(logs):
        channels = log.channels
        for at, fields in enumerate(log.records()):
            time, fate, size, mark, began, channel, _, kind, _, what = fields
            if kind == SENT:
                message = (time or began, rank, at, size, mark, what, bool(time))
                sends[channels.get(channel, "")].append(message)
            elif kind == PUT and fate > 0:
                sends[channels.get(channel, "")].append((fate, rank, at, size, mark, what, True))
            elif kind == RECEIVED and time:
                receives[channels.get(channel, "")].append((time, rank, at, size, mark, what, True))
    numbers: Numbers = {}
    for name, sent in sends.items():
        _pair(sorted(sent), sorted(receives[name]), numbers)
    return numbers


_Message = tuple[int, int, int, int, int, bytes, bool]
"""Its time, log and record; size, checksum, description; whether it is known to have left."""

Numbers = dict[tuple[int, int], tuple[int, str]]
"""(log, record) -> (the message's number on its channel, its description)."""


def _pair(sent: list[_Message], received: list[_Message], numbers: Numbers) -> None:
    """Give each receive the first unread send that looks the same; number them as they arrived."""
    unread: dict[tuple[int, int], deque[_Message]] = defaultdict(deque)
    for message in sent:
        unread[message[3], message[4]].append(message)
    arrived: list[tuple[_Message, tuple[int, int]]] = []
    for _, rank, at, size, mark, _, _ in received:
        if candidates := unread.get((size, mark)):
            arrived.append((candidates.popleft(), (rank, at)))
    left = sorted(message for rest in unread.values() for message in rest if message[-1])
    for number, (message, receive) in enumerate(_merge(arrived, deque(left)), 1):
        numbers[message[1], message[2]] = told = number, _shown(message[5])
        if receive:
            numbers[receive] = told


def _merge(
    arrived: list[tuple[_Message, tuple[int, int]]], left: deque[_Message]
) -> Iterator[tuple[_Message, tuple[int, int] | None]]:
    """All messages in one order: as they arrived, and those that did not at their time."""
    for message, receive in arrived:
        while left and left[0] < message:
            yield left.popleft(), None
        yield message, receive
    for message in left:
        yield message, None


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
    from mpscope._recording.recorder import LIBRARY

    _, fatal, rest = stack.partition("Fatal Python error: ")
    if not fatal:
        return
    yield fatal + rest.partition("\n")[0]
    thread = rest.partition("Current thread 0x")[2].partition("\n\n")[0]
    for file, line, function in _FRAME.findall(thread):
        if file == PROCESS:  # from here on it is not the learner's, under fork even the parent's
            return
        if file not in LIBRARY:
            yield f'  File "{os.path.basename(file)}", line {line}, in {function}'


def main_stack(log: ProcessLog) -> str:
    """The innermost place of user code in a stack that faulthandler dumped, or "" if none came."""
    from mpscope._recording.recorder import LIBRARY

    wanted = f"0x{log.main_thread:016x}"
    last_dump = log.stack.split("\n\n")
    for block in reversed(last_dump):
        if wanted not in block:
            continue
        for file, line, function in _FRAME.findall(block):
            if file not in LIBRARY and not file.startswith("<frozen"):
                return place(file, int(line), function)
    return ""


def _shown(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("utf-8", "replace")


def _used(box: bytes) -> bytes:
    """The part of a box that has been written to: a whole number of records, at least one."""
    records = -(-len(box.rstrip(b"\0")) // RECORD.size)
    return box[: max(1, records) * RECORD.size]


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
