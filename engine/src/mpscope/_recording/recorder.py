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
"""

from __future__ import annotations

import itertools
import os
import sys
from _thread import get_ident
from types import CodeType, FrameType

from mpscope._recording import records
from mpscope._recording.block import Block
from mpscope._recording.clock import monotonic_ns
from mpscope._recording.identity import identity
from mpscope._recording.library import LIBRARY, places_of
from mpscope._recording.records import RECORD, SIZE, STAMP, THREAD, UNBOUNDED, About, Assignment
from mpscope._recording.store import Store

current: Recorder | None = None  # this process's recorder; None outside a block
_NOWHERE = 0, 0, 0, 0  # in code without columns
COMPREHENSIONS = "<listcomp>", "<setcomp>", "<dictcomp>"
ended_by_itself = ""  # what was said of a block that was ended while its code did not run


class Recorder(Store):
    """Writes the events and texts of this process; thread-safe.

    ``assignment.folder`` must exist.  ``close()`` frees the mapping and the descriptors; the files
    stay for the reader.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.folder, self.stem, self.label = assignment.folder, assignment.stem, assignment.label
        self.echo = assignment.echo
        self.is_parent = self.stem == "0"
        super().__init__(os.path.join(self.folder, self.stem), self.is_parent)
        self.block = Block(assignment.deadline_ns, self.is_parent)
        self.children = 0
        self.met: set[type] = set()  # the types of what has been sent, but for the built-in ones
        self._labels: object = None  # a `Labels`, once there is a child
        self._names: dict[str, int] = {"": 0}
        self._places: dict[int, int] = {}
        self._code_kept: list[object] = []  # ids in _places stay true while the code lives
        self._count = itertools.count(1)  # place 0 takes what no room is left for
        self._next = self._count.__next__
        self.main = get_ident()
        self.taken: set[str] = set()  # names of channels made by this process
        self._open: list[int] = []  # places of what has not ended, when one looked last ...
        self._looked_at = 1  # ... among this many records
        self.open, self.stamp, self.sent, self.length, self._remap = records.hot_path(self)
        self.held: dict[int, int] = {}  # thread -> the record its queue operation has opened
        self.note(b"m", self.label, os.getpid(), get_ident(), assignment.role)
        me = identity()
        self.note(b"i", me.born, me.namespace)

    # -- events; `open` and `stamp`, which every message passes through, are made by `hot_path` --

    def dropped(self, place: int) -> None:
        """The feeder thread could not pickle what was put there."""
        records.SENT.pack_into(self._box, place + records.SENT_AT, -monotonic_ns(), 0, 0)

    def number(self, place: int, number: int) -> None:
        """Of what was opened there: a submission to a pool, an exit code, the rank of a child."""
        STAMP.pack_into(self._box, place + records.SENT_AT, number)

    def mark(self, place: int, mark: int) -> None:
        records.COUNT.pack_into(self._box, place + records.MARK_AT, mark)

    def await_task(self, channel: int) -> int:
        """A worker of the pool `channel` begins to wait for a task; `begin_task` ends that."""
        at = self._next()
        if at >= self._room and not self._grow(at):
            return 0
        about = channel, 0, records.IDLE, UNBOUNDED, b""
        RECORD.pack_into(self._box, at * SIZE, 0, 0, 0, 0, monotonic_ns(), *about)
        return at * SIZE

    def begin_task(
        self, place: int, channel: int, number: int, count: int, mark: int, what: bytes
    ) -> None:
        """The task, or chunk of `count` tasks, that was awaited there has come; `stamp` ends it."""
        about = channel, 0, records.TASK, 0, what
        RECORD.pack_into(self._box, place, 0, number, count, mark, monotonic_ns(), *about)

    def endless_wait(self, kinds: set[int] = records.ENDLESS) -> tuple[int, int]:
        """The wait without a time-out that the main thread is in: its place (0: none), channel."""
        self._find_open()
        asks = self.block.loop.place if self.block.loop else 0
        for place in reversed(self._open):
            _, _, _, _, _, channel, _, kind, flags, _ = RECORD.unpack_from(self._box, place)
            if kind and not flags & THREAD and asks in (0, place):
                return (place, channel) if flags & UNBOUNDED and kind in kinds else (0, 0)
        return 0, 0

    def _find_open(self) -> None:
        """Bring the places of what has not ended up to date; each record is looked at once."""
        first, end = self._looked_at, min(int(repr(self._count)[6:-1]), self._room)
        with memoryview(self._box) as box, box[first * SIZE : end * SIZE] as new:
            found = [(first + at) * SIZE for at in records.ended_never(new)]
        self._open = [at for at in self._open + found if not STAMP.unpack_from(self._box, at)[0]]
        self._looked_at = end

    def turn_into(self, place: int, kind: int) -> None:
        """What was opened there is over, and was something else; kind 0: no event at all.

        What is broken off because the block is being stopped stays open: it was a wait to the end.
        """
        if self.block.killed and not kind:
            return
        self._box[place + records.KIND_AT] = kind
        STAMP.pack_into(self._box, place, monotonic_ns())

    def began(self, place: int) -> None:
        """What was opened there is over, and is told of at the time when it began."""
        STAMP.pack_into(self._box, place, RECORD.unpack_from(self._box, place)[4])

    def write(self, kind: int, channel: int = 0, number: int = 0, what: bytes = b"") -> None:
        """Write an event that took no time."""
        self.number(self.open(kind, channel, sys._getframe(1), 0, what, 0, 0, True), number)

    def channel(self, name: str, about: About | None = None) -> int:
        """The small number that stands for a channel, or a process, in this process's records."""
        number = self._names.get(name)
        if number is None:
            number = self._names[name] = len(self._names) & 0xFFFF
            self.note(b"c", number, name, *(about.fields() if about else ()))
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
        end = next(itertools.islice(code.co_positions(), max(lasti, 0) // 2, None), _NOWHERE)
        self.note(b"w", number, file, line, function_of(code), end[1] or 0, end[3] or 0)
        return number

    def place_of_error(self, error: BaseException) -> int:
        """The small number of the program's own line that it came through last."""
        for at in reversed(places_of(error)):
            if at.tb_frame.f_code.co_filename not in LIBRARY:
                return self.place_at(at.tb_frame.f_code, at.tb_lasti, at.tb_lineno)
        return 0

    # -- children and lifetime ------------------------------------------------------------------

    def assign(self, role: str, name: str) -> Assignment:
        """The assignment of this process's next child; `name`: what the user calls it, or ""."""
        self.children += 1
        stem = str(self.children) if self.is_parent else f"{self.stem}.{self.children}"
        if self._labels is None:
            from mpscope._recording.naming import Labels

            self._labels = Labels(self.label, self.is_parent)
        label = self._labels.next(role, name)
        if role in records.HELPERS:  # it may be killed before it says so itself
            self.note(b"r", label, role)
        return Assignment(self.folder, stem, label, self.block.deadline_ns, self.echo, role)

    def close(self) -> None:
        """Free the mapping and the descriptors; a thread that writes later writes into nothing."""
        self._full = True
        self._map(None, self._room * SIZE)
        self._remap(self._box, self._room)
        self._close_files()


def function_of(code: CodeType) -> str:
    """Its name; before 3.12 a comprehension is a function, too: then that of the one around it."""
    name = code.co_qualname
    while name.endswith(COMPREHENSIONS):
        name = name.rpartition(".")[0].removesuffix(".<locals>")
    return name.rpartition(".")[2] or "<module>"


def used_too_late(what: str) -> Exception:
    """The error for something that has outlived its block."""
    from mpscope.errors import WrongUse

    if ended_by_itself:
        return WrongUse(
            f"{what} was used after its observe() block had been stopped, with {ended_by_itself}, "
            "while other code than its own was running. Leave its `with` to see why, and open a "
            "new block."
        )
    return WrongUse(
        f"{what} was used after its observe() block had ended: its processes and channels are "
        "gone. Move the call into the block, or open a new one."
    )


def travels(name: str) -> None:
    """A channel or lock is being pickled: for the child that is started, or for nobody knows whom.

    Called by what is pickled.
    """
    if current is None:
        return
    if current.block.passed_channels is not None:
        current.block.passed_channels.add(name)
    else:
        current.note(b"g", "", name)


def _after_fork() -> None:
    global current
    if current is not None:  # the parent's: give back our copy of its descriptors
        current._close_files()
        current = None


def _after_fork_in_parent() -> None:
    """An `os.fork()` that is none of ours: somebody who keeps no log has everything, too."""
    if current is not None and not current.block.forking:
        current.block.copied = True
        current.note(b"g", "", records.EVERYTHING)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork, after_in_parent=_after_fork_in_parent)
