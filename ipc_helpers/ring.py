"""A ring of slots in shared memory: one process sends, one receives, and big messages stay put.

                     free: how many slots may be written
       producer ──────────────▶ ┌──────┬──────┬──────┬──────┐ ─────────────▶ consumer
       writes slot n, n+1 …     │ slot │ slot │ slot │ slot │   reads slot n, n+1 …
                     ◀───────── └──────┴──────┴──────┴──────┘ ◀─────────────
                     filled: how many slots may be read

Nothing but two semaphores says whose turn a slot is, so no slot is seen before it has been written
to its end, on any processor: POSIX lists `sem_post` and `sem_wait` among the functions that
synchronise memory.  Each side counts its own slots; neither can see, or spoil, the other's count.

    ring = Ring(mp, slots=8, slot_bytes=1 << 20)      # mp: any multiprocessing context
    mp.Process(target=work, args=(ring,)).start()     # work: ring.recv_bytes(), ring.get() …
    ring.send_bytes(data); ring.put(obj); ring.close()

Whoever sends first is the producer, whoever receives first the consumer.  The process that made
the ring removes its memory with `unlink()`, or at its end.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import sys
import weakref
from collections import deque
from itertools import cycle
from multiprocessing import shared_memory
from multiprocessing.connection import wait
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    import numpy as np

HEAD = struct.Struct("<qqq")  # pid of the producer, pid of the consumer, 1 when it has closed
LINE = 64  # bytes: a line of the processor's cache; one with these stands before each slot
ABOUT = struct.Struct("<QQ")  # length; 0, or of an array one more than its dimensions
ARRAY = struct.Struct("<16x16s4Q")  # of an array, after these: its type and its shape
MOST_BATCHED = 250  # messages
ATOMS, SMALL = {int, float, bool, type(None), bytes, str}, 4096  # bytes: what may be kept back
SLICE_S = 0.2  # how long to sleep before looking whether the other side is alive
YIELDS, SLOW_YIELD_S = 100 if hasattr(os, "sched_yield") else 0, 50e-6  # see `_turn`


class PeerGone(EOFError):
    """The process on the other side has ended, or closed its end, and no message is left."""


class Ring:
    """A channel from one producer to one consumer, through shared memory.

    Args:
        context: what makes the semaphores, `multiprocessing.get_context(...)` or an observed one.
        slots: how many messages, or batches of small ones, it holds.
        slot_bytes: how long a message may be.

    Waits take ``timeout`` in seconds (None: as long as the other side lives) and raise
    `TimeoutError`; a side that waits for one that has gone gets `PeerGone`, the consumer only after
    it has had everything. A message longer than a slot raises ValueError, and nothing is sent.
    """

    def __init__(self, context: Any, slots: int = 8, slot_bytes: int = 1 << 20) -> None:
        if slots < 1 or slot_bytes < 1:
            raise ValueError("a ring needs at least one slot, and a slot at least one byte")
        self._free, self._filled = context.Semaphore(slots), context.Semaphore(0)
        self._slot_bytes, self._pitch = slot_bytes, LINE + -(-slot_bytes // LINE) * LINE
        self._end = LINE + self._pitch * slots
        self._memory = shared_memory.SharedMemory(create=True, size=self._end)
        self._unlink = weakref.finalize(self, _remove, self._memory)
        self._begin()

    def _begin(self) -> None:
        """What each process has for itself."""
        self._buffer: Any = self._memory.buf
        self._unread: Any = int if sys.platform == "darwin" else self._filled.get_value  # slots
        self._places = cycle(range(2 * LINE, self._end, self._pitch))
        self._place, self._side = next(self._places), -1  # the next slot; 0: producer, 1: consumer
        self._peer: _Peer | None = None
        self._kept: list[Any] = []  # put, and not sent yet
        self._come: deque[Any] = deque()  # received, and not got yet
        self._borrowed = False
        self._patient = True  # whether it is worth while to yield before sleeping

    def __getstate__(self) -> Any:
        return self._slot_bytes, self._pitch, self._end, self._free, self._filled, self._memory.name

    def __setstate__(self, state: Any) -> None:
        self._slot_bytes, self._pitch, self._end, self._free, self._filled, name = state
        track = {"track": False} if sys.version_info >= (3, 13) else {}
        self._memory = shared_memory.SharedMemory(name, **track)
        self._begin()

    def send_bytes(self, data: bytes | memoryview, timeout: float | None = None) -> None:
        """Copy a message into the next slot."""
        if self._kept:
            self.flush(timeout)
        length = len(data)
        self._room(length, timeout)
        self._buffer[self._place : self._place + length] = data
        self.commit(length)

    def recv_bytes(self, timeout: float | None = None) -> bytes:
        """Copy the next message out of its slot."""
        data = bytes(self.borrow(timeout))
        self.done()
        return data

    def reserve(self, timeout: float | None = None) -> memoryview:
        """The next free slot, to be written in place; `commit` sends it."""
        self.flush(timeout)
        self._room(0, timeout)
        return self._buffer[self._place : self._place + self._slot_bytes]

    def _room(self, length: int, timeout: float | None) -> None:
        """Wait until the next slot is free, for a message of so many bytes."""
        if length > self._slot_bytes:
            raise ValueError(f"{length:,} bytes do not fit into a slot of {self._slot_bytes:,}")
        if self._side:
            self._take_side(0)
        if not self._free.acquire(False):
            self._turn(self._free.acquire, timeout)

    def commit(self, length: int, kind: int = 0) -> None:
        """Send what has been written into the slot that `reserve` gave."""
        ABOUT.pack_into(self._buffer, self._place - LINE, length, kind)
        self._place = next(self._places)
        self._filled.release()

    def borrow(self, timeout: float | None = None) -> Any:
        """The next message where it lies, without a copy: a memoryview, or the array that was sent.

        It is yours until `done` gives the slot back to the producer, who then writes into it.
        """
        if self._borrowed:
            raise ValueError("a message is borrowed already: call done() before the next one")
        if self._side != 1:
            self._take_side(1)
        if not self._filled.acquire(False):
            self._turn(self._filled.acquire, timeout)
        self._borrowed = True
        length, kind = ABOUT.unpack_from(self._buffer, self._place - LINE)
        view = self._buffer[self._place : self._place + length]
        if not kind:
            return view
        dtype, *shape = ARRAY.unpack_from(self._buffer, self._place - LINE)
        return _array(view, dtype.rstrip(b"\0").decode(), shape[: kind - 1])

    def done(self) -> None:
        """Give the borrowed slot back to the producer."""
        if not self._borrowed:
            raise ValueError("nothing is borrowed")
        self._borrowed = False
        self._place = next(self._places)
        self._free.release()

    def put(self, obj: Any, timeout: float | None = None) -> None:
        """Send an object, pickled; while the consumer is busy, small ones wait to go together.

        At most `MOST_BATCHED` (on macOS, which cannot tell, none); `flush` and `close` send them.
        """
        self._kept.append(obj)
        count = len(self._kept)  # after eight, only each eighth looks for the consumer
        is_small = type(obj) in ATOMS and obj.__sizeof__() <= SMALL
        if is_small and count < MOST_BATCHED and ((count > 8 and count % 8) or self._unread()):
            return
        try:
            self.flush(timeout)
        except BaseException:
            self._kept.pop()  # a put that raises has taken nothing
            raise

    def get(self, timeout: float | None = None) -> Any:
        """The next object that was put; the messages of a batch come one by one."""
        if not self._come:
            view = self.borrow(timeout)
            try:
                self._come.extend(pickle.loads(view))
            finally:
                view.release()
                self.done()
        return self._come.popleft()

    def flush(self, timeout: float | None = None) -> None:
        """Send what `put` has kept back. What a time-out has kept from leaving stays here."""
        count = len(self._kept)
        while self._kept:
            data = pickle.dumps(self._kept[:count], 5)
            if len(data) > self._slot_bytes and count > 1:
                count = max(1, count * self._slot_bytes // len(data))
                continue
            self._room(len(data), timeout)
            self._buffer[self._place : self._place + len(data)] = data
            self.commit(len(data))
            del self._kept[:count]

    def send_array(self, array: np.ndarray[Any, Any], timeout: float | None = None) -> None:
        """Copy an array of numbers, at most four-dimensional, into the next slot."""
        if array.ndim > 4 or array.dtype.hasobject:
            raise ValueError("an array of numbers in at most four dimensions, please")
        self.flush(timeout)
        self._room(array.nbytes, timeout)
        slot = self._buffer[self._place : self._place + array.nbytes]
        _array(slot, array.dtype, array.shape)[...] = array
        shape = (*array.shape, 0, 0, 0, 0)[:4]
        ARRAY.pack_into(self._buffer, self._place - LINE, array.dtype.str.encode(), *shape)
        self.commit(array.nbytes, 1 + array.ndim)

    def _turn(self, acquire: Callable[..., bool], timeout: float | None) -> None:
        """Wait for a semaphore: first give the other side the core, then sleep.

        To yield is quicker than to sleep, by ten times; but where others want the core, each
        yield costs a time slice of theirs. So the first slow one ends the yielding, for this wait.
        """
        for _ in range(YIELDS if self._patient else YIELDS // 12):
            began = monotonic()
            os.sched_yield()
            if acquire(False):
                self._patient = True
                return
            if monotonic() - began > SLOW_YIELD_S:
                self._patient = False
                break
        until = monotonic() + (float("inf") if timeout is None else timeout)
        while not acquire(True, max(0.0, min(SLICE_S, until - monotonic()))):
            if self._peer_is_gone():
                if acquire(False):  # its last act
                    return
                raise PeerGone("the process on the other side of the ring has ended or closed it")
            if monotonic() >= until:
                raise TimeoutError(f"nothing happened on the ring for {timeout} s")

    def _take_side(self, side: int) -> None:
        holder = HEAD.unpack_from(self._buffer)[side]
        if self._side >= 0 or holder not in (0, os.getpid()):
            raise ValueError("a ring goes one way, from one process to one other")
        struct.pack_into("<q", self._buffer, 8 * side, os.getpid())
        self._side = side

    def _peer_is_gone(self) -> bool:
        *pids, closed = HEAD.unpack_from(self._buffer)
        if self._peer is None and (pid := pids[1 - self._side]):  # else it has not come yet
            self._peer = _Peer(pid)
        return bool(closed or (self._peer and self._peer.has_ended()))

    def close(self) -> None:
        """Send what is kept back, tell the other side that no more will come, let the memory go."""
        if self._memory.buf is None:
            return
        try:
            self.flush()
        finally:
            struct.pack_into("<q", self._buffer, 16, 1)
            self._buffer = memoryview(b"")
            self._memory.close()

    def unlink(self) -> None:
        """Remove the memory; only the process that made the ring does anything here."""
        if hasattr(self, "_unlink"):
            self._unlink()


class _Peer:
    """The process on the other side."""

    def __init__(self, pid: int) -> None:
        self._pid, self._fd = pid, -1
        if hasattr(os, "pidfd_open"):  # Linux: a handle that no later process of that number gets
            with contextlib.suppress(ProcessLookupError):
                self._fd = os.pidfd_open(pid)
                weakref.finalize(self, os.close, self._fd)

    def has_ended(self) -> bool:
        """Whether it has; a zombie has, too."""
        if self._fd >= 0:
            return bool(wait([self._fd], 0))
        if os.name != "posix":
            return False  # there, to look is to kill: only close() tells
        try:
            os.kill(self._pid, 0)
        except OSError as error:
            return isinstance(error, ProcessLookupError)
        return False


def _array(view: memoryview, dtype: Any, shape: Sequence[int]) -> np.ndarray[Any, Any]:
    import numpy  # a child that sends no arrays need not have it

    return numpy.frombuffer(view, dtype).reshape(shape)


def _remove(memory: shared_memory.SharedMemory) -> None:
    with contextlib.suppress(FileNotFoundError):  # somebody has cleaned up
        memory.unlink()
