"""Stalls of the machine, seen from a process that does nothing else.

    probe: ten times a second, a file is made and removed ──▶ a line for each time that took long

A test that measures time must not blame the course when the disk, or the whole machine, stood
still: a block makes a folder when it begins, and removes it at its end.

Nor if there were more processes than cores, as when tests run side by side: the kernel says for
how long somebody who could have run had to wait (`queued_s`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONG_S = 0.5
PROBE = f"""
import os, sys, tempfile, time
while os.getppid() == int(sys.argv[1]):
    began = time.monotonic()
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
    time.sleep(0.1)
    took = time.monotonic() - began
    if took > {LONG_S}:
        print(began, took, flush=True)
"""


class Machine:
    """Watches this machine from now on; ends with this process."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115
        command = [sys.executable, "-c", PROBE, str(os.getpid())]
        self._probe = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log)

    def stalls(self) -> list[tuple[float, float]]:
        """(when, on the clock of `time.monotonic()`, for how many seconds) of each stall."""
        self._log.seek(0)
        lines = [line.split() for line in self._log if line.endswith("\n")]
        return [(float(when), float(seconds)) for when, seconds in lines]

    def stalled_since(self, began: float) -> float:
        """For how many seconds it has stood still since then."""
        time.sleep(0.2)  # the probe's line may be on its way
        return sum(min(s, when + s - began) for when, s in self.stalls() if when + s > began)


def queued_s() -> float:
    """For how many seconds, in all, somebody has waited for a core; 0 if nobody knows."""
    try:
        some = Path("/proc/pressure/cpu").read_text().splitlines()[0]
    except OSError:
        return 0.0
    return int(some.rpartition("total=")[2]) / 1e6


class Patience:
    """How long something may take that began here: the time that was promised, at most twice it.

    As much more as the share of the time in which processes queued for a core; none if it is quiet.
    """

    def __init__(self) -> None:
        self.began, self.queued = time.monotonic(), queued_s()

    def with_promise(self, seconds: float) -> float:
        share = (queued_s() - self.queued) / max(0.001, time.monotonic() - self.began)
        return seconds * (1 + min(1.0, share))


watched: Machine | None = None  # by pytest only: tests are imported by kernels, too


def watch() -> None:
    global watched
    watched = Machine()


def stalled_since(began: float) -> float:
    return watched.stalled_since(began) if watched else 0.0
