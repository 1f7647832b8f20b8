"""Is this machine ready for the course?   python -m ipc_helpers.doctor

    check ──> a fresh interpreter runs it ──> "[ OK ] what"
                (all start at once,           "[FAIL] what: cause" and the command that mends it
                 none outlives LIMIT_S)

A check that hangs, or takes its interpreter down, is a finding too. So every check but the
first runs in an interpreter of its own, which is killed with all its children when time is up.

The notebook calls `examine()`, whose lines are the same on every healthy machine. The command
prints versions too, and ends with exit code 1 when something is to be mended.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ipc_helpers import __version__
from ipc_helpers.lesson import end_all, start_alone
from ipc_helpers.words import said

OLDEST = (3, 11)
PACKAGES = ("jupyterlab", "ipywidgets", "nbval", "matplotlib", "distributed")
LIMIT_S = 60.0  # a whole check, with the start of its interpreter


class Finding(NamedTuple):
    """What one check found: `cause` is empty when all is well."""

    what: str
    detail: str = ""
    cause: str = ""
    mend: str = ""
    report: str = ""


# --- the commands that mend ---


def _install(package: str) -> str:
    """The command that installs this package for this interpreter, with what is at hand."""
    installer, again = [sys.executable, "-m", "pip", "install"], "--force-reinstall"
    if importlib.util.find_spec("pip") is None and shutil.which("uv"):
        installer, again = ["uv", "pip", "install", "--python", sys.executable], "--reinstall"
    is_there = importlib.util.find_spec(package) is not None  # then it is broken
    return subprocess.list2cmdline([*installer, *([again] if is_there else []), package])


AFRESH = "rm -rf .venv && make lab"
FOLDER_MEND = "mkdir -p ~/tmp && export TMPDIR=~/tmp"
LOOPBACK_MEND = "sudo ip link set lo up    (macOS: sudo ifconfig lo0 up)"
SHARED_MEMORY_MEND = (
    "sudo mount -o remount,rw,mode=1777,size=256m /dev/shm    (Docker: --shm-size=256m)"
)
KNOWN_CAUSES = {  # words of an error -> the command that mends it, whichever check met it
    "path too long": "export TMPDIR=/tmp",
    "No usable temporary directory": FOLDER_MEND,
    "Too many open files": "ulimit -n 1024",
    "Resource temporarily unavailable": "ulimit -u 4096",
    "SemLock": SHARED_MEMORY_MEND,
}


def _mend(report: str, otherwise: str) -> str:
    """The command for an error that is known, else the check's own."""
    return next((mend for words, mend in KNOWN_CAUSES.items() if words in report), otherwise)


# --- the examination ---


class _Probe:
    """A check in an interpreter of its own."""

    def __init__(
        self, what: str, code: str, otherwise: str = AFRESH, detail: Callable[[], str] = str
    ):
        self.what, self.otherwise, self.detail = what, otherwise, detail
        self.began = time.monotonic()
        home = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
        self.process = start_alone([sys.executable, "-c", code], PYTHONPATH=path)

    def finding(self) -> Finding:
        """Wait for the end of the check and say what it found."""
        try:
            left = self.began + LIMIT_S - time.monotonic()
            _, report = self.process.communicate(timeout=max(left, 0.1))
        except subprocess.TimeoutExpired:
            silent = said("doctor.silent", seconds=f"{LIMIT_S:.0f}")
            return Finding(self.what, cause=silent, mend=self.otherwise)
        if self.process.returncode == 0:
            with suppress(Exception):  # a detail more or less
                return Finding(self.what, detail=self.detail())
            return Finding(self.what)
        lines = report.split("\n") if (report := report.strip()) else []
        ended = said("doctor.exited", code=self.process.returncode)
        cause = lines[-1] if lines else ended
        return Finding(self.what, "", cause, _mend(report, self.otherwise), report)

    def stop(self) -> None:
        """End the interpreter and what it may have left."""
        with self.process:
            end_all(self.process, 2.0)


