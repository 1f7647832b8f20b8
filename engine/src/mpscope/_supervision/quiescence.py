"""Quiescence of a block: every process waits, and no thread has run for a while.

    every tick ─▶ lasts(): the parent in the same wait? every other thread asleep, and never
                  switched to since the last look? ─▶ after so many looks: nobody on the way?
                  ─▶ True; then `outsiders` asks who else could act

The kernel knows best who runs: a thread that it has not switched to between two looks has done
nothing, and one that has been woken is no longer asleep.  Read from /proc; where there is none, a
block never seems to rest, and only its deadline ends it.
"""

import os
import threading
from collections.abc import Iterator
from typing import Any

from mpscope._recording import clock
from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import BEAT, BEAT_AT, CODE, ENDLESS
from mpscope._supervision.processes import held, identities, lives, runs, status_of
from mpscope._supervision.threads import Threads
from mpscope._trace.kinds import Role
from mpscope._trace.logs import read_folder

try:
    import resource
except ImportError:  # Windows
    resource: Any = None  # type: ignore[no-redef]

CAN_SEE = os.path.isdir("/proc/self/task")
# After so many equal looks in a row (four are three ticks apart), always at two that follow one
# another, and again later: what made one doubt may have gone, but to read all logs at every look
# would be too much.
TELLING = {3, 4, 8, 9, 16, 17, 32, 33, 64, 65, 128, 129, 256, 257}
MOST = 16 << 20  # bytes of records: to read more takes half a second
# Threads of a child that has nothing to send: the main one, and the one that watches the parent.
OURS = 2
WAITS = ENDLESS | {CODE[kind] for kind in ("join", "reply", "end", "collect", "shutdown")}

NAME = 32  # bytes of a label that a record has room for

Look = tuple[tuple[int, ...], ...]


class Moving(Exception):
    """Something runs, starts or ends, or cannot be seen."""


