"""The black box of one process: what it did, written where a killed process cannot lose it.

    process                                folder of the block                 parent
    ───────                                ───────────────────                 ──────
    open(...)   ─ what begins ───────┐
    stamp(...)  ─ ... and has ended ─┼─▶ 1.box  memory-mapped records   ─▶ events.read_folder()
    say(...)    ─ printed text ──────┼─▶ 1.txt  texts and names         ─▶ transcript, events
    fd 1, fd 2  ─ raw output ────────┴─▶ 1.raw  what bypassed `print`   ─▶ transcript

Each process of an observed block owns one such trio of files, named after its rank ("0" is the
parent, "2.1" the first child of the second child).  There is no thread, no lock and no pipe that
could fill up: an event is one ``struct.pack_into`` into shared file memory, which the operating
system keeps even when the process is killed.  A record that was opened and never stamped is what
its thread was doing when the log was read.

Children import this module, so it uses the standard library only, and little of it.
"""

from __future__ import annotations

import itertools
import mmap
import os
import sys
from _thread import allocate_lock, get_ident
from time import monotonic_ns

from mpscope._recording.block import Block
from mpscope._recording.hot_path import hot_path
from mpscope._recording.identity import identity
from mpscope._recording.library import LIBRARY
from mpscope._recording.own_file import KEPT, OwnFile
from mpscope._recording.records import (
    COUNT,
    ENDLESS,
    EVERYTHING,
    HELPERS,
    IDLE,
    KIND_AT,
    MARK_AT,
    RECORD,
    SENT,
    SENT_AT,
    SIZE,
    STAMP,
    TASK,
    TEXT,
    THREAD,
    UNBOUNDED,
    About,
    Assignment,
    ended_never,
)

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing costs a spawned child several milliseconds
    from types import CodeType, FrameType
    from typing import Any

MAX_EVENTS = 1 << 20  # per process; then one note, and the rest is counted but not kept
MAX_TEXT = 4 << 20  # bytes of printed text per process ...
MAX_SAID = 100_000  # ... and pieces of it: a `print` makes two
FIRST_ROOM = 1024 * RECORD.size

current: Recorder | None = None  # this process's recorder; None outside a block
ended_by_itself = ""  # what was said of a block that was ended while its code did not run