def _probes() -> Iterator[_Probe]:
    """Start one check after the other; they run side by side."""
    run = "from ipc_helpers.workers import health; health.check_"
    for package in PACKAGES:
        version = partial(importlib.metadata.version, package)
        what = said("doctor.package", name=package)
        yield _Probe(what, f"import {package}", _install(package), version)
    for method in multiprocessing.get_all_start_methods():
        yield _Probe(_child_under(method), f"{run}child({method!r})")
    yield _Probe(said("doctor.manager"), run + "manager()")
    yield _Probe(said("doctor.memory"), run + "shared_memory()", SHARED_MEMORY_MEND)
    yield _Probe(said("doctor.socket"), run + "loopback()", LOOPBACK_MEND)
    folder = said("doctor.folder")
    yield _Probe(folder, run + "folder()", FOLDER_MEND, tempfile.gettempdir)


def _child_under(method: str) -> str:
    return said("doctor.child", method=method)


def _versions() -> tuple[str, str]:
    """Of Python: the oldest that will do, and this one."""
    wanted, found = (".".join(map(str, version)) for version in (OLDEST, sys.version_info[:3]))
    return wanted, found


def findings() -> Iterator[Finding]:
    """Run every check; yield what each found, in a fixed order."""
    wanted, found = _versions()
    yield Finding(said("doctor.python", oldest=wanted), detail=found)
    probes: list[_Probe] = []
    try:
        probes.extend(_probes())
        for probe in probes:
            yield probe.finding()
    except OSError as error:  # not even an interpreter can be started
        yield Finding(said("doctor.process"), cause=str(error), mend=_mend(str(error), AFRESH))
    finally:
        for probe in probes:
            probe.stop()


def _same_everywhere(found: Iterable[Finding]) -> Iterator[Finding]:
    """One line for all start methods when all are well: platforms differ in how many they have."""
    children = set(map(_child_under, multiprocessing.get_all_start_methods()))
    for child, group in groupby(found, key=lambda finding: finding.what in children):
        together = list(group)
        if child and not any(finding.cause for finding in together):
            together = [Finding(said("doctor.children"))]
        yield from together


def _lines(finding: Finding, details: bool) -> Iterator[str]:
    detail = f"  ({finding.detail})" if details and finding.detail else ""
    if not finding.cause:
        yield said("doctor.well", what=finding.what) + detail
        return
    yield said("doctor.ill", what=finding.what, cause=finding.cause)
    if details and "\n" in finding.report:
        yield textwrap.indent(finding.report, "       | ", predicate=bool)
    yield said("doctor.mend", mend=finding.mend)


def _too_old(details: bool) -> Iterator[str]:
    """Not from the catalogue: such a Python cannot read it."""
    wanted, found = _versions()
    yield f"[FAIL] Python {wanted} or newer: this is Python {found}"
    yield f"       mend it with:  PYTHON=python{wanted} make lab"
    if details:
        system = f"course {__version__}, Python {found}, {platform.system()}"
        yield f"For the room: {system}, to mend: Python {wanted} or newer"
    yield "1 to mend. Then start JupyterLab again."


def _examine(details: bool) -> bool:
    if sys.version_info < OLDEST:
        print(*_too_old(details), sep="\n")
        return False
    wrong = []
    for finding in findings() if details else _same_everywhere(findings()):
        print(*_lines(finding, details), sep="\n", flush=True)
        wrong += [finding.what] if finding.cause else []
    if details:
        print(_code(wrong))
    print(said("doctor.again" if wrong else "doctor.ready", count=len(wrong)))
    return not wrong


def _code(wrong: Sequence[str]) -> str:
    """What a learner reads out to the room: version, platform, what failed."""
    found = said("doctor.wrong" if wrong else "doctor.all_well", names=", ".join(wrong))
    facts = {"course": __version__, "python": _versions()[1], "system": platform.system()}
    return said("doctor.room", found=found, **facts)


def examine() -> None:
    """Print a line per check, and what to do where one fails."""
    _examine(details=False)


if __name__ == "__main__":
    sys.exit(0 if _examine(details=True) else 1)
