"""A message on the wire: the bytes are the standard connection's, in whatever pieces they come."""

from __future__ import annotations

import multiprocessing
import os
import struct
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

from mpscope import observe
from mpscope._recording import wire
from mpscope._recording.wire import SMALL, read_message, write_message
from mpscope.errors import MessageTooLarge

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
SIZES = [0, 1, 4, 4093, SMALL, SMALL + 1, 300_000]


@pytest.fixture
def pipe() -> Iterator[tuple[Any, Any]]:
    reader, writer = multiprocessing.Pipe(duplex=False)
    with reader, writer:
        yield reader, writer


@pytest.mark.parametrize("size", SIZES)
def test_what_one_writes_the_other_reads(pipe: tuple[Any, Any], size: int) -> None:
    reader, writer = pipe
    sent = os.urandom(size)
    for write, read in (
        (write_message, lambda end: end.recv_bytes()),
        (lambda end, data: end.send_bytes(data), read_message),
    ):
        thread = threading.Thread(target=write, args=(writer, sent))
        thread.start()
        assert bytes(read(reader)) == sent
        thread.join()


@pytest.mark.skipif(os.name != "posix", reason="the standard class does it elsewhere")
@pytest.mark.parametrize("size", [1, 4, 4093, SMALL])
def test_system_calls_may_do_less_than_they_were_asked(
    pipe: tuple[Any, Any], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_write", lambda fd, data: os.write(fd, data[:3]))
    monkeypatch.setattr(wire, "_read", lambda fd, n: os.read(fd, min(n, 3)))
    reader, writer = pipe
    sent = os.urandom(size)
    write_message(writer, sent)
    assert bytes(read_message(reader)) == sent


@pytest.mark.parametrize(
    ("begun", "error"),
    [(b"", EOFError), (b"\0", OSError), (b"\0\0\0\5", EOFError), (b"\0\0\0\5abc", OSError)],
)
def test_the_end_of_file_is_what_the_standard_class_says(begun: bytes, error: type) -> None:
    raised = []
    for read in (read_message, lambda end: end.recv_bytes()):
        reader, writer = multiprocessing.Pipe(duplex=False)
        os.write(writer.fileno(), begun)
        writer.close()
        with reader, pytest.raises(error) as caught:
            read(reader)
        raised.append((caught.type, caught.value.args))
    assert raised[0] == raised[1]


def test_bytes_that_announce_more_than_there_is_memory_are_no_message(pipe: Any) -> None:
    reader, writer = pipe
    os.write(writer.fileno(), struct.pack("!iQ", -1, 1 << 60))
    with pytest.raises(MessageTooLarge):
        read_message(reader)


def test_a_call_of_a_proxy_costs_no_more_calls_than_a_plain_one() -> None:
    """What takes so long is switching processes; what a record costs, the wire gives back."""
    plain = calls_within(multiprocessing.get_context("spawn"))
    with observe("spawn") as mp:
        observed = calls_within(mp)
    assert len(observed) <= len(plain), observed


def calls_within(mp: Any) -> list[str]:
    """The Python functions that are called when an item of a managed dict is set once more."""
    called: list[str] = []

    def note(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            called.append(frame.f_code.co_name)

    with mp.Manager() as manager:
        numbers = manager.dict()
        for again in (False, True):  # the first time, the line itself goes on record, too
            if again:
                sys.setprofile(note)
            numbers[0] = 1
        sys.setprofile(None)
    return called
