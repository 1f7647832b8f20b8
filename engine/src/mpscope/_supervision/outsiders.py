"""What else could end a wait: processes without a log, and whatever comes from outside.

    threads     of the parent, by what they run (see `threads`); of a child, by their numbers
    processes   that hold an end of ours, or descend from us, and keep no log
    handlers    of signals, in the parent and its children; Ctrl-C, where the program catches it
    servers     of managers that serve types of the user's own
        └─▶ who_else() ─▶ ["the parent's handler for SIGTERM", ...]

That a wait can never end is said only where this list is empty.  Processes and what is inside a
child are read from /proc; without it, only the parent's own threads and handlers are known.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Iterator
from multiprocessing import resource_tracker
from types import FrameType
from typing import Any

from mpscope._recording.identity import stat_of
from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder
from mpscope._supervision import handlers
from mpscope._supervision.killing import caught
from mpscope._supervision.processes import fork_server, lives, runs
from mpscope._supervision.threads import Threads
from mpscope._trace.kinds import Role
from mpscope._trace.logs import ProcessLog, read_folder
from mpscope._trace.processes import signal_name

# What Python, and the recorder, catch in every child.
_ALWAYS_CAUGHT = {"SIGINT", "SIGURG", "SIGSEGV", "SIGFPE", "SIGABRT", "SIGBUS", "SIGILL"}
CAN_SEE = os.path.isdir("/proc/self/fd")
_SERVANTS_RUN = tuple(
    f"from multiprocessing.{module} import main".encode()
    for module in ("resource_tracker", "forkserver")
)
_SHARED = "pipe:[", "socket:["


class Outsiders:
    """Looks for them, from the parent of one block; `inside` is the frame of its ``with``."""

    def __init__(self, box: Recorder, inside: FrameType, threads: Threads) -> None:
        self.box, self.threads = box, threads
        self._inside: FrameType | None = inside
        self._with_line = inside.f_lineno
        self._before = set(_ends_of(os.getpid()))
        self._since = _ticks_since_boot()

    def who_else(self, started: Iterable[WatchedProcess], frame: FrameType | None) -> list[str]:
        """What could still act, in words; `frame` is what the parent's main thread runs."""
        others = [f"a thread of the parent ({name})" for name in self.threads.others()]
        others += handlers.handlers_of_parent()
        block = self._inside
        if frame and block and handlers.catches_interrupt(frame, block, self._with_line):
            others.append("Ctrl-C, which the program catches")
        hearing = [child for child in started if child._ipc_hears and runs(child)]
        others += [f"{child._ipc_label}, {child._ipc_hears}" for child in hearing]
        return others + (self._in_processes(started) if CAN_SEE else [])

    def _in_processes(self, started: Iterable[WatchedProcess]) -> list[str]:
        logs = read_folder(self.box.folder)
        # a pool's worker that is being born will do nothing but its tasks
        born = {c._popen.pid for c in started if c._popen and c._ipc_role == Role.POOL_WORKER}
        others: list[str] = []
        for log in logs:
            if log.label != self.box.label and lives(log.pid):
                others += inside(log)
        commands = {_read(pid, "comm").strip() for pid in self._strangers(logs, born)}
        names = [comm.decode(errors="replace") or "ended meanwhile" for comm in sorted(commands)]
        return others + [f"a process that is not observed ({name})" for name in names]

    def forget(self) -> None:
        """The block has ended: let go of its frame, which holds everything that it has made."""
        self._inside = None

    def _strangers(self, logs: list[ProcessLog], born: set[int]) -> Iterator[int]:
        """Living processes without a log that belong to one with a log, or hold an end of ours."""
        known = {log.pid for log in logs} | {os.getpid()} | born
        servants = _servants()
        ends = set(self.box.block.inodes)
        for pid in known:
            ends |= set(_ends_of(pid)) - self._before
        locks = _locks_of(os.getpid())
        for name in os.listdir("/proc"):
            if not name.isdigit() or int(name) in known | servants:
                continue
            if self._may_act(int(name), known, ends, locks) and not _only_serves(int(name)):
                yield int(name)

    def _may_act(self, pid: int, known: set[int], ends: set[str], locks: set[bytes]) -> bool:
        about = stat_of(pid)
        if about is None or about.state in ("Z", "X"):
            return False
        is_new = int(about.born) >= self._since
        starters = {os.getpid(), *_servants()}
        if {about.group, about.parent} & (known - {os.getpid()}):
            return True
        if is_new and (about.parent in starters or not locks.isdisjoint(_locks_of(pid))):
            return True
        return not ends.isdisjoint(_ends_of(pid))


def _servants() -> set[int]:
    """What multiprocessing itself has started: the resource tracker and the fork server."""
    tracker: Any = resource_tracker._resource_tracker
    return {tracker._pid or -1, fork_server()}


def _only_serves(pid: int) -> bool:
    """True for a resource tracker or a fork server, whoever has started it: they do as told.

    Since 3.14 a fork server imports the program's main module, which may start others of them.
    What a fork server has forked has its very command line, and is a process like any other.
    """
    about, command = stat_of(pid), _read(pid, "cmdline")
    return bool(about and not about.is_forked) and any(code in command for code in _SERVANTS_RUN)


def inside(log: ProcessLog) -> Iterator[str]:
    """What else there is inside a child than its main thread, and the threads of the recorder."""
    with contextlib.suppress(OSError):  # it has just ended
        if log.role is Role.SERVER:
            return
        tasks = {int(name) for name in os.listdir(f"/proc/{log.pid}/task")}
        if tasks - log.threads - {log.pid}:
            yield f"another thread of {log.label}"
        inherited = {
            n for n in caught(os.getpid()) if not handlers.is_the_programs(handlers.handler_of(n))
        }
        inherited.discard(signal.SIGALRM)  # is reset there
        for number in sorted(caught(log.pid) - inherited):
            if (name := signal_name(number)) not in _ALWAYS_CAUGHT:
                yield f"{log.label}'s handler for {name}"


# -- what /proc says ------------------------------------------------------------------------------


def _ends_of(pid: int) -> Iterator[str]:
    """The pipes and sockets that a process has open: "pipe:[4711]"; none if one may not look."""
    folder = f"/proc/{pid}/fd"
    with contextlib.suppress(OSError):
        for number in os.listdir(folder):
            with contextlib.suppress(OSError):  # closed meanwhile
                link = os.readlink(f"{folder}/{number}")
                if link.startswith(_SHARED):
                    yield link.partition(":")[2]


def _locks_of(pid: int) -> set[bytes]:
    """The inodes of the semaphores that a process has mapped."""
    lines = _read(pid, "maps").splitlines()
    return {line.split(maxsplit=5)[4] for line in lines if b"/dev/shm/sem." in line}


def _read(pid: int, name: str) -> bytes:
    """A file of /proc; empty if the process has ended, or one may not look."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}", "rb") as file:
        return file.read()
    return b""


def _ticks_since_boot() -> float:
    """Now, in the unit of /proc/PID/stat; processes of before have a smaller number."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0
    return time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK") - 1
