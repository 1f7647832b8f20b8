"""Cleans up after blocks whose program was killed, e.g. by a kernel's "Restart now".

The folder of a block outlives its program, and holds all there is to know: which processes it
started, which names it made.  Touched is only what has our prefix, belongs to this user, and whose
owner is dead: its process id names nobody, and the lock that it held on its log is free.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
import shutil
import signal
import stat
import tempfile

from mpscope._recording.recorder import fcntl
from mpscope._supervision.cleanup import names_left
from mpscope._supervision.processes import is_locked, lives, pids


def sweep() -> None:
    """End what blocks of dead programs have left running, unlink their names and folders."""
    if fcntl is None:
        return
    for folder in glob.glob(os.path.join(tempfile.gettempdir(), "ipc-*-*")):
        # whatever another program, or another version of this one, has put there
        with contextlib.suppress(Exception):
            owner = dead_owner(folder)
            if owner:
                _sweep_folder(folder, owner)


def dead_owner(folder: str) -> int:
    """The process id of the dead program whose block had this folder; else 0."""
    found = re.fullmatch(r"ipc-(\d+)-\w+", os.path.basename(folder))
    about = os.lstat(folder)
    if not found or not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid():
        return 0
    owner = int(found[1])
    begun = os.path.getsize(os.path.join(folder, "0.txt"))  # its first line comes locked
    return owner if begun and not lives(owner) and not is_locked(folder, "0.txt") else 0


def _sweep_folder(folder: str, owner: int) -> None:
    """Its children have noticed and ended themselves; what they had started may still run."""
    for stem, pid in pids(folder):
        if is_locked(folder, stem + ".raw") or is_locked(folder, stem + ".err"):
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
    for unlink, name, _ in names_left(folder, owner, set()):
        with contextlib.suppress(OSError):
            unlink(name)
    shutil.rmtree(folder, ignore_errors=True)
