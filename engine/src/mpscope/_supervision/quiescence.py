"""Whether a block has come to rest: every process waits, and no thread has run for a while.

    every tick ─▶ lasts(): the parent in the same wait? every other thread asleep, and never
                  switched to since the last look? ─▶ after so many looks: no stranger who could
                  act? ─▶ True

The kernel knows best who runs: a thread that it has not switched to between two looks has done
nothing, and one that has been woken is no longer asleep.  Read from /proc; where there is none, a
block never seems to rest, and only its deadline ends it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from mpscope._diagnosis.usage import main_wait
from mpscope._recording.recorder import CODE, ENDLESS
from mpscope._supervision.processes import lives, pids, runs
from mpscope._trace.events import read_folder

try:
    import resource
except ImportError:  # Windows
    resource: Any = None  # type: ignore[no-redef]

if TYPE_CHECKING:
    from mpscope._recording.process import WatchedProcess
    from mpscope._recording.recorder import Recorder

CAN_SEE = os.path.isdir("/proc/self/task")
# After so many equal looks in a row (four are three ticks apart), and again later: what made one
# doubt may have gone, but to read all logs at every look would be too much.
TELLING = {4, 8, 16, 32, 64, 128, 256}
MOST = 16 << 20  # bytes of records: to read more takes half a second
OURS = 2  # threads of every child: the main one, and the one that watches the parent; and one for
# each queue that it has put something into, but for those that it has closed
WAITS = ENDLESS | {CODE["join"], CODE["reply"]}

Look = tuple[tuple[int, ...], ...]


class Moving(Exception):
    """Somebody runs, starts or ends, or cannot be seen."""


class Stillness:
    """Looks at one block, from its parent; `threads` are those that were there before it."""

    def __init__(self, box: Recorder, threads: set[threading.Thread]) -> None:
        self.box, self.threads = box, threads
        self._last: Look | None = None
        self._looks = 0
        self._slept = -1  # how often this thread had gone to sleep when the last look ended

    def has_waited(self) -> bool:
        """Whether this thread has gone to sleep since the last look.

        If not, it may just have been given what it waits for: looks can follow one another so
        closely, when the machine is slow, that it does not come to see it.
        """
        return self._slept != _sleeps()

    def lasts(self, started: list[WatchedProcess]) -> bool:
        """Take one look: whether it has been the same often enough, and nobody may act."""
        try:
            look = self._look(started)
        except (Moving, OSError):
            look = None
        self._looks = self._looks + 1 if look == self._last else 1
        self._last = look
        telling = look is not None and self._looks in TELLING
        lasts = telling and self.is_little() and self.holds(started)
        self._slept = _sleeps()
        return lasts

    def lasted(self, started: list[WatchedProcess]) -> bool:
        """Whether nothing has happened since the last look: what was read meanwhile is true."""
        try:
            return self._look(started) == self._last
        except (Moving, OSError):
            return False

    def is_little(self) -> bool:
        """Whether the logs are soon read: meanwhile the block cannot go on."""
        boxes = [name for name in os.listdir(self.box.folder) if name.endswith(".box")]
        return sum(os.path.getsize(os.path.join(self.box.folder, name)) for name in boxes) <= MOST

    def holds(self, started: list[WatchedProcess]) -> bool:
        """Whether now every process is asleep, and nobody else is there who could act."""
        if not CAN_SEE:
            return True  # so far as one can see; asked only when time is up
        try:
            self._look(started)
            return not any(self._may_act())
        except (Moving, OSError):
            return False

    def _look(self, started: list[WatchedProcess]) -> Look:
        """What has to stay the same: the parent's wait, and how often each thread has run."""
        place, channel = self.box.endless_wait(WAITS)
        if not place or not CAN_SEE or threading.current_thread() is not threading.main_thread():
            raise Moving  # in a block of another thread, the main thread may act
        look: list[tuple[int, ...]] = [(place, channel), *self._threads_of_parent()]
        arrived = dict(pids(self.box.folder))
        servers = set()
        for child in list(started):
            stem = child._ipc_assignment.stem if child._ipc_assignment else ""
            if runs(child) and stem not in arrived:
                raise Moving  # it is still starting
            if child._ipc_label.startswith("manager-"):
                servers.add(stem)
        for stem, pid in arrived.items():
            threads = list(_threads(pid))
            look.append((pid,) if stem in servers else (pid, *sum(threads, ())))
        return tuple(look)

    def _threads_of_parent(self) -> Iterator[tuple[int, ...]]:
        for thread in set(threading.enumerate()) - self.threads:
            if thread.name != "QueueFeederThread" or thread.native_id is None:
                raise Moving  # it may do anything, at any time
            yield _thread(os.getpid(), thread.native_id)

    def _may_act(self) -> Iterator[bool]:
        """Whatever makes one doubt: threads and processes that keep no log, alarms to come."""
        logs = read_folder(self.box.folder)
        known = {log.pid for log in logs}
        arrived = {log.label for log in logs}
        for log in logs:
            fields = list(log.records())
            put = {log.channels[record[5]] for record in fields if record[7] == CODE["put"]}
            starts = {record[9] for record in fields if record[7] == CODE["start"]}
            yield any(name.rstrip(b"\0").decode() not in arrived for name in starts)
            if log.label == "parent" or log.label.startswith("manager-") or not lives(log.pid):
                continue
            threads = len(os.listdir(f"/proc/{log.pid}/task"))
            yield threads > OURS + len(put - log.closed)
            doing = main_wait(log)
            yield threads == OURS and doing is not None and doing.kind == "end"  # all is sent
            yield _catches(log.pid, signal.SIGALRM)
        yield any(_strangers(known, _began(logs[0].texts[0][0])))


