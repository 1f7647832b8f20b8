"""Stalls of the machine, seen from a process that does nothing else.

    probe: ten times a second, a file is made and removed ──▶ a line for each time that took long

A test that measures time must not blame the course when the disk, or the whole machine, stood
still: a block makes a folder when it begins, and removes it at its end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

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


watched: Machine | None = None  # by pytest only: tests are imported by kernels, too


def watch() -> None:
    global watched
    watched = Machine()


def stalled_since(began: float) -> float:
    return watched.stalled_since(began) if watched else 0.0
