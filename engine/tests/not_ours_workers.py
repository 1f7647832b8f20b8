"""What runs in children of `test_not_ours` and `test_alarm`."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any


def square(number: int) -> int:
    return number * number


def says() -> None:
    print("so far so good")


def sleep() -> None:
    print("so far so good")
    time.sleep(60)


def waits_for(event: Any) -> None:
    event.wait()


def closes_what_it_does_not_know(folder: str) -> None:
    """As a daemon does; then it opens files of its own, which get the numbers that are free."""
    print("before")
    os.closerange(3, 256)
    with ExitStack() as stack:
        files = [stack.enter_context(Path(folder, str(n)).open("w")) for n in range(12)]
        for number in range(2000):
            print("line", number)
        for file in files:
            file.write("mine")
    told = [Path(folder, str(number)).read_text() for number in range(12)]
    assert told == ["mine"] * 12, told


def may_write_little(limit: int) -> None:
    import resource

    print("so far so good")
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for number in range(1000):
        print("a line", number)


def becomes_another_program() -> None:
    print("so far so good")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)"])


def has_its_own_handlers(heard: str) -> None:
    """Every signal that a program may want is its own."""
    for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM):
        signal.signal(number, lambda number, frame: Path(heard).write_text(str(number)))
    print("so far so good")
    while True:
        time.sleep(1)


def floods(lines: int) -> None:
    print("so far so good")
    for _ in range(lines):
        print("x")


def floods_past_print(megabytes: int) -> None:
    """Ends as soon as its file is cut."""
    for _ in range(megabytes):
        os.write(1, b"x" * (1 << 20))
    until = time.monotonic() + 5
    while os.fstat(1).st_size > 2 << 20 and time.monotonic() < until:
        time.sleep(0.02)
    print("MB on the disk:", os.fstat(1).st_size >> 20)


def puts(numbers: Any, count: int) -> None:
    for number in range(count):
        numbers.put(number)


def gets(numbers: Any, count: int) -> None:
    for _ in range(count):
        numbers.get()


def opens(name):
    from multiprocessing import shared_memory

    shared_memory.SharedMemory(name).close()
