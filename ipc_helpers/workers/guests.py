"""Partners of lesson 15's exercises: guests of all kinds at a door, couriers who come twice."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection
    from typing import Any

KEY = b"the key of the house"
PATIENCE_S = 1.0
fooled: list[str] = []  # in the process that has unpickled a horse


class Horse:
    """Whoever unpickles it does what it wants: here, take a note."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return be_fooled, ("somebody has unpickled a horse",)


def be_fooled(note: str) -> None:
    fooled.append(note)


def visit(street: Connection, guests: Iterable[str]) -> None:
    """Hear the address; send one guest after the other; tell what the polite ones were told.

    (A child that is forked after the address was opened would hold the door open itself.)
    """
    address, told = street.recv(), []
    for guest in guests:
        key = b"another key" if guest == "(wrong key)" else KEY
        with suppress(AuthenticationError, EOFError, OSError), Client(address, authkey=key) as line:
            answer = come_in(line, guest)
            told += [answer] if answer else []
    street.send(told)


def come_in(line: Connection, guest: str) -> str | None:
    """What a guest does inside; the host's answer, for a polite one."""
    if guest == "(silent)":
        return None
    if guest == "(horse)":
        line.send(Horse())
    elif guest == "(scrawl)":
        line.send_bytes(b"{no letter at all")
    else:
        line.send_bytes(json.dumps(guest).encode())
        return json.loads(line.recv_bytes()) if line.poll(PATIENCE_S) else None
    line.poll(PATIENCE_S)  # until the host hangs up
    return None


def deliver(pause_s: float, messages: list[Any], box: Any) -> None:
    """Put these messages, in this order, and None at the end."""
    time.sleep(pause_s)
    for message in messages:
        box.put(message)
    box.put(None)


def talk(end: Any) -> None:
    """Hear a word, and answer twice."""
    word = end.recv()
    end.send([word, 1])
    end.send([word, 2])
