"""The ring against its limits and its peers: the tables of docs/ring.md.

    python tools/bench_ring.py        [the extra `bench` brings the peers, cc builds the C twin]

Ratios are of single rounds, see `ipc_helpers.bench`: how many times as long as the ring.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.shared_memory import SharedMemory
from typing import Any

from ipc_helpers.bench import compare, one_core, two_cores
from ipc_helpers.bench_channels import (
    CHANNELS,
    PAGE,
    SLOTS,
    Channel,
    Receive,
    RingObjects,
    Send,
    installed,
    looking,
)
from ipc_helpers.ring import Ring
from ipc_helpers.workers.bursts import BATCH, pin


class Alone(Channel):
    """No channel: the producer copies each message, and looks at it itself. A limit."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._size = size

    def sender(self) -> Send:
        slots = [bytearray(self._size) for _ in range(SLOTS)]
        views = [memoryview(slot) for slot in slots]

        def send(message: bytes) -> None:
            views.append(view := views.pop(0))
            view[:] = message
            bytes(view[::PAGE])

        return send

    def receiver(self) -> Receive:
        return int


TWIN = """
#include <sched.h>
#include <semaphore.h>
#include <string.h>
struct ring { sem_t free, filled; };
static void turn(sem_t *gate) {
    for (int n = 0; n < 100; n++, sched_yield()) if (!sem_trywait(gate)) return;
    while (sem_wait(gate)) ;
}
void begin(struct ring *it, int slots) {
    sem_init(&it->free, 1, slots); sem_init(&it->filled, 1, 0);
}
void put(struct ring *it, char *slot, const char *data, long size) {
    turn(&it->free); memcpy(slot, data, size); sem_post(&it->filled);
}
int look(struct ring *it, const char *slot, long size) {
    int sum = 0;
    turn(&it->filled);
    for (long at = 0; at < size; at += 4096) sum += slot[at];
    sem_post(&it->free);
    return sum;
}
"""


class CTwin(Channel):
    """`send_bytes` and `borrow` in C, called from Python. The other limit."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._size = max(size, 8)
        self._memory = SharedMemory(create=True, size=PAGE + SLOTS * self._size)
        self._folder = tempfile.mkdtemp(prefix=f"ipc-{os.getpid()}-")
        self._library = f"{self._folder}/twin.so"
        command = ["cc", "-O2", "-shared", "-fPIC", "-pthread", "-x", "c", "-", "-o", self._library]
        subprocess.run(command, input=TWIN, text=True, check=True)
        twin, ring, _ = self._parts()
        twin.begin(ring, SLOTS)

    def _parts(self) -> tuple[Any, Any, list[Any]]:
        """The library, the ring and its slots."""
        begin = ctypes.addressof(ctypes.c_char.from_buffer(self._memory.buf))
        slots = [ctypes.c_void_p(begin + PAGE + n * self._size) for n in range(SLOTS)]
        return ctypes.CDLL(self._library), ctypes.c_void_p(begin), slots

    def sender(self) -> Send:
        twin, ring, slots = self._parts()
        size = ctypes.c_long(self._size)

        def send(message: bytes) -> None:
            slots.append(slot := slots.pop(0))
            twin.put(ring, slot, message, size)

        return send

    def receiver(self) -> Receive:
        twin, ring, slots = self._parts()
        size = ctypes.c_long(self._size)

        def receive() -> None:
            slots.append(slot := slots.pop(0))
            twin.look(ring, slot, size)

        return receive

    def close(self) -> None:
        self._memory.close()
        self._memory.unlink()
        shutil.rmtree(self._folder, ignore_errors=True)


class Cloudtoid(Channel):
    """cloudtoid-interprocess: a byte queue in shared memory, in Rust; a full one is asked again."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._folder = tempfile.mkdtemp(prefix=f"ipc-{os.getpid()}-")
        self._room = max(SLOTS * (size + 64), 65_536) // 64 * 64

    def _end(self, kind: str) -> Any:
        module = import_module("cloudtoid_interprocess")
        return getattr(module, kind)(os.path.basename(self._folder), self._room, self._folder)

    def sender(self) -> Send:
        publisher = self._end("Publisher")

        def send(message: bytes) -> None:
            while not publisher.try_send(message):
                os.sched_yield()

        return send

    def receiver(self) -> Receive:
        return looking(self._end("Subscriber").receive)

    def close(self) -> None:
        self._end("Publisher").close()  # the last one out removes its semaphore
        shutil.rmtree(self._folder, ignore_errors=True)


