"""Workers of lesson 15, Beyond one machine, and what stands for a pipe or a dict on a cluster.

    child ── Listener, a manager with an address ──> whoever knows the address, and the key
    task  ── a queue, a line, a proxy of the cluster ──> the notebook, or another task

The classes are adapters: a worker that has been written for a pipe, a dict or a list cannot tell
them from the real ones, because it uses the same methods.
"""

from __future__ import annotations

import io
import os
import select
import socket
import sys
import threading
from multiprocessing import AuthenticationError
from multiprocessing.connection import Listener
from multiprocessing.managers import BaseManager, ListProxy
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load these modules
    import ssl
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from typing import Any

    Address = tuple[str, int]


# ---- at an address ----


def welcome(door: Connection, key: bytes | None) -> None:
    """Open an address, say which, and let one visitor in who knows the key."""
    with Listener(("127.0.0.1", 0), authkey=key) as listener:
        door.send(listener.address)
        try:
            with listener.accept() as line:
                print("my visitor says:", line.recv())
        except AuthenticationError as error:
            print("nobody comes in:", error)


class Horse:
    """A letter that has whoever unpickles it call a function; this one is harmless."""

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return print, ("I do what the letter wants",)


def wiretap(ear: Connection, to: Address) -> None:
    """Stand between two who talk: pass on every byte, and keep a copy."""
    with socket.create_server(("127.0.0.1", 0)) as mine:
        ear.send(mine.getsockname())
        caller, _ = mine.accept()
    called, copy = socket.create_connection(to), b""
    with caller, called:
        while True:
            for side in select.select([caller, called], [], [])[0]:
                data = side.recv(4096)
                if not data:
                    return ear.send(copy)
                (called if side is caller else caller).sendall(data)
                copy += data


# A certificate of localhost, with its key: that is public, so it is good for lessons only.
CERTIFICATE = Path(__file__).with_name("localhost.pem")


def welcome_with_tls(door: Connection) -> None:
    """Open an address that speaks TLS, say which, and let one visitor in."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as host:
        door.send(host.getsockname())
        plain, _ = host.accept()
    try:
        with context.wrap_socket(plain, server_side=True) as line:
            print("my visitor says:", line.recv(100).decode())
            line.sendall(b"welcome")
    except OSError:  # ssl.SSLError is one
        print("nobody comes in")


def visit_with_tls(address: Address, trust: ssl.SSLContext) -> str:
    """Say something to a host that can show a certificate which I trust; return its answer."""
    with socket.create_connection(address) as plain:
        with trust.wrap_socket(plain, server_hostname="localhost") as line:
            line.sendall(b"meet me at noon")
            return line.recv(100).decode()


def _new_board() -> list[str]:
    return []


class Board(BaseManager):
    """A manager that has one kind of thing to offer: a list of notes."""


Board.register("notes", callable=_new_board, proxytype=ListProxy)


def pin(address: Address, key: bytes, text: str, then: Connection) -> None:
    """Go to a board of which I know nothing but the address and the key, and leave a note."""
    board = Board(address, authkey=key)
    board.connect()
    notes: Any = getattr(board, "notes")()  # noqa: B009
    notes.append(text)
    then.send(notes[:])


# ---- on a cluster ----


class _Ears(io.TextIOBase):
    """Takes the place of sys.stdout: keeps what a listening thread prints, passes on the rest."""

    def __init__(self, screen: Any) -> None:
        self.screen, self.mine = screen, threading.local()

    def write(self, text: str) -> int:
        return (getattr(self.mine, "copy", None) or self.screen).write(text)


def _ears() -> _Ears:
    with _one_pair:  # many threads may begin at once
        if not isinstance(sys.stdout, _Ears):
            sys.stdout = _Ears(sys.stdout)
        return sys.stdout


_one_pair = threading.Lock()


def said(worker: Callable[..., object], *args: Any) -> list[str]:
    """Run a worker, and return the lines that it prints: on a cluster its screen is far away."""
    ears = _ears()
    copy = ears.mine.copy = io.StringIO()
    try:
        worker(*args)
    finally:
        ears.mine.copy = None
    return copy.getvalue().splitlines()


class Line:
    """One end of a pipe that is made of two queues."""

    def __init__(self, inbox: Any, outbox: Any) -> None:
        self.inbox, self.outbox, self.closed = inbox, outbox, False

    def send(self, message: Any) -> None:
        self.outbox.put(message)

    def recv(self) -> Any:
        return self.inbox.get(timeout=60)

    def close(self) -> None:
        self.closed = True


class Shared:
    """An object that lives with one worker, as a manager's objects live with its server."""

    def __init__(self, kind: Callable[[], Any]) -> None:
        self.thing = kind()

    def call(self, method: str, *args: Any) -> Any:
        return getattr(self.thing, method)(*args)


class Proxy:
    """Stands for a shared dict or list: each use is a question to where it lives."""

    def __init__(self, shared: Any) -> None:
        self.shared = shared

    def ask(self, method: str, *args: Any) -> Any:
        return self.shared.call(method, *args).result(timeout=60)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.ask("__setitem__", key, value)

    def append(self, item: Any) -> None:
        self.ask("append", item)


def meet(arrived: Any, go: Any) -> None:
    """Say that I am there; go on when all the others are."""
    arrived.put("here")
    go.wait(60)


def put_and_fall(numbers: Any, n: int) -> None:
    """Put a number, and end my whole process before anybody hears that I have done it."""
    numbers.put(n)
    os._exit(7)


def put_and_return(numbers: Any, n: int) -> int:
    """Put a number, and return its double."""
    numbers.put(n)
    return 2 * n


def keep(lock: Any, ready: Any, done: Any) -> None:
    """Take the lock, say so, and give it back when I am told."""
    with lock:
        ready.put("mine")
        done.wait(60)


def work_until(go: Any, started: Any) -> str:
    """Say that I have begun; be done when I am told."""
    started.put("begun")
    go.wait(60)
    return "done"