class Quiescence:
    """Samples one block from its parent, whose other threads are `threads`."""

    def __init__(self, box: Recorder, threads: Threads) -> None:
        self.box, self.threads = box, threads
        self._last: Look | None = None
        self._looks = 0
        self._beats = self._before = dict[int, int]()  # how often each loop of a child has asked
        self._wait = (0, 0)  # the one that the parent was in at the last look
        self._slept = -1  # how often this thread had gone to sleep when the last look ended

    def has_waited(self) -> bool:
        """True if this thread has gone to sleep since the last look.

        If not, it may just have been given what it waits for: looks can follow one another so
        closely, when the machine is slow, that it does not come to see it.
        """
        return self._slept != _sleeps()

    def lasts(self, started: list[WatchedProcess]) -> bool:
        """Take one look: whether it has been the same often enough, and nobody may act."""
        self._wait = self.box.endless_wait(WAITS)
        try:
            look = self._look(started)
        except (Moving, OSError):
            look = None
        self._looks = self._looks + 1 if look == self._last else 1
        self._last = look
        if self._looks == 1:
            self._before = self._beats
        if look is None or self._looks not in TELLING:
            return False
        # an answer that was on its way at the first look counts when the next one is
        asked_on = all(count >= self._before[pid] + 2 for pid, count in self._beats.items())
        return asked_on and self.is_little() and self.holds(started)

    def stays(self, started: list[WatchedProcess]) -> bool:
        """True if the parent is in the very wait of the last look, and nobody seems to move.

        Time is up, and a parent in a loop is caught in a wait at every moment, too.
        """
        return self._wait == self.box.endless_wait(WAITS) and self.holds(started)

    def looked(self) -> None:
        """The look is over, all of it: what it has read may have put this thread to sleep."""
        self._slept = _sleeps()

    def lasted(self, started: list[WatchedProcess]) -> bool:
        """True if nothing has happened since the last look: what was read meanwhile is true."""
        try:
            return self._look(started) == self._last
        except (Moving, OSError):
            return False

    def is_little(self) -> bool:
        """True if the logs are soon read: meanwhile the block cannot go on."""
        boxes = [name for name in os.listdir(self.box.folder) if name.endswith(".box")]
        return sum(os.path.getsize(os.path.join(self.box.folder, name)) for name in boxes) <= MOST

    def somebody_may_act(self, channel: int) -> bool:
        """True if anybody is left who could do what the parent's main thread waits for."""
        living = [child for child in list(self.box.block.started) if runs(child)]
        if any(child._ipc_role != Role.SERVER for child in living):
            return True
        if held(self.box.folder, {child._ipc_assignment.stem for child in living}):
            return True
        if self.threads.any_at_work():
            return True
        return any(
            queue._ipc_channel == channel and queue._ipc_busy() for queue in self.box.block.queues
        )

    def holds(self, started: list[WatchedProcess]) -> bool:
        """True if now every process is asleep, and nobody is on the way."""
        if not CAN_SEE:
            return True  # so far as one can see; asked only when time is up
        try:
            self._look(started)
            return not any(self._on_the_way())
        except (Moving, OSError):
            return False

    def _look(self, started: list[WatchedProcess]) -> Look:
        """What has to stay the same: the parent's wait, and how often each thread has run."""
        place, channel = self.box.endless_wait(WAITS)
        if not place or not CAN_SEE or threading.current_thread() is not threading.main_thread():
            raise Moving  # in a block of another thread, the main thread may act
        look: list[tuple[int, ...]] = [(place, channel), *self._threads_of_parent()]
        arrived = {stem: who.pid for stem, who in identities(self.box.folder)}
        servers = set()
        for child in list(started):
            stem = child._ipc_assignment.stem if child._ipc_assignment else ""
            if runs(child) and stem not in arrived:
                raise Moving  # it is still starting
            if child._ipc_role == Role.SERVER:
                servers.add(stem)
        self._beats = {}
        for stem, pid in arrived.items():
            asks, count = (0, 0) if stem in servers else self._beat(stem)
            if asks:  # its main thread comes and goes
                self._beats[pid] = count
            threads = _threads(pid, but_for=pid if asks else 0)
            look.append((pid,) if stem in servers else (pid, asks, *sum(threads, ())))
        return tuple(look)

    def _beat(self, stem: str) -> tuple[int, ...]:
        with open(os.path.join(self.box.folder, f"{stem}.box"), "rb", buffering=0) as file:
            beat = os.pread(file.fileno(), BEAT.size, BEAT_AT)
        return BEAT.unpack(beat.ljust(BEAT.size, b"\0"))

    def _threads_of_parent(self) -> Iterator[tuple[int, ...]]:
        if self.threads.any_at_work(but_for_pools=True):
            raise Moving
        for number in sorted(self.threads.servants()):
            yield _thread(os.getpid(), number)

    def _on_the_way(self) -> Iterator[bool]:
        """Whatever makes one doubt: who has been started and not arrived, or is about to leave."""
        logs = read_folder(self.box.folder)
        arrived = {log.label.encode()[:NAME] for log in logs}
        for log in logs:
            started = [record[9] for record in log.records() if record[7] == CODE["start"]]
            yield any(label.rstrip(b"\0") not in arrived for label in started)
            if log.role in (Role.PARENT, Role.SERVER) or not lives(log.pid):
                continue
            doing = log.main_wait()
            threads = len(os.listdir(f"/proc/{log.pid}/task"))
            yield threads <= OURS and doing is not None and doing.kind == "end"  # all is sent


def _threads(pid: int, but_for: int = 0) -> Iterator[tuple[int, ...]]:
    """Each thread of a process with the number of times it ran; none if the process has ended."""
    if not lives(pid):
        return
    for name in sorted(os.listdir(f"/proc/{pid}/task"), key=int):
        if int(name) != but_for:
            yield _thread(pid, int(name))


def _thread(pid: int, number: int) -> tuple[int, ...]:
    fields = status_of(f"/proc/{pid}/task/{number}/status")
    if not fields["State"].startswith("S"):
        raise Moving
    runs_of_it = int(fields["voluntary_ctxt_switches"]) + int(fields["nonvoluntary_ctxt_switches"])
    return number, runs_of_it


def _sleeps() -> int:
    """How often this thread has given its core away, to wait for something."""
    if not hasattr(resource, "RUSAGE_THREAD"):
        return clock.monotonic_ns()  # nobody knows
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
