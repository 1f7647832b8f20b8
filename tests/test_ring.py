"""The ring: nothing is lost, torn or seen half, and nobody waits for the dead."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
import zlib
from collections.abc import Iterator

import pytest
import ring_workers as workers
from course import START_METHODS
from observing import as_in_a_notebook  # noqa: F401

from ipc_helpers.ring import PeerGone, Ring
from mpscope import observe

MESSAGES = int(os.environ.get("IPC_RING_MESSAGES", "3000"))  # 100,000 in the bench
KILLED = int(os.environ.get("IPC_RUNS", "5"))
per_method = pytest.mark.parametrize("method", START_METHODS)
FORK = START_METHODS[0]


@contextlib.contextmanager
def a_ring(mp, **size) -> Iterator[Ring]:
    ring = Ring(mp, **size)
    try:
        yield ring
    finally:
        ring.close()
        ring.unlink()


@per_method
def test_messages_of_any_size_come_whole_and_in_order(method: str) -> None:
    mp = multiprocessing.get_context(method)
    total = 0
    for message in workers.messages(4, MESSAGES):
        total = zlib.crc32(message, total)
    with a_ring(mp, slots=4, slot_bytes=4096) as ring:
        answers = mp.Queue()
        child = mp.Process(target=workers.receive_all, args=(ring, answers))
        child.start()
        workers.send(ring, 4, MESSAGES)
        assert answers.get(timeout=60) == (MESSAGES, total)
        child.join()


@per_method
def test_objects_come_in_order_however_they_are_batched(method: str) -> None:
    mp = multiprocessing.get_context(method)
    objects = [0, None, "text", 2.5, {"k": [1, 2]}, b"x" * 5000, *range(1000), ("t", 1)]
    with a_ring(mp, slots=3, slot_bytes=8192) as ring:
        child = mp.Process(target=workers.put, args=(ring, objects))
        child.start()
        assert [ring.get(timeout=20) for _ in objects] == objects
        with pytest.raises(PeerGone):
            ring.get(timeout=20)
        child.join()


@per_method
def test_an_answer_comes_back_through_a_second_ring(method: str) -> None:
    mp = multiprocessing.get_context(method)
    with a_ring(mp) as there, a_ring(mp) as back:
        child = mp.Process(target=workers.echo, args=(there, back))
        child.start()
        for number in range(50):
            there.put(number)
            there.flush()
            assert back.get(timeout=20) == number
        there.close()
        child.join(20)
        assert child.exitcode == 0


@per_method
def test_arrays_are_read_where_they_lie(method: str) -> None:
    numpy = pytest.importorskip("numpy")
    mp = multiprocessing.get_context(method)
    arrays = [numpy.arange(12.0).reshape(3, 4) + n for n in range(20)]
    with a_ring(mp, slots=2) as ring:
        answers = mp.Queue()
        child = mp.Process(target=workers.sum_arrays, args=(ring, len(arrays), answers))
        child.start()
        for array in arrays:
            ring.send_array(array)
        assert answers.get(timeout=20) == sum(float(array.sum()) for array in arrays)
        child.join()


def test_what_does_not_fit_is_refused_and_loses_nothing() -> None:
    with a_ring(multiprocessing.get_context(FORK), slots=2, slot_bytes=100) as ring:
        with pytest.raises(ValueError, match="101 bytes do not fit into a slot of 100"):
            ring.send_bytes(bytes(101))
        with pytest.raises(ValueError, match="do not fit"):
            ring.put("x" * 200)
        ring.send_bytes(b"fits")
        assert ring._filled.get_value() == 1
    with pytest.raises(ValueError, match="at least one slot"):
        Ring(multiprocessing, slots=0)


def test_a_wait_ends_in_time() -> None:
    with a_ring(multiprocessing.get_context(FORK), slots=1, slot_bytes=10) as ring:
        ring.send_bytes(b"one")
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            ring.send_bytes(b"two", timeout=0.3)
        assert 0.25 < time.monotonic() - began < 1.3


def test_a_put_that_raises_has_taken_nothing_and_lost_nothing() -> None:
    """Neither what was kept back before it, nor the message itself: it can be put again."""
    mp = multiprocessing.get_context(FORK)
    with a_ring(mp, slots=1, slot_bytes=6000) as ring:
        go, (mine, yours) = mp.Event(), mp.Pipe()
        child = mp.Process(target=workers.get_all, args=(ring, go, yours))
        child.start()
        ring.put("first")  # goes at once; the next ones are kept back
        ring.put("second")
        with pytest.raises(TimeoutError):
            ring.put(b"x" * 5000, timeout=0.1)
        go.set()
        ring.put("third")
        ring.close()
        assert mine.poll(20) and mine.recv() == ["first", "second", "third"]
        child.join()


def test_one_process_cannot_be_on_both_sides() -> None:
    with a_ring(multiprocessing.get_context(FORK)) as ring:
        ring.send_bytes(b"x")
        with pytest.raises(ValueError, match="one way"):
            ring.recv_bytes()


def test_a_borrowed_message_is_given_back_before_the_next() -> None:
    mp = multiprocessing.get_context(FORK)
    with a_ring(mp) as ring:
        child = mp.Process(target=workers.send, args=(ring, 1, 3))
        child.start()
        ring.borrow(timeout=20)
        with pytest.raises(ValueError, match="call done"):
            ring.borrow()
        ring.done()
        with pytest.raises(ValueError, match="nothing is borrowed"):
            ring.done()
        child.join()


@pytest.mark.parametrize("run", range(KILLED))
def test_a_killed_producer_leaves_whole_messages_and_an_error(run: int) -> None:
    mp = multiprocessing.get_context(FORK)
    with a_ring(mp, slots=4, slot_bytes=4096) as ring:
        ready = mp.Event()
        child = mp.Process(target=workers.send_until_killed, args=(ring, ready))
        child.start()
        assert ready.wait(20)
        time.sleep(0.001 * run)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        numbers = []
        with pytest.raises(PeerGone):
            while True:
                data = ring.recv_bytes(timeout=20)
                assert data == data[:8] * 512, "torn"
                numbers.append(int.from_bytes(data[:8], "little"))
        assert numbers == list(range(len(numbers))) and len(numbers) >= 3


def test_half_a_message_is_never_seen() -> None:
    mp = multiprocessing.get_context(FORK)
    with a_ring(mp) as ring:
        child = mp.Process(target=workers.write_half_and_die, args=(ring,))
        child.start()
        assert ring.recv_bytes(timeout=20) == b"whole"
        with pytest.raises(PeerGone):
            ring.recv_bytes(timeout=20)
        child.join()


def test_a_dead_reader_is_an_error_for_the_writer() -> None:
    mp = multiprocessing.get_context(FORK)
    with a_ring(mp, slots=2, slot_bytes=10) as ring:
        child = mp.Process(target=workers.borrow_and_die, args=(ring,))
        child.start()
        began = time.monotonic()
        with pytest.raises(PeerGone):
            while True:
                ring.send_bytes(b"x")
        assert time.monotonic() - began < 5
        child.join()


@per_method
def test_it_can_be_observed(method: str) -> None:
    with observe(method, deadline_s=30) as mp, a_ring(mp) as ring:
        child = mp.Process(target=workers.put, args=(ring, [1, 2, 3]))
        child.start()
        assert [ring.get(timeout=20) for _ in range(3)] == [1, 2, 3]
        child.join()
    assert any(event.kind == "acquire" for event in mp.events)