class Recorder:
    """Writes the events and texts of this process; thread-safe.

    ``assignment.folder`` must exist.  ``close()`` frees the mapping and the descriptors; the files
    stay for the reader.
    """

    _box: Any = None
    _mapped: OwnFile | None = None  # what `_box` shows

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.folder, self.stem, self.label, deadline_ns, self.echo, role = assignment
        self.is_parent = self.stem == "0"
        self.block = Block(deadline_ns, self.is_parent)
        self.children = self.helpers = 0
        self.met: set[type] = set()  # the types of what has been sent, but for the built-in ones
        self.labels = {self.label}  # of this process and those that it has started
        self._names: dict[str, int] = {"": 0}
        self._places: dict[int, int] = {}
        self._code_kept: list[Any] = []  # ids in _places stay true while the code lives
        self._count = itertools.count(1)  # place 0 takes what no room is left for
        self._next = self._count.__next__
        self._lock = allocate_lock()
        self.main = get_ident()
        self._said = self._times_said = 0
        self.taken: set[str] = set()  # names of channels made by this process
        self._text: OwnFile | None = None
        self._file: OwnFile | None = None
        self._open: list[int] = []  # places of what has not ended, when one looked last ...
        self._looked_at = 1  # ... among so many records
        self._room, self._full = 0, False
        self._remap: Any = None
        self._path = os.path.join(self.folder, self.stem)
        try:
            self._open_files()
        except OSError as error:  # no room, no descriptors
            self._close_files()
            if self.is_parent or isinstance(error, FileNotFoundError):
                raise
            self._resize(FIRST_ROOM)  # the program goes on; what it does is not kept
        self.open, self.stamp, self.put, self.receive, self.sent, self._remap = hot_path(self)
        self.sentinel = self.sentinel_inode = -1  # a child's: the pipe that its parent holds, too
        self.held: dict[int, int] = {}  # thread -> the record its queue operation has opened
        self.text(b"m", f"{self.label}\n{os.getpid()}\n{get_ident()}\n{role}".encode())
        self.text(b"i", "\n".join(identity()[1:]).encode())

    def _open_files(self) -> None:
        self._text = OwnFile(self._path + ".txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        if self.is_parent:  # while it lives: see sweep
            self._text.lock()
        self._file = OwnFile(self._path + ".box", os.O_RDWR | os.O_CREAT)
        self._resize(FIRST_ROOM)

    # -- events ---------------------------------------------------------------------------------

    # `open` and `stamp`, the two that every message passes through, are made by `hot_path`.

    def dropped(self, place: int) -> None:
        """The feeder thread could not pickle what was put there."""
        SENT.pack_into(self._box, place + SENT_AT, -monotonic_ns(), 0, 0)

    def number(self, place: int, number: int) -> None:
        """Say of what was opened there which submission to a pool it belongs to."""
        STAMP.pack_into(self._box, place + SENT_AT, number)

    def mark(self, place: int, mark: int) -> None:
        """Replace the mark of what was opened there."""
        COUNT.pack_into(self._box, place + MARK_AT, mark)

    def await_task(self, channel: int) -> int:
        """A worker of the pool `channel` begins to wait for a task; `begin_task` ends that."""
        at = self._next()
        if at >= self._room and not self._grow(at):
            return 0
        now = monotonic_ns()
        RECORD.pack_into(self._box, at * SIZE, 0, 0, 0, 0, now, channel, 0, IDLE, UNBOUNDED, b"")
        return at * SIZE

    def begin_task(
        self, place: int, channel: int, number: int, count: int, mark: int, what: bytes
    ) -> None:
        """The task, or chunk of `count` tasks, that was awaited there has come; `stamp` ends it."""
        now = monotonic_ns()
        RECORD.pack_into(self._box, place, 0, number, count, mark, now, channel, 0, TASK, 0, what)

    def endless_wait(self, kinds: set[int] = ENDLESS) -> tuple[int, int]:
        """The wait without a time-out that the main thread is in: its place (0: none), channel."""
        self._find_open()
        for place in reversed(self._open):
            _, _, _, _, _, channel, _, kind, flags, _ = RECORD.unpack_from(self._box, place)
            if kind and not flags & THREAD:
                return (place, channel) if flags & UNBOUNDED and kind in kinds else (0, 0)
        return 0, 0

    def _find_open(self) -> None:
        """Bring the places of what has not ended up to date; each record is looked at once."""
        first, end = self._looked_at, min(int(repr(self._count)[6:-1]), self._room)
        with memoryview(self._box) as box, box[first * SIZE : end * SIZE] as new:
            found = [(first + at) * SIZE for at in ended_never(new)]
        self._open = [at for at in self._open + found if not STAMP.unpack_from(self._box, at)[0]]
        self._looked_at = end

    def turn_into(self, place: int, kind: int) -> None:
        """What was opened there is over, and was something else; kind 0: no event at all.

        What is broken off because the block is being stopped stays open: it was a wait to the end.
        """
        if self.block.killed and not kind:
            return
        self._box[place + KIND_AT] = kind
        STAMP.pack_into(self._box, place, monotonic_ns())

    def write(
        self, kind: int, channel: int = 0, number: int = 0, what: bytes = b"", time: int = 0
    ) -> None:
        """Write an event that took no time."""
        at = self._next()
        if at >= self._room and not self._grow(at):
            return
        now = time or monotonic_ns()
        where = self.place_of(sys._getframe(1))
        flags = 0 if get_ident() == self.main else THREAD
        RECORD.pack_into(
            self._box, at * SIZE, now, number, 0, 0, now, channel, where, kind, flags, what
        )

    def channel(self, name: str, about: About | None = None) -> int:
        """The small number that stands for a channel, or a process, in this process's records."""
        number = self._names.get(name)
        if number is None:
            number = self._names[name] = len(self._names) & 0xFFFF
            self.text(b"c", "\n".join((str(number), name, *(about or ()))).encode())
        return number

    def place_of(self, frame: FrameType | None) -> int:
        """The small number of the line of *user* code that is running."""
        while frame is not None and frame.f_code.co_filename in LIBRARY:
            frame = frame.f_back
        if frame is None:
            return 0
        return self.place_at(frame.f_code, frame.f_lasti, frame.f_lineno)

    def place_at(self, code: CodeType, lasti: int, line: int) -> int:
        """The small number of a line of code; `lasti` says where in its bytecode."""
        number = self._places.get(id(code) + lasti)
        if number is not None:
            return number
        with self._lock:
            number = (len(self._places) + 1) & 0xFFFF
            self._places[id(code) + lasti] = number
            self._code_kept.append(code)
        file = code.co_filename.replace("\n", "\\n")  # a line each
        place = f"{number}\n{file}\n{line}\n{code.co_name}"
        self.text(b"w", place.encode("utf-8", "backslashreplace"))
        return number

    # -- texts ----------------------------------------------------------------------------------

    def text(self, tag: bytes, data: bytes) -> bool:
        """Append a text record: one ``os.write``, so it is whole or not there. Never raises."""
        file = self._text
        if file is None:  # the block has ended, and this thread does not know
            return False
        record = TEXT.pack(monotonic_ns(), tag, get_ident(), len(data)) + data
        written = file.write(record)
        if 0 < written < len(record):  # the disk is full: nothing can be read after half a record
            self._text = None
        return written == len(record)

    def own_thread(self, number: int) -> None:
        """Put on record that a thread, by the kernel's number, only serves this package."""
        self.text(b"t", b"%d" % number)

    def say(self, tag: bytes, data: bytes) -> bool:
        """Keep printed text, up to `MAX_TEXT` bytes, in up to `MAX_SAID` pieces."""
        if self._said > MAX_TEXT or self._times_said > MAX_SAID:
            return True
        self._said += len(data)
        self._times_said += 1
        if self._times_said > MAX_SAID:
            return self.text(b"n", f"printed more than {MAX_SAID} times; the rest is cut".encode())
        if self._said <= MAX_TEXT:
            return self.text(tag, data)
        self.text(tag, data[: MAX_TEXT - self._said] + b"\n")
        return self.text(b"n", f"printed more than {MAX_TEXT >> 20} MB; the rest is cut".encode())

    # -- children and lifetime ------------------------------------------------------------------

    def assign(self, role: str, name: str) -> Assignment:
        """The assignment of this process's next child; `name`: what the user calls it, or ""."""
        self.children += 1
        self.helpers += role in HELPERS
        stem = str(self.children) if self.is_parent else f"{self.stem}.{self.children}"
        label = self._label(role, name)
        self.labels.add(label)
        if role in HELPERS:  # it may be killed before it says so itself
            self.text(b"r", f"{label}\n{role}".encode())
        return Assignment(self.folder, stem, label, self.block.deadline_ns, self.echo, role)

    def _label(self, role: str, name: str) -> str:
        """One that no other process of the block has, whatever names were given by hand."""
        mine = "" if self.is_parent else f"{self.label}."  # another child may use the same
        if role in HELPERS:
            candidates = (f"{HELPERS[role]}{mine}{n}" for n in itertools.count(1))
        elif name:
            candidates = (f"{mine}{name}-{n}" if n > 1 else mine + name for n in itertools.count(1))
        else:  # a Manager's server is nobody's "second child"
            number = itertools.count(self.children - self.helpers)
            candidates = (f"{mine or 'child-'}{n}" for n in number)
        return next(label for label in candidates if label not in self.labels)

    def close(self) -> None:
        """Free the mapping and the descriptors; who writes later, a thread, writes into nothing."""
        self._full = True
        self._map(None, self._room * SIZE)
        self._remap(self._box, self._room)
        self._close_files()

    def forget(self) -> None:
        """In a forked child: the box is the parent's; give back our copy of its descriptors."""
        self._close_files()
        if self.sentinel >= 0:
            _own_description(self.sentinel, self.sentinel_inode)

    def _close_files(self) -> None:
        files = self._text, self._file
        self._text = self._file = None
        for file in files:
            if file is not None:
                file.close()

    # -- room -----------------------------------------------------------------------------------

    def _grow(self, at: int) -> bool:
        with self._lock:
            if at < self._room:
                return True
            if not self._full and self._room < MAX_EVENTS:
                return self._resize(2 * self._room * SIZE)
            if not self._full:
                self._full = True
                self.text(b"n", f"more than {MAX_EVENTS} events; the rest is not kept".encode())
            return False

    def _resize(self, size: int) -> bool:
        """Make the file `size` bytes and map it anew; refuse, rather than crash, on a full disk."""
        try:
            if self._file is not None:
                self._file.grow(size)
            self._map(self._file, size)
        except OSError as error:
            if self._room == 0:
                raise
            self._full = True
            self.text(b"n", f"no room for more events: {error.strerror}".encode())
            return False
        self._room = size // SIZE
        if self._remap:
            self._remap(self._box, self._room)
        return True

    def _map(self, file: OwnFile | None, size: int) -> None:
        """Map a file, or nothing, in the place of what is mapped now."""
        if self._mapped is not None and not self._mapped.is_safe_to_unmap():
            KEPT.append(self._box)
        self._box = mmap.mmap(-1, size) if file is None else file.map(size)
        self._mapped = file


def travels(name: str) -> None:
    """A channel or lock is being pickled: for the child that is started, or for nobody knows whom.

    Called by what is pickled.
    """
    if current is None:
        return
    if current.block.gifts is not None:
        current.block.gifts.add(name)
    else:
        current.text(b"g", f"\n{name}".encode("utf-8", "backslashreplace"))


def _own_description(fd: int, inode: int) -> None:
    """Have this process's copy of a pipe's end do without the signal that goes with the original.

    A forked copy may outlive the process that it is a copy of, and whose end the parent has seen.
    """
    try:
        if os.fstat(fd).st_ino != inode:  # the program has closed it, and opened something else
            return
        anew = os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_NONBLOCK)
        os.dup2(anew, fd, inheritable=False)
        os.close(anew)
    except OSError:  # there are no such files here, or the program has closed it
        pass


def _after_fork() -> None:
    global current
    if current is not None:
        current.forget()
        current = None


def _after_fork_in_parent() -> None:
    """An `os.fork()` that is none of ours: somebody who keeps no log has everything, too."""
    if current is not None and not current.block.forking:
        current.block.copied = True
        current.text(b"g", f"\n{EVERYTHING}".encode())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork, after_in_parent=_after_fork_in_parent)