class Iceoryx(Channel):
    """iceoryx2: messages are lent, not copied out. It has no waiting: both sides ask again."""

    def __init__(self, mp: Any, size: int, core: int) -> None:
        self._name, self._size = f"ipc-{os.getpid()}-{time.monotonic_ns()}", size

    def _service(self) -> Any:
        self._iceoryx = iox = import_module("iceoryx2")
        iox.set_log_level(iox.LogLevel.Fatal)
        self._node = iox.NodeBuilder.new().create(iox.ServiceType.Ipc)
        service = self._node.service_builder(iox.ServiceName.new(self._name))
        service = service.publish_subscribe(iox.Slice[ctypes.c_uint8]).enable_safe_overflow(False)
        return service.subscriber_max_buffer_size(SLOTS).open_or_create()

    def sender(self) -> Send:
        ports = self._service().publisher_builder().initial_max_slice_len(self._size)
        waits = self._iceoryx.BackpressureStrategy.RetryUntilDelivered
        publisher, size = ports.backpressure_strategy(waits).create(), self._size

        def send(message: bytes) -> None:
            delivered = 0
            while not delivered:  # in 0.10 the strategy alone loses some
                sample = publisher.loan_slice_uninit(size)
                ctypes.memmove(sample.payload_ptr, message, size)
                delivered = sample.assume_init().send()

        return send

    def receiver(self) -> Receive:
        subscriber = self._service().subscriber_builder().create()

        def receive() -> None:
            while (sample := subscriber.receive()) is None:
                os.sched_yield()
            bytes(sample.payload().as_memory_view()[::PAGE])
            sample.delete()

        return receive

    def close(self) -> None:
        self._service()  # who cleans up after the dead has to be a node
        self._node.try_cleanup_dead_nodes()


class RingOfLists(RingObjects):
    """`put(list)`."""

    batch = BATCH


CHANNELS |= {
    "ring, lists of 100": RingOfLists,
    "one process": Alone,
    "C twin": CTwin,
    "cloudtoid": Cloudtoid,
    "iceoryx2": Iceoryx,
}
MODULES = {"cloudtoid": "cloudtoid_interprocess", "iceoryx2": "iceoryx2"}
BIG = ["Queue", "Pipe", "Pipe, bytes", "pyzmq", "faster-fifo", "cloudtoid", "iceoryx2"]
LIMITS = ["one process", "C twin"]
TABLES = {  # words -> size, what is measured, against whom
    "1 MiB, send_bytes and borrow": (1 << 20, "ring, bytes", [*LIMITS, *BIG]),
    "16 MiB, send_bytes and borrow": (16 << 20, "ring, bytes", [*LIMITS, *BIG]),
    "8 bytes, put and get": (8, "ring, put", [*BIG, "Pipe, lists of 100", "ring, lists of 100"]),
    "8 bytes, put and get, lists of 100": (8, "ring, lists of 100", ["Queue", "Pipe"]),
    "8 bytes, send_bytes and borrow": (8, "ring, bytes", ["C twin", *BIG]),
}


def there(name: str) -> bool:
    if name == "C twin":
        return shutil.which("cc") is not None
    return name in installed() and find_spec(MODULES.get(name, "os")) is not None


# ---- there and back ----


def round_trips(rounds: int = 15) -> list[float]:
    """The time of eight bytes there and back, Pipe ÷ ring, of single rounds, on one core."""
    mp = multiprocessing.get_context("spawn")
    pin(one_core()[0])
    pairs = [pipe(mp), rings(mp)]
    children = [mp.Process(target=echo, args=theirs, daemon=True) for _, theirs in pairs]
    for child in children:
        child.start()
    try:
        took = [[round_trip(*handles(*ours)) for ours, _ in pairs] for _ in range(rounds)]
    finally:
        for child in children:
            child.kill()
            child.join()
        for ring in pairs[1][0]:
            ring.close()
            ring.unlink()
    return [of_pipe / of_ring for of_pipe, of_ring in took]


def round_trip(send: Send, receive: Receive, count: int = 2000) -> float:
    began = time.perf_counter()
    for _ in range(count):
        send(b"eight by")
        receive()
    return (time.perf_counter() - began) / count


def handles(inbox: Any, outbox: Any) -> tuple[Send, Receive]:
    if isinstance(outbox, Ring):
        return outbox.send_bytes, inbox.recv_bytes
    return outbox.send, inbox.recv


def echo(inbox: Any, outbox: Any) -> None:
    pin(one_core()[0])
    send, receive = handles(inbox, outbox)
    while True:
        send(receive())


def rings(mp: Any) -> Any:
    to, back = Ring(mp, 4, 64), Ring(mp, 4, 64)
    return (back, to), (to, back)


def pipe(mp: Any) -> Any:
    mine, yours = mp.Pipe()
    return (mine, mine), (yours, yours)


def main() -> None:
    for words, (size, base, others) in TABLES.items():
        for cores in (one_core, two_cores):
            names = [base, *filter(there, others)]
            found = compare(names, size, cores=cores())
            micro = 1e6 * statistics.median(found.seconds[base])
            print(f"\n{words}, {cores.__name__.replace('_', ' ')}: {micro:.2f} µs; time ÷ {base}")
            for name in names[1:]:
                low, median, high = found.ratio(name, base)
                print(f"  {name:<20}{median:8.2f}  ({low:.2f} to {high:.2f})")
    low, median, high = statistics.quantiles(round_trips(), n=4)
    print(f"\nthere and back on one core, Pipe ÷ ring: {median:.2f} ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
