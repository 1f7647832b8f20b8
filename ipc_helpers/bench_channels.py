"""The channels that `ipc_helpers.bench` compares, each with the same two handles.

The parent makes a channel, both sides get it as an argument; `sender()` is called once by the
producer, `receiver()` once by the consumer. A message is `bytes`; whoever receives one looks at a
byte of each page, so that nobody wins by not having moved the data.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.managers import SyncManager
from multiprocessing.shared_memory import SharedMemory
from typing import Any

from ipc_helpers.ring import Ring
from ipc_helpers.workers.bursts import BATCH, pin

PAGE, SLOTS = 4096, 4  # bytes; messages

Send = Callable[[Any], object]
Receive = Callable[[], object]


class Channel:
    """A way from the producer to the consumer."""

    batch = 1  # how many messages one call of `send` takes

    def __init__(self, mp: Any, size: int, core: int) -> None:
        raise NotImplementedError

    def sender(self) -> Send:
        """What sends a message, or a list of `batch`."""
        raise NotImplementedError

    def receiver(self) -> Receive:
        """What receives one, and has looked at it."""
        raise NotImplementedError

    def flush(self) -> None:
        """Send what is kept back."""

    def close(self) -> None:
        """Remove what would outlive the processes; the parent does this."""


def looking(receive: Callable[[], Any]) -> Receive:
    """Receive a message, and look at a byte of each page."""
    return lambda: receive()[::PAGE]


class Ends(Channel):
    """Two objects that have such calls already; of a queue, both are the same."""

    sends, receives = "put", "get"
    writer: Any
    reader: Any

    def sender(self) -> Send:
        return getattr(self.writer, self.sends)

    def receiver(self) -> Receive:
        return looking(getattr(self.reader, self.receives))


class Pipe(Ends):
    """`send` and `recv`."""

    sends, receives = "send", "recv"

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self.reader, self.writer = mp.Pipe(duplex=False)


class PipeBytes(Pipe):
    """`send_bytes` and `recv_bytes`: nothing is pickled."""

    sends, receives = "send_bytes", "recv_bytes"


class PipeOfLists(Pipe):
    batch = BATCH


class Queue(Ends):
    """`multiprocessing.Queue`."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self.writer = self.reader = mp.Queue()


class QueueOfLists(Queue):
    batch = BATCH


class SimpleQueue(Ends):
    """`multiprocessing.SimpleQueue`."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self.writer = self.reader = mp.SimpleQueue()


class ManagerQueue(Ends):
    """`Manager().Queue()`: its server is pinned, too, to the producer's core."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._manager = SyncManager(ctx=mp)
        self._manager.start(pin, (core,))
        self.writer = self.reader = self._manager.Queue()

    def __getstate__(self) -> dict[str, Any]:
        return {"writer": self.writer, "reader": self.reader}

    def close(self) -> None:
        self._manager.shutdown()


class FasterFifo(Ends):
    """faster-fifo: a queue in shared memory, with room for four messages or 64 KiB."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        room = max(SLOTS * (size + 1024), 65_536)
        self.writer = self.reader = import_module("faster_fifo").Queue(max_size_bytes=room)


class ByHand(Channel):
    """One block of shared memory and two semaphores; the consumer reads where the bytes lie."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._size = max(size, 8)
        self._memory = SharedMemory(create=True, size=self._size)
        self._free, self._filled = mp.Semaphore(1), mp.Semaphore(0)

    def sender(self) -> Send:
        size = self._size
        buffer: Any = self._memory.buf

        def send(message: bytes) -> None:
            self._free.acquire()
            buffer[:size] = message
            self._filled.release()

        return send

    def receiver(self) -> Receive:
        size = self._size
        buffer: Any = self._memory.buf

        def receive() -> None:
            self._filled.acquire()
            bytes(buffer[:size:PAGE])
            self._free.release()

        return receive

    def close(self) -> None:
        self._memory.close()
        self._memory.unlink()


class RingBytes(Channel):
    """`ipc_helpers.ring`: `send_bytes`, and `borrow` without a copy."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._ring = Ring(mp, SLOTS, max(size, 8))

    def sender(self) -> Send:
        return self._ring.send_bytes

    def receiver(self) -> Receive:
        ring = self._ring

        def receive() -> None:
            view = ring.borrow()
            bytes(view[::PAGE])
            view.release()
            ring.done()

        return receive

    def close(self) -> None:
        self._ring.close()
        self._ring.unlink()


class RingObjects(RingBytes):
    """`put` and `get`: the ring puts small messages together by itself."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._ring = Ring(mp, SLOTS, max(2 * size, 16_384))

    def sender(self) -> Send:
        return self._ring.put

    def receiver(self) -> Receive:
        return looking(self._ring.get)

    def flush(self) -> None:
        self._ring.flush()


class Zmq(Channel):
    """pyzmq: PUSH and PULL, over a Unix socket where there is one."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._folder = tempfile.mkdtemp(prefix=f"ipc-{os.getpid()}-")

    def _socket(self, kind: str, how: str) -> Any:
        zmq = import_module("zmq")
        socket = zmq.Context.instance().socket(getattr(zmq, kind))
        getattr(socket, how)(f"ipc://{self._folder}/bench")
        return socket

    def sender(self) -> Send:
        return self._socket("PUSH", "connect").send

    def receiver(self) -> Receive:
        return looking(self._socket("PULL", "bind").recv)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


CHANNELS: dict[str, type[Channel]] = {
    "Manager queue": ManagerQueue,
    "Queue": Queue,
    "SimpleQueue": SimpleQueue,
    "Pipe": Pipe,
    "Pipe, bytes": PipeBytes,
    "shared memory by hand": ByHand,
    "ring, bytes": RingBytes,
    "ring, put": RingObjects,
    "Queue, lists of 100": QueueOfLists,
    "Pipe, lists of 100": PipeOfLists,
    "pyzmq": Zmq,
    "faster-fifo": FasterFifo,
}
NEEDS = {"pyzmq": "zmq", "faster-fifo": "faster_fifo"}


def installed() -> list[str]:
    """The channels that can be compared here; pyzmq comes with JupyterLab, faster-fifo does not."""
    return [name for name in CHANNELS if find_spec(NEEDS.get(name, "os"))]
