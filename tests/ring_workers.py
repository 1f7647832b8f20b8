"""What children do in the tests of the ring."""

from __future__ import annotations

import os
import random
import signal
import zlib

from ipc_helpers.ring import PeerGone, Ring


def messages(seed: int, count: int):
    """So many messages of random size and content; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        yield chance.randbytes(chance.choice((0, 1, 8, 100, 1000, 4096)))


def send(ring: Ring, seed: int, count: int) -> None:
    for message in messages(seed, count):
        ring.send_bytes(message)
    ring.close()


def put(ring: Ring, objects: list) -> None:
    for obj in objects:
        ring.put(obj)
    ring.close()


def receive_all(ring: Ring, answers) -> None:
    """Receive to the end; tell how many there were, and a checksum of all of them in order."""
    count = total = 0
    try:
        while True:
            total = zlib.crc32(ring.recv_bytes(timeout=20), total)
            count += 1
    except PeerGone:
        answers.put((count, total))


def send_until_killed(ring: Ring, ready) -> None:
    number = 0
    while True:
        ring.send_bytes(number.to_bytes(8, "little") * 512)
        number += 1
        if number == 3:
            ready.set()


def write_half_and_die(ring: Ring) -> None:
    """One whole message; then half of another, and no end."""
    ring.send_bytes(b"whole")
    ring.reserve()[:4] = b"half"
    os.kill(os.getpid(), signal.SIGKILL)


def borrow_and_die(ring: Ring) -> None:
    ring.borrow()
    os._exit(1)


def sum_arrays(ring: Ring, count: int, answers) -> None:
    total = 0.0
    for _ in range(count):
        array = ring.borrow(timeout=20)
        total += float(array.sum())
        del array
        ring.done()
    answers.put(total)


def get_all(ring: Ring, go, answers) -> None:
    """When it is time, get to the end; tell all that came."""
    go.wait()
    come = []
    try:
        while True:
            come.append(ring.get(timeout=20))
    except PeerGone:
        answers.send(come)


def echo(ring_in: Ring, ring_out: Ring) -> None:
    try:
        while True:
            ring_out.put(ring_in.get(timeout=20))
    except PeerGone:
        ring_out.close()
