"""Cleans up after blocks whose program was killed, e.g. by a kernel's "Restart now".

The folder of a block outlives its program, and holds all there is to know: which processes it
started, which names it made.  Touched is only what has our prefix, belongs to this user, and whose
owner is dead: the lock that it held on its log is free, and it is not to be found among the living.
Numbers alone say nothing: two containers may share the folder for temporary files, and both have a
process 1.
"""

import contextlib
import glob
import os
import re
import shutil
import stat
import tempfile
import time

from mpscope._recording.identity import Identity, namespace, stat_of
from mpscope._recording.store import fcntl
from mpscope._supervision import processes
from mpscope._supervision.killing import is_still, kill
from mpscope._supervision.ours import names_left

FIRST_LINE_S = 3600.0  # after which a log without one is nobody's: not even in another container


def sweep() -> None:
    """End what blocks of dead programs have left running, unlink their names and folders."""
    if fcntl is None:
        return
    for place in sorted({processes.home(), tempfile.gettempdir()}):
        for folder in glob.glob(os.path.join(glob.escape(place), "ipc-*-*")):
            # whatever another program, or another version of this one, has put there
            with contextlib.suppress(Exception):
                if is_dead(folder):
                    _sweep_folder(folder)


def is_dead(folder: str) -> bool:
    """True if this is the folder of a block whose program has ended without cleaning up."""
    about = os.lstat(folder)
    ours = stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()
    named = re.fullmatch(r"ipc-(\d+)-\w+", os.path.basename(folder))
    if not ours or not named:
        return False
    log = os.path.join(folder, "0.txt")
    if not os.path.exists(log) or not os.path.getsize(log):  # its first line comes locked ...
        is_old = time.time() - about.st_mtime > FIRST_LINE_S  # ... within milliseconds
        return is_old and not processes.lives(int(named[1]))
    if processes.is_locked(folder, "0.txt"):
        return False
    owner = processes.identity_in(folder, "0.txt")
    return not _is_alive(owner or Identity(int(named[1]), "", namespace()))


def _is_alive(owner: Identity) -> bool:
    """True if the owner lives in spite of the free lock: it may have closed all descriptors."""
    if owner.namespace != namespace() or not processes.lives(owner.pid):
        return False
    about = stat_of(owner.pid)
    return about is None or owner.born in ("", about.born)


def _sweep_folder(folder: str) -> None:
    """Its children have noticed and ended themselves; what they had started may still run."""
    alive, named = processes.held(folder), dict(processes.identities(folder))
    if alive and any(who.namespace != namespace() for who in named.values()):
        return  # somebody in another container, whom we cannot reach: another time
    kill([who for stem, who in named.items() if stem in alive or is_still(who)])
    for unlink, name, _ in names_left(folder, set()):
        with contextlib.suppress(OSError):
            unlink(name)
    shutil.rmtree(folder, ignore_errors=True)
