"""What happened in a block: frozen events, read from the black boxes of all its processes.

    folder of the block ─▶ read_folder() ─▶ [ProcessLog] ─▶ all_events() ─▶ [Event] in time order
                                                              └ number_messages(): which receive
                                                                belongs to which send

Glossary.  *Process*: a label, "parent", "child-1" (start order) or the name the user gave.
*Channel*: the name of a queue, lock or proxy, or "a → b" for one direction of a pipe.
"""

from __future__ import annotations

import itertools
import os
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ipc_helpers.recorder import CODE, KINDS, RECORD, TEXT, THREAD, UNBOUNDED

WAITING = {CODE["acquire"]: "wait", CODE["timeout"]: "wait", CODE["wake"]: "wait"}
WAITING[CODE["reply"]] = "request"
SENT, PUT, ENDED = (CODE[kind] for kind in ("send", "put", "end"))
_KIND = 7  # its place in a record


class Event(NamedTuple):
    """One thing that one process did. Immutable."""

    time_ns: int
    """When it was over, on the clock of `time.monotonic_ns()`, one for the whole machine."""
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

    def records(self) -> Iterator[tuple[Any, ...]]:
        """The raw records, in the order in which they were opened; voided ones are skipped."""
        usable = len(self.box) // RECORD.size * RECORD.size
        for record in RECORD.iter_unpack(self.box[RECORD.size : usable]):
            if record[_KIND]:
                yield record

    def doing(self) -> list[Doing]:
        """What its threads had begun and not ended, the latest first."""
        found = []
        for time, _, _, _, began, channel, where, kind, flags, _ in self.records():
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

    def events(self) -> Iterator[tuple[Event, int, int]]:
        """(event, checksum, record) of everything it did; messages are not numbered yet.

        A send that is not known to be over has the kind "send?"; a put and its send have the same
        record.
        """
        label, channels, places = self.label, self.channels, self.places
        for at, fields in enumerate(self.records()):
            time, number, size, mark, began, channel, where, kind, _, what = fields
            name, line = channels.get(channel, ""), places.get(where, "")
            text = what.rstrip(b"\0").decode("utf-8", "replace")
            event = Event(time, label, KINDS[kind], name, number, text, line, began, size)
            if kind in WAITING or (time == 0 and kind != ENDED):
                wait = WAITING.get(kind, "wait")
                yield event._replace(time_ns=began, kind=wait, number=0), mark, at
            if kind == SENT and not time:
                yield event._replace(time_ns=began, kind="send?"), mark, at
            elif time:
                yield event._replace(number=0 if kind == PUT else number), mark, at
            if kind == PUT and number:  # when the feeder thread sent it, or (negative) dropped it
                fate = "send" if number > 0 else "drop"
                then = event._replace(time_ns=abs(number), kind=fate, number=0, where="")
                yield then._replace(began_ns=abs(number)), mark, at
        for time, stream, text in self.lines():
            if time:
                yield Event(time, label, stream, "", 0, text, "", time, 0), 0, -1


def read_folder(folder: str) -> list[ProcessLog]:
    """The logs of all processes of a block, the parent first, then in start order."""
    stems = [name[:-4] for name in os.listdir(folder) if name.endswith(".txt")]
    return sorted((ProcessLog(folder, stem) for stem in stems), key=lambda log: log.rank)


def all_events(logs: Iterable[ProcessLog]) -> list[Event]:
    """Every event of every process in time order, with each receive numbered like its send."""
    found = [entry for log in logs for entry in log.events()]
    found.sort(key=lambda entry: entry[0].time_ns)
    events = [event for event, _, _ in found]
    number_messages(events, [mark for _, mark, _ in found])
    sent = {
        (event.process, record): event.number
        for event, (_, _, record) in zip(events, found, strict=True)
        if event.kind == "send"
    }
    return [
        event._replace(number=sent.get((event.process, record), 0))
        if event.kind == "put"
        else event
        for event, (_, _, record) in zip(events, found, strict=True)
        if event.kind != "send?"
    ]


def number_messages(events: list[Event], marks: list[int]) -> None:
    """Number the messages of each channel, in place: a receive gets the number of its send.

    A channel is first in, first out: the n-th send meets the n-th receive, both in the order of
    their times, which inside a queue were taken under its write lock and its read lock.  Size and
    checksum (``marks``, one per event) settle the order where two processes write to one end
    without a lock.  Number 0: no partner is known (bytes that nobody sent as one message).
    """
    sends: dict[str, list[int]] = defaultdict(list)
    receives: dict[str, list[int]] = defaultdict(list)
    for at, event in enumerate(events):
        if event.kind in ("send", "send?"):
            sends[event.channel].append(at)
        elif event.kind == "receive":
            receives[event.channel].append(at)
    for channel, sent in sends.items():
        pairs = _pairs(events, marks, deque(sent), receives[channel])
        for at in pairs:  # whoever has it, it was sent: perhaps the sender died before it knew
            events[at] = events[at]._replace(kind="send")
        certain = [at for at in sent if events[at].kind == "send"]
        for number, at in enumerate(certain, 1):
            events[at] = events[at]._replace(number=number)
            if at in pairs:
                receive = events[pairs[at]]
                events[pairs[at]] = receive._replace(number=number, what=events[at].what)


def _pairs(
    events: list[Event], marks: list[int], unread: deque[int], received: list[int]
) -> dict[int, int]:
    """Which send belongs to which receive: the first unread one that looks the same."""
    pairs = {}
    for at in received:
        looks = events[at].size, marks[at]
        for position, sent in enumerate(itertools.islice(unread, 64)):
            if (events[sent].size, marks[sent]) == looks:
                pairs[sent] = at
                del unread[position]
                break
    return pairs


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
