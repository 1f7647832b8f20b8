"""What the doctor has to know of a machine: each check raises where something is wrong.

Each runs in a fresh interpreter, which it may take down, or with which it may hang.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import tempfile

TYPE_CHECKING = False
if TYPE_CHECKING:  # a machine without semaphores cannot import the second one
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Lock

SHARED_BYTES = 16 * 2**20  # more than any lesson puts into shared memory
PATIENCE_S = 20.0  # one wait inside a check


def _answer(line: Connection, lock: Lock) -> None:
    """The child of a check: take the lock, send a word."""
    with lock:
        line.send("well")


def check_child(method: str) -> None:
    """A child starts with this method, takes a lock, answers and ends."""
    mp = multiprocessing.get_context(method)
    lock = mp.Lock()  # kept here until the child has it
    here, there = mp.Pipe()
    child = mp.Process(target=_answer, args=(there, lock), daemon=True)  # type: ignore[attr-defined]
    child.start()
    there.close()
    try:
        if not here.poll(PATIENCE_S):  # an end without a word is something to read, too
            raise TimeoutError(f"the child did not answer in {PATIENCE_S:.0f} s")
        child.join(PATIENCE_S)
        if child.exitcode != 0:
            raise RuntimeError(f"the child ended with exit code {child.exitcode}")
        here.recv()
    finally:
        child.kill()


def check_manager() -> None:
    """A Manager's process starts, and keeps what it is given."""
    with multiprocessing.get_context("spawn").Manager() as manager:
        shelf = manager.dict()
        shelf["word"] = "well"
        if shelf.copy() != {"word": "well"}:
            raise RuntimeError("the Manager gave back something else")


def check_shared_memory() -> None:
    """SHARED_BYTES of shared memory can be had, and not only promised."""
    from multiprocessing.shared_memory import SharedMemory

    segment = SharedMemory(create=True, size=SHARED_BYTES)
    try:
        if hasattr(os, "posix_fallocate"):  # else a full /dev/shm is noticed by a fatal SIGBUS
            os.posix_fallocate(segment._fd, 0, SHARED_BYTES)  # type: ignore[attr-defined]
        memory = segment.buf
        assert memory is not None
        memory[0] = memory[-1] = 7
    finally:
        segment.close()
        segment.unlink()


def check_loopback() -> None:
    """A socket of this machine reaches another one on 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)
        with socket.create_connection(server.getsockname(), PATIENCE_S) as caller:
            callee, _ = server.accept()
            with callee:
                callee.settimeout(PATIENCE_S)
                caller.sendall(b"well")
                if callee.recv(4) != b"well":
                    raise ConnectionError("the bytes got lost on the way")


def check_folder() -> None:
    """The temporary folder takes a file."""
    with tempfile.TemporaryFile() as file:
        file.write(b"well")
