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

Whoever calls `send_…`, `put` or `reserve` first is the producer, whoever calls `recv_…`, `get` or
`borrow` first the consumer.  The process that made the ring removes its memory with `unlink()`, or
at its end.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import sys
import weakref
from collections import deque
from math import inf
from multiprocessing import shared_memory
from multiprocessing.connection import wait
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    import numpy as np

    Buffer: TypeAlias = bytes | bytearray | memoryview

BYTES, BATCH, ARRAY = range(3)  # what a slot may hold
HEAD = struct.Struct("<qqq")  # pid of the producer, pid of the consumer, 1 when it has closed
ABOUT = struct.Struct("<QBB16s4Q")  # of each slot: length, kind; of an array also ndim, type, shape
LINE = 64  # bytes: a line of the processor's cache; slots do not share one
MOST_BATCHED = 100  # messages
SMALL = 4096  # bytes; what is longer is not kept back to wait for others
SLICE_S = 0.2  # how long to sleep before looking whether the other side is alive
YIELDS, SLOW_YIELD_S = 100, 50e-6  # see `_turn`


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
        self._slots, self._slot_bytes = slots, slot_bytes
        self._free, self._filled = context.Semaphore(slots), context.Semaphore(0)
        self._pitch = -(-slot_bytes // LINE) * LINE
        size = LINE * (1 + slots) + self._pitch * slots
        self._memory = shared_memory.SharedMemory(create=True, size=size)
        self._unlink = weakref.finalize(self, _remove, self._memory)
        self._begin()

    def _begin(self) -> None:
        """What each process has for itself."""
        self._buffer: Any = self._memory.buf
        self._at = 0  # the slot that is next on this side
        self._side = -1  # 0: producer, 1: consumer
        self._peer: _Peer | None = None
        self._kept: list[Any] = []  # put, and not sent yet
        self._come: deque[Any] = deque()  # received, and not got yet
        self._borrowed = False
        self._patient = True  # whether it is worth while to yield before sleeping

    def __getstate__(self) -> Any:
        shared = self._free, self._filled, self._memory.name
        return self._slots, self._slot_bytes, self._pitch, shared

    def __setstate__(self, state: Any) -> None:
        self._slots, self._slot_bytes, self._pitch, (self._free, self._filled, name) = state
        track = {"track": False} if sys.version_info >= (3, 13) else {}
        self._memory = shared_memory.SharedMemory(name, **track)
        self._begin()

    # -- bytes ----------------------------------------------------------------------------------

    def send_bytes(self, data: Buffer, timeout: float | None = None) -> None:
        """Copy a message into the next slot."""
        self.flush(timeout)
        self._room(len(data), timeout)[: len(data)] = data
        self.commit(len(data))

    def recv_bytes(self, timeout: float | None = None) -> bytes:
        """Copy the next message out of its slot."""
        data = bytes(self.borrow(timeout))
        self.done()
        return data

    def reserve(self, timeout: float | None = None) -> memoryview:
        """The next free slot, to be written in place; `commit` sends it."""
        self.flush(timeout)
        return self._room(0, timeout)

    def _room(self, length: int, timeout: float | None) -> memoryview:
        """The next free slot, for a message of so many bytes."""
        if length > self._slot_bytes:
            raise ValueError(f"{length:,} bytes do not fit into a slot of {self._slot_bytes:,}")
        if self._side:
            self._take_side(0)
        if not self._free.acquire(False):
            self._turn(self._free.acquire, timeout)
        return self._slot()

    def commit(self, length: int, kind: int = BYTES, about: Any = (0, b"", 0, 0, 0, 0)) -> None:
        """Send what has been written into the slot that `reserve` gave."""
        ABOUT.pack_into(self._buffer, LINE * (1 + self._at), length, kind, *about)
        self._at = (self._at + 1) % self._slots
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
        length, kind, ndim, dtype, *shape = self._about()
        view = self._slot()[:length]
        return view if kind != ARRAY else _array(view, dtype.rstrip(b"\0").decode(), shape[:ndim])

    def done(self) -> None:
        """Give the borrowed slot back to the producer."""
        if not self._borrowed:
            raise ValueError("nothing is borrowed")
        self._borrowed = False
        self._at = (self._at + 1) % self._slots
        self._free.release()

    # -- objects --------------------------------------------------------------------------------

    def put(self, obj: object, timeout: float | None = None) -> None:
        """Send an object, pickled; while the consumer is busy, small ones wait to go together.

        At most `MOST_BATCHED` are kept back; `flush` and `close` send them.
        """
        self._kept.append(obj)
        if len(self._kept) >= MOST_BATCHED or self._is_idle() or not _is_small(obj):
            self.flush(timeout)

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
        """Send what `put` has kept back."""
        if self._kept:
            batch, self._kept = self._kept, []
            self._send_batch(batch, timeout)

    def _send_batch(self, batch: list[Any], timeout: float | None) -> None:
        data = pickle.dumps(batch, 5)
        if len(data) <= self._slot_bytes or len(batch) == 1:
            self._room(len(data), timeout)[: len(data)] = data
            return self.commit(len(data), BATCH)
        half = len(batch) // 2
        self._send_batch(batch[:half], timeout)
        self._send_batch(batch[half:], timeout)

    def send_array(self, array: np.ndarray[Any, Any], timeout: float | None = None) -> None:
        """Copy an array of numbers, at most four-dimensional, into the next slot."""
        if array.ndim > 4 or array.dtype.hasobject:
            raise ValueError("an array of numbers in at most four dimensions, please")
        self.flush(timeout)
        slot = self._room(array.nbytes, timeout)[: array.nbytes]
        _array(slot, array.dtype, array.shape)[...] = array
        shape = (*array.shape, 0, 0, 0, 0)[:4]
        self.commit(array.nbytes, ARRAY, (array.ndim, array.dtype.str.encode(), *shape))

    # -- waiting, and the other side ------------------------------------------------------------

    def _slot(self) -> memoryview:
        begin = LINE * (1 + self._slots) + self._at * self._pitch
        return self._buffer[begin : begin + self._slot_bytes]

    def _about(self) -> Any:
        return ABOUT.unpack_from(self._buffer, LINE * (1 + self._at))

    def _is_idle(self) -> bool:
        """Whether the consumer has taken everything, and may be waiting."""
        try:
            return bool(self._filled.get_value() == 0)
        except NotImplementedError:  # macOS cannot tell
            return True

    def _turn(self, acquire: Callable[..., bool], timeout: float | None) -> None:
        """Wait for a semaphore: first give the other side the core, then sleep.

        To yield is quicker than to sleep, by ten times; but where others want the core, each
        yield costs a time slice of theirs. So the first slow one ends the yielding, for this wait.
        """
        yields = YIELDS if self._patient else 8
        for _ in range(yields if hasattr(os, "sched_yield") else 0):
            began = monotonic()
            os.sched_yield()
            if acquire(False):
                self._patient = True
                return
            if monotonic() - began > SLOW_YIELD_S:
                self._patient = False
                break
        until = inf if timeout is None else monotonic() + timeout
        while not acquire(True, max(0.0, min(SLICE_S, until - monotonic()))):
            if self._peer_is_gone():
                if acquire(False):  # its last act
                    return
                raise PeerGone("the process on the other side of the ring has ended or closed it")
            if monotonic() >= until:
                raise TimeoutError(f"nothing happened on the ring for {timeout} s")

    def _take_side(self, side: int) -> None:
        if self._side >= 0:
            raise ValueError("a ring goes one way: this process is on the other side already")
        others = HEAD.unpack_from(self._buffer)[side]
        if others and others != os.getpid():
            raise ValueError(f"process {others} is on this side of the ring already")
        struct.pack_into("<q", self._buffer, 8 * side, os.getpid())
        self._side = side

    def _peer_is_gone(self) -> bool:
        if self._peer is None:
            pid = HEAD.unpack_from(self._buffer)[1 - self._side]
            if not pid:
                return False  # it has not come yet
            self._peer = _Peer(pid)
        return self._peer.has_ended() or bool(HEAD.unpack_from(self._buffer)[2])

    # -- the end --------------------------------------------------------------------------------

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


def _is_small(obj: object) -> bool:
    kind = type(obj)
    if kind is int or kind is float or kind is bool or obj is None:
        return True
    return (kind is bytes or kind is str) and len(obj) <= SMALL  # type: ignore[arg-type]


def _array(view: memoryview, dtype: Any, shape: Sequence[int]) -> np.ndarray[Any, Any]:
    import numpy  # a child that sends no arrays need not have it

    return numpy.frombuffer(view, dtype).reshape(shape)


def _remove(memory: shared_memory.SharedMemory) -> None:
    with contextlib.suppress(FileNotFoundError):  # somebody has cleaned up
        memory.unlink()
