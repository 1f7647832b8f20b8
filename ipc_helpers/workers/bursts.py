"""The two sides of a comparison of channels, which `ipc_helpers.bench` starts."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

BATCH = 100  # messages in a list
SMALL = 65_536  # bytes; of longer messages there are few, and no lists of a hundred
AT_FIRST = 20 << 20  # bytes of big messages in the first burst; of small ones there are BATCH
BURST_S = 0.02  # as long as a burst should take, at the least
WAIT_S = 5.0  # for a burst; then something is broken


def pin(core: int) -> None:
    """Keep this process on one core, where a system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def produce(
    channels: dict[str, Any], orders: Connection, results: Connection, size: int, core: int
) -> None:
    """Send bursts, round after round, for as long as the parent wants to hear of them."""
    pin(core)
    senders = {name: channel.sender() for name, channel in channels.items()}
    pool = messages(size)

    def burst(name: str, count: int) -> float:
        channel, send = channels[name], senders[name]
        orders.send((name, count // channel.batch))
        _told(orders, name)
        began = perf_counter()
        if channel.batch > 1:
            for _ in range(count // channel.batch):
                send(pool)
        else:
            for message in islice(cycle(pool), count):
                send(message)
        channel.flush()
        _told(orders, name)
        return (perf_counter() - began) / count

    fewest = min(BATCH, max(4, AT_FIRST // size))
    counts = {name: enough(partial(burst, name), fewest) for name in channels}
    names, dice = list(channels), random.Random(1)
    with suppress(EOFError, BrokenPipeError):  # the parent has gone
        while True:
            dice.shuffle(names)
            results.send({name: burst(name, counts[name]) for name in names})
            results.recv()


def consume(channels: dict[str, Any], orders: Connection, core: int) -> None:
    """Receive what is ordered, and tell when it has all come."""
    pin(core)
    receivers = {name: channel.receiver() for name, channel in channels.items()}
    with suppress(EOFError):
        while True:
            name, count = orders.recv()
            receive = receivers[name]
            orders.send("ready")
            for _ in range(count):
                receive()
            orders.send("all")


def _told(orders: Connection, name: str) -> None:
    if not orders.poll(WAIT_S):
        raise TimeoutError(f"the consumer says nothing of {name}")
    orders.recv()


def messages(size: int) -> list[bytes]:
    """Different objects: pickle writes one that comes twice only once."""
    count = BATCH if size <= SMALL else 4
    filling = b"." * max(0, size - 8)
    return [number.to_bytes(8, "little") + filling for number in range(count)]


def enough(burst: Callable[[int], float], count: int) -> int:
    """How many messages make a burst long enough for the clock, once the channel is warm."""
    burst(count)
    while burst(count) * count < BURST_S and count < 100_000:
        count *= 2
    return count
