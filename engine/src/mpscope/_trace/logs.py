"""The files of a block, read into one `ProcessLog` for each process.

folder of the block ─▶ read_folder() ─▶ [ProcessLog]: records, texts, names, printed lines
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from mpscope._recording.library import LIBRARY, STANDARD
from mpscope._recording.records import (
    ASKS,
    CODE,
    LENGTH_AT,
    RECORD,
    THREAD,
    UNBOUNDED,
    ended_never,
)
from mpscope._trace.channels import Channel, channel_from
from mpscope._trace.files import read, read_records, stems, texts_in
from mpscope._trace.kinds import KIND_OF, Kind, Role
from mpscope._trace.lendings import Lending, Look
from mpscope._trace.printed import MAX_RAW, Line, by_print, past_print
from mpscope._trace.stacks import Frame, crash, main_frames, place

REPLY = CODE["reply"]
_KIND = 7  # its place in a record


class Call(NamedTuple):
    """A call of a proxy, as far as its record has room for it."""

    method: str
    args: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method}({', '.join(self.args)})"


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
    asks: bool = False
    """It is a loop that asks, and `what` is the call that it makes again and again."""


class ProcessLog:
    """The files of one process, read once.

    ``records`` are the raw fixed-size records, ``texts`` its .txt file: (time, tag, thread, bytes).
    ``is_cut``: it is full, so what it does not tell may have been all the same.
    """

    def __init__(self, folder: str, stem: str) -> None:
        self.stem = stem
        self.rank = tuple(int(part) for part in stem.split("."))
        self.box, self.is_cut = read_records(os.path.join(folder, stem + ".box"))
        self.raw = read(folder, stem + ".raw", MAX_RAW + 1)
        self.raw_errors = read(folder, stem + ".err", MAX_RAW + 1)
        self.stack = read(folder, stem + ".stack").decode("utf-8", "replace")
        self.texts = list(texts_in(read(folder, stem + ".txt")))
        self.label, self.pid, self.main_thread = stem, 0, 0
        self.channels: dict[int, str] = {0: ""}
        self.role = Role.CHILD
        self.roles: dict[str, Role] = {}  # of the servers and pool workers that it has started
        self.about: dict[str, Channel] = {}
        self.made: list[str] = []  # names of channels, and of ends of pipes
        self.made_early: set[str] = set()  # before it had read its arguments
        self.places: dict[int, str] = {0: ""}
        self.sources: dict[int, tuple[str, int]] = {}  # the same, where their text can be read
        self.ends: dict[int, tuple[int, int]] = {}  # where its expression ends: line, bytes
        self.exception = self.exception_type = ""
        self.segments: list[str] = []  # that it has made or opened
        self.unlinked: dict[str, tuple[int, str]] = {}  # segments whose names it has taken, where
        self.not_found: dict[str, tuple[int, str]] = {}  # the file that it failed for, where
        self.given: list[tuple[str, str]] = []  # (child, what it got as an argument)
        self.held_back: dict[str, int] = {}  # queue -> messages for which its pipe had no room
        self.ended: list[str] = []  # children that it has killed or terminated
        self.terminated: list[str] = []  # those for which it has called terminate()
        self.hints: list[str] = []  # what its exception means
        self.lent: list[str] = []  # ends of pipes whose descriptors it has asked for
        self.missing = ""  # a name that it was sent, and that only the notebook knows
        self.identities: list[str] = []  # what it sent that only `is` could recognise
        self.polls: dict[tuple[str, str], tuple[int, str]] = {}  # asked in vain: how often, where
        self.begun = False  # it has read its arguments
        self.overdue = False  # it has ended itself: the parent had not, and the time was over
        self.threads: set[int] = set()  # those that only serve the recorder or a queue
        self.beside_threads: list[str] = []  # children forked while other threads were there
        self.aimless: list[str] = []  # children that were given nothing to run
        self.sizes: dict[str, int] = {}  # parties of a barrier, first value of a semaphore
        self.left: dict[str, Look] = {}  # how it has left what it got copies of
        self.lendings: list[Lending] = []
        self.facts: list[tuple[str, str, list[str]]] = []  # (name, pool, details): see tasks.Fact
        self._by_tag = {b"b": self.made, b"s": self.segments, b"d": self.segments, b"k": self.ended}
        self._by_tag |= {b"h": self.hints, b"l": self.lent, b"y": self.identities}
        self._by_tag |= {b"T": self.terminated, b"j": self.beside_threads, b"0": self.aimless}
        for _, tag, _, data in self.texts:
            with contextlib.suppress(ValueError):  # its second half is missing
                self._learn(tag, data.decode("utf-8", "replace"))

    def _learn(self, tag: bytes, text: str) -> None:
        match tag, text.split("\n"):
            case b"m", [label, pid, thread, role]:
                self.label, self.pid, self.main_thread = label, int(pid), int(thread)
                self.role = Role.PARENT if self.stem == "0" else Role(role)
            case b"c", [number, name, *about]:
                self.channels[int(number)] = name
                if about:
                    self.about[name] = channel_from(name, about)
            case _ if tag in self._by_tag:
                self._by_tag[tag].append(text)
            case b"r", [label, role]:
                self.roles[label] = Role(role)
            case b"w", [number, file, line, function, end, column]:
                self.places[int(number)] = place(file, int(line), function)
                self.sources[int(number)] = file, int(line)
                self.ends[int(number)] = int(end), int(column)
            case b"x", [kind, *lines]:
                self.exception_type, self.exception = kind, "\n".join(lines)
            case b"g", [label, what]:
                self.given.append((label, what))
            case b"u", [name, count]:
                self.held_back[name] = int(count)
            case b"a", _:
                self.missing = text
            case b"q", [name, call, count, where]:
                self.polls[name, call] = int(count), self.places.get(int(where), "")
            case ((b"U" | b"F"), [name, time, where]):
                found = self.unlinked if tag == b"U" else self.not_found
                found[name] = int(time), self.places.get(int(where), "")
            case b"t", _:
                self.threads.add(int(text))
            case b"p", _:
                self.begun, self.made_early = True, set(self.made)
            case b"z", _:
                self.overdue = True
            case b"f", [name, pool, *details]:
                self.facts.append((name, pool, details))
            case b"=", [key, *look]:
                self.left[key] = Look(*look)
            case b"|", fields:
                self.lendings.append(Lending.read(fields))
            case b"v", [name, size]:
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

    def lengths(self) -> list[int]:
        """Of each place in the file: how many items a message had, plus one; or 0."""
        words = memoryview(self.box).cast("H")
        return words[LENGTH_AT // 2 :: RECORD.size // 2].tolist()

    def doing(self) -> list[Doing]:
        """What its threads had begun and not ended, the latest first, after what a loop asks."""
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
                asks = bool(flags & ASKS)
                if asks and self._is_elsewhere(where):
                    continue
                found.append(Doing(kind, name, at, began, unbounded, main, what, call, asks))
        found.reverse()
        return sorted(found, key=lambda doing: not doing.asks)

    def main_wait(self) -> Doing | None:
        """What its main thread has begun to wait for, if anything: a task is no wait, but work."""
        return next((doing for doing in self.doing() if doing.main and doing.kind != "task"), None)

    def _is_elsewhere(self, where: int) -> bool:
        """True if its main thread was not in that function: an exception ended the loop there."""
        frame, (_, line) = self.main_frame(), self.sources.get(where, ("", 0))
        return frame is not None and place(frame.file, line, frame.function) != self.places[where]

    def main_frame(self) -> Frame | None:
        """The program's own innermost, of its main thread when its stack was dumped last."""
        frames = [frame for frame in self.main_frames() if frame.file not in LIBRARY]
        frames = [frame for frame in frames if not frame.file.startswith("<frozen")]
        users = [frame for frame in frames if not frame.file.startswith(STANDARD)]
        return next(iter(users or frames), None)

    def lines(self) -> list[Line]:
        """Its lines: (time of the last piece or 0, PRINT or ERROR, text)."""
        past = *past_print(self.raw, Kind.PRINT), *past_print(self.raw_errors, Kind.ERROR)
        crashed = [(0, Kind.ERROR, line) for line in crash(self.stack)]
        return [*by_print(self.texts), *past, *crashed]

    def main_frames(self) -> list[Frame]:
        """The frames of its main thread when its stack was dumped last, the innermost first."""
        return main_frames(self.stack, self.main_thread)


def read_folder(folder: str) -> list[ProcessLog]:
    """The logs of all processes of a block, the parent first, then in start order."""
    logs = (ProcessLog(folder, stem) for stem in stems(folder))
    # who has not written who it is, is being born, or was killed then: it has said nothing yet
    return sorted((log for log in logs if log.pid), key=lambda log: log.rank)


def call_in(raw: bytes) -> Call:
    method, *args = shown(raw).split("\x1f")
    return Call(method, tuple(args))


def shown(raw: bytes) -> str:
    """The description in a record."""
    return raw.rstrip(b"\0").decode("utf-8", "replace")