def _threads(pid: int) -> Iterator[tuple[int, ...]]:
    """Each thread of a process with the number of times it ran; none if the process has ended."""
    if not lives(pid):
        return
    for name in sorted(os.listdir(f"/proc/{pid}/task"), key=int):
        yield _thread(pid, int(name))


def _thread(pid: int, number: int) -> tuple[int, ...]:
    fields = _status(f"/proc/{pid}/task/{number}/status")
    if not fields["State"].startswith("S"):
        raise Moving
    runs_of_it = int(fields["voluntary_ctxt_switches"]) + int(fields["nonvoluntary_ctxt_switches"])
    return number, runs_of_it


def _sleeps() -> int:
    """How often this thread has given its core away, to wait for something."""
    if not hasattr(resource, "RUSAGE_THREAD"):
        return time.monotonic_ns()  # nobody knows
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


def _catches(pid: int, number: int) -> bool:
    return bool(int(_status(f"/proc/{pid}/status")["SigCgt"], 16) >> (number - 1) & 1)


def _strangers(known: set[int], since: float) -> Iterator[bool]:
    """Processes without a log that belong to one with a log: its group, or a child of it."""
    tracker: Any = resource_tracker._resource_tracker
    forkserver: Any = sys.modules.get("multiprocessing.forkserver")
    server = forkserver._forkserver._forkserver_pid if forkserver else None
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in known or int(name) in (tracker._pid, server):
            continue
        try:
            state, parent, group, *rest = _stat(int(name))
        except OSError:
            continue
        if state in ("Z", "X"):
            continue
        of_a_child = {int(group), int(parent)} & (known - {os.getpid()})
        new_of_ours = int(parent) in (os.getpid(), server) and int(rest[16]) >= since
        yield bool(of_a_child) or new_of_ours


def _began(monotonic_ns: int) -> float:
    """A time of `time.monotonic_ns()` in the unit of /proc/PID/stat: clock ticks since the boot."""
    ago_s = (time.monotonic_ns() - monotonic_ns) / 1e9
    now_s = time.clock_gettime(time.CLOCK_BOOTTIME)
    return (now_s - ago_s) * os.sysconf("SC_CLK_TCK") - 1


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, group ..."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b") ")[2].decode("ascii").split()


def _status(path: str) -> dict[str, str]:
    with open(path, encoding="utf-8", errors="replace") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
