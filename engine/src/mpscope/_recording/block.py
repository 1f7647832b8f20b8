"""What one process knows about its block: when it ends, and what was made in it.

    recorder.current ─▶ Recorder (this process's log) ─▶ .block: Block
                                                          ▲      ▲
    factories, Process.start(): what was made here ───────┘      └─── supervision, in the parent:
                                                                      when to stop, what to close

Each process has one of its own: a forked child starts with an empty one.
"""

from __future__ import annotations

from _thread import RLock
from _weakrefset import WeakSet
from weakref import ref

from mpscope._recording.clock import monotonic_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from mpscope._recording.polls import Poll
    from mpscope._recording.process import WatchedProcess


class Block:
    """The state of one block in one process; `deadline_ns` is on the clock of `monotonic_ns()`."""

    def __init__(self, deadline_ns: int, is_parent: bool) -> None:
        self.deadline_ns = deadline_ns
        self.deadline_s = 0.0
        """In the parent: the deadline that the user gave."""
        self.stopping = False
        """`stop()` was called: the deadline is not the one that the user gave."""
        self.killed = False
        """The children are dead, or will be in a moment."""
        self.ending = False
        """It is being cleaned up: nothing more can be made through it, by whatever thread."""
        self.made = 0
        """How many process objects were made, also those that were never started."""
        self.unstarted: Any = WeakSet()
        """Those of them that are still held, and were not started."""
        self.started: list[Any] = []
        """The processes that this one has started, in start order: `WatchedProcess`, or `Ended`."""
        # A child's queues must live to the end: their feeder threads may yet have to complain.
        self.queues: Any = WeakSet() if is_parent else set()
        self.pools: Any = WeakSet()
        self.pool_wait = 0
        """Where the wait without a time-out stands that the main thread is in, for a pool; or 0."""
        self.open_ends: Any = WeakSet()
        """Ends of pipes that were opened here, in the parent ..."""
        self.closing = RLock()
        """Held by who closes one of them."""
        self.inodes: set[str] = set()
        """... and what /proc calls them, also when they are closed."""
        self.heap: Any = None
        """Where shared values of this block live, once there is one."""
        self.sockets: list[str] = []
        """Addresses of the managers that were started here."""
        self.polls: dict[tuple[str, str, int], Poll] = {}
        """What was asked in vain, as (name, call, number of a result), since the last success."""
        self.loop: Poll | None = None
        """What the main thread asks in a loop that does nothing else."""
        self.generators: list[Any] = []
        """Copies of numpy's, as this forked child has got it: one for each look, see `draws`."""
        self.starting = 0
        """How many starts of processes, or of pools, the main thread is in the middle of."""
        self.whole = RLock()
        """Held by the main thread meanwhile."""
        self.copied = False
        """The program has called `os.fork()` itself: somebody has a copy of every connection."""
        self.forking = False
        """An observed child is being forked."""
        self.passed_channels: set[str] | None = None
        """The channels and locks that have been pickled for the child that is being started."""
        self.after_start: Callable[[], None] | None = None
        """What to do when it is out of them."""
        self.wait_in_slices: Any = None
        """Waits in short slices, where no signal can interrupt a wait; else None."""

    def wait(self, within: Callable[[Any], Any], timeout: float | None = None) -> Any:
        """What `within(timeout)` returns, asked in slices where no signal can interrupt it."""
        if self.wait_in_slices is None:
            return within(timeout)
        return self.wait_in_slices(within, timeout)

    def let_go(self) -> None:
        """Keep no process object whose end is known, so that what it holds is freed with it.

        Otherwise a block that starts one child after the other would run out of descriptors.
        """
        for at, child in enumerate(self.started):
            if type(child) is Ended or child._popen is None or child._popen.returncode is None:
                continue
            self.started[at] = Ended(child)

    def stop(self) -> None:
        """Move the deadline to now; supervision sees it at its next look."""
        self.stopping = True
        self.deadline_ns = min(self.deadline_ns, monotonic_ns())


class Ended:
    """What is kept of a child whose exit code is known; it answers like the process object."""

    daemon, _ipc_hears = True, ""
    _closed = False  # if its user has closed it, its end is on record already

    def __init__(self, child: WatchedProcess) -> None:
        self._ipc_label, self._ipc_role = child._ipc_label, child._ipc_role
        self._ipc_assignment = child._ipc_assignment
        self.name, self.pid, self.method = child.name, child.pid, child._popen.method
        self.returncode = self.exitcode = child._popen.returncode
        self._popen, self._child = self, ref(child)

    def is_of(self, child: WatchedProcess) -> bool:
        return self._child() is child

    def poll(self) -> int:
        return self.returncode

    def finalizer(self) -> None:
        """Close the descriptors of a process object that its user still holds."""
        child = self._child()
        if child is not None and child._popen is not None:
            child._popen.finalizer()
